import Architecture
import Programs
import Simulation
import Testing

/// Without an order of service a faster memory can make a run slower; with one it cannot. The smallest case, worked out by hand.
///
/// Two DMA engines share a memory that serves one request after the other. `bulk` fetches `first` and then `second`; `hurried` needs six
/// cycles to start and then fetches `key`, which the vector unit waits for and works on for long. (Bytes over the memory's pins are all
/// that takes time: no latency, and paths as wide as a request.)
///
/// ```
///  8 B a cycle:  first 0…8   key 8…9 (asked for at 6)     second 9…41 (asked for at 8)    vector unit from  9
/// 16 B a cycle:  first 0…4   second 4…20 (asked for at 4) key 20…20.5 (asked for at 6)    vector unit from 21
/// ```
///
/// At 8 B a cycle `key` has arrived when `first` is through, and goes next. At 16 B a cycle the memory is free at 4, when `second` is there
/// and `key` is not. *Any* memory that serves what it has and does not break off a request begins with `second`, whatever its order
/// of service; so no rule of arbitration can promise that more bandwidth is never slower, except one that lets the memory idle though a
/// request waits, or breaks requests off. That is Graham's anomaly of list scheduling (SIAM J. Appl. Math. 17(2), 1969) in its smallest form.
///
/// A fixed order of service lets the memory idle. In the order of the slower machine `key` goes second on the faster one, too:
///
/// ```
/// 16 B a cycle:  first 0…4   key 6…6.5 (asked for at 6)   second 6.5…22.5 (asked for at 4) vector unit from  7
/// ```
@Suite struct MemoryAnomalyTests {
    private static func machine(bytesPerCycle: Double, startup: Int = 6) throws -> Architecture {
        try Architecture.decode(
            text: """
                architecture: anomaly
                clock: 1 GHz
                memories:
                  dram: { kind: dram, capacity: 1 MiB, bandwidth: \(bytesPerCycle) GB/s, latency: 0 ns, access: 8 B }
                  spad: { kind: sram, capacity: 256 KiB, width: 64 KiB, ports: 8, latency: 0 }
                engines:
                  vpu: { kind: vector, lanes: 1, reads: spad, writes: spad }
                  bulk: { kind: dma, width: 64 KiB, request: 64 KiB, outstanding: 1, startup: 0, reads: dram, writes: spad }
                  hurried: { kind: dma, width: 64 KiB, request: 64 KiB, outstanding: 1, startup: \(startup), reads: dram, writes: spad }
                """, file: "anomaly.yaml")
    }

    private static func program(first: Int = 64, second: Int = 256, elements: Int = 100) throws -> Program {
        try Program.parse(
            """
            program "anomaly" on "anomaly"

            operator 0 "layer" Identity unit vpu

            function 0 scale (0) -> (1)
              node "scale" Identity version 13 (0) -> (1)
              step add

            semaphore loaded = 0 loaded

            stream bulk
              copy #0 from: dram@0 int8[\(first)], to: spad@1024 int8[\(first)]
              copy #0 from: dram@65536 int8[\(second)], to: spad@65536 int8[\(second)]

            stream hurried
              copy #0 from: dram@524288 int8[8], to: spad@0 int8[8]
              release loaded

            stream vpu
              acquire loaded
              apply #0 in0: spad@0 int8[8], out0: spad@512 int8[8], function = 0, elements = \(elements)
            """, file: "anomaly")
    }

