/// Accesses of one request to each of some channels, in order, as distances from a place: the exclusive or of a distance and the request's
/// base is where an access goes, since address mappings are linear over bits.
///
/// A run is short enough that the (bank, row) pairs which it touches have a small number each.
struct ChannelRun {
    /// Pairs in a run.
    static let pairLimit = 16
    /// Accesses in a run.
    static let accessLimit = 128

    var isWrite: Bool
    /// Distances between the base's channel and those that have these accesses.
    var channels: ChannelSet
    /// The accesses' places in ``RequestShapes/places``.
    var accesses: Range<Int>
    /// The pairs' places in ``RequestShapes/pairs``.
    var pairs: Range<Int>
    /// Where the patterns' numbers by the base's bank begin in ``RequestShapes/patterns``.
    var patterns: Int
}

/// How requests of one form are spread over channels, worked out once for all addresses where the form's own bits are clear.
struct RequestShapes {
    /// Shapes and patterns kept; when there are more, all shapes are forgotten, while patterns keep their numbers.
    static let capacity = 4096
    static let patternCapacity = 1 << 20
    /// Accesses of all kept shapes together.
    static let accessCapacity = 1 << 21

    struct Key: Hashable {
        /// The address's bits that the form runs over.
        var low: Int
        var runBytes: Int
        var runs: Int
        var stride: Int
        var isWrite: Bool
    }

    struct Shape {
        var runs: Range<Int>
        var accesses: Int
    }

    let mapping: AddressMapping
    private let accessBits: Int
    private let banks: Int
    private var known: [Key: Shape] = [:]
    private(set) var runs: [ChannelRun] = []
    /// Of each access: where it goes, and its pair and the number of its column among the pair's.
    private(set) var places: [DRAMLocation] = []
    private(set) var parts: [UInt32] = []
    /// The first access of each pair.
    private(set) var pairs: [Int32] = []
    /// Numbers of patterns, -1 for those not asked for yet.
    private var patterns: [Int32] = []
    private var numbers: [[UInt32]: Int32] = [:]
    /// While a shape is built: where each channel's accesses are, -1 without any.
    private var listOfChannel: [Int32]

    init(_ mapping: AddressMapping, banks: Int) {
        self.mapping = mapping
        self.banks = banks.nextPowerOfTwo
        listOfChannel = Array(repeating: -1, count: mapping.channels)
        accessBits = mapping.organization.accessBytes.trailingZeroBitCount
    }

    /// The shape of a request, and the place that its distances count from.
    mutating func shape(of request: DRAMRequest) -> (shape: Shape, base: DRAMLocation) {
        let extent = (request.runs - 1) * request.stride + request.runBytes
        // The fewest low bits of the address that take up all carries.
        var bits = max(accessBits, Int.bitWidth - (extent - 1).leadingZeroBitCount)
        while bits < 62, request.address & (1 << bits - 1) + extent > 1 << bits { bits += 1 }
        let low = request.address & (1 << bits - 1)
        let key = Key(low: low, runBytes: request.runBytes, runs: request.runs, stride: request.stride, isWrite: request.isWrite)
        let base = mapping.locate(request.address - low)
        if let shape = known[key] { return (shape, base) }
        if known.count >= Self.capacity || places.count >= Self.accessCapacity { forget() }
        let shape = build(key)
        known[key] = shape
        return (shape, base)
    }

    private mutating func forget() {
        known.removeAll(keepingCapacity: true)
        runs.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        parts.removeAll(keepingCapacity: true)
        pairs.removeAll(keepingCapacity: true)
        patterns.removeAll(keepingCapacity: true)
    }

    private mutating func build(_ key: Key) -> Shape {
        // Channels in the order of their first accesses, and what goes to each.
        var order: [Int32] = []
        var lists: [[DRAMLocation]] = []
        var accesses = 0
        let bytes = 1 << accessBits
        let share = key.runs * (key.runBytes / bytes + 1) / mapping.channels + 1
        for run in 0..<key.runs {
            let start = key.low + run * key.stride
            var address = start & ~(bytes - 1)
            while address < start + key.runBytes {
                var place = mapping.locate(address)
                let channel = Int(place.channel)
                if listOfChannel[channel] < 0 {
                    listOfChannel[channel] = Int32(truncatingIfNeeded: lists.count)
                    order.append(place.channel)
                    lists.append([])
                    lists[lists.count - 1].reserveCapacity(share)
                }
                place.channel = 0
                lists[Int(listOfChannel[channel])].append(place)
                accesses += 1
                address += bytes
            }
        }
        for channel in order { listOfChannel[Int(channel)] = -1 }
        let first = runs.count
        for (channels, list) in together(order, lists) { append(list, channels: channels, isWrite: key.isWrite) }
        return Shape(runs: first..<runs.count, accesses: accesses)
    }

