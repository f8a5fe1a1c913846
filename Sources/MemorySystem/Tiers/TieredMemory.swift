/// One level of a memory hierarchy whose contents are placed explicitly.
public struct MemoryTier: Sendable {
    public enum Model: Sendable {
        /// SRAM, HBM, DDR.
        case linear(LinearMemory)
        /// Reads whole pages; written once after an erase.
        case flash(FlashArray)
    }

    /// As users name it: `hbm`.
    public var name: String
    public var capacityBytes: Int
    public var model: Model
    public internal(set) var bytesRead = 0
    public internal(set) var bytesWritten = 0
    /// Bytes handed out, rounded up to the tier's unit of allocation.
    public internal(set) var bytesUsed = 0

    public init(name: String, capacityBytes: Int, model: Model) {
        self.name = name
        self.capacityBytes = capacityBytes
        self.model = model
    }

    /// Allocation goes in units that can be written on their own: accesses, or stripes of flash blocks.
    public var allocationUnit: Int {
        switch model {
        case .linear(let memory): memory.granularity
        case .flash(let array): array.parameters.pagesPerStripe * array.parameters.pageBytes
        }
    }

    /// Times one transfer; returns when it ends. Data to be written may be there later than the call.
    mutating func transfer(address: Int, bytes: Int, isWrite: Bool, at time: Int, dataAt: Int? = nil) throws(TierError) -> Int {
        if isWrite { bytesWritten += bytes } else { bytesRead += bytes }
        switch model {
        case .linear(var memory):
            // Not copied, here as below: the model leaves the tier while it is changed.
            model = .linear(LinearMemory(bytesPerSecond: 1e9, latency: 0))
            let end = memory.access(address: address, bytes: bytes, isWrite: isWrite, at: time, dataAt: dataAt)
            model = .linear(memory)
            return end
        case .flash(var array):
            model = .linear(LinearMemory(bytesPerSecond: 1e9, latency: 0))
            defer { model = .flash(array) }
            let pageBytes = array.parameters.pageBytes
            var last = time
            for page in (address / pageBytes)...((address + bytes - 1) / pageBytes) {
                last = max(last, try isWrite ? array.program(page: page, at: time, dataAt: dataAt) : array.read(page: page, at: time))
            }
            return last
        }
    }
}

/// Memory in tiers, from the fastest to the slowest, in which every object is where it was put.
///
/// Nothing moves by itself: a program places objects, copies them between tiers and drops copies. An object may be in several tiers;
/// it is read from the fastest in which it has arrived. Times are femtoseconds; calls come in the order of their times.
public struct TieredMemory: Sendable {
    public private(set) var tiers: [MemoryTier]

    private struct Copy: Sendable {
        var tier: Int
        var address: Int
        var bytes: Int
        /// From when on it can be read.
        var readyAt: Int
        /// Until when it is being read by a transfer.
        var busyUntil: Int
    }
    private struct Object: Sendable {
        var bytes: Int
        var copies: [Copy]
    }
    private var objects: [String: Object] = [:]
    /// By tier: free ranges in order of address.
    private var free: [[Range<Int>]] = []

    /// - Throws: `TierError` for no tiers, two of the same name, capacities that are not positive or more than the flash has, and
    ///   impossible bandwidths.
    public init(_ tiers: [MemoryTier]) throws(TierError) {
        guard !tiers.isEmpty else { throw TierError("there are no tiers; name at least one") }
        for (index, tier) in tiers.enumerated() {
            guard !tiers[..<index].contains(where: { $0.name == tier.name }) else { throw TierError("two tiers are called \"\(tier.name)\"") }
            try TierError.require(tier.capacityBytes, "capacity of \(tier.name)", in: 1...(1 << 56))
            switch tier.model {
            case .linear(let memory): try memory.validate()
            case .flash(let array):
                guard tier.capacityBytes <= array.parameters.capacityBytes else {
                    throw TierError(
                        "capacity of \(tier.name) is \(tier.capacityBytes) bytes, but its flash has \(array.parameters.capacityBytes)")
                }
            }
            free.append([0..<tier.capacityBytes / tier.allocationUnit * tier.allocationUnit])
        }
        self.tiers = tiers
    }

    /// Puts an object into a tier before the run: it is there from the start and costs no time.
    public mutating func place(_ object: String, bytes: Int, in tier: String) throws(TierError) {
        try TierError.require(bytes, "size of \(object)", in: 1...(1 << 56))
        guard objects[object] == nil else { throw TierError("\(object) has been placed already; copy it instead") }
        let index = try self.index(of: tier)
        let address = try allocate(bytes, in: index, for: object)
        if case .flash(var array) = tiers[index].model {
            try array.markProgrammed(address: address, bytes: bytes)
            tiers[index].model = .flash(array)
        }
        objects[object] = Object(bytes: bytes, copies: [Copy(tier: index, address: address, bytes: bytes, readyAt: 0, busyUntil: 0)])
    }

