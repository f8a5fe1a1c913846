import Foundation
import Testing
import cyclewright

@Suite("Names of files")
struct FilePathTests {
    @Test func partsOfPaths() {
        #expect(FilePath.stem("a/b.c/d.e.yaml") == "d.e")
        #expect(FilePath.suffix("a/b.c/d.E.YAML") == "yaml")
        #expect(FilePath.suffix("a/b.c/d") == "")
        #expect(FilePath.suffix(".hidden") == "")
        let folders = [
            ("a", ""), ("", ""), ("a/b", "a"), ("a/b/", "a"), ("a//b", "a"), ("/", "/"), ("/a", "/"), ("//a//", "/"), ("../x", ".."), ("a/b/c", "a/b"),
        ]
        for (path, folder) in folders { #expect(FilePath.folder(path) == folder, "\(path)") }
        #expect(FilePath.safe("tpu v1/../x") == "tpu-v1-..-x")
        #expect(FilePath.safe("..") == "unnamed")
        #expect(FilePath.safe("") == "unnamed")
    }

    @Test func kindsByExtension() {
        #expect(InputKind(path: "x.yml") == .architecture)
        #expect(InputKind(path: "x.CFG") == .architecture)
        #expect(InputKind(path: "x.onnx") == .workload)
        #expect(InputKind(path: "onnx") == nil)
    }

    @Test func theFirstRootWinsAndNamesAreShort() throws {
        try TemporaryFolder.with { folder in
            for path in ["a/Workloads/m.onnx", "b/Workloads/m.onnx", "b/Workloads/sub/m.json", "b/Workloads/n.csv", "b/Workloads/readme.md"] {
                let url = URL(fileURLWithPath: folder + "/" + path)
                try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data().write(to: url)
            }
            let shipped = ShippedFiles(roots: [folder + "/a/", folder + "/b/"])
            #expect(shipped.entries(.workload).map(\.name) == ["m.onnx", "n", "m.json"])
            #expect(shipped.matches("m.onnx", .workload).map(\.path) == [folder + "/a/Workloads/m.onnx"])
            #expect(shipped.matches("m", .workload).count == 2)
            #expect(shipped.matches("sub/m", .workload).map(\.name) == ["m.json"])
            #expect(shipped.entries(.architecture).isEmpty && shipped.entries(.network).isEmpty)
            #expect(InputPathCompletion.paths(folder + "/b/W", [.workload]) == [folder + "/b/Workloads/"])
            #expect(InputPathCompletion.paths(folder + "/b/Workloads/n", [.workload]) == [folder + "/b/Workloads/n.csv"])
            #expect(InputPathCompletion.paths(folder + "/b/Workloads/n", [.architecture]).isEmpty)
        }
    }
}
