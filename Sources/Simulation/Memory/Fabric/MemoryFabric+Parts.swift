import MemorySystem

/// Parts of requests on their way: to a node, into its front end, through the memory, and back.
extension MemoryFabric {
    /// A part is ready to leave its engine: it goes when the front end behind has a place, and nothing of the engine waits before it.
    mutating func offer(_ part: Int, at time: Int) {
        let unit = parts[part].unit
        guard memories[parts[part].memory].isBounded else { return depart(part, at: time) }
        guard held[unit].isEmpty, memories[parts[part].memory].reserve(parts[part].node) else {
            held[unit].append(part)
            heldCount += 1
            memories[parts[part].memory].holdBack(parts[part].node, at: time)
            return
        }
        depart(part, at: time)
    }

    /// Lets go what was held back for want of places, engine after engine in turn.
    mutating func releaseHeld(at time: Int) {
        guard !isReleasing else { return }
        isReleasing = true
        defer { isReleasing = false }
        while heldCount > 0 {
            var moved = false
            for offset in held.indices {
                let unit = (nextHeld + offset) % held.count
                guard let part = held[unit].first, memories[parts[part].memory].reserve(parts[part].node) else { continue }
                held[unit].removeFirst()
                heldCount -= 1
                nextHeld = (unit + 1) % held.count
                memories[parts[part].memory].letGo(parts[part].node, at: time, since: parts[part].offeredAt)
                depart(part, at: time)
                moved = true
                break
            }
            if !moved { return }
        }
    }

    mutating func depart(_ part: Int, at time: Int) {
        let memory = parts[part].memory
        let network = memories[memory].network
        guard network >= 0 else { return arrive(part, at: time) }
        let unit = networks[network].unitTerminals[parts[part].unit]
        let node = memories[memory].nodes[parts[part].node].terminal
        let payload = parts[part].isWrite ? parts[part].bytes : 0
        let isThere = networks[network].send(from: unit, to: node, bytes: payload, tag: part << 1, isAnswer: false, at: time)
        if isThere { arrive(part, at: time) }
    }

    /// A part is at its node.
    mutating func arrive(_ part: Int, at time: Int) {
        let memory = parts[part].memory
        guard memories[memory].isBounded else { return serve(part, at: time) }
        memories[memory].enter(part, node: parts[part].node, at: time)
        drain(memory, node: parts[part].node, at: time)
    }

    /// Moves parts from a front end to the controllers or the cache as long as those have room.
    mutating func drain(_ memory: Int, node: Int, at time: Int) {
        var isFreed = false
        while let part = memories[memory].leave(node, at: time) {
            serve(part, at: time)
            isFreed = true
        }
        if isFreed { releaseHeld(at: time) }
    }

    mutating func serve(_ part: Int, at time: Int) {
        let memory = parts[part].memory
        var piece = parts[part].piece
        parts[part].remaining = 0
        while piece >= 0 {
            var request = pieces[piece].request
            if memories[memory].cache != nil {
                parts[part].remaining += memories[memory].cache?.take(request, owner: part, at: time) ?? 0
            } else {
                request.tag = part << 2
                let moved = memories[memory].submit(request, at: time)
                parts[part].accesses += moved / memories[memory].granule
                if memories[memory].countsLater {
                    traffic.append(Traffic(unit: parts[part].unit, memory: memories[memory].index, bytes: moved, isWrite: false))
                }
                parts[part].remaining += 1
            }
            let next = pieces[piece].next
            freePieces.append(piece)
            piece = next
        }
        parts[part].piece = -1
        memories[memory].begin(part: parts[part].accesses, node: parts[part].node)
    }

    /// One of a part's requests, or accesses, is complete.
    mutating func settle(_ part: Int, first: Int, last: Int) {
        parts[part].first = min(parts[part].first, first)
        parts[part].last = max(parts[part].last, last)
        parts[part].remaining -= 1
        guard parts[part].remaining == 0 else { return }
        let memory = parts[part].memory
        memories[memory].end(part: parts[part].accesses, node: parts[part].node)
        let time = parts[part].last
        let network = memories[memory].network
        if network >= 0 {
            let unit = networks[network].unitTerminals[parts[part].unit]
            let node = memories[memory].nodes[parts[part].node].terminal
            let payload = parts[part].isWrite ? 0 : parts[part].bytes
            if networks[network].send(from: node, to: unit, bytes: payload, tag: part << 1 | 1, isAnswer: true, at: time) {
                finish(part, first: parts[part].first, last: time)
            }
        } else {
            finish(part, first: parts[part].first, last: time)
        }
        if memories[memory].isBounded { drain(memory, node: parts[part].node, at: time) }
    }

    /// A part's answer is back.
    mutating func finish(_ part: Int, first: Int, last: Int) {
        let index = parts[part].transaction
        freeParts.append(part)
        transactions[index].remaining -= 1
        transactions[index].first = min(transactions[index].first, first)
        transactions[index].last = max(transactions[index].last, last)
        guard transactions[index].remaining == 0 else { return }
        let transaction = transactions[index]
        freeTransactions.append(index)
        answers.insert(Answer(time: transaction.last, sequence: transaction.sequence, tag: transaction.tag, first: transaction.first))
    }
}
