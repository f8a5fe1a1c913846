import Simulation
import Testing

/// One transfer, one product, one vector operation and one transfer back, each cycle accounted for on paper.
@Suite struct MachineHandCalculatedTests {
    static let program = """
        operator 0 "layer" MatMul unit mxu macs 16

        function 0 scale (0) -> (1)
          node "scale" Identity version 13 (0) -> (1)
          step add
          step multiply

        semaphore loaded = 0 loaded
        semaphore summed = 0 computed
        semaphore scaled = 0 computed

        stream load
          copy #0 from: dram@0 int8[32], to: spad@0 int8[32]
          release loaded

        stream mxu
          acquire loaded
          matmul #0 left: spad@0 int8[4 x 2], right: spad@8 int8[2 x 2], out: sums@0 int32[4 x 2]
          release summed

        stream vpu
          acquire summed
          apply #0 in0: sums@0 int32[4 x 2], out0: spad@64 int8[4 x 2], function = 0, elements = 8
          release scaled

        stream store
          acquire scaled
          copy #0 from: spad@64 int8[4 x 2], to: dram@64 int8[4 x 2]
        """

    /// load: two cycles to start. Request of 16 B at 2: the bus is taken until 4, the first byte is there at 12, the last at
    /// 14; the engine's own path takes 4 cycles from 12 on: 16. One request at a time: the next at 16, first byte at 26, done
    /// at 30. One cycle into the scratchpad: 31. Without the DRAM it would have been 2 + 8 + 1 = 11, the other 20 are its.
    @Test func theTransferIn() throws {
        let unit = try #require(try TinyMachine.run(Self.program).record.units.first { $0.name == "load" })
        #expect(unit.activity.busy == 11)
        #expect(unit.activity[.dram] == 20)
        #expect(unit.activity[.nothingToDo] == 59 - 31)
    }

    /// mxu: begins at 31; 2 cycles for 2 rows of weights; 4 vectors enter from 33 on, the last in 36; it reaches the last
    /// element one row down and one column right: done at 39; 1 cycle to read and 1 to write the memories: 41.
    @Test func theProduct() throws {
        let unit = try #require(try TinyMachine.run(Self.program).record.units.first { $0.name == "mxu" })
        #expect(unit.activity[.dram] == 31)
        #expect(unit.activity.busy == 10)
        #expect(unit.activity[.nothingToDo] == 59 - 41)
        #expect(unit.macs == 16)
    }

    /// vpu: 8 elements in 2 lanes are 4 vectors; two passes of 1 cycle for each, then 1 + 2 cycles until the last result is
    /// out: 11; the 32 B of sums would take 2. One cycle of memory: 12, from 41 to 53.
    @Test func theVectorOperation() throws {
        let unit = try #require(try TinyMachine.run(Self.program).record.units.first { $0.name == "vpu" })
        #expect(unit.activity[.dependency] == 41)
        #expect(unit.activity.busy == 12)
        #expect(unit.activity[.nothingToDo] == 59 - 53)
    }

    /// store: 2 cycles to start, 2 for 8 B over its path, at 57 the DRAM takes them in 1 cycle, and the scratchpad's cycle
    /// at the other end: 59.
    @Test func theTransferOut() throws {
        let record = try TinyMachine.run(Self.program).record
        let unit = try #require(record.units.first { $0.name == "store" })
        #expect(unit.activity[.dependency] == 53)
        #expect(unit.activity.busy == 5)
        #expect(unit.activity[.dram] == 1)
        #expect(record.cycles == 59)
        #expect(record.memories.map(\.readBytes) == [32, 8 + 4 + 8, 32])
        #expect(record.memories.map(\.writeBytes) == [8, 32 + 8, 32])
    }
}
