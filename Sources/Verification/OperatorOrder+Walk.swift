import Programs

/// All steps, in an order that the semaphores between operators allow.
extension OperatorOrder {
    private struct Past {
        var bytes: Range<Int>
        var unit: Int
        var position: Int32
        var operatorIndex: Int
        var isWrite: Bool
    }

    func walk(_ streams: Streams, _ initial: [Int], _ names: [String]) -> Finding {
        let units = streams.events.count
        var counts = initial
        var totals: [Int: [Int: Int]] = [:]
        for unit in 0..<units {
            for event in streams.events[unit] { if case .give(let counter, let count, _) = event { totals[counter, default: [:]][unit, default: 0] += count } }
        }
        let none = UnitClock(units: units)
        var clocks = Array(repeating: none, count: units)
        // By counter and unit: the clock after each gift.
        var gifts: [Int: [Int: [(total: Int, clock: UnitClock)]]] = [:]
        var takenOf: [Int: Int] = [:]
        var place = Array(repeating: 0, count: units)
        var past: [String: [Past]] = [:]
        let beginnings = beginnings()
        // When each unit began each operator, as it knew.
        var began: [Int: [Int: UnitClock]] = [:]
        var (steps, checks) = (0, 0)
        var moved = true
        while moved {
            moved = false
            for unit in 0..<units {
                while place[unit] < streams.events[unit].count {
                    let event = streams.events[unit][place[unit]]
                    if case .take(let counter, let count) = event, counts[counter] < count { break }
                    if case .work(let text, let operatorIndex, _) = event {
                        let needed = beginnings[text].filter { $0.second == unit }
                        guard needed.allSatisfy({ began[operatorIndex]?[$0.first] != nil }) else { break }
                        for pair in needed { if let clock = began[operatorIndex]?[pair.first] { clocks[unit].join(clock) } }
                        began[operatorIndex, default: [:]][unit] = clocks[unit]
                    }
                    moved = true
                    place[unit] += 1
                    let position = Int32(place[unit])
                    switch event {
                    case .take(let counter, let count):
                        counts[counter] -= count
                        takenOf[counter, default: 0] += count
                        let needed = (takenOf[counter] ?? 0) - initial[counter]
                        let all = totals[counter] ?? [:]
                        for (giver, own) in all {
                            let others = all.reduce(0) { $0 + ($1.key == giver ? 0 : $1.value) }
                            let least = needed - others
                            guard least > 0, least <= own, let list = gifts[counter]?[giver], let gift = list.first(where: { $0.total >= least }) else { continue }
                            clocks[unit].join(gift.clock)
                        }
                    case .give(let counter, let count, let isRead):
                        counts[counter] += count
                        var clock = clocks[unit]
                        clock.read[unit] = position
                        if !isRead { clock.finished[unit] = position }
                        let total = (gifts[counter]?[unit]?.last?.total ?? 0) + count
                        gifts[counter, default: [:]][unit, default: []].append((total, clock))
                    case .work(_, let operatorIndex, let index):
                        steps += 1
                        for touch in streams.touches[index] {
                            var list = past.removeValue(forKey: touch.memory) ?? []
                            var kept: [Past] = []
                            kept.reserveCapacity(list.count + 1)
                            for entry in list {
                                guard entry.bytes.overlaps(touch.bytes), entry.operatorIndex != operatorIndex, entry.isWrite || touch.isWrite, entry.unit != unit else {
                                    // The same unit's later step stands for its earlier one.
                                    let isCovered = entry.unit == unit && entry.isWrite == touch.isWrite && touch.bytes.lowerBound <= entry.bytes.lowerBound
                                        && touch.bytes.upperBound >= entry.bytes.upperBound
                                    if !isCovered { kept.append(entry) }
                                    continue
                                }
                                if touch.isFilled, entry.operatorIndex < operatorIndex { kept.append(entry); continue }
                                checks += 1
                                let isOrdered = entry.isWrite ? clocks[unit].finished[entry.unit] >= entry.position : clocks[unit].read[entry.unit] >= entry.position
                                guard isOrdered else {
                                    return .conflict(
                                        Conflict(
                                            memory: touch.memory, bytes: entry.bytes.clamped(to: touch.bytes),
                                            first: Side(unit: entry.unit, operatorIndex: entry.operatorIndex, isWrite: entry.isWrite),
                                            second: Side(unit: unit, operatorIndex: operatorIndex, isWrite: touch.isWrite)))
                                }
                                // What comes after a write that covers it entirely comes after it.
                                let isCovered = touch.isWrite && touch.bytes.lowerBound <= entry.bytes.lowerBound && touch.bytes.upperBound >= entry.bytes.upperBound
                                if !isCovered { kept.append(entry) }
                            }
                            kept.append(Past(bytes: touch.bytes, unit: unit, position: position, operatorIndex: operatorIndex, isWrite: touch.isWrite))
                            list = kept
                            past[touch.memory] = list
                        }
                    }
                }
            }
        }
        for unit in 0..<units where place[unit] < streams.events[unit].count {
            if case .work(_, let operatorIndex, _) = streams.events[unit][place[unit]] {
                return .stuck(unit: unit, semaphore: "its partner", operatorIndex: operatorIndex)
            }
            if case .take(let counter, _) = streams.events[unit][place[unit]] {
                var operatorIndex = 0
                for event in streams.events[unit][place[unit]...] { if case .work(_, let index, _) = event { operatorIndex = index; break } }
                return .stuck(unit: unit, semaphore: names[counter], operatorIndex: operatorIndex)
            }
        }
        return .ordered(steps: steps, checks: checks)
    }
}
