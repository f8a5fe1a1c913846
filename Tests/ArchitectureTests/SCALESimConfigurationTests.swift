import Architecture
import NumberFormats
import Quantities
import Testing

@Suite("SCALE-Sim configurations") struct SCALESimConfigurationTests {
    /// All keys that SCALE-Sim v3 asks for, with the values of its google.cfg.
    static let google = """
        [general]
        run_name = GoogleTPU_v1_os

        [architecture_presets]
        ArrayHeight:    256
        ArrayWidth:     256
        IfmapSramSzkB:    6144
        FilterSramSzkB:   6144
        OfmapSramSzkB:    2048
        IfmapOffset:    0
        FilterOffset:   10000000
        OfmapOffset:    20000000
        Dataflow : os
        Bandwidth : 10
        ReadRequestBuffer: 512
        WriteRequestBuffer: 512

        [layout]
        IfmapCustomLayout: False
        IfmapSRAMBankBandwidth: 10
        IfmapSRAMBankNum: 10
        IfmapSRAMBankPort: 2
        FilterCustomLayout: False
        FilterSRAMBankBandwidth: 10
        FilterSRAMBankNum: 10
        FilterSRAMBankPort: 2

        [sparsity]
        SparsitySupport : false
        SparseRep : ellpack_block
        OptimizedMapping : false
        BlockSize : 8
        RandomNumberGeneratorSeed : 40

        [run_presets]
        InterfaceBandwidth: USER
        UseRamulatorTrace: False
        """

    func machine(_ text: String, _ overrides: [String: String] = [:]) throws(ArchitectureError) -> Architecture {
        try Architecture.decode(text: text, file: "google.cfg", overrides: overrides)
    }

    @Test("google.cfg is the architecture that is shipped for it, but for the DRAM that SCALE-Sim has not") func google() throws {
        let read = try machine(Self.google)
        let shipped = try Architecture.load(path: repositoryFile("Architectures/scalesim-google.yaml"))
        #expect(read.name == shipped.name && read.clock == shipped.clock && read.cores == shipped.cores)
        #expect(read.memories.dropFirst() == shipped.memories.dropFirst())
        guard case .dram(let interfaces)? = read.memories.first?.kind, case .dram(let dram)? = shipped.memories.first?.kind else {
            Issue.record("no DRAM")
            return
        }
        #expect(interfaces.model == .bandwidth && dram.model == .banks)
        // The interfaces stay the limit.
        #expect(dram.bandwidth.bytesPerSecond * Double(dram.channels) > interfaces.bandwidth.bytesPerSecond)
        #expect(read.engines == shipped.engines)
        #expect(read.links == shipped.links && read.technology == shipped.technology)
        #expect(read.missingNetworkPaths().isEmpty)
    }

