import Mapping

/// The ways to run one step: for each set of its tensors that is on chip, tiles for ever less room.
struct CompositionOptions {
    /// Parts of a cycle and of a byte in which composition counts, so that its whole numbers are fine enough.
    static let timeUnits = 16
    static let byteUnits = 64
    /// Multiply-accumulates of 16 bits in one unit of energy: what makes a byte's part cost one.
    static let energyUnit = EnergyTable.eyeriss.offChip / 2 / Double(byteUnits)
    /// Numbers of units.
    static let array = 0, vector = 1
    /// Tensors of one step that are looked at in every combination.
    static let maximumTensors = 4

    let composition: WorkloadComposition
    let objective: MappingObjective
    /// Whether each step leaves the next as much room as it takes itself, so that it can begin meanwhile.
    let leavesRoom: Bool

    private struct Key: Hashable {
        var problem: MatmulProblem
        var resources: MatmulResources
    }
    private var known: [Key: [Point]] = [:]

    struct Point {
        var cost: ProductCost
        var buffer: Int
    }

    init(_ composition: WorkloadComposition, _ objective: MappingObjective, leavesRoom: Bool) {
        self.composition = composition
        self.objective = objective
        self.leavesRoom = leavesRoom
    }

    mutating func options(_ step: WorkloadComposition.Step) -> [ComposeOption] {
        guard let product = step.product else { return [plain(step)] }
        // Either unit.
        let others = step.cycles == nil ? [] : [plain(step)]
        let tensors = product.tensors
        let request = product.request
        let zone = composition.capacity
        let reserved = max(0, zone - request.most.leftBudget)
        var options: [ComposeOption] = []
        let pinned = pinned(step.makes)
        let choosable = choosable(Set(tensors), pinned, atMost: Self.maximumTensors)
        for subset in 0..<(1 << choosable.count) {
            let kept = choosable.indices.filter { subset >> $0 & 1 == 1 }.map { choosable[$0] }
            let room = zone - kept.reduce(0) { $0 + composition.tensors[$1].bytes }
            guard room > 0, pinned.allSatisfy({ kept.contains($0) }) else { continue }
            func isKept(_ tensor: Int?) -> Bool { tensor.map { kept.contains($0) } ?? false }
            var variant = request.keeping(
                left: isKept(product.left), right: isKept(product.right), streams: product.streams.map { isKept($0) }, out: isKept(product.out))
            for point in points(&variant, room: room, reserved: reserved) {
                options.append(
                    ComposeOption(
                        cycles: Int((point.cost.cycles * Double(Self.timeUnits)).rounded(.up)),
                        energy: Int(max(0, point.cost.energy / Self.energyUnit - Double(bytes(point.cost) * Self.byteUnits))),
                        buffer: leavesRoom ? min(zone, 2 * point.buffer) : point.buffer, otherBytes: bytes(point.cost) * Self.byteUnits, kept: kept))
            }
        }
        return options + others
    }

    /// The step's result, where the user wants it to stay: from its making on it has no other way.
    func pinned(_ made: Int?) -> [Int] { made.map { composition.tensors[$0].isPinned ? [$0] : [] } ?? [] }

    /// Of many tensors those that have to stay, and the largest.
    func choosable(_ tensors: Set<Int>, _ pinned: [Int], atMost most: Int) -> [Int] {
        func rank(_ tensor: Int) -> (Int, Int, Int) { (pinned.contains(tensor) ? 0 : 1, -composition.tensors[tensor].bytes, tensor) }
        return tensors.sorted { rank($0) < rank($1) }.prefix(most).sorted()
    }

    private func bytes(_ cost: ProductCost) -> Int { cost.traffic.total + cost.traffic.elsewhere }

    /// Vector work and copies: blocks of whatever fits, each tensor once.
    private func plain(_ step: WorkloadComposition.Step) -> ComposeOption {
        let tensors = Array(Set(step.reads + (step.makes.map { [$0] } ?? []))).sorted()
        let whole = tensors.reduce(0) { $0 + 2 * composition.tensors[$1].bytes }
        return ComposeOption(
            unit: Self.vector, cycles: Int(((step.cycles ?? 0) * Double(Self.timeUnits)).rounded(.up)), buffer: min(whole, composition.capacity / 8),
            transfers: tensors.prefix(64).map { ComposeTransfer(tensor: $0, bytes: composition.tensors[$0].bytes * Self.byteUnits) }, kept: pinned(step.makes))
    }

    /// The best tiles for each of a few amounts of room, without those that another one beats in everything.
    mutating func points(_ request: inout MatmulRequest, room: Int, reserved: Int) -> [Point] {
        var resources = request.most
        resources.leftBudget = composition.capacity
        let key = Key(problem: request.problem.withPlainAddresses, resources: resources)
        var all: [Point]
        if let before = known[key] {
            all = before
        } else {
            all = []
            var budget = composition.capacity
            while budget >= 1024, all.count < 12 {
                resources.leftBudget = budget - reserved
                guard resources.leftBudget > 0, let outcome = ProductSearch(request.problem, on: resources, objective)?.best(.fast) else { break }
                let buffer = MatmulAllocation(outcome.mapping, request.problem).needs(resources).left + reserved
                all.append(Point(cost: outcome.cost, buffer: buffer))
                // The next one has to take less.
                budget = min(budget / 2, max(1, buffer - 64))
            }
            known[key] = all
        }
        all.removeAll { $0.buffer > room }
        var front: [Point] = []
        for point in all.sorted(by: { $0.buffer < $1.buffer }) {
            let value = point.cost.value(objective)
            if front.allSatisfy({ value < $0.cost.value(objective) }) { front.append(point) }
        }
        return front
    }
}
