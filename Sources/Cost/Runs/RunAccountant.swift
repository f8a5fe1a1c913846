import Simulation

/// Takes the counts of a record to the machine's prices.
struct RunAccountant {
    let record: ExecutionRecord
    let machine: MachineCost
    private let unitNumbers: [String: Int]
    private let memoryNumbers: [String: Int]
    var items: [RunCost.Item] = []
    var operators: [RunCost.OperatorEnergy]
    var unattributed = RunCost.OperatorEnergy()

    init(_ record: ExecutionRecord, _ machine: MachineCost) {
        self.record = record
        self.machine = machine
        unitNumbers = Dictionary(record.units.enumerated().map { ($1.name, $0) }) { first, _ in first }
        memoryNumbers = Dictionary(record.memories.enumerated().map { ($1.name, $0) }) { first, _ in first }
        operators = Array(repeating: RunCost.OperatorEnergy(), count: record.operators.count)
    }

    mutating func chargeAll() throws(CostError) {
        for charge in machine.charges { try count(charge) }
        for (memory, part) in machine.measuredMemories.sorted(by: { $0.value < $1.value }) { try takeMeasured(memory, part) }
        let cycles = cycleWeights
        for part in machine.parts.indices {
            let leakage = try machine.parts[part].component.totalLeakage()
            guard leakage != .zero else { continue }
            let perCycle = try leakage.times(record.clockPeriodFemtoseconds)
            let energy = ExactEnergy(units: try perCycle.times(record.cycles).units)
            try add(RunCost.Item(part: part, action: "leakage", isStatic: true, count: nil, energy: energy), weights: cycles)
        }
    }

    // MARK: Counting

    private mutating func count(_ charge: Charge) throws(CostError) {
        let counted = counts(charge.tally)
        guard counted.total > 0 else { return }
        let action = machine.parts[charge.part].component.actions[charge.action]
        let energy = ExactEnergy(units: try action.energy.times(counted.total).units / Int128(charge.divisor))
        try add(RunCost.Item(part: charge.part, action: action.name, isStatic: false, count: counted.total, energy: energy), weights: counted.weights)
    }

    /// How often, and how operators share in it. Where nobody counted by operator, what moved to and from other dies does, and time where nothing did.
    private func counts(_ tally: Tally) -> (total: Int, weights: [Int]) {
        switch tally {
        case .macs(let engine): ofUnits(engine, \.macs, \.macs)
        case .stationaryElements(let engine): ofUnits(engine, \.stationaryElements, \.stationaryElements)
        case .vectorOperations(let engine): ofUnits(engine, \.vectorOperations, \.vectorOperations)
        case .commands(let engine): ofUnits(engine, \.commands, \.commands)
        case .requests(let engine): (units(engine).reduce(0) { $0 + record.units[$1].requests.entered }, offChipBytes)
        case .bytesRead(let memory): ofMemory(memory, reads: true, writes: false)
        case .bytesWritten(let memory): ofMemory(memory, reads: false, writes: true)
        case .bytesMoved(let memory): ofMemory(memory, reads: true, writes: true)
        case .cycles: (record.cycles, cycleWeights)
        case .cacheReads(let name): (record.caches.filter { $0.name == name }.reduce(0) { $0 + $1.accesses + $1.writeBacks }, offChipBytes)
        case .cacheFills(let name): (record.caches.filter { $0.name == name }.reduce(0) { $0 + $1.fetches + $1.installs }, offChipBytes)
        case .routerFlits(let name): (record.networks.filter { $0.name == name }.reduce(0) { $0 + $1.flits + $1.channelFlits }, offChipBytes)
        case .channelFlits(let name): (record.networks.filter { $0.name == name }.reduce(0) { $0 + $1.channelFlits }, offChipBytes)
        }
    }

    private func units(_ engine: String) -> [Int] { (machine.instances[engine] ?? []).compactMap { unitNumbers[$0] } }

