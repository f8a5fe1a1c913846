import Architecture
import Quantities

/// All strategies: a new one is a file and a line here.
public enum Strategies {
    public static let all: [StrategyKind] = [
        StrategyKind(name: "grid", summary: "every point, in the order of the file", options: []) { space, _, _ throws(StrategyError) in GridStrategy(space) },
        StrategyKind(name: "random", summary: "points drawn at random", options: []) { space, _, seed throws(StrategyError) in
            RandomStrategy(space, seed: seed)
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
