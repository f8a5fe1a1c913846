/// Composition by dynamic programming over layers: a state is which tensors stay, which of them were not written, and the unit.
///
/// Exact, and quick while few tensors are live at a time. A state makes another with the same tensors on chip useless when it
/// is no dearer, a switch of units included, and all that it has left unwritten the other has too.
struct ComposeSearch {
    private struct State {
        /// Tensors on chip, by their bits, and those of them that have no copy off chip.
        var staying: UInt64
        var unwritten: UInt64
        var bytes: Int
        var cost: Int
        var unit: Int32
        var parent: Int32
        var segment: Int32
        var option: Int32
    }

    struct Result {
        /// `nil` when none costs less than the limit, or none was found.
        var plan: ComposePlan?
        var cost: Int
        /// No plan costs less; the limit when there is none below it.
        var lowerBound: Int
        var candidates: Int
        var isComplete: Bool
    }

    let structure: ComposeStructure
    let weights: ComposeWeights
    private let switchCost: Int
    /// By layer: what all layers from it on cost at least.
    private var least: [Int]
    private var states: [State] = []
    /// By layer: states before it, by the tensors that stay.
    private var fronts: [[UInt64: [Int32]]] = []
    private var candidates = 0

    init(_ structure: ComposeStructure, _ weights: ComposeWeights) {
        self.structure = structure
        self.weights = weights
        switchCost = weights.cost(ofSwitchOn: structure.problem.machine)
        least = structure.leastCosts(weights)
    }

    /// - Parameters:
    ///   - width: states kept at each layer; `nil` for all.
    ///   - limit: in states that come up.
    ///   - costLimit: plans that cost so much or more are of no interest.
    mutating func run(width: Int?, limit: Int, costLimit: Int = .max, isCancelled: () -> Bool = { false }) -> Result {
        let layers = structure.problem.layers
        start(at: 0)
        // The least that anything thrown away could have come to.
        var lost = Int.max
        for layer in 0..<layers {
            var front = fronts[layer].values.flatMap { $0 }
            fronts[layer] = [:]
            front.sort { states[Int($0)].cost != states[Int($1)].cost ? states[Int($0)].cost < states[Int($1)].cost : $0 < $1 }
            let isOver = candidates >= limit || isCancelled()
            let kept = isOver ? min(width ?? 64, 64) : width ?? front.count
            if front.count > kept {
                for state in front[kept...] { lost = min(lost, states[Int(state)].cost + least[layer]) }
                front.removeSubrange(kept...)
            }
            for state in front { for segment in structure.starting[layer] { extend(state, segment, costLimit) } }
        }
        let goals = fronts[layers].values.flatMap { $0 }
        let best = goals.min { states[Int($0)].cost != states[Int($1)].cost ? states[Int($0)].cost < states[Int($1)].cost : $0 < $1 }
        let cost = best.map { states[Int($0)].cost } ?? costLimit
        return Result(
            plan: best.map { plan(to: $0) }, cost: cost, lowerBound: min(cost, lost), candidates: candidates, isComplete: lost >= cost)
    }

    /// Raises the bounds by what windows of layers cost at least, each looked at alone.
    ///
    /// - Parameter width: layers in a window.
    mutating func prepare(width: Int, limit: Int) {
        var (later, end) = (0, structure.problem.layers)
        guard end > width else { return }
        while end > 0 {
            let window = max(0, end - width)..<end
            let local = structure.leastCosts(weights, before: end)
            for layer in window { least[layer] = max(least[layer], local[layer] + later) }
            later += bound(of: window, local, limit: limit)
            least[window.lowerBound] = max(least[window.lowerBound], later)
            end = window.lowerBound
        }
    }

