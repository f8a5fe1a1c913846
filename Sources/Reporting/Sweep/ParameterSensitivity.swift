import Exploration

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How much of an objective's variance one parameter explains alone, and how the objective goes with its values.
///
/// The share is that of the variance between the means of the parameter's values in the variance of all points:
/// Var(E[y | x]) / Var(y), the correlation ratio η² (Fisher 1925). Over a full grid it is Sobol's first-order index of the space with all
/// values equally likely ("Sensitivity estimates for nonlinear mathematical models", 1993), and the shares of all parameters together with
/// their interactions add up to one. Over points that a search chose it describes those points and not the space: parameters are then
/// correlated and shares may add up to more or less than one. A parameter that has no effect shows `chance` on average.
package struct ParameterSensitivity: Sendable {
    /// One value of the parameter, or neighbouring values of one that takes more than `mostLevels`: with few points a value the means would
    /// only follow the points.
    package struct Level: Sendable {
        /// Index into the parameter's values.
        package var choice: Int
        /// The same where it is one value.
        package var lastChoice: Int
        package var count: Int
        package var mean: Double
        package var least: Double
        package var most: Double
    }

    /// Groups of neighbours that an ordered parameter with more values is cut into.
    package static let mostLevels = 24

    /// Index into the space's parameters.
    package var parameter: Int
    /// 0…1; 0 where the objective does not vary.
    package var share: Double
    /// The same of the objective's logarithm, in which a factor counts alike everywhere; `nil` where a value is not above zero.
    package var logarithmicShare: Double?
    /// (levels − 1) / (points − 1): the mean of the share over all ways to deal the objective's values out to the points.
    package var chance: Double
    /// Values that points have, in the order of the space.
    package var levels: [Level]

    /// Of all parameters that take more than one value among the points that have the objective.
    ///
    /// - Parameter values: by point; points that are not feasible or have no finite value are left out.
    package static func all(of results: SweepResults, values: [Double]) -> [ParameterSensitivity] {
        let chosen = results.points.indices.filter { results.points[$0].status == .finished && values[$0].isFinite }
        let logarithms = chosen.allSatisfy { values[$0] > 0 } ? values.map(log10) : nil
        return results.parameters.indices.compactMap { parameter in
            let total = results.parameters[parameter].values.count
            let count = results.parameters[parameter].isOrdered ? min(total, mostLevels) : total
            let choices = results.points.map { $0.point.choices[parameter] * count / total }
            var levels = Self.levels(chosen, choices, count, values)
            for index in levels.indices {
                let group = levels[index].choice
                levels[index].choice = (group * total + count - 1) / count
                levels[index].lastChoice = ((group + 1) * total - 1) / count
            }
            guard levels.count > 1 else { return nil }
            return ParameterSensitivity(
                parameter: parameter, share: share(chosen, levels, values),
                logarithmicShare: logarithms.map { share(chosen, Self.levels(chosen, choices, count, $0), $0) },
                chance: Double(levels.count - 1) / Double(max(1, chosen.count - 1)), levels: levels)
        }
    }

    private static func levels(_ chosen: [Int], _ choices: [Int], _ count: Int, _ values: [Double]) -> [Level] {
        var levels = (0..<count).map { Level(choice: $0, lastChoice: $0, count: 0, mean: 0, least: .infinity, most: -.infinity) }
        for index in chosen {
            let choice = choices[index], value = values[index]
            levels[choice].count += 1
            // Welford's running mean keeps its digits where a plain sum would lose them.
            levels[choice].mean += (value - levels[choice].mean) / Double(levels[choice].count)
            levels[choice].least = min(levels[choice].least, value)
            levels[choice].most = max(levels[choice].most, value)
        }
        return levels.filter { $0.count > 0 }
    }

    private static func share(_ chosen: [Int], _ levels: [Level], _ values: [Double]) -> Double {
        var mean = 0.0
        for (count, index) in chosen.enumerated() { mean += (values[index] - mean) / Double(count + 1) }
        let total = chosen.reduce(0.0) { $0 + (values[$1] - mean) * (values[$1] - mean) }
        let between = levels.reduce(0.0) { $0 + Double($1.count) * ($1.mean - mean) * ($1.mean - mean) }
        // Differences in the last digits of equal values are no variance.
        guard total > mean * mean * Double(chosen.count) * 1e-24, total > 0 else { return 0 }
        return min(1, between / total)
    }
}

extension ParameterSensitivity.Level {
    /// "32", or "32…64" for neighbours.
    func text(_ parameter: SpaceParameter) -> String {
        choice == lastChoice ? parameter.values[choice].description : "\(parameter.values[choice])…\(parameter.values[lastChoice])"
    }
}

extension SweepResults {
    /// Feasible points cover every combination of the values that they take, each once: shares of variance are then those of the space.
    package var isFullGrid: Bool {
        let chosen = feasible
        let sizes = parameters.indices.map { parameter in Set(chosen.map { $0.point.choices[parameter] }).count }
        var product = 1
        for size in sizes {
            product *= max(1, size)
            if product > chosen.count { return false }
        }
        return product == chosen.count && Set(chosen.map(\.point)).count == chosen.count
    }
}
