import Architecture
import GraphImport
import OperatorGraph

/// Reads the files that users name, with failures in the terms of the command line.
enum InputFiles {
    static func architecture(_ path: String, _ settings: Settings) throws(CommandFailure) -> Architecture {
        do throws(ArchitectureError) {
            return try Architecture.load(path: path, overrides: settings.architecture)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// - Parameter architecture: the machine that the workload will run on, for messages about settings.
    static func workload(
        _ path: String, _ settings: Settings, architecture: Architecture?, readsWeights: Bool
    ) throws(CommandFailure) -> Graph {
        // Reading the names of dimensions means reading the file, which only settings make worthwhile.
        let known = settings.workload.isEmpty ? .settings([]) : try workloadNames(path)
        let options = try settings.importOptions(
            known, workload: FilePath.stem(path), architecture: architecture, readsWeights: readsWeights)
        do throws(ImportError) {
            var graph = try WorkloadImport.load(path: path, options: options)
            // Exporters call every graph alike; users know it by its file.
            if FilePath.suffix(path) == "onnx" { graph.name = FilePath.stem(path) }
            return graph
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func workloadNames(_ path: String) throws(CommandFailure) -> Settings.WorkloadNames {
        do throws(ImportError) {
            return try Settings.WorkloadNames(path: path)
        } catch {
            throw CommandFailure(error)
        }
    }

    static func unsupportedOperators(_ path: String) throws(CommandFailure) -> [UnsupportedOperator] {
        do throws(ImportError) {
            return try WorkloadImport.unsupportedOperators(path: path)
        } catch {
            throw CommandFailure(error)
        }
    }
}
