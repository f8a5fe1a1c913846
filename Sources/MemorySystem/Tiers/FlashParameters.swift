/// NAND flash: how it is built and how long its operations take. Times are femtoseconds.
public struct FlashParameters: Hashable, Sendable {
    /// Where the figures come from.
    public var source: String
    /// Buses that work side by side.
    public var channels: Int
    public var diesPerChannel: Int
    public var planesPerDie: Int
    public var blocksPerPlane: Int
    public var pagesPerBlock: Int
    public var pageBytes: Int
    /// Bytes behind each page for error correction; they are transferred with it.
    public var spareBytes: Int
    /// Array to register (tR), by page modulo the number of entries: one for each bit of a cell.
    public var readTimes: [Int]
    /// Register to array (tPROG), likewise.
    public var programTimes: [Int]
    /// Of a block (tBERS).
    public var eraseTime: Int
    public var channelBytesPerSecond: Double
    /// Command and address cycles in front of an array operation or a transfer.
    public var commandTime: Int
    /// A second register: the array reads the next page while this one is transferred (read cache).
    public var hasCacheRegister: Bool
    /// Each plane of a die reads on its own; otherwise a die does one thing at a time.
    public var hasIndependentPlanes: Bool

    public init(
        source: String, channels: Int, diesPerChannel: Int, planesPerDie: Int, blocksPerPlane: Int, pagesPerBlock: Int, pageBytes: Int,
        spareBytes: Int, readTimes: [Int], programTimes: [Int], eraseTime: Int, channelBytesPerSecond: Double, commandTime: Int,
        hasCacheRegister: Bool = false, hasIndependentPlanes: Bool = false
    ) {
        self.source = source
        self.channels = channels
        self.diesPerChannel = diesPerChannel
        self.planesPerDie = planesPerDie
        self.blocksPerPlane = blocksPerPlane
        self.pagesPerBlock = pagesPerBlock
        self.pageBytes = pageBytes
        self.spareBytes = spareBytes
        self.readTimes = readTimes
        self.programTimes = programTimes
        self.eraseTime = eraseTime
        self.channelBytesPerSecond = channelBytesPerSecond
        self.commandTime = commandTime
        self.hasCacheRegister = hasCacheRegister
        self.hasIndependentPlanes = hasIndependentPlanes
    }

    static let microsecond = 1_000_000_000

    /// Two bits per cell. tR, tPROG and tBERS profiled from Micron L95B chips (FEMU, hw/femu/nand/nand.h: 48 and 64 µs, 850 and
    /// 2,300 µs, 3 ms); organisation, spare area and a bus of 333 MT/s × 8 bits from MQSim's ssdconfig.xml, but pages of 16 KiB with
    /// 1,076 bytes behind them, which is what FEMU's 52.433 µs of transfer come to at that rate. Command cycles: an estimate, 300 ns.
    public static let multiLevel = FlashParameters(
        source: "FEMU nand.h (Micron L95B), MQSim ssdconfig.xml", channels: 8, diesPerChannel: 8, planesPerDie: 2, blocksPerPlane: 2048,
        pagesPerBlock: 256, pageBytes: 16384, spareBytes: 1076, readTimes: [48 * microsecond, 64 * microsecond],
        programTimes: [850 * microsecond, 2300 * microsecond], eraseTime: 3000 * microsecond, channelBytesPerSecond: 333e6,
        commandTime: 300_000_000)

    /// Three bits per cell. Times from the SimpleSSD paper as FEMU quotes them (nand.h): tR 56.5, 77.5 and 106 µs, tPROG
    /// 820.5, 2,225 and 5,734 µs, tBERS 3 ms. The rest as `multiLevel`.
    public static let tripleLevel: FlashParameters = {
        var parameters = multiLevel
        parameters.source = "SimpleSSD by way of FEMU nand.h, MQSim ssdconfig.xml"
        parameters.pagesPerBlock = 384
        parameters.readTimes = [56_500_000_000, 77_500_000_000, 106_000_000_000]
        parameters.programTimes = [820_500_000_000, 2_225_000_000_000, 5_734_000_000_000]
        return parameters
    }()

    public var planes: Int { channels * diesPerChannel * planesPerDie }
    public var pages: Int { planes * blocksPerPlane * pagesPerBlock }
    public var capacityBytes: Int { pages * pageBytes }
    /// Pages that are erased together: a block in every plane.
    public var pagesPerStripe: Int { planes * pagesPerBlock }

    /// Femtoseconds that a page occupies its channel.
    public var transferTime: Int {
        commandTime + Int((Double(pageBytes + spareBytes) * 1e15 / channelBytesPerSecond).rounded(.up))
    }

    /// Bytes per second of long sequential reads, in closed form: each channel is limited by its bus or by its dies, whichever is
    /// slower.
    ///
    ///     channels × pageBytes / max(transfer, (tR + command + transfer) / units)    without a cache register
    ///     channels × pageBytes / max(transfer, (tR + command) / units, transfer)     with one
    ///
    /// where `units` is the number of dies, or planes where they are independent, of a channel and tR the mean over page types.
    public var sequentialReadBandwidth: Double {
        let units = Double(diesPerChannel * (hasIndependentPlanes ? planesPerDie : 1))
        let read = Double(readTimes.reduce(0, +)) / Double(readTimes.count) + Double(commandTime)
        let perUnit = hasCacheRegister ? max(read, Double(transferTime)) : read + Double(transferTime)
        return Double(channels * pageBytes) / max(Double(transferTime), perUnit / units) * 1e15
    }

    /// - Throws: `TierError` naming the first value that breaks a rule.
    public func validate() throws(TierError) {
        try TierError.require(channels, "channels", in: 1...1024)
        try TierError.require(diesPerChannel, "diesPerChannel", in: 1...1024)
        try TierError.require(planesPerDie, "planesPerDie", in: 1...64)
        try TierError.require(blocksPerPlane, "blocksPerPlane", in: 1...(1 << 20))
        try TierError.require(pagesPerBlock, "pagesPerBlock", in: 1...(1 << 16))
        try TierError.require(pageBytes, "pageBytes", in: 512...(1 << 20))
        try TierError.require(spareBytes, "spareBytes", in: 0...pageBytes)
        try TierError.require(planes * blocksPerPlane, "number of blocks", in: 1...(1 << 26))
        for (name, times) in [("readTimes", readTimes), ("programTimes", programTimes)] {
            guard !times.isEmpty else { throw TierError("\(name) is empty; give the time of each kind of page") }
            for time in times { try TierError.require(time, name, in: 1...1_000_000_000_000_000) }
        }
        try TierError.require(eraseTime, "eraseTime", in: 1...1_000_000_000_000_000)
        try TierError.require(commandTime, "commandTime", in: 0...1_000_000_000_000)
        guard channelBytesPerSecond.isFinite, channelBytesPerSecond >= 1e3 else {
            throw TierError("channelBytesPerSecond is \(channelBytesPerSecond); it must be at least 1,000")
        }
    }
}