    @Test("Array, dataflow and scratchpads come from the file", arguments: [("os", Dataflow.outputStationary), ("WS", .weightStationary), ("is", .inputStationary)])
    func presets(word: String, dataflow: Dataflow) throws {
        let text = Self.google.replacing("Dataflow : os", with: "Dataflow : \(word)").replacing("ArrayHeight:    256", with: "arrayheight = 12")
            .replacing("ArrayWidth:     256", with: "ArrayWidth:14").replacing("FilterSramSzkB:   6144", with: "FilterSramSzkB: 108")
        let read = try machine(text)
        guard case .systolicArray(let array)? = read.engine(named: "array")?.kind else { Issue.record("no array"); return }
        #expect(
            array == SystolicArray(rows: 12, columns: 14, dataflow: dataflow, preload: .exposed, drain: .bus, input: .int8, weight: .int8, accumulator: .int32))
        #expect(read.memory(named: "filter")?.capacity == Bytes(108 * 1024))
        #expect(read.engine(named: "array")?.reads == ["ifmap", "filter"] && read.engine(named: "array")?.writes == "ofmap")
        #expect(read.parameters.first { $0.path == "engines.array.rows" }?.source == "SCALE-Sim: ArrayHeight")
    }

    @Test("CALC is a memory without limits, USER the words of each interface") func bandwidth() throws {
        let unlimited = try machine(Self.google.replacing("InterfaceBandwidth: USER", with: "InterfaceBandwidth: CALC"))
        guard case .dram(let dram)? = unlimited.memory(named: "dram")?.kind, case .dma(let dma)? = unlimited.engine(named: "filterIn")?.kind
        else { Issue.record("no memory"); return }
        #expect(dram.bandwidth == SCALESimConfiguration.unlimitedBandwidth && dram.latency == Time(femtoseconds: 0))
        #expect(dma.width == SCALESimConfiguration.unlimitedWidth)

        let user = try machine(
            Self.google.replacing("FilterSRAMBankBandwidth: 10", with: "FilterSRAMBankBandwidth: 40").replacing("Bandwidth : 10", with: "Bandwidth : 7"))
        func width(_ name: String) -> Int? { if case .dma(let dma)? = user.engine(named: name)?.kind { dma.width.count } else { nil } }
        #expect(width("ifmapIn") == 10 && width("filterIn") == 40 && width("ofmapOut") == 7)
        guard case .dram(let shared)? = user.memory(named: "dram")?.kind else { return }
        #expect(shared.bandwidth.bytesPerSecond == 57e9)
    }

    @Test("Overrides use the names of the architecture") func overrides() throws {
        let read = try machine(Self.google, ["engines.array.preload": "overlapped"])
        guard case .systolicArray(let array)? = read.engine(named: "array")?.kind else { return }
        #expect(array.preload == .overlapped)
        let error = try #require(throws: ArchitectureError.self) { try machine(Self.google, ["engines.array.rowz": "1"]) }
        #expect(error.description == "--set engines.array.rowz: is not a parameter of \"systolic-array\"; did you mean \"rows\"?")
    }

    @Test(
        "Mistakes are reported with their line",
        arguments: [
            ("ArrayHeight:    256\n", "", "google.cfg:4: architecture_presets.ArrayHeight: is missing; write ArrayHeight: a whole number"),
            ("ArrayHeight:", "ArrayHieght:", "google.cfg:5: architecture_presets.ArrayHieght: is not a key of this section; did you mean \"ArrayHeight\"?"),
            ("ArrayHeight:    256", "ArrayHeight: 0", "google.cfg:5: architecture_presets.ArrayHeight: 0 is outside of 1 … 65536"),
            ("ArrayHeight:    256", "ArrayHeight: nan", "google.cfg:5: architecture_presets.ArrayHeight: \"nan\" is not a whole number; write 1 … 65536"),
            ("ArrayHeight:    256", "ArrayHeight:", "google.cfg:5: architecture_presets.ArrayHeight: has no value; write a whole number"),
            ("Dataflow : os", "Dataflow : rs", "google.cfg:13: architecture_presets.Dataflow: \"rs\" is none of \"os\", \"ws\" or \"is\""),
            ("InterfaceBandwidth: USER", "InterfaceBandwidth: FAST", "google.cfg:36: run_presets.InterfaceBandwidth: \"FAST\" is none of \"CALC\" or \"USER\""),
            ("SparsitySupport : false", "SparsitySupport : true", "google.cfg:29: sparsity.SparsitySupport: is not modelled; set it to False, or run SCALE-Sim itself for this file"),
            ("[run_presets]", "[run_preset]", "google.cfg:35: run_preset: is not a section of SCALE-Sim; did you mean \"run_presets\"?"),
            ("ArrayWidth:     256", "ArrayHeight: 256", "google.cfg:6: architecture_presets.ArrayHeight: is given twice; the first is on line 5"),
            ("[general]\n", "", "google.cfg:1: \"run_name = GoogleTPU_v1_os\" stands before the first section; SCALE-Sim files begin with [general]"),
            ("Dataflow : os", "Dataflow", "google.cfg:13: \"Dataflow\" is neither a section nor \"key: value\""),
            ("[layout]", "[layout", "google.cfg:18: \"[layout\" is not a section; write [name]"),
        ]) func mistakes(replaced: String, by: String, message: String) throws {
        #expect(Self.google.contains(replaced))
        let text = Self.google.replacing(replaced, with: by, maxReplacements: 1)
        let error = try #require(throws: ArchitectureError.self) { try machine(text) }
        #expect(error.problems.map(\.description).contains(message), "\(error)")
    }

    @Test("Files of SCALE-Sim v2, without layout and sparsity, are read") func older() throws {
        let start = try #require(Self.google.range(of: "[layout]")?.lowerBound)
        let stop = try #require(Self.google.range(of: "[run_presets]")?.lowerBound)
        var text = Self.google
        text.removeSubrange(start..<stop)
        let read = try machine(text.replacing("\n", with: "\r\n"))
        guard case .dma(let dma)? = read.engine(named: "ifmapIn")?.kind else { Issue.record("no engine"); return }
        #expect(dma.width == Bytes(10))
    }
}
