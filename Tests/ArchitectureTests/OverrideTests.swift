import Architecture
import Quantities
import Testing

@Suite("Overrides by --set") struct OverrideTests {
    func machine(_ overrides: [String: String]) throws(ArchitectureError) -> Architecture {
        try Architecture.decode(text: smallMachine, file: "m.yaml", overrides: overrides)
    }

    @Test("A parameter that is given, one that is not, and one within a group") func values() throws {
        let small = try machine([
            "engines.mxu.rows": "64", "engines.mxu.preload": "exposed", "engines.vpu.operations.exponential.interval": "9", "clock": "2 GHz",
            "technology.voltage": "0.8 V", "links.0.width": "32 B", "cores": "2", "engines.vpu.reads": "[sums, spad, dram]",
            "memories.dram.bandwidth": "20 GB/s",
        ])
        guard case .systolicArray(let array)? = small.engine(named: "mxu")?.kind, case .vector(let vector)? = small.engine(named: "vpu")?.kind,
            case .dram(let dram)? = small.memory(named: "dram")?.kind
        else { Issue.record("components changed their kind"); return }
        #expect(array.rows == 64 && array.columns == 8 && array.preload == .exposed)
        #expect(vector.costs[.exponential] == VectorUnit.Cost(interval: 9, latency: 8))
        #expect(small.clock.hertz == 2e9 && small.technology.voltage == 0.8 && small.cores == 2)
        #expect(small.links[0].width == Bytes(32))
        #expect(small.engine(named: "vpu")?.reads == ["sums", "spad", "dram"])
        #expect(dram.bandwidth.bytesPerSecond == 20e9)
        let rows = try #require(small.parameters.first { $0.path == "engines.mxu.rows" })
        #expect(rows.value == "64" && rows.source == "--set")
    }

    @Test("An override replaces a value and its source") func sourced() throws {
        let text = smallMachine.replacing("rows: 16", with: "rows: { value: 16, source: paper }")
        let small = try Architecture.decode(text: text, file: "m.yaml", overrides: ["engines.mxu.rows": "32"])
        #expect(small.parameters.first { $0.path == "engines.mxu.rows" }?.source == "--set")
    }

    @Test("Paths of architectures are told from settings of workloads") func kinds() {
        #expect(ArchitectureSchema.isParameterPath("engines.mxu.rows") && ArchitectureSchema.isParameterPath("cores"))
        #expect(!ArchitectureSchema.isParameterPath("batch") && !ArchitectureSchema.isParameterPath("sequence.length"))
    }

    @Test(
        "Mistakes in overrides are reported as in files",
        arguments: [
            ("engines.mxu.rowz", "64", "--set engines.mxu.rowz: is not a parameter of \"systolic-array\"; did you mean \"rows\"?"),
            ("engines.mxuu.rows", "64", "--set engines.mxuu.rows: there is no engine \"mxuu\"; did you mean \"mxu\"?"),
            ("engine.mxu.rows", "64", "--set engine.mxu.rows: there is no \"engine\" at the top level; did you mean \"engines\"?"),
            ("engines.mxu.rows", "0", "--set engines.mxu.rows: 0 is outside of 1 … 65536"),
            ("engines.mxu.rows", "many", "--set engines.mxu.rows: \"many\" is not a whole number; write a number of rows, without a unit"),
            ("engines.mxu.reads", "flash", "--set engines.mxu.reads: \"flash\" is not a memory of this file; write \"dram\", \"spad\" or \"sums\""),
            ("engines.mxu", "64", "--set engines.mxu: names a component; name one of its parameters: engines.mxu.PARAMETER=…"),
            ("engines", "64", "--set engines: names a section; write engines.NAME.PARAMETER=…"),
            ("clock.rate", "1", "--set clock.rate: clock is a single value; write clock=…"),
            ("links.1.width", "1 B", "--set links.1.width: there is no link \"1\"; there are \"0\""),
            ("", "1", "--set is not a path; write something like engines.mxu.rows=64"),
            ("engines..rows", "1", "--set engines..rows: is not a path; write something like engines.mxu.rows=64"),
            ("engines.vpu.reads", "[sums", "--set engines.vpu.reads: \"[sums\" is not YAML: did not find expected ',' or ']' (column 1)"),
            ("engines.mxu.rows.a.b", "1", "--set engines.mxu.rows.a.b: \"a\" is looked for in a single value"),
        ]) func mistakes(path: String, value: String, message: String) throws {
        let error = try #require(throws: ArchitectureError.self) { try machine([path: value]) }
        #expect(error.description == message)
    }
}
