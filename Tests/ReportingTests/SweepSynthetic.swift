import Exploration

/// Sweeps of a closed-form machine: an array of `rows` × `columns` multipliers behind a buffer. Artificial, but of the shape of real ones:
/// conflicting objectives, a limit, failures, figures by component.
enum SyntheticSweep {
    static let parameters = [
        SpaceParameter(name: "rows", targets: ["engines.mesh.rows"], values: [4, 8, 16, 32, 64, 128].map { .integer($0) }),
        SpaceParameter(name: "columns", targets: ["engines.mesh.columns"], values: [4, 8, 16, 32, 64, 128].map { .integer($0) }),
        SpaceParameter(name: "buffer", targets: ["memories.buffer.capacity"], values: (0..<8).map { .text("\(16 << $0) KiB") }),
        SpaceParameter(name: "bandwidth", targets: ["memories.dram.bandwidth"], values: [4, 8, 16, 32, 64].map { .text("\($0) GB/s") }),
        SpaceParameter(name: "clock", targets: ["clock"], values: [500, 700, 1000, 1400].map { .text("\($0) MHz") }),
        SpaceParameter(
            name: "dataflow", targets: ["engines.mesh.dataflow"],
            values: ["weight-stationary", "output-stationary", "input-stationary"].map { .text($0) }),
    ]

    /// Points in a seeded order, no configuration twice.
    static func results(_ count: Int, seed: UInt64 = 1) -> SweepResults {
        var state = seed
        var known: Set<[Int]> = []
        var points: [EvaluatedPoint] = []
        while points.count < count {
            let choices = parameters.map { parameter in Int(next(&state) >> 33) % parameter.values.count }
            guard known.insert(choices).inserted else { continue }
            points.append(point(points.count, choices))
        }
        return SweepResults(
            name: "synthetic arrays", architecture: "gemmini", workloads: [.init(name: "resnet18"), .init(name: "bert-base", weight: 2)],
            parameters: parameters, constraints: ["rows * columns <= 16384"],
            objectives: [
                SweepObjective(name: "latency", expression: "seconds", unit: "s"), SweepObjective(name: "energy", expression: "energy", unit: "J"),
                SweepObjective(name: "throughput per area", expression: "1e-9 * macs / seconds / area", goal: .maximize, unit: "GMAC/s/mm2"),
            ],
            limits: [SweepLimit(text: "area <= 15 mm2")], strategy: "random", seed: seed, version: "test", points: points)
    }

    /// SplitMix64 (Steele, Lea and Flood 2014).
    static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    static func point(_ number: Int, _ choices: [Int]) -> EvaluatedPoint {
        func value(_ parameter: Int) -> Double { parameters[parameter].values[choices[parameter]].number ?? 0 }
        let multipliers = value(0) * value(1), buffer = value(2), bandwidth = value(3), hertz = value(4)
        if buffer < multipliers * 16 {
            return EvaluatedPoint(
                number: number, point: DesignPoint(choices: choices), status: .failed,
                reason: "a tile of \(Int(multipliers * 16)) bytes does not fit in memories.buffer, which has \(Int(buffer)) bytes")
        }
        let macs = 1.8e9, efficiency = [0.9, 0.8, 0.6][choices[5]] / (1 + multipliers / 20_000)
        let compute = macs / (multipliers * efficiency * hertz)
        let traffic = macs / 40 * (1 + 512 * 1024 / buffer).squareRoot() * [1, 1.3, 1.15][choices[5]]
        let seconds = max(compute, traffic / bandwidth) + 0.1 * min(compute, traffic / bandwidth)
        let areas = [
            ("mesh", multipliers * 1.2e-3), ("buffer", buffer * 1.1e-6), ("links", bandwidth * 4e-11), ("control", 0.3 + multipliers * 2e-5),
        ]
        let area = areas.reduce(0) { $0 + $1.1 }
        let energies = [
            ("mesh", macs * 0.4e-12 * hertz / 7e8), ("buffer", macs * 2e-14 * (buffer / 16_384).squareRoot()), ("dram", traffic * 4e-11),
            ("leakage", area * 8e-3 * seconds),
        ]
        let energy = energies.reduce(0) { $0 + $1.1 }
        let figures = [("cycles", (seconds * hertz).rounded()), ("seconds", seconds), ("macs", macs), ("energy", energy), ("area", area)]
            + areas.map { ("area." + $0.0, $0.1) } + energies.map { ("energy." + $0.0, $0.1) }
        let isBeyond = area > 15
        return EvaluatedPoint(
            number: number, point: DesignPoint(choices: choices), status: isBeyond ? .beyondLimit : .finished,
            reason: isBeyond ? "area is \((area * 10).rounded() / 10) mm2, and the limit is 15 mm2" : "",
            objectives: [seconds, energy, 1e-9 * macs / seconds / area], figures: figures.map { .init($0.0, $0.1) })
    }

    /// A full grid of one objective over integer parameters.
    static func grid(_ sizes: [Int], goal: SweepObjective.Goal = .minimize, _ function: ([Double]) -> Double) -> SweepResults {
        var points: [EvaluatedPoint] = []
        for number in 0..<sizes.reduce(1, *) {
            var rest = number
            let choices = sizes.map { size in
                defer { rest /= size }
                return rest % size
            }
            points.append(EvaluatedPoint(
                number: number, point: DesignPoint(choices: choices), status: .finished, objectives: [function(choices.map(Double.init))]))
        }
        return SweepResults(
            name: "grid", architecture: "none", workloads: [],
            parameters: sizes.enumerated().map { index, size in
                SpaceParameter(name: "x\(index)", targets: ["x\(index)"], values: (0..<size).map { .integer($0) })
            },
            objectives: [SweepObjective(name: "y", expression: "y", goal: goal)], strategy: "grid", seed: 0, version: "test", points: points)
    }
}
