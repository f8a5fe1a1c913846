import Architecture
import Exploration
import Foundation
import Testing

@Suite("Design spaces")
struct DesignSpaceTests {
    static let head = "space: s\narchitecture: gemmini\nworkload: resnet18-int8\nobjectives: [cycles]\n"

    private func space(_ text: String) throws -> DesignSpace { try DesignSpace.decode(text: Self.head + text, file: "s.yaml") }

    private func values(_ text: String) throws -> [String] {
        try space("parameters: { x: \(text) }").parameters[0].values.map(\.description)
    }

    @Test(arguments: [
        ("[8, 16, auto]", ["8", "16", "auto"]), ("{ values: [1e3, 0.5] }", ["1000", "0.5"]), ("{ from: 8, to: 32, step: 8 }", ["8", "16", "24", "32"]),
        ("{ from: 8, to: 31, step: 8 }", ["8", "16", "24"]), ("{ from: 0.1, to: 0.5, step: 0.1 }", ["0.1", "0.2", "0.3", "0.4", "0.5"]),
        ("{ from: 1, to: 64, count: 8 }", ["1", "10", "19", "28", "37", "46", "55", "64"]),
        ("{ from: 1, to: 1000, count: 4, scale: log }", ["1", "10", "100", "1000"]),
        ("{ from: 1.0, to: 4.0, count: 3, scale: log }", ["1", "2", "4"]), ("{ from: 0.0, to: 1.0, count: 3 }", ["0", "0.5", "1"]),
        ("{ from: 1, to: 3, count: 100 }", ["1", "2", "3"]), ("{ powers-of-two: [8, 64] }", ["8", "16", "32", "64"]),
        ("{ powers-of-two: [256 KiB, 1 MiB] }", ["256 KiB", "512 KiB", "1024 KiB"]), ("{ powers-of-two: [0.5, 2] }", ["0.5", "1", "2"]),
        ("{ products: [[1, 2, 4], [3, 5]] }", ["3", "5", "6", "10", "12", "20"]), ("{ products: [[1, 2], [1, 2]] }", ["1", "2", "4"]),
        ("{ from: 1 GB/s, to: 2 GB/s, step: 0.5 GB/s }", ["1 GB/s", "1.5 GB/s", "2 GB/s"]), ("{ from: 5, to: 5, count: 1 }", ["5"]),
    ])
    func valuesOfAParameter(text: String, expected: [String]) throws {
        #expect(try values(text) == expected)
    }

