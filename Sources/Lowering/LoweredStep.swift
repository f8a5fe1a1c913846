import Mapping
import OperatorGraph
import Programs

/// A step of lowering that put operators into the program, and what it touches of the results that may stay on chip.
public struct LoweredStep: Sendable {
    /// Of the workload, after which the step is called: its product, or its first operator.
    public var node: String?
    /// By which a mapping file knows the operator; `nil` where others have that name.
    public var name: String?
    /// Of the program.
    public var operators: Range<Int>
    /// Results that had a choice of place, each once: those that are read, also through views, and the one that is made.
    public var reads: [Graph.ValueID]
    public var makes: Graph.ValueID?
    /// Earlier steps whose results it reads, also through views, each once and in order.
    public var needs: [Int] = []
    /// Those whose place is free for others after the step.
    public var frees: [Graph.ValueID] = []
    /// Cycles of the vector unit for everything in it, 0 for products.
    public var vectorCycles = 0.0
}

extension Lowerer {
    /// Keeps what the group that was lowered last has to do with results that had a choice.
    ///
    /// - Parameters:
    ///   - operators: how many the program had before.
    ///   - freed: values whose place was given back behind the group.
    ///   - name: of the group, in mapping files.
    mutating func noteStep(_ group: OperatorGroup, after operators: Int, freed: [Graph.ValueID], name: String?) {
        let made = owner(of: group.output)
        let isCopied = choices[group.output] != nil || builder.operators.count > operators
        if group.kind == .view, !isCopied, let source = group.inputs.first { owners[group.output] = owner(of: source) }
        let freed = freed.filter { choices[$0] != nil }
        guard builder.operators.count > operators else {
            if !steps.isEmpty { steps[steps.count - 1].frees += freed }
            return
        }
        var reads: [Graph.ValueID] = []
        for value in group.inputs.map(owner) where choices[value] != nil && !reads.contains(value) { reads.append(value) }
        let node = group.nodes.first { OperatorGrouping.matmuls.contains($0.operation) } ?? group.nodes.first
        var step = LoweredStep(node: node?.name, operators: operators..<builder.operators.count, reads: reads, makes: choices[made] == nil ? nil : made)
        step.frees = freed
        step.name = name
        step.needs = Set(group.inputs.compactMap { makers[owner(of: $0)] }).sorted()
        for output in group.nodes.flatMap(\.outputs).compactMap({ $0 }) + [group.output, made] { makers[output] = steps.count }
        if group.kind != .matmul || builder.operators[operators].unit == active[0].vector?.name {
            step.vectorCycles = vectorCycles(of: group)
        }
        steps.append(step)
    }

    private func owner(of value: Graph.ValueID) -> Graph.ValueID { owners[value] ?? value }

    /// Elements by lanes, for as many passes as the function that was added last takes.
    private func vectorCycles(of group: OperatorGroup) -> Double {
        guard let core = cores.first, let vector = core.vector, case .vector(let unit) = vector.description.kind, let function = builder.functions.last
        else { return 0 }
        let lanes = Double(max(1, unit.lanes) * active.count)
        let count = group.nodes.flatMap(\.outputs).compactMap { $0 }.map { graph.values[$0].type.count }.max() ?? 0
        let period = Double(vector.periodFemtoseconds) / Double(architecture.clock.period.femtoseconds)
        return Double(count) / lanes * Double(max(1, price(function.steps, on: unit).intervals)) * period
    }
}
