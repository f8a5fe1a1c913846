import Quantities

extension SRAMModel {
    /// A lookup table that can be filled: a memory of one word for each entry, without a port of its own for writing.
    ///
    /// - Parameters:
    ///   - entries: 2 for a bit of index, 256 for a byte.
    ///   - bits: of one entry.
    public func lookupTable(entries: Int, bits: Int, process: ProcessPoint) throws(CostError) -> SRAMCost {
        guard (2...(1 << 24)).contains(entries), (1...4096).contains(bits) else {
            throw CostError(.outOfRange, "a lookup table of \(entries) entries of \(bits) bits", "cannot be priced", accepted: "give from 2 to 2^24 entries of 1 to 4096 bits")
        }
        let width = (bits + 7) / 8
        return try cost(of: SRAMArray(capacity: Bytes(entries * width), width: Bytes(width), process: process))
    }
}
