import Foundation
import Testing

@Suite("cyclewright simulate")
struct SimulateTests {
    private static let machine = """
        architecture: small
        clock: 1 GHz
        memories:
          dram: { kind: dram, capacity: 1 GiB, bandwidth: 16 GB/s, latency: 50 ns }
          buffer: { kind: sram, capacity: 64 KiB, banks: 4, width: 16 B, ports: 4 }
          sums: { kind: sram, capacity: 16 KiB, banks: 1, width: 32 B, ports: 2 }
        engines:
          array: { kind: systolic-array, rows: 8, columns: 8, dataflow: weight-stationary, input: int8, accumulator: int32, reads: buffer, writes: sums }
          vector: { kind: vector, lanes: 8, reads: [sums, buffer], writes: buffer }
          load: { kind: dma, width: 16 B, reads: dram, writes: buffer }
          store: { kind: dma, width: 16 B, reads: buffer, writes: dram }

        """
    private static let layers = """
        Layer, M, N, K,
        first, 20, 12, 30,
        second, 9, 40, 17,

        """

    /// A folder with a small machine and a small workload in it.
    private func withFiles<Result>(_ body: (String) throws -> Result) throws -> Result {
        try TemporaryFolder.with { folder in
            try SimulateTests.machine.write(toFile: folder + "/small.yaml", atomically: true, encoding: .utf8)
            try SimulateTests.layers.write(toFile: folder + "/products.csv", atomically: true, encoding: .utf8)
            return try body(folder)
        }
    }

