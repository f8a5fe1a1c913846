import Architecture
import Cost
import Programs
import Quantities
import Simulation
import Testing

struct RunCostTests {
    /// Counts as a run would leave them, on one core: 1,000 cycles, two operators and one that nothing was counted for.
    static func record() -> ExecutionRecord {
        func operation(_ name: String, _ unit: String, _ start: Int, _ cycles: Int, _ macs: Int, _ read: [Int], _ written: [Int], _ vector: Int) -> OperatorRecord {
            OperatorRecord(
                name: name, type: "MatMul", unit: unit, start: start, end: start + cycles, cycles: cycles, activity: Activity(busy: cycles), macs: macs,
                readBytes: read, writeBytes: written, notes: [], vectorOperations: vector)
        }
        var array = UnitRecord(name: "mxu", kind: .systolicArray, activity: Activity(busy: 1000), commands: 7, macs: 30_000)
        array.stationaryElements = 501
        var vector = UnitRecord(name: "vpu", kind: .vector, activity: Activity(busy: 1000), commands: 3, macs: 0)
        vector.vectorOperations = 999
        var load = UnitRecord(name: "load", kind: .dma, activity: Activity(busy: 1000), commands: 5, macs: 0)
        load.requests.entered = 17
        var operators = [
            operation("first", "mxu", 0, 700, 20_001, [4096, 333, 64], [0, 100, 640], 0),
            operation("second", "vpu", 650, 300, 9_999, [101, 1, 7], [77, 50, 0], 999), operation("nothing", "", 1000, 0, 0, [0, 0, 0], [0, 0, 0], 0),
        ]
        operators[0].stationaryElements = 400
        operators[1].stationaryElements = 101
        operators[0].commands = 9
        operators[1].commands = 6
        return ExecutionRecord(
            architecture: "plain", workload: "two", fidelity: .event, clockPeriodFemtoseconds: 1_000_000, cycles: 1000, macs: 30_000, peakMacsPerCycle: 64,
            units: [array, vector, load],
            memories: [
                MemoryRecord(name: "dram", kind: .dram, capacityBytes: 1 << 20, allocatedBytes: 0, readBytes: 4197, writeBytes: 77, peakBytesPerSecond: 8e9),
                MemoryRecord(name: "spad", kind: .sram, capacityBytes: 1 << 14, allocatedBytes: 0, readBytes: 334, writeBytes: 150, peakBytesPerSecond: 0),
                MemoryRecord(name: "sums", kind: .sram, capacityBytes: 1 << 14, allocatedBytes: 0, readBytes: 71, writeBytes: 640, peakBytesPerSecond: 0),
            ], operators: operators, spans: [], trace: [])
    }

    static let plain = """
        architecture: plain
        technology: { node: 45 nm, voltage: 0.9 V }
        clock: 1 GHz
        memories:
          dram: { kind: dram, standard: HBM2-2000, capacity: 1 MiB, bandwidth: 8 GB/s }
          spad: { kind: sram, capacity: 16 KiB, width: 16 B }
          sums: { kind: sram, capacity: 16 KiB, width: 16 B }
        engines:
          mxu: { kind: systolic-array, rows: 8, columns: 8, reads: spad, writes: sums }
          vpu: { kind: vector, lanes: 8, reads: [sums, spad], writes: spad }
          load: { kind: dma, width: 16 B, reads: dram, writes: spad }
        """

