import Architecture
import Foundation
import GraphImport
import Lowering
import Programs
import Verification

/// Shipped machines and networks, and the programs for them.
enum Subjects {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func files(_ folder: String, _ extensions: Set<String>) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
        return names.filter { extensions.contains(($0 as NSString).pathExtension) }.sorted()
    }

    static func architecture(_ name: String) throws -> Architecture {
        try Architecture.load(path: root.appendingPathComponent("Architectures/\(name)").path, overrides: [:])
    }

    static func program(_ workload: String, on architecture: Architecture) throws -> Program {
        var options = ImportOptions()
        options.readsWeights = false
        let graph = try WorkloadImport.load(path: root.appendingPathComponent("Workloads/\(workload)").path, options: options)
        return try Lowering.lower(graph, to: architecture).program
    }

    /// What fails of a certificate, in words.
    static func failures(_ certificate: Certificate) -> [String] {
        certificate.obligations.compactMap { obligation in
            let place = obligation.operatorIndex.map { "operator \($0)" } ?? "program"
            switch obligation.verdict {
            case .proved: return nil
            case .open(let reason): return "open: \(obligation.kind.rawValue), \(place): \(reason)"
            case .refuted(let example): return "refuted: \(obligation.kind.rawValue), \(place): \(example.message)"
            }
        }
    }
}
