import Architecture
import Lowering
import Mapping
import MappingSearch
import OperatorGraph
import Simulation

/// The architecture and the workload of a command, found and read.
struct InputPair {
    let architecturePath: String
    let workloadPath: String
    let settings: Settings
    let architecture: Architecture
    let graph: Graph

    /// - Parameters:
    ///   - check: what can be refused before files are read, such as a folder to write to.
    init(
        _ arguments: PairArguments, readsWeights: Bool = false, _ progress: ProgressBar, check: () throws(CommandFailure) -> Void = {}
    ) throws(CommandFailure) {
        let resolver = InputResolver()
        architecturePath = try resolver.path(arguments.architecture, .architecture)
        workloadPath = try resolver.path(arguments.workload, .workload)
        settings = try Settings(arguments.settings.assignments)
        try check()
        progress.begin("reading")
        architecture = try InputFiles.architecture(architecturePath, settings)
        graph = try InputFiles.workload(workloadPath, settings, architecture: architecture, readsWeights: readsWeights)
    }

    /// "resnet18 on tpu-v1".
    var title: String { "\(graph.name) on \(architecture.name)" }

    /// The workload's program for the machine, as both `simulate` runs and `verify` proves it.
    ///
    /// - Parameter mapping: of a file, where there is one.
    func lowered(
        by mapper: any MatmulMapper, _ mapping: WorkloadMapping?, tilesWeights: Bool = true
    ) throws(CommandFailure) -> LoweredWorkload {
        do throws(LoweringError) {
            return try Lowering.lower(
                graph, to: architecture,
                options: LoweringOptions(
                    mapper: mapper, tilesWeights: tilesWeights, mapping: mapping, memorySpeed: Simulation.memorySpeed(of: architecture)))
        } catch {
            throw CommandFailure(error, workload: graph.name, architecture: architecture.name)
        }
    }
}
