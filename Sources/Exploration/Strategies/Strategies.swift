import Architecture
import Quantities

/// All strategies: a new one is a file and a line here.
public enum Strategies {
    public static let all: [StrategyKind] = [
        StrategyKind(name: "grid", summary: "every point, in the order of the file", options: []) { space, _, _ throws(StrategyError) in
            GridStrategy(space)
        },
        StrategyKind(name: "random", summary: "points drawn at random", options: []) { space, _, seed throws(StrategyError) in
            RandomStrategy(space, seed: seed)
        },
        StrategyKind(
            name: "latin-hypercube", summary: "samples in which every parameter visits each of its strata once",
            options: [.init(name: "samples", form: .whole(1...100_000), standard: "the points of the sweep, at most 10,000", help: "points of one sample")]
        ) { space, options, seed throws(StrategyError) in
            LatinHypercubeStrategy(space, samples: options.whole("samples", min(10_000, space.strategy.points ?? 64)), seed: seed)
        },
        StrategyKind(
            name: "bayesian", summary: "a Gaussian process and expected improvement; ParEGO for several objectives",
            options: [
                .init(name: "initial", form: .whole(2...10_000), standard: "twice the parameters and 2, at least 8", help: "points of the Latin hypercube it begins with"),
                .init(name: "candidates", form: .whole(2...100_000), standard: "200", help: "points among which each point is chosen"),
                .init(name: "model", form: .whole(8...2_000), standard: "256", help: "points that the model remembers"),
            ]
        ) { space, options, seed throws(StrategyError) in
            BayesianStrategy(
                space, initial: options.whole("initial", max(8, 2 * space.parameters.count + 2)), candidates: options.whole("candidates", 200),
                maximumSeen: options.whole("model", 256), seed: seed)
        },
        StrategyKind(
            name: "genetic", summary: "NSGA-II",
            options: [
                .init(name: "population", form: .whole(2...10_000), standard: "40", help: "members that go on"),
                .init(name: "crossover", form: .number(0...1), standard: "0.9", help: "share of children with two parents"),
                .init(name: "mutation", form: .number(0...1), standard: "1 / parameters", help: "share of parameters that are changed"),
            ]
        ) { space, options, seed throws(StrategyError) in
            GeneticStrategy(
                space, population: options.whole("population", 40), crossover: options.number("crossover", 0.9),
                mutation: options.number("mutation", 1 / Double(space.parameters.count)), seed: seed)
        },
        StrategyKind(
            name: "annealing", summary: "simulated annealing in several chains",
            options: [
                .init(name: "chains", form: .whole(1...1_000), standard: "4", help: "chains that go on side by side"),
                .init(name: "hot", form: .number(1e-9...1e9), standard: "0.1", help: "first temperature, of costs scaled to 0…1"),
                .init(name: "cold", form: .number(1e-9...1e9), standard: "0.001", help: "last temperature"),
                .init(name: "cooling", form: .whole(1...1_000_000_000), standard: "the points of the sweep, or 500", help: "points from hot to cold"),
            ]
        ) { space, options, seed throws(StrategyError) in
            AnnealingStrategy(
                space, chains: options.whole("chains", 4), hot: options.number("hot", 0.1), cold: options.number("cold", 0.001),
                budget: options.whole("cooling", space.strategy.points ?? 500), seed: seed)
        },
        StrategyKind(
            name: "ant-colony", summary: "MAX-MIN ant system over the values of parameters",
            options: [
                .init(name: "evaporation", form: .number(0.001...1), standard: "0.3", help: "share of pheromone lost after a batch"),
                .init(name: "floor", form: .number(1e-9...1), standard: "0.005", help: "least pheromone, of a greatest of 1"),
                .init(name: "elite", form: .whole(1...1_000), standard: "8", help: "best points that lay pheromone"),
            ]
        ) { space, options, seed throws(StrategyError) in
            AntColonyStrategy(
                space, evaporation: options.number("evaporation", 0.3), floor: options.number("floor", 0.005), elite: options.whole("elite", 8),
                seed: seed)
        },
        StrategyKind(name: "hill-climbing", summary: "steps to better neighbours, with restarts", options: []) { space, _, seed throws(StrategyError) in
            HillClimbingStrategy(space, seed: seed)
        },
        StrategyKind(
            name: "command", summary: "a program of yours that speaks lines of JSON",
            options: [
                .init(name: "command", form: .words, standard: "", help: "the program and its arguments, as a list or cut at spaces; needed"),
                .init(name: "timeout", form: .number(0.001...86_400), standard: "600 s", help: "seconds that it may take for an answer"),
            ],
            validate: { options throws(StrategyError) in
                if CommandStrategy.words(options.words("command")).isEmpty {
                    throw StrategyError("needs the option \"command\": the program and its arguments, such as [python3, my_strategy.py]", option: "command")
                }
            }
        ) { space, options, seed throws(StrategyError) in
            CommandStrategy(space, command: options.words("command"), timeOut: options.number("timeout", 600), seed: seed)
        },
    ]

    public static var names: [String] { all.map(\.name) }

    /// Checks a name and options, before a space is there.
    public static func check(name: String, options: [StrategyOption]) throws(StrategyError) {
        let kind = try kind(name)
        _ = try StrategyOptionValues(options, of: kind)
        if let validate = kind.validate { try validate(try StrategyOptionValues(options, of: kind)) }
    }

    /// - Parameter seed: the same seed gives the same points.
    public static func make(name: String, options: [StrategyOption], space: DesignSpace, seed: UInt64) throws(StrategyError) -> any SearchStrategy {
        let kind = try kind(name)
        try check(name: name, options: options)
        return try kind.make(space, try StrategyOptionValues(options, of: kind), seed)
    }

    /// As the space says.
    public static func make(for space: DesignSpace) throws(StrategyError) -> any SearchStrategy {
        try make(name: space.strategy.name, options: space.strategy.options, space: space, seed: space.strategy.seed)
    }

    private static func kind(_ name: String) throws(StrategyError) -> StrategyKind {
        guard let kind = all.first(where: { $0.name == name }) else {
            throw StrategyError(
                "\"\(name.excerpt)\" is no strategy; there are \(wordList(names, conjunction: "and"))",
                suggestion: Suggestion.closest(to: name, among: names))
        }
        return kind
    }
}
