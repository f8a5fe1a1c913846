import Architecture
import ArgumentParser
import GraphImport
import OperatorGraph

/// Says what an architecture, a workload or a network contains.
struct DescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Say what an architecture, a workload or a network contains.",
        discussion: """
            EXAMPLES
              cyclewright describe tpu-v1
              cyclewright describe Workloads/resnet50-int8.onnx
              cyclewright describe llama-3.1-8b --set phase=decode --set context=4096
              cyclewright describe mesh-8x8
              cyclewright describe --schema > architecture.schema.json
            """)

    @Argument(help: "A file, or a shipped name.", completion: InputCompletion.of([.architecture, .workload, .network]))
    var file: String?

    @Flag(name: .long, help: "Print the JSON Schema of the architecture format, with which editors complete and check.")
    var schema = false

    @OptionGroup var settings: SettingOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if schema && file != nil { throw ValidationError("--schema describes the format and takes no file.") }
    }

    func run() throws {
        if schema { return try Console.write(ArchitectureSchema.jsonSchema()) }
        guard let file else {
            throw CommandFailure(
                .usage, "name an architecture, a workload or a network, or write --schema for the architecture format; `cyclewright list` prints the shipped ones")
        }
        let (path, kind) = try InputResolver().path(ofAnyKind: file)
        let settings = try Settings(settings.assignments)
        switch kind {
        case .architecture: try describeArchitecture(path, settings)
        case .workload: try describeWorkload(path, settings)
        case .network:
            // Paths of a network and of the other two have names in common.
            let overrides = settings.architecture.merging(settings.workload) { $1 }
            try Console.write(NetworkSession.description(path, overrides))
        case .tiers: throw CommandFailure(.usage, "\(file.prefix(200)): is \(kind.article); `cyclewright tiers \(file.prefix(200))` runs it and shows its tiers")
        }
    }

    private func describeArchitecture(_ path: String, _ settings: Settings) throws(CommandFailure) {
        let architecture = try InputFiles.architecture(path, settings)
        if let name = settings.workload.keys.min() {
            let paths = architecture.parameters.map(\.path)
            let advice = Suggestion.closestPath(to: name, among: paths).map { "did you mean \"\($0)\"?" }
                ?? "there are \(Settings.summary(paths).joined(separator: ", "))"
            throw CommandFailure(.usage, "--set \(name.prefix(200)): \(architecture.name) has no such parameter; \(advice)")
        }
        try Console.write(ArchitectureDescription(architecture).text)
    }

    private func describeWorkload(_ path: String, _ settings: Settings) throws(CommandFailure) {
        if let name = settings.architecture.keys.min() {
            throw CommandFailure(.usage, "--set \(name.prefix(200)): is a parameter of an architecture, and \(path) is a workload")
        }
        let unsupported = try InputFiles.unsupportedOperators(path)
        let style = Terminal.output.style
        if !unsupported.isEmpty {
            try Console.write(WorkloadDescription.text(unsupported: unsupported, style: style))
            let count = unsupported.count
            throw CommandFailure(.data, "\(path): \(count) operator\(count == 1 ? " is" : "s are") not supported; `cyclewright list operators` prints the supported ones")
        }
        let graph = try InputFiles.workload(path, settings, architecture: nil, readsWeights: false)
        try Console.write(WorkloadDescription(graph, path: path).text(style))
    }
}
