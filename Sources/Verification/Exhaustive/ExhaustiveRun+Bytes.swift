import Programs

/// What is read and written, byte by byte.
extension ExhaustiveRun {
    mutating func read(_ bytes: Range<Int>, _ operand: ExhaustiveChecker.Operand, _ own: Int32, _ unit: Int, isSum: Bool) {
        var checked: Int32 = -1
        var found: (Obligation.Kind, String, Int32)?
        var shadow = shadows[operand.memory]
        shadows[operand.memory] = ShadowMemory(units: 0)
        let takesSums = operand.access.operand == "in0"
        var depths: Set<Int32> = []
        var missing: Int?
        _ = shadow.update(bytes) { cell, address in
            if takesSums, cell.depth > 0 { depths.insert(cell.depth) }
            if cell.writer < 0 { missing = missing ?? address }
            guard cell.writer >= 0, cell.writer != checked else { return true }
            checked = cell.writer
            let writer = commands[Int(checked)]
            if writer.unit != unit {
                if clocks[unit].finished[writer.unit] < writer.step { found = (.order, "nothing orders the two: the bytes may change while they are read", checked); return false }
                if let message = mismatch(writer, commands[Int(own)], operand) { found = (.loaded, message, checked); return false }
            }
            return true
        }
        shadow.noteRead(bytes, by: unit, own)
        shadows[operand.memory] = shadow
        if let found {
            wrong = (found.0, Counterexample("\(operand.access.operand) at \(operand.access.region.memory)@\(bytes.lowerBound): \(found.1)", steps: [here(found.2), here(own)]))
            return
        }
        if takesSums, !depths.isEmpty { sums.formUnion(depths); if sums.count > 1 {
            wrong = (.accumulators, Counterexample("sums of \(sums.sorted().map(String.init).joined(separator: " and ")) steps of depth are taken", steps: [here(own)]))
        } else { taken += bytes.count * 8 / max(1, operand.bits) } }
        if let missing, wrong == nil, checker.isBuffer(operand.access) {
            wrong = (.loaded, Counterexample("\(operand.access.operand) reads \(operand.access.region.memory)@\(missing), where nothing was put", steps: [here(own)]))
        }
    }

    /// A reader finds the writer of its own iteration: the same values of all loops that both have, except for those that a condition on
    /// the writer's semaphore fixes.
    mutating func mismatch(_ writer: ExhaustiveChecker.Done, _ reader: ExhaustiveChecker.Done, _ operand: ExhaustiveChecker.Operand) -> String? {
        let key = writer.site * checker.text.sites.count + reader.site
        let (p, c) = (checker.text.sites[writer.site], checker.text.sites[reader.site])
        if partners[key] == nil {
            // The semaphore that the writer's unit gives next to the reader's.
            let next = checker.text.sites.filter { site in
                guard site.stream == p.stream, site.position > p.position, case .release(let reference, _, _) = site.kind else { return false }
                return checker.text.sites.contains { other in
                    if case .acquire(let taken, _) = other.kind { other.stream == c.stream && taken.name == reference.name } else { false }
                }
            }.min { $0.position < $1.position }
            let pins = next?.pins ?? [:]
            var pairs: [(Int, Int)] = []
            for (place, loop) in p.loops.enumerated() where pins[loop.variable] == nil && (next.map { $0.loops.contains { $0.variable == loop.variable } } ?? true) {
                if let other = c.loops.firstIndex(where: { $0.variable == loop.variable }) { pairs.append((place, other)) }
            }
            partners[key] = pairs
        }
        for (a, b) in partners[key] ?? [] where list.indices[writer.indices + a] != list.indices[reader.indices + b] {
            return "the bytes are those of \(p.loops[a].variable) = \(list.indices[writer.indices + a]), where \(c.loops[b].variable) = \(list.indices[reader.indices + b]) reads them"
        }
        return nil
    }

    mutating func write(_ bytes: Range<Int>, _ operand: ExhaustiveChecker.Operand, _ own: Int32, _ unit: Int, depth: Int, adds: Bool) {
        var found: (Obligation.Kind, String, Int32)?
        var shadow = shadows[operand.memory]
        shadows[operand.memory] = ShadowMemory(units: 0)
        for other in list.steps.indices where other != unit && found == nil {
            _ = shadow.lastReads(bytes, by: other) { command, _ in
                if clocks[unit].read[other] < commands[Int(command)].step { found = (.order, "nothing makes the second wait until the first has read: the bytes may change before", command); return false }
                return true
            }
        }
        let isResult = depth == 0 && checker.isResult(operand.access.region.memory, bytes.lowerBound)
        var checked: Int32 = -1
        _ = shadow.update(bytes) { cell, _ in
            if cell.writer >= 0, cell.writer != checked, found == nil {
                checked = cell.writer
                let writer = commands[Int(checked)]
                if writer.unit != unit, clocks[unit].finished[writer.unit] < writer.step { found = (.order, "nothing orders two writers of the same bytes", checked) }
                if isResult, found == nil { found = (.coverage, "an element of the result is written twice", checked) }
            }
            if adds, cell.writer < 0, found == nil { found = (.accumulators, "sums are added to what was there before", own) }
            cell.writer = own
            cell.depth = Int32(depth) + (adds ? cell.depth : 0)
            return found == nil
        }
        shadows[operand.memory] = shadow
        if let found {
            wrong = (found.0, Counterexample("\(operand.access.operand) at \(operand.access.region.memory)@\(bytes.lowerBound): \(found.1)", steps: found.2 == own ? [here(own)] : [here(found.2), here(own)]))
        }
    }

    /// What only the whole run shows.
    var conclusion: ExhaustiveChecker.Finding? {
        guard executed > 0, checker.macs > 0 else { return nil }
        if executed != checker.macs {
            return .wrong(.iterations, Counterexample("\(executed) multiply-accumulates are executed, the operator has \(checker.macs)"))
        }
        if let depth = sums.first, taken > 0, Int(depth) * taken != checker.macs {
            return .wrong(.accumulators, Counterexample("\(taken) sums of \(depth) steps of depth are taken, for \(checker.macs) multiply-accumulates"))
        }
        return nil
    }
}
