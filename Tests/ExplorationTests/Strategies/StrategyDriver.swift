import Exploration

/// Runs a strategy on a function of the choices, as a sweep does.
struct StrategyDriver {
    let space: DesignSpace
    /// `nil` fails.
    let function: (DesignPoint) -> [Double]?

    /// A space of so many values for each parameter; objectives are figures f0, f1, ….
    static func space(_ counts: [Int], objectives: Int = 1, constraints: [String] = [], points: Int? = nil, names: Set<Int> = []) throws -> DesignSpace {
        var text = "space: test\narchitecture: none\nworkload: none\nparameters:\n"
        for (index, count) in counts.enumerated() {
            text += names.contains(index)
                ? "  x\(index): [\((0..<count).map { "name\($0)" }.joined(separator: ", "))]\n" : "  x\(index): { from: 0, to: \(count - 1), count: \(count) }\n"
        }
        text += "objectives: [\((0..<objectives).map { "f\($0)" }.joined(separator: ", "))]\n"
        if !constraints.isEmpty { text += "constraints: [\(constraints.joined(separator: ", "))]\n" }
        if let points { text += "strategy: { name: random, points: \(points) }\n" }
        return try DesignSpace.decode(text: text, file: "test.yaml")
    }

    func evaluate(_ point: DesignPoint, _ number: Int) -> EvaluatedPoint {
        guard let values = function(point) else { return EvaluatedPoint(number: number, point: point, status: .failed, reason: "no") }
        return EvaluatedPoint(number: number, point: point, status: .finished, objectives: values)
    }

    func run(_ name: String, _ options: [StrategyOption] = [], seed: UInt64, points: Int, batch: Int = 8) throws -> [EvaluatedPoint] {
        var strategy = try Strategies.make(name: name, options: options, space: space, seed: seed)
        var all: [EvaluatedPoint] = []
        while all.count < points {
            let asked = try strategy.ask(min(batch, points - all.count))
            if asked.isEmpty { break }
            let told = asked.enumerated().map { evaluate($1, all.count + $0) }
            try strategy.tell(told)
            all += told
        }
        return all
    }
}
