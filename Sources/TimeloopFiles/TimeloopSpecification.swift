import Architecture
import MappingSearch

/// A problem on a machine, as Timeloop's input files describe them: version 0.4, with the energies and areas of Accelergy's tables pasted in.
///
/// Timeloop's own front end writes such files (`parsed-processed-input.yaml`); its shorthand before that (`!Component`, Jinja, arithmetic in
/// attributes) is not read.
public struct TimeloopSpecification: Sendable {
    public var problem: LoopNestProblem
    public var hierarchy: MemoryHierarchy
    /// A mapping, where the files have one.
    public var mapping: LoopNestMapping?
    /// Where its directives are.
    private let places: TimeloopMappingPlaces
    public var constraints: MapspaceConstraints
    /// What the files ask a mapper to make small, most important first; empty when they do not say.
    public var metrics: [Metric]

    public enum Metric: String, Sendable, Hashable, CaseIterable {
        case energyDelay = "edp"
        case energy
        case delay
    }

    /// - Parameter files: name and text of each; the sections of one specification may be spread over several.
    /// - Throws: up to 20 mistakes, each with file, line and path.
    public init(files: [(name: String, text: String)]) throws(ArchitectureError) {
        let document = try TimeloopDocument(files)
        let architecture = try TimeloopArchitectureReader.read(document)
        let problem = try TimeloopProblemReader.read(document)
        let directives = TimeloopDirectiveReader(document, problem, architecture)
        self.problem = problem
        hierarchy = architecture
        constraints = try directives.constraints()
        (mapping, places) = try directives.mapping()
        metrics = try Self.metrics(document)
    }

    /// What is wrong with the mapping, at the line of the directive that it is about.
    public func located(_ error: LoopNestError) -> ArchitectureError {
        let level: String? =
            switch error {
            case .capacity(let level, _, _, _), .fanOut(let level, _, _, _): level
            default: nil
            }
        var line = places.line
        if let level {
            if case .fanOut = error { line = places.spatial[level] ?? line } else { line = places.temporal[level] ?? line }
        }
        return ArchitectureError(file: places.file, line: line, path: "mapping", message: error.description)
    }

    private static func metrics(_ document: TimeloopDocument) throws(ArchitectureError) -> [Metric] {
        guard let section = document.section("mapper"), let list = section.node["optimization_metrics"] ?? section.node["optimization-metrics"] else { return [] }
        var diagnostics = Diagnostics(file: section.file)
        var metrics: [Metric] = []
        let items: [DocumentNode] = if case .sequence(let items) = list.content { items } else { [list] }
        for item in items {
            guard let text = item.scalar else { continue }
            if let metric = Metric(rawValue: text) {
                metrics.append(metric)
            } else {
                diagnostics.report(
                    item.origin, "mapper.optimization_metrics", "\"\(text.prefix(40))\" is none of \(wordList(Metric.allCases.map(\.rawValue)))",
                    suggestion: Suggestion.closest(to: text, among: Metric.allCases.map(\.rawValue)))
            }
        }
        try diagnostics.throwIfAny()
        return metrics
    }
}

/// Lines of a mapping's directives, by level.
struct TimeloopMappingPlaces: Sendable {
    var file: String
    var line: Int?
    var temporal: [String: Int] = [:]
    var spatial: [String: Int] = [:]
}