    private static func run(bytesPerCycle: Double, _ order: ServiceOrder? = nil) throws -> (record: ExecutionRecord, key: Int, bulk: Int, order: ServiceOrder) {
        let options = SimulationOptions(trace: true, order: order, recordsOrder: true)
        let outcome = try Simulation.run(try program(), on: try machine(bytesPerCycle: bytesPerCycle), options: options)
        let record = outcome.record
        func end(_ unit: String) throws -> Int {
            let index = try #require(record.units.firstIndex { $0.name == unit })
            return record.trace.filter { $0.unit == index }.map { $0.startFemtoseconds + $0.durationFemtoseconds }.max() ?? 0
        }
        return (record, try end("hurried") / 1_000_000, try end("bulk") / 1_000_000, try #require(outcome.order))
    }

    @Test("Twice the bandwidth is twelve cycles slower, event by event")
    func twiceTheBandwidth() throws {
        let slow = try Self.run(bytesPerCycle: 8), fast = try Self.run(bytesPerCycle: 16)
        #expect(slow.key == 9)
        #expect(slow.bulk == 41)
        #expect(fast.bulk == 20)
        #expect(fast.key == 21)
        for (record, start) in [(slow.record, 9), (fast.record, 21)] {
            // The vector unit waits for the data and is then busy to the end.
            let unit = try #require(record.units.first { $0.name == "vpu" })
            #expect(unit.activity[.dram] + unit.activity[.dma] == start)
            #expect(unit.activity.busy == record.cycles - start)
            #expect(unit.activity.busy >= 100)
        }
        #expect(fast.record.cycles == slow.record.cycles + 12)
    }

    @Test("In the order of the slower machine twice the bandwidth is two cycles faster, in its own order twenty")
    func fixedOrder() throws {
        let slow = try Self.run(bytesPerCycle: 8), fast = try Self.run(bytesPerCycle: 16)
        #expect(slow.order.queues.map(\.services) == [[0, 1, 0]])
        #expect(fast.order.queues.map(\.services) == [[0, 0, 1]])
        #expect(slow.order.queues.map(\.units) == [["bulk", "hurried"]])

        let ordered = try Self.run(bytesPerCycle: 16, slow.order)
        #expect(ordered.key == 7)
        #expect(ordered.bulk == 23)
        #expect(ordered.record.cycles == slow.record.cycles - 2)
        // `bulk` waited for its turn from 4 to 6, and for the memory: with its own path it needs a cycle for each transfer.
        let bulk = try #require(ordered.record.units.first { $0.name == "bulk" })
        #expect(bulk.activity[.dram] == 21)
        #expect(bulk.activity.busy == 2)
        #expect(ordered.order == slow.order)

        // In the order of the faster one the slower one is the slower, too.
        let late = try Self.run(bytesPerCycle: 8, fast.order)
        #expect(late.key == 41)
        #expect(late.record.cycles == fast.record.cycles + 20)
    }

    /// For whatever factor: `first` takes 800 cycles, and `hurried` asks between its end with the faster memory and its end with the
    /// slower one. `second` is long enough for `key` to come 40 cycles later than with the slower memory.
    @Test("There is such a case for every factor, and in no order of service", arguments: [1.01, 1.1, 1.5, 2, 3, 8])
    func everyFactor(_ factor: Double) throws {
        let program = try Self.program(first: 6400, second: 8 * Int(840 * factor - 800), elements: 10_000)
        let ask = Int((800 / factor + 800) / 2)
        let slow = try Simulation.run(program, on: try Self.machine(bytesPerCycle: 8, startup: ask)).record.cycles
        let fast = try Simulation.run(program, on: try Self.machine(bytesPerCycle: 8 * factor, startup: ask)).record.cycles
        #expect((37...41).contains(fast - slow), "\(slow) cycles became \(fast)")

        // None in any order.
        for owner in [8, 8 * factor] {
            let recording = try Simulation.run(
                program, on: try Self.machine(bytesPerCycle: owner, startup: ask), options: SimulationOptions(recordsOrder: true))
            let order: ServiceOrder = try #require(recording.order)
            let options = SimulationOptions(order: order)
            let slow = try Simulation.run(program, on: try Self.machine(bytesPerCycle: 8, startup: ask), options: options).record.cycles
            let fast = try Simulation.run(program, on: try Self.machine(bytesPerCycle: 8 * factor, startup: ask), options: options).record.cycles
            #expect(fast < slow, "in the order at \(owner) B a cycle \(slow) cycles became \(fast)")
        }
    }
}
