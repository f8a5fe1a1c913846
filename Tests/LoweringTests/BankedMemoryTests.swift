import Architecture
import MemorySystem
import Programs
import Quantities
import Simulation
import Testing

/// Machines whose off-chip memory is simulated bank by bank.
@Suite struct BankedMemoryTests {
    private static let standards = ["DDR4-3200", "HBM2-2400", "LPDDR5-6400", "GDDR6-14000", "DDR3-1600"]

    private static func banked(_ machine: Architecture, seed: Int, _ change: (inout DRAM) -> Void = { _ in }) -> Architecture {
        var result = machine
        for index in result.memories.indices {
            guard case .dram(var dram) = result.memories[index].kind else { continue }
            dram.model = .banks
            dram.standard = standards[seed % standards.count]
            dram.channels = 1 << (seed % 3)
            dram.queue = [4, 32, 8][seed % 3]
            dram.latency = Time(femtoseconds: (seed % 4) * 10_000_000)
            change(&dram)
            result.memories[index].kind = .dram(dram)
            result.memories[index].capacity = min(result.memories[index].capacity, Bytes(256 << 20))
        }
        return result
    }

    @Test("Values are right, bytes are conserved, every cycle is accounted for", arguments: RandomWorkload.Family.allCases)
    func lawsHold(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 0..<8) { law in
            let machine = Self.banked(law.machine, seed: law.workload.graph.nodes.count)
            let tensors = law.tensors()
            let outcome = try law.run(machine, values: tensors)
            #expect(law.difference(of: outcome, from: try law.reference(tensors)) == nil, "\(law.name)")
            let record = outcome.record
            for unit in record.units { #expect(unit.activity.total == record.cycles, "\(law.name) \(unit.name)") }
            for operation in record.operators { #expect(operation.activity.total == operation.cycles) }
            let plain = try law.run().record
            #expect(record.macs == plain.macs)
            for memory in record.memories {
                guard let dram = memory.dram else { continue }
                let access = try DRAMStandard(named: dram.standard).organization.accessBytes
                #expect(dram.writes * access == memory.writeBytes, "\(law.name)")
                // An array may take its operands from off-chip memory by itself, past the controllers.
                guard !machine.engines.contains(where: { if case .systolicArray = $0.kind { $0.reads.contains(memory.name) } else { false } })
                else { continue }
                #expect(dram.reads * access == memory.readBytes, "\(law.name)")
                #expect(dram.rowHits + dram.rowMisses + dram.rowConflicts <= dram.reads + dram.writes)
                #expect(dram.busUtilization.allSatisfy { (0...1).contains($0) })
            }
            let timed = try law.run(machine).record
            #expect(timed.cycles == record.cycles, "\(law.name): values change nothing")
            #expect(timed.operators.map(\.end) == record.operators.map(\.end))
        }
    }

    @Test("Stepping every register gives the same figures", arguments: [RandomWorkload.Family.matmul, .convolution, .layers, .quantizedChain])
    func fidelitiesAgree(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 20..<40) { law in
            let machine = Self.banked(law.machine, seed: law.workload.graph.values.count)
            let tensors = law.tensors()
            let event = try law.run(machine, values: tensors).record
            let register = try law.run(machine, fidelity: .register, values: tensors).record
            #expect(event.cycles == register.cycles, "\(law.name)")
            #expect(event.operators.map(\.activity) == register.operators.map(\.activity), "\(law.name)")
            #expect(event.memories.map { $0.dram?.rowHits } == register.memories.map { $0.dram?.rowHits }, "\(law.name)")
        }
    }

    @Test("A memory that cannot be built is refused with the rule")
    func impossibleMemories() throws {
        let law = try LawCase(.gemm, seed: 3)
        func message(_ change: @escaping (inout DRAM) -> Void) -> String {
            do {
                _ = try law.run(Self.banked(law.machine, seed: 0, change))
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(message { $0.standard = "DDR9-1" }.contains("DDR9-1"))
        #expect(message { $0.channels = 3 }.contains("power of two"))
        #expect(message { $0.mapping = "rochra" }.contains("rochra"))
        var large = Self.banked(law.machine, seed: 0)
        for index in large.memories.indices where large.memories[index].isDRAM { large.memories[index].capacity = Bytes(1 << 40) }
        do {
            _ = try law.run(large)
            Issue.record("more capacity than channels")
        } catch {
            #expect("\(error)".contains("channels of DDR4-3200 hold"))
        }
    }
}
