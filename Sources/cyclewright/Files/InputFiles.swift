import Architecture
import Exploration
import Foundation
import GraphImport
import Mapping
import OperatorGraph
import Programs
import Simulation

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

    /// A program that `--emit-program` wrote, checked against the machine on which it is to run.
    static func program(_ path: String, for architecture: Architecture) throws(CommandFailure) -> Program {
        let text = String(decoding: try bytes(path), as: UTF8.self)
        do throws(ProgramError) {
            var program = try Program(text: text, file: path)
            try program.validate(on: architecture, file: path)
            program.architecture = architecture.name
            return program
        } catch {
            throw CommandFailure(.data, error.description)
        }
    }

    /// How a workload is to be mapped.
    static func mapping(_ path: String) throws(CommandFailure) -> WorkloadMapping {
        guard ShippedFiles.exists(path) else { throw CommandFailure(.noInput, "\(path.prefix(200)): there is no such file") }
        do throws(ArchitectureError) { return try WorkloadMapping.load(path: path) } catch { throw CommandFailure(error) }
    }

    /// An order of service that `--record-order` wrote.
    static func order(_ path: String) throws(CommandFailure) -> ServiceOrder {
        let text = try bytes(path)
        do throws(ServiceOrderError) {
            return try ServiceOrder(utf8: text, file: path)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The same for files of the same content.
    static func hash(_ path: String) throws(CommandFailure) -> String {
        guard let file = fopen(path, "rb") else {
            throw CommandFailure(.noInput, "\(path.prefix(200)): cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var hash = ContentHash(), piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { break }
            hash.add(piece[..<count])
        }
        guard ferror(file) == 0 else {
            throw CommandFailure(.noInput, "\(path.prefix(200)): cannot be read: \(String(cString: strerror(errno)))")
        }
        return hash.text
    }

    /// The whole of a file that is not larger than `most`.
    private static func bytes(_ path: String, atMost most: Int = 1 << 29) throws(CommandFailure) -> [UInt8] {
        if ShippedFiles.isFolder(path) { throw CommandFailure(.noInput, "\(path.prefix(200)): is a folder; name a file in it") }
        guard ShippedFiles.exists(path) else { throw CommandFailure(.noInput, "\(path.prefix(200)): there is no such file") }
        guard let file = fopen(path, "rb") else {
            throw CommandFailure(.noInput, "\(path.prefix(200)): cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { break }
            bytes.append(contentsOf: piece[..<count])
            guard bytes.count <= most else { throw CommandFailure(.data, "\(path): is larger than \(most >> 20) MiB, which is the most that is read") }
        }
        guard ferror(file) == 0 else {
            throw CommandFailure(.noInput, "\(path.prefix(200)): cannot be read: \(String(cString: strerror(errno)))")
        }
        return bytes
    }

    static func unsupportedOperators(_ path: String) throws(CommandFailure) -> [UnsupportedOperator] {
        do throws(ImportError) {
            return try WorkloadImport.unsupportedOperators(path: path)
        } catch {
            throw CommandFailure(error)
        }
    }
}
