import Architecture
import Programs
import Quantities
import Simulation

/// A machine whose figures are small and round, for runs that are worked out on paper.
enum TinyMachine {
    /// 1 GHz. DRAM: 8 B a cycle, 10 cycles of latency. Scratchpads: 16 B a cycle, 1 cycle. Array: 2 × 2, int8. Two lanes.
    static let text = """
        architecture: tiny
        clock: 1 GHz
        memories:
          dram: { kind: dram, capacity: 1 MiB, bandwidth: 8 GB/s, latency: 10 ns, access: 8 B }
          spad: { kind: sram, capacity: 4 KiB, width: 16 B, ports: 8, latency: 1 }
          sums: { kind: sram, capacity: 4 KiB, width: 16 B, ports: 8, latency: 1 }
        engines:
          mxu: { kind: systolic-array, rows: 2, columns: 2, reads: [spad], writes: sums }
          vpu: { kind: vector, lanes: 2, reads: [sums, spad], writes: spad }
          load: { kind: dma, width: 4 B, request: 16 B, outstanding: 1, startup: 2, reads: dram, writes: spad }
          store: { kind: dma, width: 4 B, request: 16 B, outstanding: 1, startup: 2, reads: spad, writes: dram }
        """

    static func architecture() throws -> Architecture { try Architecture.decode(text: text, file: "tiny.yaml") }

    /// Runs a program given as text, without its first line.
    static func run(_ text: String, machine: String = text, options: SimulationOptions = SimulationOptions()) throws -> Simulation.Outcome {
        let program = try Program.parse("program \"test\" on \"tiny\"\n\n" + text, file: "test")
        return try Simulation.run(program, on: Architecture.decode(text: machine, file: "tiny.yaml"), options: options)
    }
}