    /// Names of the tiers that hold an object at a time, fastest first; empty when there is no such object.
    public func residency(of object: String, at time: Int) -> [String] {
        (objects[object]?.copies ?? []).filter { $0.readyAt <= time }.map(\.tier).sorted().map { tiers[$0].name }
    }

    /// From when on an object can be read in some tier; `nil` when there is no such object.
    public func availableAt(_ object: String) -> Int? { objects[object]?.copies.map(\.readyAt).min() }

    /// From when on all copies of an object have arrived; `nil` when there is no such object.
    public func settledAt(_ object: String) -> Int? { objects[object]?.copies.map(\.readyAt).max() }

    /// From when on an object's copy in a tier can be dropped; `nil` when there is none.
    public func freeAt(_ object: String, in tier: String) -> Int? {
        guard let index = tiers.firstIndex(where: { $0.name == tier }) else { return nil }
        return objects[object]?.copies.first { $0.tier == index }.map { max($0.readyAt, $0.busyUntil) }
    }

    /// Reads part of an object from the fastest tier that holds it. Returns when the last byte is there.
    public mutating func read(_ object: String, offset: Int = 0, bytes: Int? = nil, at time: Int) throws(TierError) -> Int {
        let (copy, length) = try source(object, offset, bytes, at: time)
        let end = try tiers[copy.tier].transfer(address: copy.address + offset, bytes: length, isWrite: false, at: time)
        update(object, copy.tier) { $0.busyUntil = max($0.busyUntil, end) }
        return end
    }

    /// Writes part of an object in the fastest tier that holds it. All other copies are out of date and dropped.
    public mutating func write(_ object: String, offset: Int = 0, bytes: Int? = nil, at time: Int) throws(TierError) -> Int {
        let (copy, length) = try source(object, offset, bytes, at: time)
        if case .flash = tiers[copy.tier].model {
            throw TierError("\(object) is in \(tiers[copy.tier].name), where pages cannot be overwritten; copy it to another tier first")
        }
        let end = try tiers[copy.tier].transfer(address: copy.address + offset, bytes: length, isWrite: true, at: time)
        for other in objects[object]?.copies ?? [] where other.tier != copy.tier { release(object, other.tier) }
        update(object, copy.tier) { $0.busyUntil = max($0.busyUntil, end) }
        return end
    }

    /// Copies an object to another tier, piece by piece: a piece is written as soon as it has been read, while the next is read.
    /// From the end on it can be read there.
    ///
    /// Room between the tiers is not limited. The copy is under way from the call on, but others may use what it leaves free of the
    /// buses.
    ///
    /// - Parameter piece: bytes; at least a page where flash takes part.
    /// - Returns: when the last piece has been written.
    public mutating func copy(_ object: String, to tier: String, piece: Int = 1 << 16, at time: Int) throws(TierError) -> Int {
        try TierError.require(piece, "piece", in: 1...(1 << 40))
        let target = try index(of: tier)
        let (from, bytes) = try source(object, 0, nil, at: time)
        guard !(objects[object]?.copies.contains { $0.tier == target } ?? false) else {
            throw TierError("\(object) is in \(tier) already, or on its way there")
        }
        let address = try allocate(bytes, in: target, for: object)
        var end = time
        if case .flash(var array) = tiers[target].model {
            let stripe = tiers[target].allocationUnit
            for block in address / stripe..<(address + bytes + stripe - 1) / stripe { end = max(end, try array.eraseStripe(block, at: time)) }
            tiers[target].model = .flash(array)
        }
        // All reads are asked for at once and share the source's bandwidth; each piece is then written.
        var arrivals: [(time: Int, offset: Int)] = []
        let step = pieceSize(piece, from.tier, target)
        var offset = 0
        while offset < bytes {
            let length = min(step, bytes - offset)
            arrivals.append((try tiers[from.tier].transfer(address: from.address + offset, bytes: length, isWrite: false, at: time), offset))
            offset += step
        }
        // Flash is written in order of address; elsewhere in order of arrival as well, which is the same but for flash reads.
        var latest = time
        for arrival in arrivals {
            latest = max(latest, arrival.time)
            let length = min(step, bytes - arrival.offset)
            end = max(end, try tiers[target].transfer(address: address + arrival.offset, bytes: length, isWrite: true, at: time, dataAt: latest))
        }
        update(object, from.tier) { $0.busyUntil = max($0.busyUntil, latest) }
        objects[object]?.copies.append(Copy(tier: target, address: address, bytes: bytes, readyAt: end, busyUntil: end))
        return end
    }

