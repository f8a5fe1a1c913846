import Architecture
import NumberFormats
import Quantities

extension MachinePricer {
    mutating func price(_ engine: Engine) throws(CostError) {
        let units = max(1, engine.count) * count(engine.scope)
        switch engine.kind {
        case .systolicArray(let array): try price(array, engine, units)
        case .vector(let vector): try price(vector, engine, units)
        case .dma(let dma): try price(dma, engine, units)
        }
        try priceController(engine, units)
    }

    private mutating func price(_ array: SystolicArray, _ engine: Engine, _ units: Int) throws(CostError) {
        let wide = array.input.bits >= array.weight.bits ? array.input : array.weight
        let price = try prices.multiplyAccumulate(ArithmeticFormat(wide), accumulator: ArithmeticFormat(array.accumulator), at: process)
        var macs = try ComponentCost(name: "\(engine.name).macs", count: array.rows * array.columns * units, price: price, logicLeakage: logicLeakage)
        macs.kind = "multiply-accumulate, \(array.input.rawValue) × \(array.weight.rawValue) + \(array.accumulator.rawValue)"
        if price.area == nil { notes.append("\(macs.name): no table has the area of \(macs.kind)") }
        macs.actions = macs.actions.filter { $0.name == "compute" }
        add(macs, owner: engine.name, .arithmetic, units: ["multiply-accumulate"], tallies: [.macs(engine: engine.name)])
        try priceRegisters(array, engine, units)
    }

    /// Registers of the processing elements. For every multiply-accumulate one moving operand and one sum (or two operands) are written into the
    /// next element; a stationary operand is written once in each element that it passes on its way down, half the rows on average.
    private mutating func priceRegisters(_ array: SystolicArray, _ engine: Engine, _ units: Int) throws(CostError) {
        let (input, weight, sum) = (Double(array.input.bits), Double(array.weight.bits), Double(array.accumulator.bits))
        let copies = array.preload == .overlapped ? 2.0 : 1.0
        let bits: (held: Double, moved: Double, stationary: Double)
        switch array.dataflow {
        case .weightStationary: bits = (copies * weight + input + sum, input + sum, weight)
        case .inputStationary: bits = (copies * input + weight + sum, weight + sum, input)
        case .outputStationary: bits = (input + weight + sum, input + weight + sum, 0)
        }
        let area = try register(bits: bits.held).area
        var component = ComponentCost(
            name: "\(engine.name).registers", kind: "registers of a processing element, \(Int(bits.held)) bits", count: array.rows * array.columns * units,
            area: try area.map { (area) throws(CostError) in try ExactArea(area.value) } ?? .zero, areaProvenance: area?.provenance)
        try leak(&component)
        let step = try register(bits: bits.moved).write
        component.actions.append(
            .init(name: "step", energy: try ExactEnergy(step.value), provenance: step.provenance.adding("\(Int(bits.moved)) bits written", isEstimate: true)))
        var tallies: [Tally] = [.macs(engine: engine.name)]
        if bits.stationary > 0 {
            let places = Double(array.rows + 1) / 2
            let load = try register(bits: bits.stationary * places).write
            component.actions.append(
                .init(
                    name: "load", energy: try ExactEnergy(load.value),
                    provenance: load.provenance.adding("\(Int(bits.stationary)) bits shifted down half of \(array.rows) rows", isEstimate: true)))
            tallies.append(.stationaryElements(engine: engine.name))
        }
        clockedBits += bits.held * Double(component.count) * clockRatio(engine)
        add(
            component, owner: engine.name, .registers, units: ["multiply-accumulate", "stationary element"].prefix(tallies.count).map { $0 }, tallies: tallies)
    }

