import Architecture
import Exploration
import Lowering
import Mapping
import MappingSearch

/// What a sweep can choose about mapping: who maps products, for which objective, within which constraints, or by which file.
struct MappingSettings: Sendable, Equatable {
    /// As `--mapper` of `simulate`.
    var mapper = SimulationMapper.search
    var objective = MappingObjective.cycles
    var tilesWeights = true
    var file: String?
    var constraints = MappingConstraints()

    static let fileTarget = "mapping.file"
    /// Paths that a space may name. Each of the requirements is one on all operators, or as `mapping.operators.NAME.tile.m` on one.
    static let names = ["mapping.mapper", "mapping.objective", fileTarget, "mapping.row-major-weights"] + requirements.map { "mapping.\($0)" }
    private static let requirements = ["tile.m", "tile.n", "tile.k", "order", "left", "right", "split"]

    static func isMapping(_ target: String) -> Bool { target == "mapper" || target == "mapping" || target.hasPrefix("mapping.") }

    /// What is wrong with a path of the mapping; `nil` for nothing.
    static func problem(with target: String) -> String? {
        if target == "mapper" || names.contains(target) || requirement(target) != nil { return nil }
        let suggestion = Suggestion.closestPath(to: target, among: names).map { "; did you mean \"\($0)\"?" }
        return "there is no \"\(target.excerpt)\"" + (suggestion ?? "; there are \(wordList(names, conjunction: "and")), and mapping.operators.NAME.… for one operator")
    }

    /// The operator and the name of what is required of it: "*" and "tile.m" of "mapping.tile.m".
    private static func requirement(_ target: String) -> (name: String, key: String)? {
        guard target.hasPrefix("mapping.") else { return nil }
        let rest = String(target.dropFirst("mapping.".count))
        if requirements.contains(rest) { return (OperatorConstraint.all, rest) }
        guard rest.hasPrefix("operators.") else { return nil }
        let path = rest.dropFirst("operators.".count)
        // Operators may have dots in their names.
        for key in requirements where path.hasSuffix("." + key) {
            let name = path.dropLast(key.count + 1)
            if !name.isEmpty { return (String(name), key) }
        }
        return nil
    }

    /// - Throws: `PointFailure` for a value that means nothing.
    mutating func set(_ target: String, _ text: String) throws(PointFailure) {
        switch target {
        case "mapper", "mapping.mapper": mapper = try choice(target, text)
        case "mapping.objective": objective = try choice(target, text)
        case Self.fileTarget: file = text
        case "mapping.row-major-weights":
            switch text {
            case "true", "yes", "on", "1": tilesWeights = false
            case "false", "no", "off", "0": tilesWeights = true
            default: throw PointFailure("\(target): \"\(text.excerpt)\" is neither true nor false")
            }
        default:
            guard let (name, key) = Self.requirement(target) else { throw PointFailure(Self.problem(with: target) ?? target) }
            let requirement = MappingRequirement(try content(target, key, text))
            if let index = constraints.operators.firstIndex(where: { $0.name == name }) {
                constraints.operators[index].requirements.append(requirement)
            } else {
                constraints.operators.append(OperatorConstraint(name: name, requirements: [requirement]))
            }
        }
    }

    private func content(_ target: String, _ key: String, _ text: String) throws(PointFailure) -> MappingRequirement.Content {
        switch key {
        case "order": return .order(try choice(target, text))
        case "left": return .left(try choice(target, text))
        case "right": return .right(try choice(target, text))
        case "split": return .split(try choice(target, text))
        default:
            guard let bounds = TileBounds(text: text), let dimension = MatmulDimension(rawValue: String(key.suffix(1))) else {
                throw PointFailure("\(target): \"\(text.excerpt)\" is no size; write 64, 16..64, 16.. or ..64")
            }
            return .tile(dimension, bounds)
        }
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(_ target: String, _ text: String) throws(PointFailure) -> Choice where Choice.RawValue == String {
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        throw PointFailure(
            "\(target): \"\(text.excerpt)\" is not known; there are \(quotedList(known, conjunction: "and"))"
                + (Suggestion.closest(to: text, among: known).map { "; did you mean \"\($0)\"?" } ?? ""))
    }

    /// What maps products; of `simulate` where nothing was chosen.
    func makeMapper() -> (mapper: any MatmulMapper, search: MachineMapper?) {
        guard mapper == .search || !constraints.isEmpty else { return (HeuristicMatmulMapper(), nil) }
        let search = objective == .cycles && constraints.isEmpty
            ? MachineMapper.quick() : MachineMapper(objective, effort: .fast, constraints: constraints, caution: constraints.isEmpty ? 0.25 : nil)
        return (search, search)
    }
}
