import SMT

/// Composition for Z3: one Boolean for each option and for each tensor between two uses, and costs written in unary, step by
/// step, which is what its MaxSAT is good at.
struct ComposeEncoding {
    let structure: ComposeStructure
    let weights: ComposeWeights

    /// Transfers that may be saved or not, of one option: their subsets are written out.
    static let maximumTransfers = 10

    /// Whether the problem is small enough to be written down.
    var isPossible: Bool {
        structure.problem.segments.indices.allSatisfy { segment in
            structure.problem.segments[segment].options.allSatisfy { optional($0, structure.parts[segment]).count <= Self.maximumTransfers }
        }
    }

    /// Transfers that depend on what stays.
    private func optional(_ option: ComposeOption, _ parts: [ComposeStructure.Part]) -> [(part: ComposeStructure.Part, bytes: Int)] {
        option.transfers.compactMap { transfer in
            guard transfer.bytes > 0, let part = parts.first(where: { $0.tensor == transfer.tensor }) else { return nil }
            if part.isMadeHere { return part.isOutput || !part.isNeededLater ? nil : (part, transfer.bytes) }
            return part.arrival < 0 ? nil : (part, transfer.bytes)
        }
    }

    private struct Variables {
        var isChosen: [[Formula]] = []
        var stays: [[Formula]] = []
        var isWritten: [Formula?] = []
    }

    /// Decisions: options by segment, then gaps by tensor.
    func build(_ context: Context) -> Minimization {
        let problem = structure.problem
        var minimization = Minimization()
        var variables = Variables()
        for (index, segment) in problem.segments.enumerated() {
            variables.isChosen.append(segment.options.indices.map { context.boolean("option \(index) \($0)") })
        }
        for (index, tensor) in problem.tensors.enumerated() {
            variables.stays.append((0..<max(0, tensor.uses.count - 1)).map { context.boolean("stays \(index) \($0)") })
            let isOptional = tensor.producer != nil && !tensor.isOutput && !tensor.consumers.isEmpty
            variables.isWritten.append(isOptional ? context.boolean("written \(index)") : nil)
        }
        cover(context, variables, &minimization)
        write(context, variables, &minimization)
        fit(context, variables, &minimization)
        switchUnits(context, variables, &minimization)
        keep(context, variables, &minimization)
        for segment in problem.segments.indices { price(segment, context, variables, &minimization) }
        minimization.decisions = variables.isChosen.flatMap { $0 } + variables.stays.flatMap { $0 }
        return minimization
    }

    /// Every layer is in exactly one segment that is chosen, with one option.
    private func cover(_ context: Context, _ variables: Variables, _ minimization: inout Minimization) {
        for layer in 0..<structure.problem.layers {
            let covering = structure.problem.segments.indices.filter { structure.problem.segments[$0].layers.contains(layer) }
            minimization.hard.append(context.exactlyOne(of: covering.flatMap { variables.isChosen[$0] }))
        }
    }

    /// A tensor that does not stay between two segments that use it has been written.
    private func write(_ context: Context, _ variables: Variables, _ minimization: inout Minimization) {
        for (index, tensor) in structure.problem.tensors.enumerated() {
            guard let isWritten = variables.isWritten[index] else { continue }
            let uses = tensor.uses
            for gap in variables.stays[index].indices {
                let joined = structure.problem.segments.indices.filter {
                    structure.problem.segments[$0].layers.contains(uses[gap]) && structure.problem.segments[$0].layers.contains(uses[gap + 1])
                }
                minimization.hard.append(context.any([variables.stays[index][gap], isWritten] + joined.flatMap { variables.isChosen[$0] }))
            }
        }
    }

    /// Buffers and tensors that stay fit together.
    private func fit(_ context: Context, _ variables: Variables, _ minimization: inout Minimization) {
        let problem = structure.problem
        for (index, segment) in problem.segments.enumerated() {
            var terms: [(weight: Int, formula: Formula)] = []
            var unit = 0
            for (tensor, description) in problem.tensors.enumerated() {
                let uses = description.uses
                let gaps = variables.stays[tensor].indices.filter { uses[$0] < segment.layers.upperBound && uses[$0 + 1] >= segment.layers.lowerBound }
                guard !gaps.isEmpty else { continue }
                terms.append((description.bytes, context.any(gaps.map { variables.stays[tensor][$0] })))
                unit = GreatestCommonDivisor.of(unit, description.bytes)
            }
            guard !terms.isEmpty else {
                for (option, choice) in zip(segment.options, variables.isChosen[index]) where option.buffer > problem.machine.capacity {
                    minimization.hard.append(!choice)
                }
                continue
            }
            // In units of the tensors, so that numbers stay small: rooms round down.
            unit = max(1, unit)
            let room = problem.machine.capacity / unit
            var scaled = terms.map { (weight: $0.weight / unit, formula: $0.formula) }
            for (option, choice) in zip(segment.options, variables.isChosen[index]) {
                guard option.buffer <= problem.machine.capacity else {
                    minimization.hard.append(!choice)
                    continue
                }
                scaled.append((room - (problem.machine.capacity - option.buffer) / unit, choice))
            }
            let fits = context.weightedSum(scaled.filter { $0.weight > 0 }, isAtMost: room)
            // Across several layers there may be more than in any one of them: that matters only where they run as one.
            minimization.hard.append(segment.layers.count == 1 ? fits : context.any(variables.isChosen[index]).implies(fits))
        }
    }

