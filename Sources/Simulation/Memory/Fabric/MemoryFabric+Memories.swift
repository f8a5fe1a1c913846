import MemorySystem

/// What memories and caches do at their own times.
extension MemoryFabric {
    /// Tags of requests to memories: parts, lines of a cache, and lines that it writes.
    private static let isFetch = 1
    private static let isWriteBack = 2

    mutating func takeCompletions(_ memory: Int, at time: Int) {
        while let completion = memories[memory].popCompletion(at: time) {
            let number = completion.tag >> 2
            switch completion.tag & 3 {
            case Self.isWriteBack: break
            case Self.isFetch: memories[memory].cache?.arrive(register: number, at: completion.lastAccess)
            default: settle(number, first: completion.firstAccess, last: completion.lastAccess)
            }
        }
    }

    /// Returns false when no cache has anything to do at `time`.
    mutating func stepCaches(at time: Int) -> Bool {
        var hasStepped = false
        for memory in memories.indices {
            guard let cache = memories[memory].cache, let event = cache.nextEvent, event <= time else { continue }
            hasStepped = true
            let line = cache.parameters.lineBytes
            let effect = memories[memory].cache?.step(at: time)
            switch effect {
            case .complete(let part)?: settle(part, first: time, last: time)
            case .fetch(let address, let register, let part)?:
                move(address, line, memory: memory, part: part, isWrite: false, tag: register << 2 | Self.isFetch, at: time)
            case .writeBack(let address, let part)?:
                move(address, line, memory: memory, part: part, isWrite: true, tag: Self.isWriteBack, at: time)
            case nil:
                guard memories[memory].isBounded, memories[memory].cache?.hasRoom ?? true else { break }
                for node in memories[memory].nodes.indices { drain(memory, node: node, at: time) }
            }
        }
        return hasStepped
    }

    private mutating func move(_ address: Int, _ bytes: Int, memory: Int, part: Int, isWrite: Bool, tag: Int, at time: Int) {
        let moved = memories[memory].submit(DRAMRequest(address: address, runBytes: bytes, isWrite: isWrite, tag: tag), at: time)
        traffic.append(Traffic(unit: parts[part].unit, memory: memories[memory].index, bytes: moved, isWrite: isWrite))
    }

    /// What caches and flash moved since the last call.
    mutating func takeTraffic() -> [Traffic] {
        var result: [Traffic] = []
        swap(&result, &traffic)
        return result
    }
}
