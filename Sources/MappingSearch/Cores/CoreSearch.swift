/// Chooses ranges of cores for the operations of one region: forward through the program, of all states behind an operation those that
/// no other dominates and whose bound is below the best that is known.
///
/// A state is when each core is free and when each result is there that a later operation reads. One that is nowhere later than another
/// dominates it. Cores are alike, so that a state and its mirror image are one.
struct CoreSearch {
    struct Result {
        var choice: [Range<Int>]?
        var cycles: Int
        /// No choice takes fewer.
        var lowerBound: Int
        var states: Int
    }

    private let problem: CoreProblem
    private let ranges: [Range<Int>]
    /// Results that are still read behind each operation, by number of operations that are done.
    private var live: [[Int]] = []
    /// From the beginning of an operation to the end of the last that needs it, at least; and from its end.
    private var tails: [Int]
    private var followers: [Int]
    /// Cycles times cores of all operations from one on, at least.
    private var areas: [Int]
    /// The same of the memory.
    private var memories: [Int]
    /// Comparisons of a new state with others.
    private static let comparisons = 400

    init(_ problem: CoreProblem) {
        self.problem = problem
        ranges = problem.ranges
        let count = problem.operations.count
        tails = Array(repeating: 0, count: count)
        followers = tails
        areas = Array(repeating: 0, count: count + 1)
        memories = areas
        var lastRead = tails.map { _ in -1 }
        for (index, operation) in problem.operations.enumerated().reversed() {
            tails[index] = followers[index] + (operation.times.map(\.cycles).min() ?? 0)
            for need in operation.needs {
                followers[need] = max(followers[need], tails[index])
                lastRead[need] = max(lastRead[need], index)
            }
            memories[index] = memories[index + 1] + (operation.times.map(\.memory).min() ?? 0)
            areas[index] = areas[index + 1] + (operation.times.enumerated().map { $0.element.engaged * ($0.offset + 1) }.min() ?? 0)
        }
        for done in 0...count { live.append((0..<done).filter { lastRead[$0] >= done }) }
    }

    private struct State {
        /// By core, then by live result.
        var times: [Int]
        var end: Int
        /// Of the memory so far.
        var memory: Int
        var bound: Int
        var parent: Int32
        var choice: Int32
    }

    /// - Parameters:
    ///   - width: states behind one operation.
    ///   - limit: cycles of a choice that is known; only better ones are looked for.
    func run(width: Int, below limit: Int) -> Result {
        let cores = problem.cores
        var levels: [[State]] = []
        var level = [State(times: Array(repeating: 0, count: cores), end: 0, memory: 0, bound: 0, parent: -1, choice: -1)]
        // The least that a state which was left out may lead to.
        var left = Int.max
        var states = 0
        for (index, operation) in problem.operations.enumerated() {
            var next: [State] = []
            let before = live[index], after = live[index + 1]
            for (parent, state) in level.enumerated() {
                var ready = 0
                for need in operation.needs {
                    if let place = before.firstIndex(of: need) { ready = max(ready, state.times[cores + place]) }
                }
                for (choice, range) in ranges.enumerated() {
                    var start = ready
                    for core in range { start = max(start, state.times[core]) }
                    let time = operation.times[range.count - 1]
                    let end = start + time.cycles
                    guard end + followers[index] < limit else { continue }
                    var times = Array(state.times[..<cores])
                    for core in range { times[core] = start + time.engaged }
                    for value in after {
                        times.append(value == index ? end : before.firstIndex(of: value).map { state.times[cores + $0] } ?? 0)
                    }
                    var new = State(times: times, end: max(state.end, end), memory: state.memory + time.memory, bound: 0, parent: Int32(parent), choice: Int32(choice))
                    settle(&new, after: index + 1)
                    states += 1
                    if new.bound < limit { next.append(new) }
                }
            }
            next = Self.undominated(next)
            if next.count > width {
                for state in next[width...] { left = min(left, state.bound) }
                next.removeLast(next.count - width)
            }
            levels.append(next)
            level = next
        }
        func cycles(_ place: Int) -> Int { max(level[place].end, level[place].memory) }
        let best = level.indices.min { (cycles($0), $0) < (cycles($1), $1) }
        guard let best, cycles(best) < limit else { return Result(choice: nil, cycles: limit, lowerBound: min(limit, left), states: states) }
        return Result(choice: choice(levels, best), cycles: cycles(best), lowerBound: min(cycles(best), left), states: states)
    }

    /// Mirrors a state if that comes first, moves cores that nothing can begin on yet up to the time when something can, and bounds it.
    private func settle(_ state: inout State, after done: Int) {
        let cores = problem.cores
        let values = live[done]
        // The earliest time at which one of the operations that are left has what it needs.
        var floor = Int.max
        for operation in problem.operations[done...] {
            var ready = 0
            for need in operation.needs { if let place = values.firstIndex(of: need) { ready = max(ready, state.times[cores + place]) } }
            floor = min(floor, ready)
            if floor == 0 { break }
        }
        if done == problem.operations.count { floor = 0 }
        var sum = 0
        for core in 0..<cores {
            state.times[core] = max(state.times[core], floor)
            sum += state.times[core]
        }
        mirror: for core in 0..<(cores / 2) {
            let (a, b) = (state.times[core], state.times[cores - 1 - core])
            if a == b { continue }
            if a > b { state.times[..<cores].reverse(); state.choice = -2 - state.choice }
            break mirror
        }
        var bound = max(state.end, state.memory + memories[done], done < problem.operations.count ? (sum + areas[done] + cores - 1) / cores : 0)
        for (place, value) in values.enumerated() { bound = max(bound, state.times[cores + place] + followers[value]) }
        state.bound = bound
    }

    /// States in the order of their bounds, without those that another one dominates.
    private static func undominated(_ states: [State]) -> [State] {
        let order = states.indices.sorted { a, b in
            let (left, right) = (states[a], states[b])
            return (left.bound, left.end, a) < (right.bound, right.end, b)
        }
        var kept: [State] = []
        for index in order {
            let state = states[index]
            let isDominated = kept.suffix(comparisons).contains { other in
                guard other.end <= state.end, other.memory <= state.memory else { return false }
                for place in state.times.indices where other.times[place] > state.times[place] { return false }
                return true
            }
            if !isDominated { kept.append(state) }
        }
        return kept
    }

    /// The ranges on the way to a state. Behind a mirror image everything before is mirrored.
    private func choice(_ levels: [[State]], _ last: Int) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var isMirrored = false
        var place = last
        for level in levels.reversed() {
            let state = level[place]
            var choice = Int(state.choice)
            if choice < 0 { choice = -2 - choice; isMirrored.toggle() }
            let range = ranges[choice]
            result.append(isMirrored ? (problem.cores - range.upperBound)..<(problem.cores - range.lowerBound) : range)
            place = Int(state.parent)
        }
        return result.reversed()
    }
}
