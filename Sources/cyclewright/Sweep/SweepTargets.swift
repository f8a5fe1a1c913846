import Architecture
import Exploration
import GraphImport

/// What each of a space's targets belongs to, found out before the first point is run.
struct SweepTargets: Sendable {
    /// Where a setting goes.
    enum Place: Sendable, Equatable {
        /// Into the architecture's file; `isPriceOnly` for what neither a program nor its timing depends on.
        case architecture(isPriceOnly: Bool)
        /// Into the workloads of these indices, under that name.
        case workloads([Int], name: String)
        case mapping
    }

    private(set) var places: [String: Place] = [:]
    /// Sections of an architecture that energy and area are reckoned from and nothing else.
    private static let priceSections: Set<String> = ["technology"]

    /// - Parameters:
    ///   - parameters: of the space, for messages.
    ///   - architecture: with the settings that all points share.
    ///   - fixed: those settings; they are checked as well.
    ///   - names: what workloads call their settings.
    init(
        _ parameters: [SpaceParameter], fixed: [String], architecture: SweepArchitecture, base: Architecture, workloads: [SweepWorkload]
    ) throws(CommandFailure) {
        for target in fixed { places[target] = try Self.place(target, "a setting of all points", base, workloads) }
        for parameter in parameters {
            for target in parameter.targets where places[target] == nil {
                let place = try Self.place(target, "parameter \(parameter.name)", base, workloads)
                if case .architecture = place {
                    try Self.check(target, parameter, architecture, known: Set(base.parameters.map(\.path)))
                }
                places[target] = place
            }
        }
    }

    /// Whether there is a setting on which prices depend and cycles do not.
    var hasPriceOnly: Bool { places.values.contains(.architecture(isPriceOnly: true)) }

    /// Whether there is a setting that some workload does not see.
    func sharesWorkloads(among workloads: Int) -> Bool {
        places.values.contains { if case .workloads(let reached, _) = $0 { reached.count < workloads } else { false } }
    }

    private static func place(_ target: String, _ subject: String, _ base: Architecture, _ workloads: [SweepWorkload]) throws(CommandFailure) -> Place {
        if MappingSettings.isMapping(target) {
            if let problem = MappingSettings.problem(with: target) { throw CommandFailure(.usage, "\(subject): \(problem)") }
            return .mapping
        }
        let section = String(target.prefix { $0 != "." })
        if Settings.architectureSections.contains(section) { return .architecture(isPriceOnly: priceSections.contains(section)) }
        let reached = workloads.indices.filter { workloads[$0].names.contains(target) }
        if !reached.isEmpty { return .workloads(reached, name: target) }
        // Of one workload alone.
        for (index, workload) in workloads.enumerated() where target.hasPrefix(workload.name + ".") {
            let name = String(target.dropFirst(workload.name.count + 1))
            if workload.names.contains(name) { return .workloads([index], name: name) }
        }
        let paths = base.parameters.map(\.path)
        let names = workloads.flatMap(\.names).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let message = "\(subject) sets \"\(target.excerpt)\", which there is not"
        if let close = Suggestion.closestPath(to: target, among: names + paths + MappingSettings.names) {
            throw CommandFailure(.usage, "\(message); did you mean \"\(close)\"?")
        }
        throw CommandFailure(
            .usage,
            "\(message); \(base.name) has \(Settings.summary(paths).joined(separator: ", ")); "
                + (names.isEmpty ? "the workloads have no settings" : "the workloads have \(names.joined(separator: ", "))"))
    }

    /// A path that the machine does not show may still be one that it takes, such as an option that is off: the file's own checks know.
    private static func check(_ target: String, _ parameter: SpaceParameter, _ architecture: SweepArchitecture, known: Set<String>) throws(CommandFailure) {
        guard !known.contains(target) else { return }
        var first: ArchitectureError?
        // Some values may be wrong, and that is for their points to say; a path that is wrong is wrong with all of them.
        for value in parameter.values.prefix(64) {
            do throws(ArchitectureError) {
                _ = try architecture.decode([target: value.description])
                return
            } catch {
                guard error.problems.contains(where: { $0.file == "--set" && target.hasPrefix($0.path) }) else { return }
                first = first ?? error
            }
        }
        guard let first else { return }
        let suggestion = first.suggestion == nil ? Suggestion.closestPath(to: target, among: Array(known.sorted())) : nil
        throw CommandFailure(.usage, "parameter \(parameter.name): \(first.problems[0].description)" + (suggestion.map { "; did you mean \"\($0)\"?" } ?? ""))
    }
}
