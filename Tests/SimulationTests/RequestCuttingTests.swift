import Simulation
import Testing

/// Where a DMA engine cuts a run into requests. The tiny machine's are of 16 B, one at a time.
@Suite struct RequestCuttingTests {
    private func cycles(from address: Int, bytes: Int) throws -> Int {
        try TinyMachine.run(
            """
            operator 0 "o" Copy
            stream load
              copy #0 from: dram@\(address) int8[\(bytes)], to: spad@0 int8[\(bytes)]
            """
        ).record.cycles
    }

    /// From 0: 16 B at 2, first byte at 12, through the engine by 16; 16 B at 16, 26, 30; one cycle into the scratchpad: 31.
    /// From 8: 8 B at 2, 12, 14; 16 B at 14, 24, 28; 8 B at 28, 38, 40; 41.
    @Test func longRunsAreCutWhereRequestsSizeDividesTheAddress() throws {
        #expect(try cycles(from: 0, bytes: 32) == 31)
        #expect(try cycles(from: 8, bytes: 32) == 41)
        #expect(try cycles(from: 16, bytes: 32) == 31)
    }

    /// A run of one request's size is one request wherever it lies: 2, 12, 16, 17.
    @Test func shortRunsStayWhole() throws {
        #expect(try cycles(from: 0, bytes: 16) == 17)
        #expect(try cycles(from: 8, bytes: 16) == 17)
    }

    /// With requests of 64 B, 80 B from 0, 8, … 48 are two requests, in whichever parts and in the same time, and from 56 three:
    /// iterations that look alike are followed by one that does not, and nothing is replayed across it.
    @Test func replaysKnowWhereRequestsAreCut() throws {
        let machine = TinyMachine.text.replacing("load: { kind: dma, width: 4 B, request: 16 B", with: "load: { kind: dma, width: 4 B, request: 64 B")
        func run(step: Int, fastForward: Bool = true) throws -> Simulation.Outcome {
            try TinyMachine.run(
                """
                operator 0 "o" MatMul unit mxu
                semaphore free = 1 free
                semaphore full = 0 loaded
                stream load
                  for i in 0..<200
                    acquire free
                    copy #0 from: dram@(\(step)*i) int8[80], to: spad@0 int8[80]
                    release full
                stream mxu
                  for i in 0..<200
                    acquire full
                    matmul #0 left: spad@0 int8[4 x 2], right: spad@8 int8[2 x 2], out: sums@0 int32[4 x 2]
                    release free
                """, machine: machine, options: SimulationOptions(fastForward: fastForward))
        }
        let jumping = try run(step: 8), stepping = try run(step: 8, fastForward: false)
        #expect(jumping.replays > 0)
        #expect(jumping.record.cycles == stepping.record.cycles)
        // In every eighth iteration there is one more request to wait for: 10 cycles until its first byte.
        #expect(try stepping.record.cycles == run(step: 64).record.cycles + 200 / 8 * 10)
    }
}