    /// Each mistake says where it is, what it is, and what was meant.
    @Test(arguments: [
        ("parameters: { x: [] }", "s.yaml:5: parameters.x: has no values"), ("parameters: { x: [1, 1] }", "has 1 twice"), ("parameters: {}", "has to be a group"),
        ("parameters: { x: 5 }", "give a list"), ("parameters: { x: { from: 1, to: 2 } }", "without \"step\" or \"count\""),
        ("parameters: { x: { from: 1, to: 2, step: 0 } }", "s.yaml:5: parameters.x.step: has to be above 0"),
        ("parameters: { x: { from: 1, to: 1e9, step: 1 } }", "more than 100000 values"), ("parameters: { x: { from: 2, to: 1, step: 1 } }", "below \"from\""),
        ("parameters: { x: { from: 0, to: 1, count: 3, scale: log } }", "above 0 for scale: log"), ("parameters: { x: { powers-of-two: [3, 8] } }", "no power of two"),
        ("parameters: { x: { products: [[1, a]] } }", "\"a\" is not a number"), ("parameters: { x: { value: [1] } }", "did you mean \"values\"?"),
        ("parameters: { x: { from: 1 KiB, to: 2 ms, count: 2 } }", "use one unit"), ("parameters: { x: { from: 1 blip, to: 2 blip, count: 2 } }", "no unit that is known"),
        ("parameters: { x: { from: 1, to: 3, count: 2, scale: lgo } }", "did you mean \"log\"?"), ("parameters: { 5x: [1] }", "is no name"),
        ("parameters: { and: [1] }", "is a word of expressions"), ("parameters: { x: { values: [1], from: 1, to: 2 } }", "give one of them"),
        ("parameters: { x: { values: [1], sets: [] } }", "has 0 targets"), ("parameters: { x: { values: [1], sets: [a, a] } }", "sets as well"),
        ("set: { a: 1 }\nparameters: { x: { values: [1], sets: a } }", "which \"set\" sets as well"),
        ("parameters: { x: [1] }\nconstraints: [\"x < y\"]", "s.yaml:6: constraints[0]: \"x < y\": \"y\" is no parameter"),
        ("parameters: { rows: [1] }\nconstraints: [\"rws < 4\"]", "did you mean \"rows\"?"), ("parameters: { x: [1] }\nconstraint: [\"x < 4\"]", "did you mean \"constraints\"?"),
        ("parameters: { x: [1] }\nlimits: [area]", "has to be a comparison"), ("parameters: { x: [1] }\nstrategy: genetc", "did you mean \"genetic\"?"),
        ("parameters: { x: [1] }\nstrategy:\n  name: genetic\n  options:\n    populaton: 3", "s.yaml:9: strategy.options.populaton: \"populaton\" is no option"),
        ("parameters: { x: [1] }\nstrategy: { name: genetic, options: { population: 1 } }", "from 2 to 10000"),
        ("parameters: { x: [1] }\nstrategy: { name: random, seed: -1 }", "whole number from 0"), ("parameters: { x: [1] }\nversion: 2", "use a newer one"),
        ("parameters: { x: { cases: { a: { t: 1 }, b: { u: 2 } } } }", "sets u, which the first case does not set"),
        ("parameters: { x: { values: [1], sets: { t: x * } } }", "parameters.x.sets.t: \"x *\""),
        ("parameters: { x: [1] }\nstrategy: { name: random, points: 0 }", "strategy.points"), ("parameters: { x: [[1]] }", "parameters.x[0]"),
    ])
    func mistakes(text: String, message: String) {
        let error = #expect(throws: ArchitectureError.self) { try space(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        ("space: s", "architecture: is missing"), ("", "begins with \"space: NAME\""), ("[1]", "has to be a group"),
        ("space: s\narchitecture: a\nworkload: w\nworkloads: [w]\nparameters: { x: [1] }\nobjectives: [c]", "s.yaml:4: workloads: does not go with"),
        ("space: s\narchitecture: a\nworkloads: [w, w]\nparameters: { x: [1] }\nobjectives: [c]", "the name of another"),
        ("space: s\narchitecture: a\nworkloads: [{ workload: w, weight: -1 }]\nparameters: { x: [1] }\nobjectives: [c]", "workloads[0].weight"),
        ("space: s\narchitecture: a\nworkload: w\nparameters: { x: [1] }\nobjectives: [{ minimise: c }]", "did you mean \"minimize\"?"),
        ("space: s\narchitecture: a\nworkload: w\nparameters: { x: [1] }\nobjectives: [c, c]", "the name of another objective"),
        ("space: s\narchitecture: a\nworkload: w\nparameters: { x: [1] }\nobjectives: [c <]", "objectives[0]: \"c <\""),
    ])
    func mistakesOfTheWhole(text: String, message: String) {
        let error = #expect(throws: ArchitectureError.self) { try DesignSpace.decode(text: text, file: "s.yaml") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func sixtyFiveParametersAreTooMany() throws {
        func text(_ count: Int) -> String { "parameters:\n" + (0..<count).map { "  p\($0): [1, 2]\n" }.joined() }
        #expect(try space(text(64)).cardinality == 0x1p64)
        #expect(throws: ArchitectureError.self) { try space(text(65)) }
    }

    @Test func cardinalitySaturates() throws {
        let text = "parameters:\n" + (0..<64).map { "  p\($0): { from: 1, to: 100000, step: 1 }\n" }.joined()
        #expect(try space(text).cardinality == .greatestFiniteMagnitude)
    }

    @Test func whatAPointSets() throws {
        let space = try space(
            """
            set: { batch: 4, memories.dram.latency: 20 ns }
            parameters:
              side: { values: [8, 16], sets: [engines.mesh.rows, engines.mesh.columns] }
              depth:
                values: [64, 128]
                sets:
                  memories.spad.capacity: { expression: depth * side * 1 KiB, unit: B }
                  memories.spad.banks: max(1, side / 4)
                  memories.spad.label: depth
              shape:
                cases:
                  flat: { a: 1, b: wide }
                  deep: { a: 2, b: narrow }
              engines.vector.lanes: [32, 64]
            """)
        let settings = space.settings(of: DesignPoint(choices: [1, 0, 1, 1])).map { "\($0.target)=\($0.value)" }
        #expect(
            settings == [
                "batch=4", "memories.dram.latency=20 ns", "engines.mesh.rows=16", "engines.mesh.columns=16", "memories.spad.capacity=1048576 B",
                "memories.spad.banks=4", "memories.spad.label=64", "a=2", "b=narrow", "engines.vector.lanes=64",
            ])
        #expect(space.parameters[0].targets == ["engines.mesh.rows", "engines.mesh.columns"])
        #expect(space.parameters[2].values == [.text("flat"), .text("deep")])
        #expect(!space.parameters[2].isOrdered && space.parameters[0].isOrdered)
    }

    @Test func objectivesAndLimits() throws {
        let space = try DesignSpace.decode(
            text: """
                space: s
                architecture: gemmini
                workloads: [resnet18-int8, { workload: nets/bert.onnx, weight: 2, set: { context: 128 } }]
                parameters: { rows: [8, 16] }
                objectives:
                  - { name: edp, minimize: energy * seconds, unit: J·s }
                  - { maximize: rows / resnet18-int8.cycles }
                limits: [area <= 50 mm2, bert.cycles < 1000]
                strategy: { name: bayesian, points: 30, batch: 4, seed: 9, options: { initial: 5 } }
                """, file: "s.yaml")
        #expect(space.workloads[1] == SpaceWorkload(workload: "nets/bert.onnx", name: "bert", weight: 2, settings: [.init(target: "context", value: .integer(128))]))
        #expect(space.figureNames == ["energy", "seconds", "resnet18-int8.cycles", "area", "bert.cycles"])
        #expect(space.objectives.map(\.name) == ["edp", "rows / resnet18-int8.cycles"])
        #expect(space.strategy == StrategyDescription(name: "bayesian", options: [.init("initial", ["5"])], points: 30, batch: 4, seed: 9))
        let figures: [EvaluatedPoint.Figure] = [
            .init("energy", 3), .init("seconds", 2), .init("resnet18-int8.cycles", 4), .init("area", 50), .init("bert.cycles", 999),
        ]
        let point = DesignPoint(choices: [1])
        #expect(try space.objectiveValues(figures: figures, point: point) == [6, 4])
        #expect(space.brokenLimit(figures: figures, point: point) == nil)
        var larger = figures
        larger[3].value = 50.5
        #expect(space.brokenLimit(figures: larger, point: point) == "area <= 50 mm2: area is 50.5")
        #expect(space.brokenLimit(figures: Array(figures.dropLast()), point: point) == "bert.cycles < 1000: bert.cycles is not known")
        let missing = #expect(throws: FigureError.self) { try space.objectiveValues(figures: [.init("enrgy", 3)], point: point) }
        #expect(missing?.suggestion == "enrgy" && missing?.message.contains("\"energy\"") == true)
        let infinite = #expect(throws: FigureError.self) { try space.objectiveValues(figures: [.init("energy", .infinity), .init("seconds", 1)], point: point) }
        #expect(infinite?.message.contains("edp") == true)
        #expect(throws: FigureError.self) { try space.checkFigures(available: ["energy"]) }
    }

    // MARK: Constraints

    @Test func allowedPointsAreThoseThatTheConstraintsHoldFor() throws {
        let space = try space(
            "parameters: { a: { from: 1, to: 20, step: 1 }, b: { from: 1, to: 20, step: 1 }, c: [x, y] }\nconstraints: [a * b <= 60, a % 3 == 0, c == x or a < b]")
        var count = 0
        for a in 0..<20 {
            for b in 0..<20 {
                for c in 0..<2 {
                    let expected = (a + 1) * (b + 1) <= 60 && (a + 1) % 3 == 0 && (c == 0 || a < b)
                    #expect(space.isAllowed(DesignPoint(choices: [a, b, c])) == expected)
                    count += expected ? 1 : 0
                }
            }
        }
        #expect(!space.isAllowed(DesignPoint(choices: [2, 1])) && !space.isAllowed(DesignPoint(choices: [2, 20, 0])))
        // The grid finds them all, in order, though it leaves branches early.
        var grid = try Strategies.make(name: "grid", options: [], space: space, seed: 1)
        let points = try grid.ask(10_000)
        #expect(points.count == count && Set(points).count == count && points.allSatisfy(space.isAllowed))
        #expect(points.map(\.choices) == points.map(\.choices).sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test(arguments: [
        (["a > 20"], "\"a > 20\" holds for no values"), (["a < b", "a * b >= 1", "b < a"], "\"a < b\" and \"b < a\" together"),
        (["a < b", "b < c", "c < a", "a < 9"], "\"a < b\", \"b < c\" and \"c < a\" together"), (["1 > 2"], "\"1 > 2\" holds for no values"),
        (["a == 3 or a == 4", "a % 5 == 0", "b > 1"], "\"a == 3 or a == 4\" and \"a % 5 == 0\" together"),
    ])
    func contradictionsNameTheConstraintsThatDoNotGoTogether(constraints: [String], message: String) {
        let range = "{ from: 1, to: 20, step: 1 }"
        let error = #expect(throws: ArchitectureError.self) {
            try space("parameters: { a: \(range), b: \(range), c: \(range) }\nconstraints: [\(constraints.joined(separator: ", "))]")
        }
        #expect(error?.description.contains(message) == true && error?.line == 6, "\(error?.description ?? "")")
    }

    /// 10^30 points, none of them allowed: shown by intervals, not by counting.
    @Test func aLargeContradictionIsFoundToo() {
        let parameters = (0..<6).map { "p\($0): { from: 1, to: 100000, step: 1 }" }.joined(separator: ", ")
        let error = #expect(throws: ArchitectureError.self) {
            try space("parameters: { \(parameters) }\nconstraints: [p0 + p1 + p2 + p3 + p4 + p5 < 6, p0 >= 1]")
        }
        #expect(error?.description.contains("\"p0 + p1 + p2 + p3 + p4 + p5 < 6\" holds for no values") == true, "\(error?.description ?? "")")
    }

    /// A few points among 10^30 are found.
    @Test func aNeedleIsFound() throws {
        let parameters = (0..<6).map { "p\($0): { from: 1, to: 100000, step: 1 }" }.joined(separator: ", ")
        let space = try space("parameters: { \(parameters) }\nconstraints: [p0 + p1 + p2 + p3 + p4 + p5 <= 7]")
        for name in Strategies.names where name != "command" {
            var strategy = try Strategies.make(name: name, options: [], space: space, seed: 3)
            var found: Set<DesignPoint> = []
            while case let points = try strategy.ask(4), !points.isEmpty {
                found.formUnion(points)
                try strategy.tell(points.map { EvaluatedPoint(number: 0, point: $0, status: .finished, objectives: [1]) })
            }
            // All ones, or one of the six is two.
            #expect(found.count == 7, "\(name)")
        }
    }
}

@Suite("Example spaces")
struct ExampleSpaceTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Examples/sweeps").standardized

    @Test(arguments: [("array-shape", 16.0), ("array-and-buffers", 540), ("array-optuna", 540)])
    func areRead(name: String, cardinality: Double) throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent("\(name).yaml"), encoding: .utf8)
        let space = try DesignSpace.decode(text: text, file: "\(name).yaml")
        #expect(space.name == name && space.cardinality == cardinality)
    }
}
