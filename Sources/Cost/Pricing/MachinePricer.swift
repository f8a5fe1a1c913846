import Architecture
import Programs
import Quantities

/// Goes through an architecture and prices what it finds.
struct MachinePricer {
    let architecture: Architecture
    let prices: PriceBook
    var process: ProcessPoint
    var parts: [MachineCost.Part] = []
    var charges: [Charge] = []
    var notes: [String] = []
    var measuredMemories: [String: Int] = [:]
    var instances: [String: [String]] = [:]
    /// Bits in registers, each weighted with its clock over the machine's, for the clock tree.
    var clockedBits = 0.0
    let logicLeakage: Sourced<Power>?

    /// The node that is taken where an architecture names none: that of most published figures.
    static let assumedNode = 45.0

    init(_ architecture: Architecture, _ prices: PriceBook) throws(CostError) {
        self.architecture = architecture
        self.prices = prices
        let technology = architecture.technology
        let isLowPower = technology.transistors == .lowPower
        process = ProcessPoint(
            nanometres: technology.nodeNanometres ?? Self.assumedNode, volts: technology.voltage, flavour: isLowPower ? .lowPower : .highPerformance)
        logicLeakage = try prices.price(isLowPower ? "logic-leakage-low-power" : "logic-leakage", at: process).leakage
        let nominal = try prices.components.scaling.nominalVoltage(process.node)
        if technology.nodeNanometres == nil {
            notes.append(
                "the architecture names no technology node: priced as if made in \(process.node) (assumed); give one with technology: { node: … } or --set technology.node=28nm")
        }
        if technology.voltage == nil { notes.append("the architecture names no supply voltage: \(nominal), the nominal one of \(process.node), is assumed") }
        for unit in MachineInstances(of: architecture).units { instances[unit.description.name, default: []].append(unit.name) }
        for memory in MachineInstances(of: architecture).memories { instances[memory.description.name, default: []].append(memory.name) }
    }

    /// In the order of the architecture; wires, networks and the clock need the size of what was priced before.
    mutating func priceAll() throws(CostError) {
        for memory in architecture.memories { try price(memory) }
        for cache in architecture.caches { try price(cache) }
        for engine in architecture.engines { try price(engine) }
        try priceWires()
        for network in architecture.networks { try price(network) }
        try priceClock()
        try applyUserTables()
        try noteSize()
    }

    /// The largest chip that one exposure makes, 26 mm × 33 mm, in square millimetres.
    static let largestField = 858.0

    /// Idealised parts (a vector unit that never slows anything) have lanes that nobody could build.
    private mutating func noteSize() throws(CostError) {
        let whole = try onChipArea()
        guard whole > Self.largestField else { return }
        var largest = (name: "", area: 0.0)
        for part in parts where part.category.isOnChip {
            let area = try part.component.totalArea().area.squareMillimetres
            if area > largest.area { largest = (part.component.name, area) }
        }
        let share = Int((largest.area / whole * 100).rounded())
        notes.append(
            "the parts cover \(Int(whole.rounded())) mm², more than the \(Int(Self.largestField)) mm² that one exposure makes; \(share) % of it is \(largest.name): the architecture describes something larger or more idealised than a chip")
    }

    func count(_ scope: Scope) -> Int { scope == .core ? max(1, architecture.cores) : 1 }

    /// Adds a part and says what counts its actions, in their order; `nil` for an action that nothing counts.
    mutating func add(
        _ component: ComponentCost, owner: String, _ category: CostCategory, units: [String], tallies: [Tally?], divisors: [Int] = []
    ) {
        precondition(component.actions.count == units.count && component.actions.count == tallies.count, "every action has a unit and a tally")
        for (index, tally) in tallies.enumerated() {
            guard let tally else { continue }
            charges.append(Charge(part: parts.count, action: index, tally: tally, divisor: divisors.isEmpty ? 1 : max(1, divisors[index])))
        }
        parts.append(MachineCost.Part(component: component, owner: owner, category: category, units: units))
    }

    /// Logic leaks from its area.
    mutating func leak(_ component: inout ComponentCost) throws(CostError) {
        guard component.leakage == .zero, let logicLeakage else { return }
        component.leakage = try ExactPower(Power(watts: logicLeakage.value.watts * component.area.area.squareMillimetres))
        component.leakageProvenance = logicLeakage.provenance.adding("over the component's area")
    }

    /// One register of some bits.
    func register(bits: Double) throws(CostError) -> (write: Sourced<Energy>, area: Sourced<Area>?) {
        let price = try prices.price("register", at: process)
        guard let write = price.actions.first(where: { $0.name == "write" }) else {
            throw CostError(.unknown, "a register", "has no energy of \"write\"", accepted: "give it one in the component table")
        }
        return (
            Sourced(Energy(joules: write.energy.joules * bits), write.provenance),
            price.area.map { Sourced(Area(squareMillimetres: $0.value.squareMillimetres * bits), $0.provenance) }
        )
    }

    /// A clock of its own over the machine's.
    func clockRatio(_ engine: Engine) -> Double { (engine.clock ?? architecture.clock).hertz / architecture.clock.hertz }

    func onChipArea() throws(CostError) -> Double {
        var sum = 0.0
        for part in parts where part.category.isOnChip { sum += try part.component.totalArea().area.squareMillimetres }
        return sum
    }
}
