import Architecture

/// What a stream of accesses amounts to.
public struct TierFigures: Sendable {
    /// Of one tier.
    public struct Tier: Sendable, Hashable {
        public var name: String
        public var capacityBytes: Int
        /// Bytes that were taken up at most, whole units of allocation.
        public var peakBytes: Int
        /// Over its channels: reads and writes of the stream, and copies out and in.
        public var bytesRead: Int
        public var bytesWritten: Int
        /// Reads of the stream that it served, and their bytes.
        public var reads: Int
        public var readBytes: Int
    }

    public var tiers: [Tier] = []
    public var accesses = 0
    /// Femtoseconds of the whole stream, and what they were spent on. Copies count where nothing else went on.
    public var duration = 0
    public var reading = 0
    public var writing = 0
    public var copying = 0
    public var computing = 0
    /// For a tensor to arrive, or for one to be free to be dropped.
    public var waiting = 0

    /// Bytes that the stream read and wrote, copies not counted.
    public var readBytes: Int { tiers.reduce(0) { $0 + $1.readBytes } }
}

extension TierDescription {
    /// Carries the stream out: each access begins when the one before has ended, copies in the background go on meanwhile.
    ///
    /// - Throws: `ArchitectureError` with the line of an access that cannot be: a tensor that is nowhere, a tier that is full.
    public func run() throws(ArchitectureError) -> TierFigures {
        var run = TierRun(self)
        try run.carryOut(0..<accesses.statements.count, number: 0)
        return run.finished()
    }
}

private struct TierRun {
    private let description: TierDescription
    private var memory: TieredMemory
    private var figures = TierFigures()
    private var now = 0
    private var peaks: [Int]
    /// When the last copy in the background ends.
    private var lastCopy = 0

    init(_ description: TierDescription) {
        self.description = description
        memory = description.memory
        peaks = memory.tiers.map(\.bytesUsed)
        figures.tiers = memory.tiers.map {
            .init(name: $0.name, capacityBytes: $0.capacityBytes, peakBytes: 0, bytesRead: 0, bytesWritten: 0, reads: 0, readBytes: 0)
        }
    }

    mutating func carryOut(_ range: Range<Int>, number: Int) throws(ArchitectureError) {
        var position = range.lowerBound
        while position < range.upperBound {
            let statement = description.accesses.statements[position]
            position += 1
            if case .repetition(let times, let count) = statement.operation {
                for repetition in 0..<times { try carryOut(position..<position + count, number: repetition) }
                position += count
                continue
            }
            do throws(TierError) {
                try carryOut(statement, number)
            } catch {
                throw ArchitectureError(file: description.accesses.file, line: statement.line, path: "accesses", message: error.description)
            }
            figures.accesses += 1
        }
    }

    private mutating func carryOut(_ statement: TierAccessStream.Statement, _ number: Int) throws(TierError) {
        if case .compute(let time) = statement.operation {
            figures.computing += time
            now += time
            guard now < 1 << 60 else { throw TierError("the stream takes longer than a thousand seconds of simulated time") }
            return
        }
        let tensor = description.tensors[statement.tensor]
        let index = statement.followsRepetition ? number + statement.index : statement.index
        let name = tensor.element((index % tensor.count + tensor.count) % tensor.count)
        switch statement.operation {
        case .read:
            wait(until: memory.availableAt(name))
            let tier = memory.residency(of: name, at: now).first
            let end = try memory.read(name, at: now)
            if let place = figures.tiers.firstIndex(where: { $0.name == tier }) {
                figures.tiers[place].reads += 1
                figures.tiers[place].readBytes += tensor.bytes
            }
            figures.reading += end - now
            now = end
        case .write:
            wait(until: memory.availableAt(name))
            let end = try memory.write(name, at: now)
            figures.writing += end - now
            now = end
        case .copy(let tier, let isBackground), .move(let tier, let isBackground):
            wait(until: memory.availableAt(name))
            var end = now
            let target = description.memory.tiers[tier].name
            if case .move = statement.operation { end = try memory.move(name, to: target, at: now) } else { end = try memory.copy(name, to: target, at: now) }
            for place in peaks.indices { peaks[place] = max(peaks[place], memory.tiers[place].bytesUsed) }
            lastCopy = max(lastCopy, end)
            if !isBackground {
                figures.copying += end - now
                now = end
            }
        case .drop(let tier):
            let target = description.memory.tiers[tier].name
            wait(until: memory.freeAt(name, in: target))
            try memory.drop(name, from: target, at: now)
        case .wait: wait(until: memory.settledAt(name))
        case .compute, .repetition: break
        }
        guard now < 1 << 60 else { throw TierError("the stream takes longer than a thousand seconds of simulated time") }
    }

    private mutating func wait(until time: Int?) {
        guard let time, time > now else { return }
        figures.waiting += time - now
        now = time
    }

    func finished() -> TierFigures {
        var result = figures
        for (place, tier) in memory.tiers.enumerated() {
            result.tiers[place].peakBytes = peaks[place]
            result.tiers[place].bytesRead = tier.bytesRead
            result.tiers[place].bytesWritten = tier.bytesWritten
        }
        // The stream is over when its last copy has arrived.
        result.waiting += max(0, lastCopy - now)
        result.duration = max(now, lastCopy)
        return result
    }
}
