/// Addresses of the tensors that lie off chip for the whole run: inputs, parameters, constants and results.
///
/// Large tensors come first and begin at multiples of a page, so that requests of DMA engines, which are cut at powers of two, and
/// rows of DRAM do not straddle two of them. Small ones follow, closer together.
struct OffChipTensors {
    /// Size from which on a tensor is large, and what large ones are aligned to: bursts of AXI, too, stay within 4 KiB (ARM
    /// IHI 0022, A3.4.1).
    static let pageBytes = 4096
    private static let smallBytes = 256

    private var largeBytes = 0
    private var smallTotal = 0
    private var nextLarge = 0
    private var nextSmall = 0

    private static func isLarge(_ bytes: Int) -> Bool { bytes >= pageBytes }
    private static func size(_ bytes: Int) -> Int {
        let unit = isLarge(bytes) ? pageBytes : smallBytes
        return (max(1, bytes) + unit - 1) / unit * unit
    }

    /// Announces a tensor. All are announced before the first gets its address.
    mutating func count(_ bytes: Int) {
        if Self.isLarge(bytes) { largeBytes += Self.size(bytes) } else { smallTotal += Self.size(bytes) }
    }

    /// The first address behind all tensors.
    var end: Int { largeBytes + smallTotal }

    mutating func allocate(_ bytes: Int) -> Int {
        let address = Self.isLarge(bytes) ? nextLarge : largeBytes + nextSmall
        if Self.isLarge(bytes) { nextLarge += Self.size(bytes) } else { nextSmall += Self.size(bytes) }
        precondition(nextLarge <= largeBytes && nextSmall <= smallTotal, "what lies off chip for the whole run was counted beforehand")
        return address
    }
}
