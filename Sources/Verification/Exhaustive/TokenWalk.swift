/// Steps in an order that semaphores allow.
///
/// Every counter is taken from by one unit alone, so that taking never stands in another's way: if one order of steps comes to the end, every
/// order does, and what can be given while a unit waits does not depend on the order.
struct TokenWalk {
    let list: StepList

    struct Standstill {
        /// Place of the unit in the list, and the counter that it waits for.
        var unit: Int
        var counter: Int
        var step: Int
    }

    /// Counters that more than one unit takes from.
    func sharedCounters() -> [Int] {
        var taker: [Int: Int] = [:]
        var shared: Set<Int> = []
        for (unit, steps) in list.steps.enumerated() {
            for case .take(let counter, _) in steps {
                if let other = taker[counter], other != unit { shared.insert(counter) }
                taker[counter] = unit
            }
        }
        return shared.sorted()
    }

    /// Calls `visit` for every step in turn.
    ///
    /// - Parameters:
    ///   - last: a unit that moves only when no other can.
    ///   - visit: unit and number of a step.
    /// - Returns: where all units stand still before their end.
    func walk(last: Int? = nil, _ visit: (Int, Int) -> Bool) -> Standstill? {
        var tokens = list.initial
        var place = Array(repeating: 0, count: list.steps.count)
        while true {
            var moved = false
            for unit in list.steps.indices where unit != last {
                while let isDone = advance(unit, &place, &tokens, visit) {
                    moved = true
                    if !isDone { return nil }
                }
            }
            if let last, !moved, let isDone = advance(last, &place, &tokens, visit) {
                moved = true
                if !isDone { return nil }
            }
            if !moved { break }
        }
        for unit in list.steps.indices where place[unit] < list.steps[unit].count {
            if case .take(let counter, _) = list.steps[unit][place[unit]] { return Standstill(unit: unit, counter: counter, step: place[unit]) }
        }
        return nil
    }

    /// `nil` when the unit cannot move.
    private func advance(_ unit: Int, _ place: inout [Int], _ tokens: inout [Int], _ visit: (Int, Int) -> Bool) -> Bool? {
        guard place[unit] < list.steps[unit].count else { return nil }
        switch list.steps[unit][place[unit]] {
        case .take(let counter, let count):
            guard tokens[counter] >= count else { return nil }
            tokens[counter] -= count
        case .give(let counter, let count, _): tokens[counter] += count
        case .work: break
        }
        place[unit] += 1
        return visit(unit, place[unit] - 1)
    }
}

/// What every taking of tokens is sure of: how much each unit must have given by then, in every order.
struct TokenGuarantees {
    /// By taking unit and number of its step: what each giver has given at least.
    private(set) var least: [Int: [Int: [(giver: Int, count: Int)]]] = [:]

    init(_ list: StepList) {
        let walk = TokenWalk(list: list)
        var givers: [Int: Set<Int>] = [:]
        for (unit, steps) in list.steps.enumerated() { for case .give(let counter, _, _) in steps { givers[counter, default: []].insert(unit) } }
        for (unit, steps) in list.steps.enumerated() {
            var own = Set<Int>()
            for case .take(let counter, _) in steps { own.insert(counter) }
            let isShared = own.contains { (givers[$0]?.count ?? 0) > 1 }
            var taken: [Int: Int] = [:]
            if !isShared {
                var result: [Int: [(giver: Int, count: Int)]] = [:]
                for (number, step) in steps.enumerated() {
                    guard case .take(let counter, let count) = step else { continue }
                    taken[counter, default: 0] += count
                    let needed = (taken[counter] ?? 0) - list.initial[counter]
                    if needed > 0, let giver = givers[counter]?.first { result[number] = [(giver, needed)] }
                }
                least[unit] = result
                continue
            }
            // The unit waits for as long as anybody else can do anything: what is given by then is the most that can be.
            var given: [Int: [Int: Int]] = [:]
            var result: [Int: [(giver: Int, count: Int)]] = [:]
            _ = walk.walk(last: unit) { other, number in
                switch list.steps[other][number] {
                case .give(let counter, let count, _): given[counter, default: [:]][other, default: 0] += count
                case .take(let counter, let count) where other == unit:
                    taken[counter, default: 0] += count
                    let needed = (taken[counter] ?? 0) - list.initial[counter]
                    let most = given[counter] ?? [:]
                    let all = most.values.reduce(0, +)
                    for (giver, own) in most {
                        let sure = needed - (all - own)
                        if sure > 0 { result[number, default: []].append((giver, sure)) }
                    }
                default: break
                }
                return true
            }
            least[unit] = result
        }
    }
}