    /// The least that segments that start in a window cost when all before it is as good as can be and nothing after it matters.
    ///
    /// - Parameter local: the same from each layer on, without what stays.
    private mutating func bound(of window: Range<Int>, _ local: [Int], limit: Int) -> Int {
        // A segment from before may reach into the window.
        let reaching = structure.problem.segments.map(\.layers).filter { $0.contains(window.lowerBound) && $0.lowerBound < window.lowerBound }
        let entries = Set(reaching.map(\.upperBound)).union([window.lowerBound]).sorted()
        if entries.contains(where: { $0 >= window.upperBound }) { return 0 }
        let simple = entries.map { local[$0] }.min() ?? 0
        start(at: nil)
        for layer in entries { if !enter(before: layer) { return simple } }
        for layer in window {
            let front = fronts[layer].values.flatMap { $0 }.sorted()
            fronts[layer] = [:]
            if candidates > limit { return simple }
            for state in front { for segment in structure.starting[layer] { extend(state, segment, .max) } }
        }
        let ends = fronts[window.upperBound...].flatMap { $0.values.joined() }
        return ends.map { states[Int($0)].cost }.min() ?? simple
    }

    /// States in which tensors from before stay or do not, have all been written, and have cost nothing.
    ///
    /// - Returns: false where there are too many.
    private mutating func enter(before layer: Int) -> Bool {
        let problem = structure.problem
        let entering = problem.tensors.indices.filter { index in
            let uses = problem.tensors[index].uses
            guard let first = uses.first, let last = uses.last else { return false }
            return first < layer && layer <= last
        }
        guard entering.count <= 10 else { return false }
        for subset in 0..<(1 << entering.count) {
            let chosen = entering.indices.filter { subset >> $0 & 1 == 1 }.map { entering[$0] }
            let bytes = chosen.reduce(0) { $0 + problem.tensors[$1].bytes }
            guard bytes <= problem.machine.capacity else { continue }
            let staying = chosen.reduce(0) { $0 | structure.bits[$1] }
            for unit in 0..<problem.machine.units {
                insert(
                    State(staying: staying, unwritten: 0, bytes: bytes, cost: 0, unit: Int32(unit), parent: -1, segment: -1, option: -1),
                    before: layer)
            }
        }
        return true
    }

    private mutating func start(at layer: Int?) {
        states.removeAll(keepingCapacity: true)
        fronts = Array(repeating: [:], count: structure.problem.layers + 1)
        candidates = 0
        guard let layer else { return }
        insert(State(staying: 0, unwritten: 0, bytes: 0, cost: 0, unit: -1, parent: -1, segment: -1, option: -1), before: layer)
    }

    private mutating func insert(_ state: State, before layer: Int) {
        candidates += 1
        var others = fronts[layer][state.staying] ?? []
        for other in others {
            let known = states[Int(other)]
            let cost = known.cost + (known.unit == state.unit || known.unit < 0 ? 0 : switchCost)
            if cost <= state.cost, known.unwritten & ~state.unwritten == 0 { return }
        }
        others.removeAll { other in
            let known = states[Int(other)]
            let cost = state.cost + (known.unit == state.unit || state.unit < 0 ? 0 : switchCost)
            return cost <= known.cost && state.unwritten & ~known.unwritten == 0
        }
        others.append(Int32(states.count))
        fronts[layer][state.staying] = others
        states.append(state)
    }

    /// All ways to run a segment after a state.
    private mutating func extend(_ number: Int32, _ segment: Int, _ costLimit: Int) {
        let state = states[Int(number)]
        var next = state
        next.parent = number
        next.segment = Int32(segment)
        // What stays without being used is as it was; what is used is decided about.
        for part in structure.parts[segment] {
            next.staying &= ~part.bit
            next.unwritten &= ~part.bit
            if state.staying & part.bit != 0 { next.bytes -= part.bytes }
        }
        decide(0, state, next, occupied: state.bytes, segment, costLimit)
    }

