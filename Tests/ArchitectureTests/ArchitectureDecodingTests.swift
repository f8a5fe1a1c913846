import Architecture
import NumberFormats
import Quantities
import Testing

/// A small machine that runs networks; the tests of errors change single lines of it.
let smallMachine = """
    architecture: small
    source: "a test"
    technology: { node: 28 nm }
    clock: 1 GHz
    memories:
      dram: { kind: dram, capacity: 1 GiB, bandwidth: 10 GB/s }
      spad: { kind: sram, capacity: 64 KiB, width: 16 B }
      sums: { kind: sram, capacity: 16 KiB, width: 64 B }
    engines:
      mxu:
        kind: systolic-array
        rows: 16
        columns: 8
        reads: [spad, spad2]
        writes: sums
      vpu: { kind: vector, lanes: 16, reads: [sums, spad], writes: spad }
      load: { kind: dma, width: 16 B, reads: dram, writes: spad }
      store: { kind: dma, width: 16 B, reads: spad, writes: dram }
    links:
      - { from: spad, to: mxu, width: 16 B }
    """.replacing("[spad, spad2]", with: "[spad]")

@Suite("Architecture files") struct ArchitectureDecodingTests {
    @Test("The TPU v1 has the parameters of the paper") func tpu() throws {
        let tpu = try Architecture.load(path: repositoryFile("Architectures/tpu-v1.yaml"))
        #expect(tpu.name == "tpu-v1")
        #expect(tpu.clock == Frequency(hertz: 700e6))
        #expect(tpu.technology == Technology(nodeNanometres: 28, voltage: 0.9))
        #expect(tpu.memory(named: "unified")?.capacity == Bytes(24 << 20))
        #expect(tpu.memory(named: "accumulators")?.capacity == Bytes(4096 * 256 * 4))
        let mxu = try #require(tpu.engine(named: "mxu"))
        guard case .systolicArray(let array) = mxu.kind else { Issue.record("mxu is no array"); return }
        #expect(array == SystolicArray(rows: 256, columns: 256))
        #expect(mxu.reads == ["unified", "weightFifo"] && mxu.writes == "accumulators")
        guard case .dram(let dram)? = tpu.memory(named: "weights")?.kind else { Issue.record("weights is no DRAM"); return }
        #expect(dram.channels == 2 && dram.standard == "DDR3-2133" && dram.model == .banks)
        // 2133 MT/s of 8 bytes; the paper says 34 GB/s of two channels.
        #expect(abs(dram.bandwidth.bytesPerSecond / 17e9 - 1) < 0.005)
        let rows = try #require(tpu.parameters.first { $0.path == "engines.mxu.rows" })
        #expect(rows.value == "256" && !rows.isDefault && rows.source?.contains("Jouppi") == true && !rows.help.isEmpty)
    }

    @Test("Parameters that are not given have their documented defaults") func defaults() throws {
        let small = try Architecture.decode(text: smallMachine, file: "small.yaml")
        #expect(small.cores == 1)
        #expect(small.memory(named: "dram")?.scope == .shared)
        #expect(small.memory(named: "spad")?.scope == .core)
        #expect(
            small.memory(named: "dram")?.kind
                == .dram(DRAM(bandwidth: Bandwidth(bytesPerSecond: 1e10), latency: Time(femtoseconds: 100_000_000))))
        #expect(small.memory(named: "spad")?.kind == .sram(SRAM(width: Bytes(16))))
        #expect(
            small.engine(named: "mxu") == Engine(name: "mxu", kind: .systolicArray(SystolicArray(rows: 16, columns: 8)), reads: ["spad"], writes: "sums"))
        #expect(
            small.engine(named: "vpu") == Engine(name: "vpu", kind: .vector(VectorUnit(lanes: 16)), reads: ["sums", "spad"], writes: "spad"))
        #expect(
            small.engine(named: "load") == Engine(name: "load", kind: .dma(DMAEngine(width: Bytes(16))), reads: ["dram"], writes: "spad"))
        #expect(small.links == [Link(from: "spad", to: "mxu", width: Bytes(16))])
        #expect(small.technology == Technology(nodeNanometres: 28))
    }

    @Test("The nearest source applies; defaults have none") func sources() throws {
        let text = smallMachine
            .replacing("rows: 16", with: "rows: { value: 16, source: own }")
            .replacing("kind: systolic-array", with: "kind: systolic-array\n    source: component")
        let parameters = try Architecture.decode(text: text, file: "small.yaml").parameters
        func source(_ path: String) -> String? { parameters.first { $0.path == path }?.source }
        #expect(source("engines.mxu.rows") == "own")
        #expect(source("engines.mxu.columns") == "component")
        #expect(source("memories.spad.capacity") == "a test")
        #expect(source("clock") == "a test")
        #expect(source("engines.mxu.dataflow") == nil)
        #expect(parameters.first { $0.path == "engines.mxu.dataflow" }?.isDefault == true)
        #expect(parameters.map(\.path).filter { $0.hasPrefix("engines.mxu.") }.first == "engines.mxu.scope")
    }

    @Test("Operation classes that are not named keep their default") func operations() throws {
        let text = smallMachine.replacing("lanes: 16,", with: "lanes: 16, operations: { exponential: { interval: 2 }, divide: { interval: 8, latency: { value: 30, source: measured } } },")
        let machine = try Architecture.decode(text: text, file: "small.yaml")
        guard case .vector(let vector)? = machine.engine(named: "vpu")?.kind else { Issue.record("no vector unit"); return }
        #expect(vector.costs[.exponential] == VectorUnit.Cost(interval: 2, latency: 8))
        #expect(vector.costs[.divide] == VectorUnit.Cost(interval: 8, latency: 30))
        #expect(vector.costs[.add] == VectorUnit.defaultCosts[.add])
        #expect(vector.costs.count == VectorUnit.Operation.allCases.count)
        let listed = machine.parameters.filter { $0.path.hasPrefix("engines.vpu.operations.") }
        #expect(listed.count == 2 * VectorUnit.Operation.allCases.count)
        #expect(listed.first { $0.path == "engines.vpu.operations.divide.latency" }?.source == "measured")
        #expect(listed.first { $0.path == "engines.vpu.operations.exponential.latency" }?.isDefault == true)
    }

    @Test("A standard with a rate gives the bandwidth of a channel") func standards() throws {
        func bandwidth(_ standard: String) throws -> Double? {
            let text = smallMachine.replacing("bandwidth: 10 GB/s", with: "standard: \(standard)")
            guard case .dram(let dram)? = try Architecture.decode(text: text, file: "s.yaml").memory(named: "dram")?.kind else { return nil }
            return dram.bandwidth.bytesPerSecond
        }
        #expect(try bandwidth("DDR3-2133") == 17.064e9)
        #expect(try bandwidth("HBM2-2400") == 38.4e9)
        #expect(try bandwidth("LPDDR4-3200") == 6.4e9)
        let error = try #require(throws: ArchitectureError.self) { try bandwidth("Optane") }
        #expect(error.path == "memories.dram.bandwidth")
    }

    @Test("Formats of weights and sums follow the inputs") func formats() throws {
        let text = smallMachine.replacing("rows: 16", with: "rows: 16\n    input: bf16")
        guard case .systolicArray(let array)? = try Architecture.decode(text: text, file: "s.yaml").engine(named: "mxu")?.kind else {
            Issue.record("no array"); return
        }
        #expect(array.weight == .bf16 && array.accumulator == .fp32)
    }
}
