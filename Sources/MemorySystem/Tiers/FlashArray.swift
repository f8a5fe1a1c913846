/// Channels, dies and planes of a flash memory at the level of pages.
///
/// Pages are numbered so that neighbours lie in different channels, then dies, then planes; behind them come the next pages of the
/// same blocks. A read senses the page in its die (tR) and then sends it, whole and with its spare bytes, over the channel; a program
/// goes the other way; blocks are erased before their pages are programmed again, in order. A die without cache register is busy until
/// its page has been sent. Operations take their die in the order of the calls; a transfer takes the first gap of its channel that is
/// long enough. Not modelled: translation layer, garbage collection, wear, error correction, suspension.
public struct FlashArray: Sendable {
    public let parameters: FlashParameters
    /// When each die (or plane, where they are independent) can start its next operation.
    private var freeAt: [Int]
    /// When the last transfer out of its register ends.
    private var lastTransfer: [Int]
    private var channels: [BusyTimeline]
    /// By plane and block: pages programmed since the last erase.
    private var programmed: [Int]
    public private(set) var pagesRead = 0
    public private(set) var pagesProgrammed = 0
    public private(set) var blocksErased = 0
    /// Femtoseconds for which each channel was in use.
    public private(set) var channelBusyTime: [Int]
    private var now = 0

    /// An erased flash.
    ///
    /// - Throws: `TierError` when the parameters break a rule.
    public init(_ parameters: FlashParameters) throws(TierError) {
        try parameters.validate()
        self.parameters = parameters
        let units = parameters.channels * parameters.diesPerChannel * (parameters.hasIndependentPlanes ? parameters.planesPerDie : 1)
        freeAt = Array(repeating: 0, count: units)
        lastTransfer = freeAt
        channels = Array(repeating: BusyTimeline(), count: parameters.channels)
        channelBusyTime = Array(repeating: 0, count: parameters.channels)
        programmed = Array(repeating: 0, count: parameters.planes * parameters.blocksPerPlane)
    }

    /// Where a page is.
    public struct Place: Hashable, Sendable {
        public var channel: Int
        public var die: Int
        public var plane: Int
        public var block: Int
        public var page: Int
    }

    public func place(of page: Int) -> Place {
        let plane = page % parameters.planes
        let row = page / parameters.planes
        return Place(
            channel: plane % parameters.channels, die: plane / parameters.channels % parameters.diesPerChannel,
            plane: plane / (parameters.channels * parameters.diesPerChannel), block: row / parameters.pagesPerBlock,
            page: row % parameters.pagesPerBlock)
    }

    /// Reads a page; calls come in the order of their times. Returns when its last byte is out.
    public mutating func read(page: Int, at time: Int) throws(TierError) -> Int {
        let place = try check(page, at: time)
        let unit = unit(of: place)
        let sensed = max(time, freeAt[unit]) + parameters.commandTime + parameters.readTimes[place.page % parameters.readTimes.count]
        let end = reserve(place.channel, from: sensed)
        // With a second register the page moves there as soon as that is empty, and the next one can be sensed.
        freeAt[unit] = parameters.hasCacheRegister ? max(sensed, lastTransfer[unit]) : end
        lastTransfer[unit] = end
        pagesRead += 1
        return end
    }

    /// Programs a page, the next one of its block. Returns when it is in the array.
    ///
    /// - Parameter dataAt: when the data will be there, if later than the call.
    public mutating func program(page: Int, at time: Int, dataAt: Int? = nil) throws(TierError) -> Int {
        let place = try check(page, at: time)
        let block = page % parameters.planes * parameters.blocksPerPlane + place.block
        guard programmed[block] == place.page else {
            throw TierError(
                programmed[block] > place.page
                    ? "page \(page) is programmed already; erase its block first"
                    : "page \(page) is number \(place.page) of its block and only \(programmed[block]) are programmed; pages are programmed in order")
        }
        programmed[block] += 1
        let unit = unit(of: place)
        let loaded = reserve(place.channel, from: max(time, dataAt ?? time, freeAt[unit]))
        let end = loaded + parameters.programTimes[place.page % parameters.programTimes.count]
        freeAt[unit] = end
        pagesProgrammed += 1
        return end
    }

    /// Erases a block in every plane. Returns when the last one is done.
    public mutating func eraseStripe(_ block: Int, at time: Int) throws(TierError) -> Int {
        try TierError.require(block, "block", in: 0...(parameters.blocksPerPlane - 1))
        _ = try check(0, at: time)
        var last = time
        for plane in 0..<parameters.planes {
            programmed[plane * parameters.blocksPerPlane + block] = 0
            let unit = unit(of: place(of: plane))
            freeAt[unit] = max(time, freeAt[unit]) + parameters.commandTime + parameters.eraseTime
            blocksErased += 1
            last = max(last, freeAt[unit])
        }
        return last
    }

    /// Takes pages for written before the run: what was placed there from the start.
    mutating func markProgrammed(address: Int, bytes: Int) throws(TierError) {
        for page in (address / parameters.pageBytes)...((address + bytes - 1) / parameters.pageBytes) {
            let place = try check(page, at: now)
            let block = page % parameters.planes * parameters.blocksPerPlane + place.block
            programmed[block] = max(programmed[block], place.page + 1)
        }
    }

    private func unit(of place: Place) -> Int {
        let die = place.channel * parameters.diesPerChannel + place.die
        return parameters.hasIndependentPlanes ? die * parameters.planesPerDie + place.plane : die
    }

    private mutating func check(_ page: Int, at time: Int) throws(TierError) -> Place {
        guard page >= 0, page < parameters.pages else {
            throw TierError("page \(page) does not exist; the flash has \(parameters.pages), numbered from 0")
        }
        guard time >= now else { throw TierError("time \(time) fs has passed; calls come in the order of their times") }
        now = time
        return place(of: page)
    }

    /// Takes the first gap of a channel that is long enough for a page. Returns its end.
    private mutating func reserve(_ channel: Int, from time: Int) -> Int {
        channelBusyTime[channel] += parameters.transferTime
        channels[channel].forget(before: now)
        return channels[channel].takeWhole(parameters.transferTime, from: time)
    }
}
