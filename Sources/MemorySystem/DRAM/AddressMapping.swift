import Quantities

/// Where an access goes: the fields that a controller works with, packed small for its queues.
public struct DRAMLocation: Hashable, Sendable {
    public var channel: Int32
    /// Of the channel, counted through: ((pseudo-channel · ranks + rank) · bank groups + bank group) · banks per group + bank.
    public var bank: Int32
    public var row: Int32
    /// In accesses.
    public var column: Int32

    public init(channel: Int32, bank: Int32, row: Int32, column: Int32) {
        self.channel = channel
        self.bank = bank
        self.row = row
        self.column = column
    }
}

/// How byte addresses are spread over channels, banks, rows and columns: a one-to-one map from the memory's addresses to its
/// places, built from a text such as `rochrababgco` (see `AddressMappingScheme` for the grammar).
///
/// Every mapping is linear over single bits: each bit of a place is the exclusive or of some bits of the address. So it is a
/// square matrix of bits, it is one-to-one if and only if that can be inverted, and it is applied eight address bits at a time
/// from a table: four or five loads, however entangled the exclusive ors are.
public struct AddressMapping: Sendable {
    /// The text it was built from.
    public let scheme: String
    public let organization: DRAMOrganization
    public let channels: Int
    /// Bytes of all channels; addresses are below it.
    public let capacity: Int

    /// Bits of the bytes within an access.
    private let offsetBits: Int
    private let fields: AddressFields
    /// For each eight bits of the address above the offset, 256 packed places whose exclusive or is the place.
    private let places: [UInt64]
    /// The same from packed places to addresses.
    private let addresses: [UInt64]

    /// Builds a mapping from its text, or from the name of a known one (`namedSchemes`).
    ///
    /// - Throws: `AddressMappingError` for a text that is no mapping, that leaves out or repeats bits of the address, or that
    ///   sends two addresses to one place; and for more channels than addresses can have bits for.
    public init(_ scheme: String, organization: DRAMOrganization, channels: Int = 1) throws(AddressMappingError) {
        guard (1...4096).contains(channels), channels.nonzeroBitCount == 1 else {
            throw AddressMappingError(
                scheme, "\(channels) channels are not a power of two from 1 to 4096, so that no bits of the address could tell them apart")
        }
        let fields = try AddressFields(organization: organization, channels: channels, scheme: scheme)
        let matrix = try AddressMappingScheme(parsing: scheme, fields: fields).matrix
        guard let inverse = matrix.inverse() else {
            let collision = matrix.nullVector() << UInt64(organization.accessBytes.trailingZeroBitCount)
            throw AddressMappingError(
                scheme, "is not one-to-one: addresses 0 and 0x\(String(collision, radix: 16)) would share a place; leave an exclusive or out")
        }
        self.scheme = scheme
        self.organization = organization
        self.channels = channels
        self.fields = fields
        offsetBits = organization.accessBytes.trailingZeroBitCount
        capacity = 1 << (offsetBits + fields.width)
        places = matrix.table()
        addresses = inverse.table()
    }

    /// The place of the access that holds a byte address.
    ///
    /// Bits above the capacity are not looked at: check `address < capacity` where addresses come from outside.
    public func locate(_ address: Int) -> DRAMLocation {
        let packed = Self.apply(places, UInt64(truncatingIfNeeded: address) >> UInt64(truncatingIfNeeded: offsetBits))
        return DRAMLocation(
            channel: fields.channel.extract(packed), bank: fields.bankIndex.extract(packed), row: fields.row.extract(packed),
            column: fields.column.extract(packed))
    }

    /// The address of the first byte of a place's access.
    public func address(of location: DRAMLocation) -> Int {
        let packed =
            fields.channel.insert(location.channel) | fields.bankIndex.insert(location.bank) | fields.row.insert(location.row)
            | fields.column.insert(location.column)
        return Int(truncatingIfNeeded: Self.apply(addresses, packed) << UInt64(truncatingIfNeeded: offsetBits))
    }

    /// The place in the words of the command log.
    public func coordinates(of location: DRAMLocation) -> DRAMCoordinates {
        let bank = Int(location.bank)
        return DRAMCoordinates(
            pseudoChannel: bank / (organization.banks * organization.ranks), rank: bank / organization.banks % organization.ranks,
            bankGroup: bank / organization.banksPerGroup % organization.bankGroups, bank: bank % organization.banksPerGroup,
            row: Int(location.row), column: Int(location.column))
    }

    @inline(__always)
    private static func apply(_ table: [UInt64], _ value: UInt64) -> UInt64 {
        var rest = value
        var result: UInt64 = 0
        var base = 0
        while base < table.count {
            result ^= table[base &+ Int(truncatingIfNeeded: rest & 0xFF)]
            rest &>>= 8
            base &+= 256
        }
        return result
    }
}

/// Why a text is not an address mapping of a memory.
public struct AddressMappingError: Error, Sendable, Equatable, CustomStringConvertible {
    public var scheme: String
    public var problem: String

    init(_ scheme: String, _ problem: String) {
        self.scheme = scheme
        self.problem = problem
    }

    public var description: String { "address mapping \"\(scheme.excerpt)\": \(problem)" }
}
