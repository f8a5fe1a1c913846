import Architecture
import Lowering
import NumberFormats
import OperatorGraph
import Programs
import Simulation

/// A random workload lowered to a random machine that just holds it.
struct LawCase {
    var workload: RandomWorkload
    var machine: Architecture
    var lowered: LoweredWorkload
    var name: String

    var program: Program { lowered.program }

    /// - Throws: the lowering's last objection, when even the largest machine does not do.
    init(_ family: RandomWorkload.Family, seed: Int, simpleClocks: Bool = false, options: LoweringOptions = LoweringOptions()) throws {
        try self.init(RandomWorkload(family, seed: seed), seed: seed, simpleClocks: simpleClocks, options: options)
    }

    init(_ workload: RandomWorkload, seed: Int, simpleClocks: Bool = false, options: LoweringOptions = LoweringOptions()) throws {
        self.workload = workload
        name = "\(workload.family.rawValue) \(seed)"
        var objection: LoweringError?
        for machine in RandomMachine.draws(seed: seed, input: workload.input, simpleClocks: simpleClocks) {
            do {
                lowered = try Lowering.lower(workload.graph, to: machine, options: options)
                self.machine = machine
                return
            } catch {
                objection = error
            }
        }
        throw objection ?? LoweringError("", "there is no machine")
    }

    /// Contents of the inputs, parameters and constants of the lowered graph.
    func tensors() -> [Graph.ValueID: Tensor] {
        let graph = lowered.graph
        let roles = ValueRoles(graph)
        let generator = ValueGenerator(seed: 5, indexBound: 100)
        var tensors: [Graph.ValueID: Tensor] = [:]
        for (id, value) in graph.values.enumerated() where value.kind != .intermediate {
            if let data = value.data { tensors[id] = data; continue }
            let role = roles[id]
            if value.type.element.isFloatingPoint, !workload.usesReals, role != .variance, !isScale(role) {
                var random = RandomStream(id)
                tensors[id] = Tensor(value.type.element, value.type.shape, doubles: (0..<value.type.count).map { _ in Double(random.int(-2...2)) })
            } else {
                tensors[id] = generator.tensor(named: value.name, value.type, role: role)
            }
        }
        return tensors
    }

    private func isScale(_ role: ValueGenerator.Role) -> Bool { if case .quantizationScale = role { true } else { false } }

    func run(
        _ architecture: Architecture? = nil, fidelity: Fidelity = .event, fastForward: Bool = true,
        values: [Graph.ValueID: Tensor]? = nil, trace: Bool = false
    ) throws -> Simulation.Outcome {
        try Simulation.run(
            program, on: architecture ?? machine,
            options: SimulationOptions(
                fidelity: fidelity, fastForward: fastForward, trace: trace,
                values: values.map { ValueSource(graph: lowered.graph, tensors: $0) }))
    }

    /// What differs between the values that a run left behind and the reference's; `nil` when nothing does.
    ///
    /// Results are compared, and everything else that lies off chip and whose place no later tensor takes.
    func difference(of outcome: Simulation.Outcome, from reference: [Graph.ValueID: Tensor]) -> String? {
        let onChip = Set(machine.memories.filter { !$0.isDRAM }.map(\.name))
        for (position, placement) in program.tensors.enumerated() where placement.role == .output || placement.role == .intermediate {
            let range = placement.address..<(placement.address + placement.bytes)
            let isTaken = program.tensors[(position + 1)...].contains {
                $0.memory == placement.memory && range.overlaps($0.address..<($0.address + $0.bytes))
            }
            if placement.role == .intermediate, isTaken { continue }
            let memory = placement.memory.split(separator: ".").last.map(String.init) ?? placement.memory
            if placement.role == .intermediate, onChip.contains(memory) { continue }
            guard let computed = outcome.tensors[placement.value] else { return "\(placement.name) has no values" }
            guard let expected = reference[placement.value] else { return "the reference has no \(placement.name)" }
            let bound = self.bound(placement.value, reference)
            if let difference = worst(computed, expected, bound) { return "\(placement.name) \(expected.type.text) \(difference)" }
        }
        return nil
    }

    private func worst(_ computed: Tensor, _ expected: Tensor, _ bound: [Double]?) -> String? {
        guard let bound else { return computed.difference(from: expected)?.description }
        guard computed.type == expected.type, bound.count == expected.count else { return "has another type or size" }
        let (ours, theirs) = (computed.doubleValues, expected.doubleValues)
        for index in ours.indices where !(abs(ours[index] - theirs[index]) <= bound[index]) {
            return "at \(index) is \(ours[index]), expected \(theirs[index]) ± \(bound[index])"
        }
        return nil
    }

    /// How far a result may lie from the reference because its sums were formed in another order; `nil` for not at all.
    ///
    /// Two fp32 sums of the same k exact-input products differ by at most 2·γ(k)·Σ|a·b|, γ(k) = k·u / (1 − k·u), u = 2⁻²⁴
    /// (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1); rounding both to a narrower format adds a unit in
    /// the last place of it. ReLU and views do not enlarge differences.
    private func bound(_ value: Graph.ValueID, _ reference: [Graph.ValueID: Tensor]) -> [Double]? {
        guard workload.usesReals, let node = lowered.graph.nodes.first(where: { $0.outputs.contains(value) }) else { return nil }
        func carried(_ movement: Graph.Node?) -> [Double]? {
            guard let source = node.inputs[0], let bounds = bound(source, reference) else { return nil }
            guard let movement, let type = reference[source]?.type else { return bounds }
            var inputs: [Tensor?] = [Tensor(.fp64, type.shape, .double(bounds))]
            for input in movement.inputs.dropFirst() { inputs.append(input.flatMap { reference[$0] }) }
            return (try? Operators.evaluate(movement, inputs: inputs))?[0]?.doubleValues
        }
        switch node.operation {
        case "Relu", "Cast", "Identity": return carried(nil)
        case "Transpose", "Reshape": return carried(node)
        case "MatMul":
            let operands = node.inputs.map { $0.flatMap { reference[$0] }.map { Tensor(.fp64, $0.shape, .double($0.doubleValues.map { abs($0) })) } }
            guard let k = operands[0]?.shape.last, let sums = (try? Operators.evaluate(node, inputs: operands))?[0], let result = reference[value] else { return [] }
            let unit = Double(k + 1) * 0x1p-24
            let last = result.element == .bf16 ? 0x1p-7 : result.element == .fp16 ? 0x1p-10 : 0
            return sums.doubleValues.map { 2 * unit / (1 - unit) * $0 + $0 * last + (last > 0 ? 0x1p-24 : 0) }
        default: return nil
        }
    }

    /// The reference executor's values, all of them.
    func reference(_ tensors: [Graph.ValueID: Tensor]) throws -> [Graph.ValueID: Tensor] {
        try ReferenceExecutor.run(lowered.graph, inputs: tensors, keep: .all)
    }
}
