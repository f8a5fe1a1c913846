import MappingSearch
import SMT
import SearchInstances
import Testing

@Suite("Composition against brute force")
struct ComposerTests {
    /// The least of every objective, by evaluating every plan there is.
    private func least(_ problem: ComposeProblem) -> [MappingObjective: Double] {
        var best: [MappingObjective: Double] = [:]
        let gaps = problem.tensors.map { max(0, ($0.producer == nil ? 0 : 1) + $0.consumers.count - 1) }
        let total = gaps.reduce(0, +)
        func stays(_ code: Int) -> [[Bool]] {
            var code = code
            return gaps.map { count in
                (0..<count).map { _ in
                    defer { code >>= 1 }
                    return code & 1 == 1
                }
            }
        }
        func extend(_ layer: Int, _ steps: [ComposePlan.Step]) {
            guard layer < problem.layers else {
                for code in 0..<(1 << total) {
                    guard let figures = try? problem.evaluate(ComposePlan(steps: steps, stays: stays(code))) else { continue }
                    let costs: [(MappingObjective, Double)] = [
                        (.cycles, Double(figures.cycles)), (.energy, Double(figures.energy)), (.traffic, Double(figures.bytes)), (.edp, figures.product),
                    ]
                    for (objective, cost) in costs { best[objective] = min(best[objective] ?? cost, cost) }
                }
                return
            }
            for (index, segment) in problem.segments.enumerated() where segment.layers.lowerBound == layer {
                for option in segment.options.indices { extend(segment.layers.upperBound, steps + [ComposePlan.Step(segment: index, option: option)]) }
            }
        }
        extend(0, [])
        return best
    }

    @Test func everyPlan() throws {
        var fusedPlans = 0
        for seed in 1...120 {
            let problem = try ComposeInstances.chain(
                layers: 3 + seed % 3, options: seed % 3 == 2 ? 2 : 3, fused: seed % 2 * 5, capacity: 70 + seed % 5 * 20, seed: UInt64(seed))
            let best = least(problem)
            for objective in MappingObjective.allCases {
                let outcome = try Composer().compose(problem, for: objective)
                #expect(outcome.isOptimal && outcome.cost == best[objective], "\(seed) \(objective)")
                fusedPlans += outcome.plan.steps.count < problem.layers ? 1 : 0
            }
        }
        #expect(fusedPlans > 50)
    }