    /// Channels with equal lists of accesses, one entry for all of a block.
    private func together(_ channels: [Int32], _ lists: [[DRAMLocation]]) -> [(ChannelSet, [DRAMLocation])] {
        /// What is looked at before whole lists are compared.
        struct Ends: Hashable {
            var block: Int
            var count: Int
            var last: DRAMLocation
        }
        var numbers: [Ends: [Int]] = [:]
        var result: [(ChannelSet, [DRAMLocation])] = []
        for (channel, list) in zip(channels, lists) {
            let set = ChannelSet(Int(channel))
            let ends = Ends(block: set.block, count: list.count, last: list[list.count - 1])
            if let number = numbers[ends]?.first(where: { result[$0].1 == list }) {
                result[number].0.bits |= set.bits
            } else {
                numbers[ends, default: []].append(result.count)
                result.append((set, list))
            }
        }
        return result
    }

    /// Appends some channels' accesses as runs.
    private mutating func append(_ list: [DRAMLocation], channels: ChannelSet, isWrite: Bool) {
        var begin = 0
        while begin < list.count {
            let firstAccess = places.count
            let firstPair = pairs.count
            // Columns of each pair that occurred.
            var columns: [[Int32]] = []
            var largest: [Int32] = []
            var index = begin
            while index < list.count, index - begin < ChannelRun.accessLimit {
                let place = list[index]
                var pair = 0
                while pair < columns.count {
                    let other = places[Int(pairs[firstPair + pair])]
                    if other.bank == place.bank, other.row == place.row { break }
                    pair += 1
                }
                if pair == columns.count {
                    if pair == ChannelRun.pairLimit { break }
                    columns.append([])
                    largest.append(-1)
                    pairs.append(Int32(truncatingIfNeeded: places.count))
                }
                // Mostly they come in order.
                var column = columns[pair].count
                if place.column <= largest[pair] { column = columns[pair].firstIndex(of: place.column) ?? column }
                if column == columns[pair].count { columns[pair].append(place.column) }
                largest[pair] = max(largest[pair], place.column)
                places.append(place)
                parts.append(UInt32(truncatingIfNeeded: pair << 16 | column << 1 | (isWrite ? 1 : 0)))
                index += 1
            }
            runs.append(
                ChannelRun(
                    isWrite: isWrite, channels: channels, accesses: firstAccess..<places.count, pairs: firstPair..<pairs.count, patterns: patterns.count))
            patterns.append(contentsOf: repeatElement(-1, count: banks))
            begin = index
        }
    }

    /// The number of what a run looks like to a channel, rows apart: equal numbers mean equal sequences of banks, of first and
    /// repeated rows and columns, and of direction. -1 when there are too many.
    @inline(__always)
    mutating func pattern(of run: ChannelRun, baseBank: Int32) -> Int32 {
        let number = patterns[run.patterns + Int(baseBank)]
        return number >= 0 ? number : numberPattern(of: run, baseBank: baseBank)
    }

    @inline(never)
    private mutating func numberPattern(of run: ChannelRun, baseBank: Int32) -> Int32 {
        var words = Array(parts[run.accesses])
        words.append(UInt32.max)
        for pair in pairs[run.pairs] { words.append(UInt32(truncatingIfNeeded: places[Int(pair)].bank ^ baseBank)) }
        var number = numbers[words]
        if number == nil {
            guard numbers.count < Self.patternCapacity else { return -1 }
            number = Int32(truncatingIfNeeded: numbers.count)
            numbers[words] = number
        }
        patterns[run.patterns + Int(baseBank)] = number ?? -1
        return number ?? -1
    }
}

extension DRAMLocation {
    /// The place at this distance from a base.
    @inline(__always)
    func from(_ base: DRAMLocation) -> DRAMLocation {
        DRAMLocation(channel: channel ^ base.channel, bank: bank ^ base.bank, row: row ^ base.row, column: column ^ base.column)
    }
}

extension Int {
    var nextPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
