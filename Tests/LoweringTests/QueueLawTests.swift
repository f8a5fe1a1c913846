import Architecture
import Simulation
import Testing

/// Little's law on every queue of the machine: what is in it, summed over cycles as they pass, is what each entry stayed, to the cycle.
@Suite struct QueueLawTests {
    private static func expectLaw(_ record: ExecutionRecord, _ name: String) -> Int {
        var entries = 0
        for unit in record.units where unit.kind == .dma {
            let queue = unit.requests
            #expect(queue.occupancyCycles == queue.stayCycles, "\(name): \(unit.name)")
            // A request stays a cycle at the least, and there are never more than the engine has slots for.
            #expect(queue.stayCycles >= queue.entered, "\(name): \(unit.name)")
            #expect(queue.occupancyCycles <= unit.outstanding * (record.cycles + 1) * 4, "\(name): \(unit.name)")
            entries += queue.entered
        }
        for memory in record.memories {
            guard let dram = memory.dram else { continue }
            for queue in [dram.readQueue, dram.writeQueue] {
                // Writes that a controller holds at the end of the run have waited, but not to their end.
                let more = queue.occupancyCycles - queue.stayCycles
                #expect(queue.remaining == 0 ? more == 0 : more >= 0 && more <= queue.remaining * dram.cycles, "\(name): \(queue) of \(memory.name), writes \(queue == dram.writeQueue)")
                if queue.remaining == 0 { entries += queue.entered }
            }
            #expect(dram.readQueue.remaining == 0)
            #expect(
                dram.readQueue.entered + dram.writeQueue.entered + dram.writeQueue.remaining + dram.mergedAccesses == dram.reads + dram.writes)
        }
        return entries
    }

    @Test("Bandwidth model, with fast-forward and without", arguments: RandomWorkload.Family.allCases)
    func bandwidthModel(_ family: RandomWorkload.Family) {
        var entries = 0
        TimingLawTests.forEach(family, seeds: 1100..<1106, simpleClocks: true) { law in
            let jumping = try law.run().record, stepping = try law.run(fastForward: false).record
            entries += Self.expectLaw(jumping, law.name)
            _ = Self.expectLaw(stepping, law.name)
            #expect(jumping.units.map(\.requests) == stepping.units.map(\.requests), "\(law.name)")
        }
        #expect(entries > 0)
    }

    @Test("Every DRAM command simulated", arguments: RandomWorkload.Family.allCases)
    func banks(_ family: RandomWorkload.Family) {
        var entries = 0
        TimingLawTests.forEach(family, seeds: 1106..<1112) { law in
            let machine = BankedMonotonicityLawTests.banked(law.machine, seed: law.workload.graph.values.count)
            entries += Self.expectLaw(try law.run(machine).record, law.name)
        }
        #expect(entries > 0)
    }
}
