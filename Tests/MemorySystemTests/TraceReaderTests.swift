import Foundation
import MemorySystem
import Testing

@Suite("Trace files")
struct TraceReaderTests {
    private func read(_ text: String, capacity: Int? = nil, wraps: Bool = false) throws -> [MemoryAccess] {
        try read(Data(text.utf8), capacity: capacity, wraps: wraps)
    }

    private func read(_ data: Data, capacity: Int? = nil, wraps: Bool = false) throws -> [MemoryAccess] {
        let path = NSTemporaryDirectory() + "cyclewright-trace-\(UUID().uuidString)"
        try data.write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let reader = try TraceReader(path: path, capacity: capacity, wrapsAddresses: wraps)
        var found: [MemoryAccess] = []
        while let access = try reader.next() { found.append(access) }
        return found
    }

    private func failure(_ text: String, capacity: Int? = nil) throws -> (number: Int, text: String, reason: String) {
        do {
            _ = try read(text, capacity: capacity)
        } catch let error as TrafficError {
            if case .line(_, let number, let text, let reason) = error { return (number, text, reason) }
        }
        Issue.record("\(text) is accepted")
        return (0, "", "")
    }

    @Test func loadStoreTraces() throws {
        let expected = [MemoryAccess(address: 0x1234_5680, isWrite: false), MemoryAccess(address: 64, isWrite: true)]
        #expect(try read("LD 0x12345680\nST 64\n") == expected)
        #expect(try read("# a comment\n\n  LD\t0X12345680 \r\nST 0x40") == expected)
    }

    @Test func readWriteTraces() throws {
        let expected = [MemoryAccess(address: 0x1234_5680, isWrite: false), MemoryAccess(address: 0x4CBD_56C0, isWrite: true)]
        #expect(try read("0x12345680 R\n0x4cbd56c0 W\n") == expected)
        #expect(try read("12345680 R\n4CBD56C0 W\n") == expected)
    }

    @Test func timedTraces() throws {
        let expected = [MemoryAccess(address: 0x1234, isWrite: false, cycle: 10), MemoryAccess(address: 0x40, isWrite: true, cycle: 10)]
        #expect(try read("0x1234 READ 10\n0x40 WRITE 10\n") == expected)
        #expect(try read("0x1234 P_MEM_RD 10\n40 write 10") == expected)
    }

    @Test func emptyTraces() throws {
        #expect(try read("") == [])
        #expect(try read("\n\n# nothing\n") == [])
    }

    @Test(
        arguments: [
            ("LD 0x10\nLD 0x20\nXX 0x30\n", 3), ("0x10 R\n0x20\n", 2), ("0x10 R\n0x20 Q", 2), ("LD 0x10\n\n# c\nLD ghi\n", 4), ("LD 0x10 5\n", 1),
            ("0x10 READ 5\n0x20 READ 4\n", 2), ("0x10 READ five\n", 1), ("0x10 READ -5\n", 1), ("0x10 READ 5 6 7\n", 1), ("0x10 R\nLD 0x10\n", 2),
            ("LD 0x10\n0x10 R\n", 2), ("0x10 R\n0x10 READ 4\n", 2), ("LD 0xFFFFFFFFFFFFFFFFF\n", 1), ("LD 0x8000000000000000\n", 1), ("LD 0x\n", 1),
            ("LD -5\n", 1), ("LD 12AB\n", 1), ("3 20734016\n", 1), ("R 0,0,0,0,1,2\n", 1), ("\u{0}\u{1}\u{2}", 1), ("0x10 READ\n", 1), ("0x10 R 5", 1),
        ])
    func malformedLinesAreNamed(_ text: String, _ line: Int) throws {
        let found = try failure(text)
        #expect(found.number == line, "\(text): \(found)")
        #expect(found.reason.contains("0x") || found.reason.contains("sort the trace"), "\(found)")
        #expect(found.text.count <= 61)
    }

    @Test func aMessageHasFileLineTextAndWhatIsAccepted() throws {
        let error = TrafficError.line(path: "a.trace", number: 17, text: "0x12 Q", reason: "does not say whether to read or write")
        #expect("\(error)" == "a.trace:17: \"0x12 Q\": does not say whether to read or write")
        #expect(try failure("0x12 Q").reason.contains("\"LD 0x12345680\", \"0x12345680 R\", \"0x12345680 READ 10\""))
    }

    @Test func addressesBeyondTheMemory() throws {
        #expect(try read("LD 0x3FF\n", capacity: 1024).count == 1)
        let found = try failure("LD 0x3FF\nLD 0x400\n", capacity: 1024)
        #expect(found.number == 2)
        #expect(found.reason.contains("0x3ff"))
        #expect(try read("LD 0x401\n", capacity: 1024, wraps: true) == [MemoryAccess(address: 1, isWrite: false)])
    }

    /// Lines over the ends of the buffer, of any length, give what they give alone.
    @Test func longFilesAreReadInPieces() throws {
        var text = "", expected: [MemoryAccess] = []
        for i in 0..<20_000 {
            text += "0x" + String(i * 64, radix: 16) + String(repeating: " ", count: i % 37 + 1) + (i % 3 == 0 ? "W" : "R") + "\n"
            expected.append(MemoryAccess(address: i * 64, isWrite: i % 3 == 0))
            if i % 100 == 0 { text += "# " + String(repeating: "x", count: i % 3000) + "\n" }
        }
        #expect(try read(text) == expected)
    }

    @Test func endlessLinesAreRefused() throws {
        #expect(try failure("LD 0x10\n# " + String(repeating: "x", count: 200_000)).number == 2)
        #expect(try failure(String(repeating: "x", count: TraceReader.maximumLineBytes + 1) + "\n").number == 1)
        #expect(try read("# " + String(repeating: "x", count: TraceReader.maximumLineBytes - 2) + "\nLD 1").count == 1)
    }

    @Test func filesThatCannotBeRead() {
        #expect(throws: TrafficError.unreadable(path: "/nowhere/a.trace", reason: "No such file or directory")) {
            _ = try TraceReader(path: "/nowhere/a.trace")
        }
        #expect(throws: TrafficError.self) { _ = try TraceReader(path: "/tmp").next() }
    }

    /// Damaged traces give accesses or an error with a line number, and nothing else.
    @Test func damagedTracesNeverTrap() throws {
        let whole = Array("LD 0x12345680\nST 0x40\n# c\n0x12 R\n0x1234 READ 10\n9999 W\n".utf8)
        var random = Xorshift64Star(seed: 7)
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            do {
                _ = try read(Data(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))))
            } catch let error as TrafficError {
                guard case .line(_, let number, _, _) = error else { throw error }
                #expect((1...60).contains(number))
            }
        }
    }
}