    /// - Parameter occupied: bytes of tensors on chip while the segment runs.
    private mutating func decide(_ index: Int, _ state: State, _ next: State, occupied: Int, _ segment: Int, _ costLimit: Int) {
        guard occupied <= structure.problem.machine.capacity else { return }
        let parts = structure.parts[segment]
        guard index < parts.count else { return choose(state, next, occupied: occupied, segment, costLimit) }
        let part = parts[index]
        guard part.isNeededLater else { return decide(index + 1, state, next, occupied: occupied, segment, costLimit) }
        let isHere = state.staying & part.bit != 0 && !part.isMadeHere
        let isUnwritten = isHere && state.unwritten & part.bit != 0
        if !isUnwritten { decide(index + 1, state, next, occupied: occupied, segment, costLimit) }
        // What stays as a whole begins to when it is made.
        if part.staysWhole, !isHere, !part.isMadeHere { return }
        var staying = next
        staying.staying |= part.bit
        staying.bytes += part.bytes
        let more = isHere ? 0 : part.bytes
        if isUnwritten { staying.unwritten |= part.bit }
        if !(part.staysWhole && part.isMadeHere) { decide(index + 1, state, staying, occupied: occupied + more, segment, costLimit) }
        if part.isMadeHere && !part.isOutput {
            staying.unwritten |= part.bit
            decide(index + 1, state, staying, occupied: occupied + more, segment, costLimit)
        }
    }

    /// The cheapest option for each unit.
    private mutating func choose(_ state: State, _ next: State, occupied: Int, _ segment: Int, _ costLimit: Int) {
        let machine = structure.problem.machine
        let parts = structure.parts[segment]
        let end = structure.problem.segments[segment].layers.upperBound
        var best: [(unit: Int32, option: Int32, cost: Int)] = []
        for (index, option) in structure.problem.segments[segment].options.enumerated() where option.buffer <= machine.capacity - occupied {
            let isKept = option.kept.allSatisfy { tensor in
                guard let part = parts.first(where: { $0.tensor == tensor }) else { return false }
                if part.isMadeHere { return !part.isOutput && (!part.isNeededLater || next.unwritten & part.bit != 0) }
                return part.arrival >= 0 && state.staying & part.bit != 0
            }
            guard isKept else { continue }
            var bytes = option.otherBytes
            for transfer in option.transfers {
                guard let part = parts.first(where: { $0.tensor == transfer.tensor }) else { continue }
                let isSaved: Bool
                if part.isMadeHere {
                    isSaved = !part.isOutput && (!part.isNeededLater || next.unwritten & part.bit != 0)
                } else {
                    isSaved = part.arrival >= 0 && state.staying & part.bit != 0
                }
                if !isSaved { bytes += transfer.bytes }
            }
            let switching = state.unit >= 0 && Int(state.unit) != option.unit ? switchCost : 0
            let cost = state.cost + switching + weights.cost(option, moving: bytes, on: machine)
            if let place = best.firstIndex(where: { $0.unit == Int32(option.unit) }) {
                if cost < best[place].cost { best[place] = (Int32(option.unit), Int32(index), cost) }
            } else {
                best.append((Int32(option.unit), Int32(index), cost))
            }
        }
        for choice in best where costLimit == .max || choice.cost + least[end] < costLimit {
            var next = next
            (next.unit, next.option, next.cost) = (choice.unit, choice.option, choice.cost)
            insert(next, before: end)
        }
    }

    private func plan(to last: Int32) -> ComposePlan {
        let problem = structure.problem
        var path: [State] = []
        var state = last
        while state >= 0 {
            path.append(states[Int(state)])
            state = states[Int(state)].parent
        }
        path.reverse()
        var stays = problem.tensors.map { [Bool](repeating: false, count: max(0, $0.uses.count - 1)) }
        var steps: [ComposePlan.Step] = []
        for state in path where state.segment >= 0 {
            steps.append(ComposePlan.Step(segment: Int(state.segment), option: Int(state.option)))
            for part in structure.parts[Int(state.segment)] where part.isNeededLater && state.staying & part.bit != 0 {
                stays[part.tensor][part.departure] = true
            }
        }
        return ComposePlan(steps: steps, stays: stays)
    }
}