    /// Tensors that an option needs on chip are there, and those that stay as a whole stay from use to use.
    private func keep(_ context: Context, _ variables: Variables, _ minimization: inout Minimization) {
        for (index, tensor) in structure.problem.tensors.enumerated() where tensor.staysWhole {
            for (stays, next) in zip(variables.stays[index], variables.stays[index].dropFirst()) {
                minimization.hard += [stays.implies(next), next.implies(stays)]
            }
        }
        for (index, segment) in structure.problem.segments.enumerated() {
            for (option, choice) in zip(segment.options, variables.isChosen[index]) {
                for tensor in option.kept {
                    guard let part = structure.parts[index].first(where: { $0.tensor == tensor }) else { continue }
                    if part.isMadeHere {
                        if part.isOutput { minimization.hard.append(!choice) }
                        // Uses within the segment need nothing on chip.
                        for stays in variables.stays[tensor].dropFirst(part.departure) { minimization.hard.append(choice.implies(stays)) }
                    } else if part.arrival >= 0 {
                        minimization.hard.append(choice.implies(variables.stays[tensor][part.arrival]))
                    } else {
                        minimization.hard.append(!choice)
                    }
                }
            }
        }
    }

    private func switchUnits(_ context: Context, _ variables: Variables, _ minimization: inout Minimization) {
        let problem = structure.problem
        let cost = weights.cost(ofSwitchOn: problem.machine)
        guard problem.machine.units > 1, cost > 0 else { return }
        let on = (0..<problem.layers).map { layer in
            (0..<problem.machine.units).map { unit in
                context.any(
                    problem.segments.indices.filter { problem.segments[$0].layers.contains(layer) }.flatMap { segment in
                        problem.segments[segment].options.indices.filter { problem.segments[segment].options[$0].unit == unit }
                            .map { variables.isChosen[segment][$0] }
                    })
            }
        }
        for layer in 1..<max(1, problem.layers) {
            let isSwitched = context.boolean("switched \(layer)")
            for unit in 0..<problem.machine.units { minimization.hard.append(!on[layer - 1][unit] || on[layer][unit] || isSwitched) }
            minimization.soft.append((!isSwitched, cost))
        }
    }

    /// One soft constraint for each step from one possible cost of the segment to the next.
    private func price(_ segment: Int, _ context: Context, _ variables: Variables, _ minimization: inout Minimization) {
        let machine = structure.problem.machine
        let parts = structure.parts[segment]
        // Costs with the choices that lead to them, or to more.
        var cases: [(cost: Int, condition: [Formula])] = []
        for (index, option) in structure.problem.segments[segment].options.enumerated() where option.buffer <= machine.capacity {
            let optional = optional(option, parts)
            let base = structure.leastBytes(option, parts)
            let isPaid = optional.map { part, _ in
                part.isMadeHere ? variables.isWritten[part.tensor] ?? context.constant(true) : !variables.stays[part.tensor][part.arrival]
            }
            for subset in 0..<(1 << optional.count) {
                let chosen = optional.indices.filter { subset >> $0 & 1 == 1 }
                let cost = weights.cost(option, moving: chosen.reduce(base) { $0 + optional[$1].bytes }, on: machine)
                // Where a transfer makes no difference the smaller set says it all.
                let isRedundant = chosen.contains { left in
                    weights.cost(option, moving: chosen.reduce(base) { $0 + ($1 == left ? 0 : optional[$1].bytes) }, on: machine) == cost
                }
                if !isRedundant { cases.append((cost, [variables.isChosen[segment][index]] + chosen.map { isPaid[$0] })) }
            }
        }
        let costs = Set(cases.map(\.cost)).sorted()
        var before = 0
        var steps: [Formula] = []
        for (index, cost) in costs.enumerated() where cost > 0 {
            let isAtLeast = context.boolean("cost \(segment) \(index)")
            if let last = steps.last { minimization.hard.append(isAtLeast.implies(last)) }
            for one in cases where one.cost == cost { minimization.hard.append(context.any(one.condition.map { !$0 } + [isAtLeast])) }
            minimization.soft.append((!isAtLeast, cost - before))
            steps.append(isAtLeast)
            before = cost
        }
    }

    func plan(_ decisions: [Bool]) -> ComposePlan {
        let problem = structure.problem
        var position = 0
        var steps: [(layer: Int, step: ComposePlan.Step)] = []
        for (index, segment) in problem.segments.enumerated() {
            for option in segment.options.indices {
                if decisions[position] { steps.append((segment.layers.lowerBound, ComposePlan.Step(segment: index, option: option))) }
                position += 1
            }
        }
        let stays = problem.tensors.map { tensor in
            (0..<max(0, tensor.uses.count - 1)).map { _ in
                defer { position += 1 }
                return decisions[position]
            }
        }
        return ComposePlan(steps: steps.sorted { $0.layer < $1.layer }.map(\.step), stays: stays)
    }
}
