import Architecture
import GraphImport

/// The `--set path=value` of a command line, told apart by what they belong to.
package struct Settings: Sendable, Equatable {
    /// By dotted path: "engines.mxu.rows".
    package var architecture: [String: String] = [:]
    /// By name: "batch".
    package var workload: [String: String] = [:]

    /// What a path of the architecture begins with.
    static let architectureSections = Set(ArchitectureSchema.sections + ArchitectureSchema.root.parameters.map(\.name) + ["source"])

    /// Settings that begin with a parameter or a section of the architecture format are the architecture's, all others the
    /// workload's. Of two for the same path the later counts.
    package init(_ assignments: [String]) throws(CommandFailure) {
        for text in assignments {
            let assignment = try Assignment(text, example: "engines.mxu.rows=64")
            let first = assignment.path.prefix { $0 != "." }
            if Settings.architectureSections.contains(String(first)) {
                architecture[assignment.path] = assignment.value
            } else {
                workload[assignment.path] = assignment.value
            }
        }
    }

    /// What the settings of the workload may be called.
    package enum WorkloadNames: Sendable {
        /// Symbolic dimensions, whose values are sizes.
        case dimensions([String])
        case settings([ImportSetting])

        package var names: [String] {
            switch self {
            case .dimensions(let names): names
            case .settings(let settings): settings.map(\.name)
            }
        }

        /// Those of the workload at `path`.
        package init(path: String) throws(ImportError) {
            switch try WorkloadImport.format(path: path) {
            case .onnx: self = .dimensions(try WorkloadImport.symbolicDimensions(path: path))
            case .languageModel: self = .settings(LanguageModelImport.settings)
            case .scaleSim: self = .settings(SCALESimImport.settings)
            }
        }
    }

    /// How the workload is to be read.
    ///
    /// - Throws: `.usage` for a name that neither side has; the message lists what both have.
    package func importOptions(
        _ known: WorkloadNames, workload name: String, architecture machine: Architecture?, readsWeights: Bool
    ) throws(CommandFailure) -> ImportOptions {
        var options = ImportOptions(settings: workload, readsWeights: readsWeights)
        for (path, value) in workload.sorted(by: { $0.key < $1.key }) {
            guard known.names.contains(path) else { throw unknown(path, known.names, name, machine) }
            guard case .dimensions = known else { continue }
            guard let size = Int(value), size > 0 else {
                throw CommandFailure(.usage, "--set \(path)=\(value.prefix(40)): is not a size; write an integer from 1")
            }
            options.dimensions[path] = size
        }
        return options
    }

    private func unknown(_ path: String, _ names: [String], _ workload: String, _ machine: Architecture?) -> CommandFailure {
        let parameters = machine?.parameters.map(\.path) ?? []
        let shown = path.prefix(200)
        if let close = Suggestion.closestPath(to: path, among: names + parameters) {
            return CommandFailure(.usage, "--set \(shown): there is nothing of that name; did you mean \"\(close)\"?")
        }
        var sides: [String] = []
        if let machine { sides.append("\(machine.name) has \(Settings.summary(parameters).joined(separator: ", "))") }
        sides.append(names.isEmpty ? "\(workload) has no settings" : "\(workload) has \(names.joined(separator: ", "))")
        return CommandFailure(.usage, "--set \(shown): there is nothing of that name; \(sides.joined(separator: "; "))")
    }

    /// Parameters by component: "engines.mxu.*" stands for all below it.
    static func summary(_ paths: [String]) -> [String] {
        var result: [String] = []
        for path in paths {
            let names = path.split(separator: ".")
            let text = names.count < 2 ? path : names.dropLast(max(1, names.count - 2)).joined(separator: ".") + ".*"
            if !result.contains(text) { result.append(text) }
        }
        return result
    }
}
