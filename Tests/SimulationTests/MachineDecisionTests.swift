import NumberFormats
import OperatorGraph
import Programs
import Simulation
import Testing

/// Programs whose loops depend on data: execution and timing advance together.
@Suite struct MachineDecisionTests {
    /// The vector unit doubles a number that came from DRAM, reads it, and copies as many blocks.
    private static let program = """
        operator 0 "count" Add unit vpu
        operator 1 "work" Identity unit vpu

        tensor 0 "n" input dram@0 int32[1] bytes 4
        tensor 3 "result" output spad@128 int32[8] bytes 32

        function 0 double (0) -> (1)
          node "double" Add version 13 (0, 0) -> (1)
          step add
        function 1 copy (2) -> (3)
          node "copy" Identity version 13 (2) -> (3)
          step move

        semaphore loaded = 0 loaded

        stream load
          copy #0 from: dram@0 int32[1], to: spad@0 int32[1]
          release loaded

        stream vpu
          acquire loaded
          apply #0 in0: spad@0 int32[1], out0: spad@64 int32[1], function = 0, elements = 1
          read count <- spad@64 int32[1]
          for i in 0..<count
            apply #1 in0: spad@64 int32[1], out0: spad@(128 + 4*i) int32[1], function = 1, elements = 1
        """

    private func options(_ count: Int, _ fidelity: Fidelity = .event) -> SimulationOptions {
        let types = [TensorType(.int32, [1]), TensorType(.int32, [1]), TensorType(.int32, [1]), TensorType(.int32, [8])]
        let values = types.enumerated().map { Graph.Value(name: "v\($0.offset)", type: $0.element, kind: $0.offset == 0 ? .input : .intermediate) }
        let graph = Graph(name: "decision", origin: "test", values: values, inputs: [0])
        return SimulationOptions(
            fidelity: fidelity, values: ValueSource(graph: graph, tensors: [0: Tensor(.int32, [1], integers: [count])]))
    }

    @Test(arguments: [0, 1, 3, 4], Fidelity.allCases)
    func theLoopRunsAsOftenAsTheDataSay(_ count: Int, _ fidelity: Fidelity) throws {
        let outcome = try TinyMachine.run(Self.program, options: options(count, fidelity))
        let vector = try #require(outcome.record.units.first { $0.name == "vpu" })
        #expect(vector.commands == 1 + 2 * count)
        #expect(outcome.tensors[3]?.intValues == (0..<8).map { $0 < 2 * count ? 2 * count : 0 })
    }

    /// The load takes 2 + 10 + 1 cycles and 1 into the scratchpad: 14. A vector command of one element takes 1 cycle, 1 until the result is out,
    /// and 1 in the memory. The read waits for the first one; the others follow it back to back.
    @Test func readingWaitsForTheCommandsBefore() throws {
        let none = try TinyMachine.run(Self.program, options: options(0)).record
        #expect(none.cycles == 14 + 3)
        let two = try TinyMachine.run(Self.program, options: options(1)).record
        #expect(two.cycles == 14 + 3 * 3)
    }

    @Test func withoutValuesThereIsNothingToDecideOn() throws {
        #expect(throws: SimulationError.unsupported("the program takes decisions from data: run it with values")) {
            _ = try TinyMachine.run(Self.program)
        }
    }
}