    /// A lane has a multiplier and an adder for each operation of its chain, in the widest format that the machine's arrays sum in.
    private mutating func price(_ vector: VectorUnit, _ engine: Engine, _ units: Int) throws(CostError) {
        let sums = architecture.engines.compactMap { engine -> ElementType? in
            if case .systolicArray(let array) = engine.kind { array.accumulator } else { nil }
        }
        let type = sums.max { ($0.bits, $0.isFloatingPoint ? 1 : 0) < ($1.bits, $1.isFloatingPoint ? 1 : 0) } ?? .fp32
        let format = ArithmeticFormat(type)
        let price = try prices.multiplyAccumulate(format, accumulator: format, at: process)
        var lanes = try ComponentCost(name: "\(engine.name).lanes", count: vector.lanes * vector.chain * units, price: price, logicLeakage: logicLeakage)
        lanes.kind = "multiplier and adder of \(format), one for each operation of a lane's chain"
        let note = "every scalar operation counts as a multiplication and an addition of \(format), whatever it is"
        lanes.actions = lanes.actions.filter { $0.name == "compute" }.map {
            .init(name: $0.name, energy: $0.energy, provenance: $0.provenance.adding(note, isEstimate: true))
        }
        add(lanes, owner: engine.name, .arithmetic, units: ["scalar operation"], tallies: [.vectorOperations(engine: engine.name)])
        let bits = Double(type.bits)
        let held = bits * Double(vector.chain + 2)
        let cell = try register(bits: held).area
        var registers = ComponentCost(
            name: "\(engine.name).registers", kind: "registers of a lane, \(Int(held)) bits", count: vector.lanes * units,
            area: try cell.map { (area) throws(CostError) in try ExactArea(area.value) } ?? .zero,
            areaProvenance: cell?.provenance.adding("two operands, and a result for each operation of the chain", isEstimate: true))
        try leak(&registers)
        let write = try register(bits: bits).write
        registers.actions = [.init(name: "write", energy: try ExactEnergy(write.value), provenance: write.provenance)]
        clockedBits += held * Double(registers.count) * clockRatio(engine)
        add(registers, owner: engine.name, .registers, units: ["result"], tallies: [.vectorOperations(engine: engine.name)])
    }

    /// The queue of a DMA engine: an address, a length and a state for every request in flight.
    private mutating func price(_ dma: DMAEngine, _ engine: Engine, _ units: Int) throws(CostError) {
        let note = "\(Self.requestBits) bits for each of \(dma.outstanding) requests in flight"
        let queue = try register(bits: Double(Self.requestBits * dma.outstanding))
        var component = ComponentCost(
            name: "\(engine.name).queue", kind: "queue of \(dma.outstanding) requests", count: units,
            area: try queue.area.map { (area) throws(CostError) in try ExactArea(area.value) } ?? .zero,
            areaProvenance: queue.area?.provenance.adding(note, isEstimate: true))
        try leak(&component)
        let entry = try register(bits: Double(2 * Self.requestBits)).write
        component.actions = [
            .init(
                name: "request", energy: try ExactEnergy(entry.value),
                provenance: entry.provenance.adding("an entry of \(Self.requestBits) bits written and read", isEstimate: true))
        ]
        clockedBits += Double(Self.requestBits * dma.outstanding * units) * clockRatio(engine)
        add(component, owner: engine.name, .control, units: ["request"], tallies: [.requests(engine: engine.name)])
    }

    private static let requestBits = 128

    /// What decodes an engine's commands. Its area is not known.
    private mutating func priceController(_ engine: Engine, _ units: Int) throws(CostError) {
        let price = try prices.price("controller", at: process)
        var component = try ComponentCost(name: "\(engine.name).controller", count: units, price: price)
        component.kind = "sequencer"
        component.actions = component.actions.prefix(1).map {
            .init(name: "command", energy: $0.energy, provenance: $0.provenance.adding("for each command", isEstimate: true))
        }
        add(component, owner: engine.name, .control, units: component.actions.map { _ in "command" }, tallies: component.actions.map { _ in .commands(engine: engine.name) })
        let note = "sequencers, pads and interfaces to other chips have no area in any table: they are not in the total"
        if component.area == .zero, !notes.contains(note) { notes.append(note) }
    }
}