    private func files(_ folder: String) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            contents[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
        }
        return contents
    }

    @Test func aReportIsWrittenWhereItSays() throws {
        try withFiles { folder in
            let result = try Tool.run("simulate small.yaml products.csv", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.errors.isEmpty)
            #expect(result.output.contains("products on small"))
            #expect(result.output.contains("Report written to reports/small--products/report.html"))
            #expect(!result.output.contains("\u{1B}"))
            let written = try files(folder + "/reports/small--products")
            #expect(written.keys.sorted() == ["operators.csv", "report.html", "summary.json"])
            let summary = try #require(try JSONSerialization.jsonObject(with: written["summary.json"] ?? Data()) as? [String: Any])
            #expect(summary["macs"] as? Int == 20 * 12 * 30 + 9 * 40 * 17)
            #expect(summary["architecture"] as? String == "small")
            #expect(summary["workload"] as? String == "products")
            #expect((summary["operators"] as? [Any])?.count == 2)
        }
    }

    @Test func quietSaysNothing() throws {
        try withFiles { folder in
            let result = try Tool.run("simulate small.yaml products.csv --quiet --output out", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.isEmpty && result.errors.isEmpty)
            #expect(try files(folder + "/out").count == 3)
        }
    }

    @Test func traceIsWrittenOnRequestAndGoesAway() throws {
        try withFiles { folder in
            #expect(try Tool.run("simulate small.yaml products.csv --trace -q -o out", in: folder).status == 0)
            let trace = try #require(try files(folder + "/out")["trace.json"])
            #expect(try JSONSerialization.jsonObject(with: trace) is [String: Any])
            #expect(try Tool.run("simulate small.yaml products.csv -q -o out", in: folder).status == 0)
            #expect(try files(folder + "/out")["trace.json"] == nil)
        }
    }

    @Test func reportsAreTheSameByteForByte() throws {
        try withFiles { folder in
            for (name, option) in [("a", ""), ("b", ""), ("c", "--no-fast-forward"), ("d", "--check-values")] {
                let result = try Tool.run("simulate small.yaml products.csv -q -o \(name) \(option)", in: folder)
                #expect(result.status == 0, "\(result.errors)")
            }
            let first = try files(folder + "/a")
            for name in ["b", "c", "d"] {
                let other = try files(folder + "/" + name)
                #expect(other == first, "\(name)")
            }
        }
    }

    @Test func weightsLieInTilesUnlessToldOtherwise() throws {
        try withFiles { folder in
            func program(_ option: String) throws -> String {
                let result = try Tool.run("simulate small.yaml products.csv --mapper rule -q --emit-program=- \(option)", in: folder)
                #expect(result.status == 0, "\(result.errors)")
                return result.output
            }
            let tiled = try program(""), plain = try program("--row-major-weights")
            #expect(tiled.contains(" tiled ["))
            #expect(!plain.contains("tiled"))
        }
    }

    @Test func registerFidelityGivesTheSameFigures() throws {
        try withFiles { folder in
            func figures(_ fidelity: String) throws -> String {
                let result = try Tool.run("simulate small.yaml products.csv -q -o \(fidelity) --fidelity \(fidelity)", in: folder)
                #expect(result.status == 0, "\(result.errors)")
                return try String(contentsOfFile: folder + "/\(fidelity)/summary.json", encoding: .utf8)
                    .replacingOccurrences(of: "\"fidelity\": \"\(fidelity)\"", with: "")
            }
            let event = try figures("event"), register = try figures("register")
            #expect(event == register)
        }
    }

    @Test func valuesAreCheckedAndTheSummarySaysSo() throws {
        try withFiles { folder in
            let integers = try Tool.run("simulate small.yaml products.csv --check-values", in: folder)
            #expect(integers.status == 0, "\(integers.errors)")
            #expect(integers.output.contains("Values: 2 integer tensors (600 elements) equal"), "\(integers.output)")
        }
    }

    @Test func settingsReachBothSides() throws {
        try withFiles { folder in
            func cycles(_ options: String) throws -> Int {
                let result = try Tool.run("simulate small.yaml products.csv -q -o out \(options)", in: folder)
                #expect(result.status == 0, "\(result.errors)")
                let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/out/summary.json"))
                return try #require(try (JSONSerialization.jsonObject(with: data) as? [String: Any])?["cycles"] as? Int)
            }
            let plain = try cycles("")
            #expect(try cycles("--set engines.array.rows=2 --set engines.array.columns=2") > plain)
            #expect(try cycles("--set memories.dram.bandwidth=1GB/s") > plain)
        }
    }

    @Test func theProgramIsEmittedWhereAsked() throws {
        try withFiles { folder in
            let bare = try Tool.run("simulate small.yaml products.csv -q -o out --emit-program", in: folder)
            #expect(bare.status == 0, "\(bare.errors)")
            let text = try String(contentsOfFile: folder + "/out/program.txt", encoding: .utf8)
            #expect(text.hasPrefix("program "))
            #expect(try Tool.run("simulate small.yaml products.csv -q -o out --emit-program=deep/p.txt", in: folder).status == 0)
            #expect(try String(contentsOfFile: folder + "/deep/p.txt", encoding: .utf8) == text)
            let output = try Tool.run("simulate small.yaml products.csv -o out --emit-program=-", in: folder)
            #expect(output.output == text)
            #expect(output.errors.contains("products on small"))
        }
    }

    @Test func machinesAreComparedInOneOrder() throws {
        try withFiles { folder in
            func run(_ options: String) throws -> Tool.Result { try Tool.run("simulate small.yaml products.csv -q \(options)", in: folder) }
            #expect(try run("-o a --emit-program=p.txt --record-order a/order.txt").status == 0)
            // The program and the order are the same run again, with or without lowering, and are written again as they were.
            #expect(try run("-o b --program p.txt --order a/order.txt --record-order b/order.txt").status == 0)
            #expect(try run("-o c --order a/order.txt --record-order c/order.txt --fidelity register").status == 0)
            let first = try files(folder + "/a")
            #expect(first["order.txt"]?.starts(with: Data("cyclewright-order 1\n".utf8)) == true)
            // A program does not say how its mapping was found.
            let lines = try ["a", "b"].map { name in
                try ["summary.json", "report.html"].map { file in
                    try String(contentsOfFile: folder + "/\(name)/\(file)", encoding: .utf8).split(separator: "\n")
                        .filter { !$0.contains("\"mapping\": \"short search") && !$0.contains("<dt>Mapping</dt>") }
                }
            }
            #expect(lines[0] == lines[1])
            let again = try files(folder + "/b")
            #expect(again.keys == first.keys && again["operators.csv"] == first["operators.csv"] && again["order.txt"] == first["order.txt"])
            #expect(try files(folder + "/c")["order.txt"] == first["order.txt"])

            func cycles(_ name: String) throws -> Int {
                let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/\(name)/summary.json"))
                return try #require(try (JSONSerialization.jsonObject(with: data) as? [String: Any])?["cycles"] as? Int)
            }
            let faster = try run("-o d --program p.txt --order a/order.txt --set memories.dram.bandwidth=17GB/s --set memories.sums.ports=3")
            #expect(faster.status == 0, "\(faster.errors)")
            #expect(try cycles("d") < cycles("a"))

            expectFailure(try run("-o e --order a/order.txt --set element=int4"), status: 65, mentions: "a/order.txt: the order of service does not fit", "another program")
            expectFailure(try run("-o e --program p.txt --order a/order.txt --set memories.sums.ports=1"), status: 65, mentions: "fewest ports")
            expectFailure(try run("-o e --order none"), status: 66, mentions: "none")
            expectFailure(try run("-o e --order ."), status: 66, mentions: "is a folder")
            expectFailure(try run("-o e --order p.txt"), status: 65, mentions: "p.txt:1: this is not an order")
            expectFailure(try run("-o e --program a/order.txt"), status: 65, mentions: "a/order.txt:1:")
            expectFailure(try run("-o e --record-order p.txt/x"), status: 73, mentions: "p.txt")
            #expect(try run("-o e --program p.txt --check-values").status == 64)
            #expect(!FileManager.default.fileExists(atPath: folder + "/e"))
        }
    }

    @Test func nothingIsLeftBehindByAFailure() throws {
        try withFiles { folder in
            let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            let result = try Tool.run("simulate small.yaml products.csv --set element=fp99 -o out", in: folder)
            expectFailure(result, status: 64, mentions: "fp99")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
        }
    }
}
