import Foundation
import GraphImport
import OperatorGraph
import Testing

@Suite("Workload files")
struct WorkloadImportTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Workloads")

    static func files(_ suffix: String, in folder: URL = root) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(suffix) }.sorted()
    }

    @Test("every shipped ONNX network imports whole", arguments: files(".onnx"))
    func importsNetwork(name: String) throws {
        let path = Self.root.appendingPathComponent(name).path
        #expect(try WorkloadImport.unsupportedOperators(path: path) == [])
        #expect(try WorkloadImport.symbolicDimensions(path: path) == [])
        let graph = try WorkloadImport.load(path: path)
        #expect(ImporterFuzz.isConsistent(graph))
        #expect(graph.outputs.count >= 1 && !graph.nodes.isEmpty)
    }

    /// A line of the table in Workloads/README.md.
    struct Row: Sendable, CustomTestStringConvertible {
        var file: String
        var multiplyAccumulates: Int
        var testDescription: String { file }
    }

    static func rows() -> [Row] {
        let text = (try? String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
            guard let file = cells.first, file.hasSuffix(".onnx"), cells.count > 4,
                let count = Int(cells[4].replacingOccurrences(of: ",", with: ""))
            else { return nil }
            return Row(file: file, multiplyAccumulates: count)
        }
    }

    @Test("the table of networks is complete")
    func documentsNetworks() {
        #expect(Self.rows().map(\.file).sorted() == Self.files(".onnx"))
    }

    @Test("multiply–accumulates are those of the table", arguments: rows())
    func countsMultiplyAccumulates(row: Row) throws {
        let graph = try WorkloadImport.load(path: Self.root.appendingPathComponent(row.file).path)
        let count = graph.nodes.reduce(0) { $0 + Operators.multiplyAccumulates(of: $1, in: graph) }
        #expect(count == row.multiplyAccumulates)
    }

    @Test("files without a known extension are told apart by their content")
    func looksAtContent() throws {
        let folder = try TemporaryFolder()
        #expect(try WorkloadImport.format(path: folder.write("model", Data([8, 8]))) == .onnx)
        #expect(try WorkloadImport.format(path: folder.write("config.bak", Data("\n {".utf8))) == .languageModel)
        #expect(try WorkloadImport.format(path: "missing.ONNX") == .onnx)
        let path = try folder.write("table.xlsx", Data("PK".utf8))
        let error = #expect(throws: ImportError.self) { try WorkloadImport.format(path: path) }
        #expect(error?.message == "\".xlsx\" is not a workload format")
        #expect(error?.exitCode == 1)
    }
}
