import Exploration
import Foundation

/// A space, an evaluator and strategies that are small enough to know every answer.
struct FakeSpace: SweptSpace {
    var parameters = [
        SpaceParameter(name: "rows", targets: ["engines.mesh.rows"], values: (0..<10).map { .integer($0) }),
        SpaceParameter(name: "flow", targets: ["engines.mesh.dataflow"], values: ["left", "right, \"quoted\"\n", "é"].map { .text($0) }),
    ]
    let objectives = [
        SweepObjective(name: "cycles", expression: "cycles", unit: "cycles"), SweepObjective(name: "speed", expression: "speed", goal: .maximize),
    ]

    func settings(of point: DesignPoint) -> [(target: String, value: ParameterValue)] {
        zip(parameters, point.choices).map { ($0.targets[0], $0.values[$1]) }
    }

    func judge(_ point: DesignPoint, figures: [EvaluatedPoint.Figure]) throws(PointFailure) -> (objectives: [Double], brokenLimit: String) {
        guard figures.count == 3 else { throw PointFailure("figures are missing") }
        return (figures.prefix(2).map(\.value), figures[0].value > 40 ? "cycles <= 40: cycles is \(figures[0].value)" : "")
    }

    func header(strategy: String = "fake", seed: UInt64 = 3, batchSize: Int = 4) -> SweepHeader {
        SweepHeader(
            name: "fake", architecture: "machine", workloads: [.init(name: "work", weight: 1)], parameters: parameters, objectives: objectives,
            limits: [SweepLimit(text: "cycles <= 40")], strategy: strategy, seed: seed, batchSize: batchSize,
            inputs: [.init(name: "machine.yaml", hash: "0123")], version: "1.0", spaceText: "space: fake\n")
    }

    var points: [DesignPoint] { (0..<10).flatMap { rows in (0..<3).map { DesignPoint(choices: [rows, $0]) } } }
}

/// Figures of the fake space; every seventh point fails.
struct FakeEvaluator: PointEvaluator {
    /// Called before a point is evaluated.
    var hook: @Sendable () -> Void = {}

    func evaluate(_ settings: [(target: String, value: ParameterValue)]) throws(PointFailure) -> [EvaluatedPoint.Figure] {
        hook()
        let rows = settings[0].value.number ?? 0, flow = Double(settings[1].value.description.utf8.count)
        if (Int(rows) * 3 + Int(flow)) % 7 == 0 { throw PointFailure("rows of \(Int(rows)) do not fit\nat all") }
        return [.init("cycles", rows * flow), .init("speed", rows / flow), .init("work.share \"a\"", 1 / (rows + flow))]
    }
}

/// Chooses by what it was told, so that anything told differently, or in another order, leads elsewhere.
struct FakeStrategy: SearchStrategy {
    let all: [DesignPoint]
    var state: UInt64
    var asked: Set<DesignPoint> = []
    /// Asks for points a second time.
    var repeats = false

    init(_ space: FakeSpace, seed: UInt64) { all = space.points; state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func ask(_ count: Int) throws -> [DesignPoint] {
        var points: [DesignPoint] = []
        while points.count < count, repeats || asked.count < all.count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let point = all[Int(state >> 33) % all.count]
            if asked.insert(point).inserted || repeats { points.append(point) }
        }
        return points
    }

    mutating func tell(_ points: [EvaluatedPoint]) throws {
        for point in points {
            for value in point.objectives + point.figures.map(\.value) { state = (state ^ value.bitPattern) &* 0x100_0000_01b3 }
            for byte in (point.reason + point.status.rawValue).utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
    }
}

/// Folders that go away with the test.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = NSTemporaryDirectory() + "cyclewright-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}