    /// Gives up an object's copy in a tier; the last one can be dropped as well and takes the object with it.
    public mutating func drop(_ object: String, from tier: String, at time: Int) throws(TierError) {
        let index = try self.index(of: tier)
        guard let copy = objects[object]?.copies.first(where: { $0.tier == index }) else {
            throw TierError("\(object) is not in \(tier)")
        }
        guard max(copy.readyAt, copy.busyUntil) <= time else {
            throw TierError("\(object) is in use in \(tier) until \(max(copy.readyAt, copy.busyUntil)) fs; drop it then")
        }
        release(object, index)
    }

    /// Copies and then drops the old copy.
    public mutating func move(_ object: String, to tier: String, piece: Int = 1 << 16, at time: Int) throws(TierError) -> Int {
        let (from, _) = try source(object, 0, nil, at: time)
        let end = try copy(object, to: tier, piece: piece, at: time)
        release(object, from.tier)
        return end
    }

    /// Pieces of flash are whole pages.
    private func pieceSize(_ piece: Int, _ source: Int, _ target: Int) -> Int {
        var unit = 1
        for tier in [source, target] {
            if case .flash(let array) = tiers[tier].model { unit = max(unit, array.parameters.pageBytes) }
        }
        return max(unit, piece / unit * unit)
    }

    private func index(of tier: String) throws(TierError) -> Int {
        guard let index = tiers.firstIndex(where: { $0.name == tier }) else {
            throw TierError("there is no tier \"\(tier)\"; there are \(tiers.map(\.name).joined(separator: ", "))")
        }
        return index
    }

    private func source(_ object: String, _ offset: Int, _ bytes: Int?, at time: Int) throws(TierError) -> (Copy, Int) {
        guard let entry = objects[object] else { throw TierError("\(object) is in no tier; place it first") }
        let length = bytes ?? entry.bytes - offset
        guard offset >= 0, length >= 1, offset + length <= entry.bytes else {
            throw TierError("bytes \(offset)..<\(offset + length) are not all in \(object), which has \(entry.bytes)")
        }
        guard let copy = entry.copies.filter({ $0.readyAt <= time }).min(by: { $0.tier < $1.tier }) else {
            throw TierError("\(object) is still on its way at \(time) fs")
        }
        return (copy, length)
    }

    private mutating func update(_ object: String, _ tier: Int, _ change: (inout Copy) -> Void) {
        guard let place = objects[object]?.copies.firstIndex(where: { $0.tier == tier }) else { return }
        if var copy = objects[object]?.copies[place] {
            change(&copy)
            objects[object]?.copies[place] = copy
        }
    }

    private mutating func allocate(_ bytes: Int, in tier: Int, for object: String) throws(TierError) -> Int {
        let unit = tiers[tier].allocationUnit
        let length = (bytes + unit - 1) / unit * unit
        guard let place = free[tier].firstIndex(where: { $0.count >= length }) else {
            let left = free[tier].reduce(0) { $0 + $1.count }
            let largest = free[tier].map(\.count).max() ?? 0
            throw TierError(
                "\(object) takes \(length) bytes in \(tiers[tier].name), which has \(left) free"
                    + (left >= length ? " but no more than \(largest) in one piece" : "") + "; drop something or place it in a larger tier")
        }
        let range = free[tier][place]
        free[tier][place] = range.lowerBound + length..<range.upperBound
        if free[tier][place].isEmpty { free[tier].remove(at: place) }
        tiers[tier].bytesUsed += length
        return range.lowerBound
    }

    private mutating func release(_ object: String, _ tier: Int) {
        guard let place = objects[object]?.copies.firstIndex(where: { $0.tier == tier }), let copy = objects[object]?.copies[place] else { return }
        objects[object]?.copies.remove(at: place)
        if objects[object]?.copies.isEmpty ?? false { objects[object] = nil }
        let unit = tiers[tier].allocationUnit
        let length = (copy.bytes + unit - 1) / unit * unit
        tiers[tier].bytesUsed -= length
        var range = copy.address..<copy.address + length
        let next = free[tier].firstIndex { $0.lowerBound > range.lowerBound } ?? free[tier].count
        var position = next
        // Joins its neighbours.
        if next < free[tier].count, free[tier][next].lowerBound == range.upperBound {
            range = range.lowerBound..<free[tier][next].upperBound
            free[tier].remove(at: next)
        }
        if position > 0, free[tier][position - 1].upperBound == range.lowerBound {
            position -= 1
            range = free[tier][position].lowerBound..<range.upperBound
            free[tier].remove(at: position)
        }
        free[tier].insert(range, at: position)
    }
}
