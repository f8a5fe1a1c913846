import Foundation

/// What a sweep is, beside its points: two runs are the same sweep, and one may go on where the other stopped, when their headers agree.
public struct SweepHeader: Sendable, Hashable, Codable {
    /// A file that figures depend on, beside the space's own.
    public struct Input: Sendable, Hashable, Codable {
        /// As the space names it: "Architectures/gemmini.yaml".
        public var name: String
        /// `ContentHash` of its bytes.
        public var hash: String
        public init(name: String, hash: String) { self.name = name; self.hash = hash }
    }

    /// Of the space.
    public var name: String
    public var architecture: String
    public var workloads: [SweepResults.Workload]
    public var parameters: [SpaceParameter]
    public var constraints: [String]
    public var objectives: [SweepObjective]
    public var limits: [SweepLimit]
    /// "bayesian".
    public var strategy: String
    /// What else the strategy was told, as "name=value".
    public var strategyOptions: [String]
    public var seed: UInt64
    /// Points that are asked for at a time.
    public var batchSize: Int
    /// Points that were wanted when the sweep began: some strategies plan by it, and go on by the same plan when more are wanted later.
    public var plannedPoints: Int?
    /// Settings that all points share, as "path=value".
    public var settings: [String]
    public var inputs: [Input]
    /// Of the tool.
    public var version: String
    /// The space's file as it was when the sweep began, for people: spaces that differ in comments alone are the same.
    public var spaceText: String

    public init(
        name: String, architecture: String, workloads: [SweepResults.Workload], parameters: [SpaceParameter], constraints: [String] = [],
        objectives: [SweepObjective], limits: [SweepLimit] = [], strategy: String, strategyOptions: [String] = [], seed: UInt64, batchSize: Int, plannedPoints: Int? = nil,
        settings: [String] = [], inputs: [Input] = [], version: String, spaceText: String = ""
    ) {
        self.name = name; self.architecture = architecture; self.workloads = workloads; self.parameters = parameters
        self.constraints = constraints; self.objectives = objectives; self.limits = limits; self.strategy = strategy
        self.strategyOptions = strategyOptions; self.seed = seed; self.batchSize = batchSize; self.plannedPoints = plannedPoints; self.settings = settings; self.inputs = inputs
        self.version = version; self.spaceText = spaceText
    }

    /// The same for headers that agree.
    public var hash: String {
        var content = self
        content.spaceText = ""
        content.plannedPoints = nil
        return ContentHash.text(content.document)
    }

    /// The header as JSON, with its keys in order.
    package var document: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { preconditionFailure("a header holds nothing that JSON does not") }
        return String(decoding: data, as: UTF8.self)
    }

    package init?(document: String) {
        guard let header = try? JSONDecoder().decode(SweepHeader.self, from: Data(document.utf8)) else { return nil }
        self = header
    }

    /// The sweep as reports read it.
    public func results(_ points: [EvaluatedPoint]) -> SweepResults {
        SweepResults(
            name: name, architecture: architecture, workloads: workloads, parameters: parameters, constraints: constraints,
            objectives: objectives, limits: limits, strategy: strategy, seed: seed, version: version, points: points)
    }
}

extension SweepHeader {
    /// What is different here from `stored`, one line each, for people; empty when the two are the same sweep.
    public func differences(from stored: SweepHeader) -> [String] {
        var lines: [String] = []
        func compare(_ what: String, _ old: String, _ new: String) {
            if old != new { lines.append("\(what) was \(old.isEmpty ? "nothing" : old) and is \(new.isEmpty ? "nothing" : new)") }
        }
        compare("the tool's version", stored.version, version)
        compare("the architecture", stored.architecture, architecture)
        compare("the list of workloads", Self.text(stored.workloads), Self.text(workloads))
        lines += parameterDifferences(from: stored)
        compare("the list of constraints", Self.list(stored.constraints), Self.list(constraints))
        compare("the list of objectives", Self.list(stored.objectives.map(Self.text)), Self.list(objectives.map(Self.text)))
        compare("the list of limits", Self.list(stored.limits.map(\.text)), Self.list(limits.map(\.text)))
        compare("the strategy", stored.strategy, strategy)
        if stored.strategy == strategy { compare("what the strategy was told", Self.list(stored.strategyOptions), Self.list(strategyOptions)) }
        compare("the seed", String(stored.seed), String(seed))
        compare("the number of points asked for at a time", String(stored.batchSize), String(batchSize))
        compare("the list of settings", Self.list(stored.settings), Self.list(settings))
        compare("the space's name", stored.name, name)
        for input in inputs {
            guard let old = stored.inputs.first(where: { $0.name == input.name }) else {
                lines.append("\(input.name) was not part of it")
                continue
            }
            if old.hash != input.hash { lines.append("\(input.name) has changed since") }
        }
        for old in stored.inputs where !inputs.contains(where: { $0.name == old.name }) { lines.append("\(old.name) is no longer part of it") }
        return lines
    }

    private func parameterDifferences(from stored: SweepHeader) -> [String] {
        var lines: [String] = []
        for parameter in parameters {
            guard let old = stored.parameters.first(where: { $0.name == parameter.name }) else {
                lines.append("the parameter \(parameter.name) is new")
                continue
            }
            if old.values != parameter.values {
                lines.append("the parameter \(parameter.name) had the values \(Self.text(old.values)) and has \(Self.text(parameter.values))")
            }
            if old.targets != parameter.targets {
                lines.append("the parameter \(parameter.name) set \(Self.list(old.targets)) and sets \(Self.list(parameter.targets))")
            }
        }
        for old in stored.parameters where !parameters.contains(where: { $0.name == old.name }) {
            lines.append("the parameter \(old.name) is gone")
        }
        if lines.isEmpty, parameters != stored.parameters { lines.append("the parameters stand in another order, or differ in whether they have one") }
        return lines
    }

    private static func text(_ workloads: [SweepResults.Workload]) -> String {
        list(workloads.map { $0.weight == 1 ? $0.name : "\($0.name) × \($0.weight)" })
    }

    private static func text(_ objective: SweepObjective) -> String {
        "\(objective.goal.rawValue) \(objective.name) = \(objective.expression)\(objective.unit.isEmpty ? "" : " (\(objective.unit))")"
    }

    /// The first ones, since a range may have thousands.
    private static func text(_ values: [ParameterValue]) -> String {
        let shown = values.prefix(8).map(\.description).joined(separator: ", ")
        return values.count > 8 ? "\(shown), … (\(values.count))" : shown
    }

    private static func list(_ items: [String]) -> String { items.joined(separator: ", ") }
}