    static func expectExact(_ cost: RunCost, _ record: ExecutionRecord) throws {
        var items = ExactEnergy.zero
        for item in cost.items { items = try items.adding(item.energy) }
        #expect(items == cost.total && items > .zero)
        var operators = cost.unattributed.total
        for operation in cost.operators {
            operators = try operators.adding(operation.total)
            var own = operation.leakage
            for category in operation.dynamic { own = try own.adding(category) }
            #expect(own == operation.total)
        }
        #expect(operators == cost.total)
        var owners = ExactEnergy.zero
        for owner in try cost.owners() { owners = try owners.adding(owner.energy) }
        #expect(owners == cost.total)
        var categories = cost.leakage
        for category in CostCategory.allCases { categories = try categories.adding(cost.energy(of: category)) }
        #expect(categories == cost.total)
        // Static energy is leakage times time, to the last quectojoule: of the run, and of each operator.
        let time = Time(femtoseconds: record.cycles * record.clockPeriodFemtoseconds)
        #expect(try cost.leakage == ExactEnergy(cost.machine.leakage(), during: time))
        for (operation, energy) in zip(record.operators, cost.operators) {
            let own = Time(femtoseconds: operation.cycles * record.clockPeriodFemtoseconds)
            #expect(try energy.leakage == ExactEnergy(cost.machine.leakage(), during: own))
        }
        // The trace holds the same energy.
        let joules = cost.power.total.reduce(0, +) * cost.power.secondsPerStretch
        #expect(abs(joules - cost.joules) <= 1e-9 * cost.joules)
        #expect(cost.peakWatts >= cost.averageWatts * (1 - 1e-9))
    }

    @Test("Parts, operators, components and categories add up to the whole exactly")
    func exact() throws {
        let record = Self.record()
        let cost = try RunCost(record, MachineCostTests.machine(Self.plain))
        try Self.expectExact(cost, record)
        #expect(cost.operators[2].total == .zero && cost.unattributed.total == .zero)
    }

    @Test("Counts times prices, worked out by hand")
    func byHand() throws {
        let cost = try RunCost(Self.record(), MachineCostTests.machine(Self.plain))
        func item(_ part: String, _ action: String) throws -> Double {
            try #require(cost.items.first { cost.machine.parts[$0.part].component.name == part && $0.action == action }).energy.energy.joules
        }
        // 30,000 products of int8 at 0.2 pJ with sums of int32 at 0.1 pJ (Horowitz, 45 nm, 0.9 V).
        #expect(abs(try item("mxu.macs", "compute") - 30_000 * 0.3e-12) < 1e-18)
        // HBM2 at 3.9 pJ a bit.
        #expect(abs(try item("dram", "read") - 4197 * 8 * 3.9e-12) < 1e-18)
        #expect(abs(try item("dram", "write") - 77 * 8 * 3.9e-12) < 1e-18)
        // Accesses of 16 B: bytes over 16 times the model's energy of an access.
        let array = SRAMArray(capacity: Bytes(16 << 10), width: Bytes(16), readWritePorts: 1, process: cost.machine.process)
        let access = try SRAMModel.shipped.cost(of: array)
        #expect(abs(try item("spad", "read") - 334.0 / 16 * access.readEnergy.joules) < 1e-18)
        #expect(abs(cost.operators[0][.offChip].energy.joules - 4096 * 8 * 3.9e-12) < 1e-18)
        #expect(abs(cost.operators[1][.offChip].energy.joules - (101 + 77) * 8 * 3.9e-12) < 1e-18)
        // Figures of merit.
        #expect(abs(cost.averageWatts - cost.joules / 1e-6) < 1e-9 * cost.averageWatts)
        #expect(abs(cost.jouleSeconds - cost.joules * 1e-6) < 1e-9 * cost.jouleSeconds)
        #expect(abs(cost.teraOperationsPerJoule - 60_000 / cost.joules * 1e-12) < 1e-9)
        #expect(try cost.levels().map(\.name) == ["dram", "spad", "sums"])
    }

    @Test("A longer run of the same counts costs leakage and clock alone")
    func longer() throws {
        let machine = try MachineCost(of: MachineCostTests.machine(Self.plain))
        let short = Self.record()
        var long = short
        long.cycles += 500
        long.operators[1].cycles += 500
        long.operators[1].end += 500
        let (a, b) = (try RunCost(short, on: machine), try RunCost(long, on: machine))
        for category in CostCategory.allCases where category != .clock { #expect(try a.energy(of: category) == b.energy(of: category)) }
        #expect(try b.energy(of: .clock).units * 1000 == a.energy(of: .clock).units * 1500)
        #expect(b.leakage.units * 1000 == a.leakage.units * 1500)
    }

    @Test("A run without operators is charged to nobody, and still adds up")
    func withoutOperators() throws {
        var record = Self.record()
        record.operators = []
        let cost = try RunCost(record, MachineCostTests.machine(Self.plain))
        #expect(cost.unattributed.total == cost.total && cost.total > .zero)
    }
}