    /// Results that stay as a whole or not at all, and options that need some of them on chip.
    @Test func wholes() throws {
        var kept = 0
        for seed in 1...90 {
            let problem = try ComposeInstances.chain(
                layers: 3 + seed % 3, options: 3, fused: seed % 2 * 4, wholes: 6, capacity: 70 + seed % 5 * 20, seed: UInt64(seed))
            let best = least(problem)
            for objective in MappingObjective.allCases {
                let outcome = try Composer().compose(problem, for: objective)
                #expect(outcome.isOptimal && outcome.cost == best[objective], "\(seed) \(objective)")
                kept += outcome.plan.steps.reduce(0) { $0 + problem.segments[$1.segment].options[$1.option].kept.count }
            }
            let (plan, result) = try Composer().solve(problem, ComposeWeights(energy: 1))
            let figures = try problem.evaluate(#require(plan))
            #expect(result.isOptimal && Double(figures.energy) == best[.energy], "\(seed)")
        }
        #expect(kept > 50)
    }

    /// Z3 alone, on problems with and without fusion.
    @Test func solver() throws {
        for seed in 1...60 {
            let problem = try ComposeInstances.chain(layers: 4 + seed % 5, options: 4, fused: seed % 2 * 5, capacity: 90 + seed % 4 * 20, seed: UInt64(seed))
            for weights in [ComposeWeights(cycles: 1), ComposeWeights(energy: 1), ComposeWeights(cycles: 3, energy: 2, bytes: 1)] {
                let (plan, result) = try Composer().solve(problem, weights)
                let figures = try problem.evaluate(#require(plan))
                let cost = weights.cycles * figures.cycles + weights.energy * figures.energy + weights.bytes * figures.bytes
                #expect(result.isOptimal && result.cost == cost)
                if weights.energy == 0 { #expect(try Composer().compose(problem, for: .cycles).cost == Double(cost)) }
                if weights.cycles == 0 { #expect(try Composer().compose(problem, for: .energy).cost == Double(cost)) }
            }
        }
    }

    /// With next to no states allowed: what comes out is right, and the bound holds.
    @Test func tightLimits() throws {
        for seed in 1...30 {
            let problem = try ComposeInstances.chain(layers: 14, options: 5, fused: 3, seed: UInt64(seed))
            let best = try Composer().compose(problem, for: .cycles)
            #expect(best.isOptimal)
            var composer = Composer()
            composer.beamWidth = 1 + seed % 3
            composer.searchLimit = 50
            composer.window = 3
            composer.minimizer.limits.resources = 30_000
            composer.minimizer.descentSteps = 2
            let outcome = try composer.compose(problem, for: .cycles)
            #expect(outcome.lowerBound <= best.cost && best.cost <= outcome.cost)
            if outcome.isOptimal { #expect(outcome.cost == best.cost) }
        }
    }

    /// What is promised: 32 layers proved, whatever the skip connections, and the same by Z3 where it is asked.
    @Test(arguments: [2, 3, 5, 8, 12])
    func skips(reach: Int) throws {
        for seed in 1...6 {
            let problem = try ComposeInstances.chain(layers: 32, options: 8, reach: reach, fused: seed % 2 * 2, seed: UInt64(seed))
            for objective in [MappingObjective.cycles, .energy, .traffic] { #expect(try Composer().compose(problem, for: objective).isOptimal) }
        }
    }

    @Test func manyLayers() throws {
        let problem = try ComposeInstances.chain(layers: 300, options: 8, fused: 2, seed: 9)
        let outcome = try Composer().compose(problem, for: .cycles)
        #expect(outcome.isOptimal)
        let again = try Composer().compose(problem, for: .cycles)
        #expect(again.plan == outcome.plan && again.effort == outcome.effort)
    }

    /// Two layers, by hand: staying saves writing and reading, where it fits.
    @Test func byHand() throws {
        func problem(capacity: Int) throws -> ComposeProblem {
            try ComposeProblem(
                layers: 2,
                segments: (0..<2).map { layer in
                    ComposeSegment(
                        layers: layer..<layer + 1,
                        options: [ComposeOption(cycles: 10, energy: 5, buffer: 4, transfers: [ComposeTransfer(tensor: 0, bytes: 40)], otherBytes: 3)])
                },
                tensors: [ComposeTensor(name: "t", bytes: 8, producer: 0, consumers: [1])],
                machine: ComposeMachine(capacity: capacity, bandwidth: 2, energyPerByte: 1))
        }
        #expect(try Composer().compose(problem(capacity: 12), for: .cycles).figures == ComposeFigures(cycles: 20, energy: 16, bytes: 6, peak: 12))
        #expect(try Composer().compose(problem(capacity: 11), for: .cycles).figures == ComposeFigures(cycles: 44, energy: 96, bytes: 86, peak: 4))
    }

    @Test func wrongProblems() throws {
        let machine = ComposeMachine(capacity: 10, bandwidth: 1)
        func option(_ buffer: Int, _ tensor: Int = 0, unit: Int = 0, cycles: Int = 1) -> ComposeOption {
            ComposeOption(unit: unit, cycles: cycles, buffer: buffer, transfers: [ComposeTransfer(tensor: tensor, bytes: 1)])
        }
        func make(_ options: [ComposeOption], _ tensors: [ComposeTensor]? = nil, _ machine: ComposeMachine) throws -> ComposeProblem {
            try ComposeProblem(
                layers: 1, segments: [ComposeSegment(layers: 0..<1, options: options)],
                tensors: tensors ?? [ComposeTensor(name: "in", bytes: 4, producer: nil, consumers: [0])], machine: machine)
        }
        #expect(throws: ComposeProblemError.noOption(layer: 0, capacity: 10)) { try make([option(11)], nil, machine) }
        #expect(throws: ComposeProblemError.self) { try make([option(1, 5)], nil, machine) }
        #expect(throws: ComposeProblemError.self) { try make([option(1, unit: 3)], nil, machine) }
        #expect(throws: ComposeProblemError.self) { try make([option(1, cycles: .max)], nil, machine) }
        #expect(throws: ComposeProblemError.machine) { try make([option(1)], nil, ComposeMachine(capacity: 10, bandwidth: 0)) }
        #expect(throws: ComposeProblemError.overflow) {
            try make([ComposeOption(cycles: 1, buffer: 1, otherBytes: 1 << 44)], nil, ComposeMachine(capacity: 10, bandwidth: 1, energyPerByte: 1 << 44))
        }
        #expect(throws: ComposeProblemError.self) {
            try make([option(1)], [ComposeTensor(name: "in", bytes: 4, producer: nil, consumers: [3])], machine)
        }
        #expect(try make([option(10)], nil, machine).layers == 1)
    }
}
