import Architecture
import NumberFormats
import Quantities
import Testing

/// A small machine that every decoding test starts from.
let smallMachine = """
    architecture: small
    source: "a test"
    clock: 1 GHz
    memories:
      dram: { kind: dram, capacity: 1 GiB, bandwidth: 10 GB/s }
      spad: { kind: sram, capacity: 64 KiB, width: 16 B }
      sums: { kind: sram, capacity: 16 KiB, width: 64 B }
    engines:
      mxu:
        kind: systolic-array
        rows: 16
        columns: 16
        dataflow: weight-stationary
        reads: [spad, spad2]
        writes: sums
    """

@Suite("Architecture files") struct ArchitectureDecodingTests {
    @Test("The TPU v1 has the parameters of the paper") func tpu() throws {
        let tpu = try Architecture.load(path: repositoryFile("Architectures/tpu-v1.yaml"))
        #expect(tpu.name == "tpu-v1")
        #expect(tpu.clock == Frequency(hertz: 700e6))
        #expect(tpu.memory(named: "unified")?.capacity == Bytes(24 << 20))
        let mxu = try #require(tpu.engine(named: "mxu"))
        guard case .systolicArray(let array) = mxu.kind else { Issue.record("mxu is no array"); return }
        #expect(array.rows == 256 && array.columns == 256)
        #expect(array.input == .int8 && array.weight == .int8 && array.accumulator == .int32)
        #expect(mxu.reads == ["unified", "weightFifo"])
        guard case .dram(let dram)? = tpu.memory(named: "weights")?.kind else { Issue.record("weights is no DRAM"); return }
        #expect(dram.channels == 2 && dram.bandwidth == Bandwidth(bytesPerSecond: 17e9))
        #expect(tpu.parameters.contains { $0.path == "engines.mxu.rows" && $0.value == "256" && $0.source != nil && !$0.isDefault })
    }

    @Test("An unknown memory is reported with the one that was probably meant") func unknownMemory() throws {
        let error = try #require(throws: ArchitectureError.self) { try Architecture.decode(text: smallMachine, file: "small.yaml") }
        #expect(error.description == "small.yaml:14: engines.mxu.reads: \"spad2\" is not a memory of this file; did you mean \"spad\"?")
    }
}