    /// An operator's count is that of all engines; with several that do the same, each has the operators that name it as their own.
    private func ofUnits(_ engine: String, _ ofUnit: KeyPath<UnitRecord, Int>, _ ofOperator: KeyPath<OperatorRecord, Int>) -> (total: Int, weights: [Int]) {
        let own = units(engine)
        let total = own.reduce(0) { $0 + record.units[$1][keyPath: ofUnit] }
        let all = record.operators.map { $0[keyPath: ofOperator] }
        guard total > 0, all.reduce(0, +) != total else { return (total, all) }
        let names = Set(own.map { record.units[$0].name })
        let mine = zip(record.operators, all).map { names.contains($0.unit) ? $1 : 0 }
        return (total, mine.contains { $0 > 0 } ? mine : all)
    }

    private func ofMemory(_ name: String, reads: Bool, writes: Bool) -> (total: Int, weights: [Int]) {
        var weights = Array(repeating: 0, count: record.operators.count)
        var total = 0
        for index in (machine.instances[name] ?? []).compactMap({ memoryNumbers[$0] }) {
            if reads { total += record.memories[index].readBytes }
            if writes { total += record.memories[index].writeBytes }
            for number in record.operators.indices {
                let operation = record.operators[number]
                if reads, operation.readBytes.indices.contains(index) { weights[number] += operation.readBytes[index] }
                if writes, operation.writeBytes.indices.contains(index) { weights[number] += operation.writeBytes[index] }
            }
        }
        return (total, weights)
    }

    private var cycleWeights: [Int] { record.operators.map(\.cycles) }

    private var offChipBytes: [Int] {
        let memories = record.memories.indices.filter { record.memories[$0].kind != .sram }
        return record.operators.map { operation in
            memories.reduce(0) { sum, index in
                sum + (operation.readBytes.indices.contains(index) ? operation.readBytes[index] : 0)
                    + (operation.writeBytes.indices.contains(index) ? operation.writeBytes[index] : 0)
            }
        }
    }

    // MARK: Energy that the simulation priced

    private static let background: Set<String> = [
        "refresh", "active standby", "precharge standby", "active power-down", "precharge power-down", "self-refresh",
    ]

    /// Whole femtojoules by part; reads and writes go to operators by what they read and wrote, background by time.
    private mutating func takeMeasured(_ memory: String, _ part: Int) throws(CostError) {
        var parts: [(name: String, energy: ExactEnergy)] = []
        for index in (machine.instances[memory] ?? []).compactMap({ memoryNumbers[$0] }) {
            for (name, joules) in record.memories[index].dram?.energy ?? [] {
                let energy = try ExactEnergy(units: ExactEnergy.units(joules, per: 1e15)).times(1_000_000_000_000_000)
                if let known = parts.firstIndex(where: { $0.name == name }) {
                    parts[known].energy = try parts[known].energy.adding(energy)
                } else {
                    parts.append((name, energy))
                }
            }
        }
        for (name, energy) in parts where energy != .zero {
            let weights =
                Self.background.contains(name)
                ? cycleWeights : ofMemory(memory, reads: name != "write", writes: name != "read").weights
            try add(RunCost.Item(part: part, action: name, isStatic: false, count: nil, energy: energy), weights: weights)
        }
    }

    // MARK: Sharing

    private mutating func add(_ item: RunCost.Item, weights: [Int]) throws(CostError) {
        items.append(item)
        let category = CostCategory.allCases.firstIndex(of: machine.parts[item.part].category) ?? 0
        func book(_ energy: ExactEnergy, _ account: inout RunCost.OperatorEnergy) throws(CostError) {
            account.total = try account.total.adding(energy)
            if item.isStatic { account.leakage = try account.leakage.adding(energy) } else { account.dynamic[category] = try account.dynamic[category].adding(energy) }
        }
        let shared = weights.contains { $0 > 0 } ? weights : cycleWeights
        guard shared.contains(where: { $0 > 0 }) else { return try book(item.energy, &unattributed) }
        var divider = ExactShares(of: item.energy.units, weights: shared)
        for index in shared.indices where shared[index] > 0 { try book(ExactEnergy(units: divider.next(shared[index])), &operators[index]) }
    }
}
