import Quantities

/// An SRAM to be priced.
public struct SRAMArray: Sendable, Hashable {
    /// Of all banks together.
    public var capacity: Bytes
    /// Bytes of one access.
    public var width: Bytes
    public var banks: Int
    /// Ports of every bit cell: at least one that reads and writes, or one of each.
    public var readWritePorts: Int
    public var readPorts: Int
    public var writePorts: Int
    /// Node, voltage and flavour of cells and periphery.
    public var process: ProcessPoint

    public init(
        capacity: Bytes, width: Bytes, banks: Int = 1, readWritePorts: Int = 1, readPorts: Int = 0, writePorts: Int = 0, process: ProcessPoint
    ) {
        self.capacity = capacity; self.width = width; self.banks = banks; self.readWritePorts = readWritePorts
        self.readPorts = readPorts; self.writePorts = writePorts; self.process = process
    }
}

/// What an SRAM costs.
public struct SRAMCost: Sendable, Hashable {
    /// Of one access of the whole width.
    public var readEnergy: Energy
    public var writeEnergy: Energy
    /// From the address to the data.
    public var accessTime: Time
    /// Of all banks, whether they are used or not.
    public var leakage: Power
    public var area: Area
    /// How a bank of the nearest power of two is divided.
    public var organization: SRAMOrganization
    public var provenance: Provenance
}

/// One bank as a grid of subarrays; two by two of them are a mat, with the decoder in its middle, and one mat answers an access.
public struct SRAMOrganization: Sendable, Hashable, CustomStringConvertible {
    /// Subarrays side by side: the word line is cut into as many.
    public var subarraysWide: Int
    /// Subarrays one above the other: the bit line is cut into as many.
    public var subarraysHigh: Int
    /// Columns that share a sense amplifier.
    public var columnMultiplexing: Int
    /// Of one subarray. Arrays below the smallest that CACTI prices may have less than one row of this shape.
    public var rows: Double
    public var columns: Double

    public var description: String {
        "\(subarraysWide) × \(subarraysHigh) subarrays of \(Int(rows.rounded(.up))) rows and \(Int(columns.rounded(.up))) columns, \(columnMultiplexing) columns to a sense amplifier"
    }
}
