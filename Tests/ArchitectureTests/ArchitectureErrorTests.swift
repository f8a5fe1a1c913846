import Architecture
import Foundation
import Testing

@Suite("Errors in architecture files") struct ArchitectureErrorTests {
    /// What a change to the small machine leads to: the text that is replaced, what replaces it, the message.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var replaced: String
        var by: String
        var message: String
        var testDescription: String { message }
    }

    static let mistakes: [Mistake] = [
        // Words and names
        Mistake(replaced: "kind: vector", by: "kind: vectr", message: "m.yaml:16: engines.vpu.kind: \"vectr\" is not an engine kind; did you mean \"vector\"?"),
        Mistake(replaced: "kind: systolic-array", by: "kind: tree", message: "m.yaml:11: engines.mxu.kind: \"tree\" is not an engine kind; write \"systolic-array\", \"vector\" or \"dma\""),
        Mistake(replaced: "columns: 8", by: "columns: 8\n    dataflow: weigth-stationary", message: "m.yaml:14: engines.mxu.dataflow: \"weigth-stationary\" is not a dataflow; did you mean \"weight-stationary\"?"),
        Mistake(replaced: "columns: 8", by: "columns: 8\n    input: int9", message: "m.yaml:14: engines.mxu.input: \"int9\" is not a number format; did you mean \"int2\"?"),
        Mistake(replaced: "rows: 16", by: "rowz: 16", message: "m.yaml:12: engines.mxu.rowz: is not a parameter of \"systolic-array\"; did you mean \"rows\"?"),
        Mistake(replaced: "clock: 1 GHz", by: "clock: 1 GHz\nmemores: 3", message: "m.yaml:5: memores: is not a parameter of the top level; did you mean \"memories\"?"),
        Mistake(replaced: "reads: [spad]", by: "reads: [spda]", message: "m.yaml:14: engines.mxu.reads: \"spda\" is not a memory of this file; did you mean \"spad\"?"),
        Mistake(replaced: "reads: [spad]", by: "reads: [vpu]", message: "m.yaml:14: engines.mxu.reads: \"vpu\" is an engine; a memory belongs here: \"dram\", \"spad\" or \"sums\""),
        Mistake(replaced: "reads: dram", by: "reads: flash", message: "m.yaml:17: engines.load.reads: \"flash\" is not a memory of this file; write \"dram\", \"spad\" or \"sums\""),
        Mistake(replaced: "from: spad", by: "from: sapd", message: "m.yaml:20: links.0.from: \"sapd\" is not a memory or an engine of this file; did you mean \"spad\"?"),
        // Numbers and quantities
        Mistake(replaced: "rows: 16", by: "rows: 0", message: "m.yaml:12: engines.mxu.rows: 0 is outside of 1 … 65536"),
        Mistake(replaced: "rows: 16", by: "rows: -3", message: "m.yaml:12: engines.mxu.rows: -3 is outside of 1 … 65536"),
        Mistake(replaced: "rows: 16", by: "rows: 4611686018427387904", message: "m.yaml:12: engines.mxu.rows: 4611686018427387904 is outside of 1 … 65536"),
        Mistake(replaced: "rows: 16", by: "rows: 99999999999999999999", message: "m.yaml:12: engines.mxu.rows: \"99999999999999999999\" is too large; write a number of rows, without a unit"),
        Mistake(replaced: "rows: 16", by: "rows: .nan", message: "m.yaml:12: engines.mxu.rows: \".nan\" is not a whole number; write a number of rows, without a unit"),
        Mistake(replaced: "rows: 16", by: "rows: 16.5", message: "m.yaml:12: engines.mxu.rows: \"16.5\" is not a whole number; write a number of rows, without a unit"),
        Mistake(replaced: "rows: 16", by: "rows: 65536", message: "m.yaml:12: engines.mxu.rows: 65536 × 8 are more than 262144 processing elements"),
        Mistake(replaced: "clock: 1 GHz", by: "clock: NaN", message: "m.yaml:4: clock: \"NaN\" is not a finite number; write a frequency such as \"700 MHz\" (units: Hz, kHz, MHz, GHz, THz)"),
        Mistake(replaced: "clock: 1 GHz", by: "clock: 700", message: "m.yaml:4: clock: \"700\" has no unit; write a frequency such as \"700 MHz\" (units: Hz, kHz, MHz, GHz, THz)"),
        Mistake(replaced: "clock: 1 GHz", by: "clock: 1 Hz", message: "m.yaml:4: clock: 1 Hz is outside of 1 kHz … 1 THz"),
        Mistake(replaced: "clock: 1 GHz", by: "clock: [1 GHz]", message: "m.yaml:4: clock: is a list where a single value belongs (Hz, kHz, MHz, GHz, THz)"),
        Mistake(replaced: "clock: 1 GHz", by: "clock:", message: "m.yaml:4: clock: has no value (Hz, kHz, MHz, GHz, THz)"),
        Mistake(replaced: "capacity: 16 KiB", by: "capacity: 16 B", message: "m.yaml:8: memories.sums.capacity: 16 B is less than one line in each bank (1 × 64 B)"),
        // Missing and doubled
        Mistake(replaced: "clock: 1 GHz\n", by: "", message: "m.yaml:1: clock: is missing; Clock of every engine that names none of its own, and of all on-chip memories. Write a frequency such as \"700 MHz\"."),
        Mistake(replaced: "    rows: 16\n", by: "", message: "m.yaml:10: engines.mxu.rows: is missing; Rows of processing elements. Write 1 … 65536."),
        Mistake(replaced: "    kind: systolic-array\n", by: "", message: "m.yaml:10: engines.mxu.kind: is missing; write \"systolic-array\", \"vector\" or \"dma\""),
        Mistake(replaced: "bandwidth: 10 GB/s", by: "channels: 1", message: "m.yaml:6: memories.dram.bandwidth: is missing; Peak bandwidth of one channel. Write a bandwidth such as \"34 GB/s\"."),
        Mistake(replaced: "columns: 8", by: "rows: 8", message: "m.yaml:12: \"rows\" is given twice; the first is on this line"),
        Mistake(replaced: "  vpu:", by: "  mxu:", message: "m.yaml:10: \"mxu\" is given twice; the first is on this line"),
        // Components against each other
        Mistake(replaced: "  vpu:", by: "  sums:", message: "m.yaml:16: engines.sums: a memory has the same name; give one of them another"),
        Mistake(replaced: "reads: [spad]", by: "reads: [spad, sums, dram]", message: "m.yaml:14: engines.mxu.reads: has 3 memories where 1 to 2 belong"),
        Mistake(replaced: "reads: [spad]", by: "reads: []", message: "m.yaml:14: engines.mxu.reads: has 0 memories where 1 to 2 belong"),
        Mistake(replaced: "reads: [spad]", by: "reads: [spad, spad]", message: "m.yaml:14: engines.mxu.reads: names \"spad\" twice"),
        Mistake(replaced: "reads: dram", by: "reads: [dram, sums]", message: "m.yaml:17: engines.load.reads: has 2 memories where 1 belongs"),
        Mistake(replaced: "reads: dram, writes: spad", by: "reads: dram, writes: dram", message: "m.yaml:17: engines.load.writes: \"dram\" is also the memory it reads; a DMA engine moves data between two memories"),
        Mistake(replaced: "columns: 8", by: "columns: 8\n    accumulator: fp32", message: "m.yaml:14: engines.mxu.accumulator: int8 × int8 needs an integer accumulator of at least 16 bits, such as int32, and not fp32"),
        Mistake(replaced: "columns: 8", by: "columns: 8\n    accumulator: int8", message: "m.yaml:14: engines.mxu.accumulator: int8 × int8 needs an integer accumulator of at least 16 bits, such as int32, and not int8"),
        Mistake(replaced: "columns: 8", by: "columns: 8\n    accumulator: uint32", message: "m.yaml:14: engines.mxu.accumulator: uint32 cannot hold the negative sums of int8 × int8; use a signed integer such as int32"),
        Mistake(replaced: "columns: 8", by: "columns: 8\n    input: bf16\n    accumulator: int32", message: "m.yaml:15: engines.mxu.accumulator: bf16 × bf16 needs a floating-point accumulator of at least 16 bits, such as fp32, and not int32"),
        Mistake(replaced: "columns: 8", by: "columns: 8\n    weight: fp16", message: "m.yaml:14: engines.mxu.weight: fp16 weights cannot be multiplied with int8 inputs: both must be integers or both floating point"),
        Mistake(replaced: "from: spad, to: mxu", by: "from: dram, to: mxu", message: "m.yaml:20: links.0.from: \"mxu\" does not read \"dram\"; it reads \"spad\""),
        Mistake(replaced: "from: spad, to: mxu", by: "from: mxu, to: spad", message: "m.yaml:20: links.0.to: \"mxu\" does not write \"spad\"; it writes \"sums\""),
        Mistake(replaced: "from: spad, to: mxu", by: "from: dram, to: spad", message: "m.yaml:20: links.0: joins two memories; a link joins a memory and an engine, and a DMA engine moves data between memories"),
        Mistake(replaced: "clock: 1 GHz", by: "clock: 1 GHz\ncores: 2", message: "m.yaml:18: engines.load.writes: \"spad\" exists once in each core and the engine only once; set the scope of one of them to that of the other"),
        Mistake(replaced: "  spad:", by: "  \"s.p\":", message: "m.yaml:7: memories: \"s.p\" is not a name; names are 1 to 64 letters, digits, \"_\" and \"-\", and begin with a letter"),
        // Shape of the document
        Mistake(replaced: "rows: 16", by: "rows: { source: here }", message: "m.yaml:12: engines.mxu.rows: has no value; write {value: …, source: …}"),
        Mistake(replaced: "rows: 16", by: "rows: { value: 16, unit: rows }", message: "m.yaml:12: engines.mxu.rows.unit: does not belong here; a parameter is a value, or {value: …, source: …}"),
        Mistake(replaced: "technology: { node: 28 nm }", by: "technology: 28 nm", message: "m.yaml:3: technology: is a single value where a group of parameters belongs"),
        Mistake(replaced: "lanes: 16,", by: "lanes: 16, operations: { exp: { interval: 1 } },", message: "m.yaml:16: engines.vpu.operations.exp: \"exp\" is not an operation class; did you mean \"exponential\"?"),
        Mistake(replaced: "lanes: 16,", by: "lanes: 16, operations: { add: 3 },", message: "m.yaml:16: engines.vpu.operations.add: is a single value where a group belongs: {interval: 4, latency: 8}"),
        Mistake(replaced: "lanes: 16,", by: "lanes: 16, operations: { add: { interval: 0 } },", message: "m.yaml:16: engines.vpu.operations.add.interval: 0 is outside of 1 … 1000000"),
    ]

    @Test("A mistake is reported with its line, its path and a way out", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        var text = smallMachine
        let replaced = mistake.replaced
        #expect(text.contains(replaced), "the test replaces nothing")
        if mistake.message.contains("load.writes: \"spad\" exists once") {
            text = text.replacing("kind: dma, width: 16 B, reads: dram", with: "kind: dma, scope: shared, width: 16 B, reads: dram")
        }
        if mistake.message.contains("65536 × 8") { text = text.replacing("columns: 8", with: "columns: 8192") }
        text = text.replacing(replaced, with: mistake.by, maxReplacements: 1)
        let error = try #require(throws: ArchitectureError.self) { try Architecture.decode(text: text, file: "m.yaml") }
        let expected = mistake.message.replacing("65536 × 8 are more than 262144", with: "65536 × 8192 are more than 16777216")
        #expect(error.problems.map(\.description).contains(expected), "\(error)")
    }

    @Test("All problems are listed in the order of the file, up to twenty") func many() throws {
        let two = smallMachine.replacing("columns: 8", with: "columns: 0").replacing("clock: 1 GHz", with: "clock: 1")
        let error = try #require(throws: ArchitectureError.self) { try Architecture.decode(text: two, file: "m.yaml") }
        #expect(error.problems.map(\.path) == ["clock", "engines.mxu.columns"])
        #expect(error.line == 4 && error.file == "m.yaml" && error.path == "clock")
        #expect(error.description.split(separator: "\n").count == 2)

        let wrong = smallMachine + (0..<50).map { "\n  - { from: a\($0), to: b\($0), width: 1 B }" }.joined()
        let many = try #require(throws: ArchitectureError.self) { try Architecture.decode(text: wrong, file: "m.yaml") }
        #expect(many.problems.count == ArchitectureError.limit && many.omitted == 80)
        #expect(many.description.hasSuffix("m.yaml: 80 more problems"))
    }

    @Test("A machine of too many units is refused before it is built") func size() throws {
        let text = smallMachine.replacing("clock: 1 GHz", with: "clock: 1 GHz\ncores: 1024").replacing("rows: 16", with: "rows: 16\n    count: 1024")
        let error = try #require(throws: ArchitectureError.self) { try Architecture.decode(text: text, file: "m.yaml") }
        #expect(error.description == "m.yaml:5: cores: the machine has 1051648 units; at most 65536 can be simulated")
    }

    @Test("Units of different engines have different names") func unitNames() throws {
        let text = smallMachine.replacing("rows: 16", with: "rows: 16\n    count: 2").replacing("  vpu:", with: "  mxu1:")
        let error = try #require(throws: ArchitectureError.self) { try Architecture.decode(text: text, file: "m.yaml") }
        #expect(error.description == "m.yaml:17: engines.mxu1: its unit \"mxu1\" has the same name as one of \"mxu\"; give one of them another")
    }

    @Test("Files that cannot be read") func files() throws {
        let missing = try #require(throws: ArchitectureError.self) { try Architecture.load(path: "/nonexistent/a.yaml") }
        #expect(missing.description == "/nonexistent/a.yaml: there is no such file")
        let directory = try #require(throws: ArchitectureError.self) { try Architecture.load(path: "/tmp") }
        #expect(directory.description == "/tmp: is a directory; name an architecture file in it")
        let binary = FileManager.default.temporaryDirectory.appendingPathComponent("cyclewright-\(UUID().uuidString).yaml")
        try Data([0x61, 0x3A, 0x20, 0xFF, 0xFE]).write(to: binary)
        defer { try? FileManager.default.removeItem(at: binary) }
        let notText = try #require(throws: ArchitectureError.self) { try Architecture.load(path: binary.path) }
        #expect(notText.description == "\(binary.path): is not UTF-8 text")
        let endless = try #require(throws: ArchitectureError.self) { try Architecture.load(path: "/dev/zero") }
        #expect(endless.description == "/dev/zero: is larger than 1 MiB, which no architecture file needs to be")
    }
}
