import Architecture
import MemorySystem
import Programs
import Quantities
import Simulation
import Testing

/// Bytes from DRAM to the arrays and back, operator by operator, with every DRAM command simulated.
@Suite struct BankedConservationLawTests {
    /// What the program's text says about one operator.
    private struct Expected {
        /// By memory.
        var read: [String: Int] = [:], written: [String: Int] = [:]
        /// Bytes of whole DRAM accesses: each access once per transfer, and once for each contiguous run of it.
        var leastRead = 0, mostRead = 0, leastWritten = 0, mostWritten = 0
    }

    @Test("What the DRAM moves for an operator is what its transfers deliver, in whole accesses", arguments: RandomWorkload.Family.allCases)
    func bytesAreConserved(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 1200..<1206) { law in
            var machine = BankedMonotonicityLawTests.banked(law.machine, seed: law.workload.graph.values.count)
            // One request holds a whole run: how runs are cut does not matter here.
            for index in machine.engines.indices {
                guard case .dma(var dma) = machine.engines[index].kind else { continue }
                dma.request = Bytes(1 << 20)
                machine.engines[index].kind = .dma(dma)
            }
            guard let dram = machine.memories.first(where: \.isDRAM), case .dram(let description) = dram.kind else { return }
            // Arrays that take operands from DRAM by themselves move them past the controllers.
            if machine.engines.contains(where: { if case .systolicArray = $0.kind { $0.reads.contains(dram.name) } else { false } }) { return }
            let access = try DRAMStandard(named: description.standard ?? "").organization.accessBytes
            var expected = [Int: Expected]()
            var hasParts = false
            // Views may go backwards or repeat: then every element is a run of its own.
            let cutsRuns = [.productsOfViews, .branches, .movement].contains(family)
            _ = ProgramWalk(law.program) { _, command, variables in
                if command.operands.contains(where: { $0.region.element.bits % 8 != 0 }) { hasParts = true }
                let index = command.operatorIndex.evaluate(variables) ?? -1
                Self.count(command, variables, dram: dram.name, access: access, cutsRuns: cutsRuns, into: &expected[index, default: Expected()])
            }
            // Rows of half bytes are moved in whole bytes: how many those are depends on how a tile is cut.
            if hasParts { return }
            let record = try law.run(machine).record
            var readAccesses = 0, writeAccesses = 0
            for (index, operation) in record.operators.enumerated() {
                let want = expected[index] ?? Expected()
                for (position, memory) in record.memories.enumerated() {
                    let (read, written) = (operation.readBytes[position], operation.writeBytes[position])
                    if memory.name == dram.name {
                        #expect((want.leastRead...want.mostRead).contains(read), "\(law.name) \(operation.name): \(read) read, \(want)")
                        #expect((want.leastWritten...want.mostWritten).contains(written), "\(law.name) \(operation.name): \(written) written, \(want)")
                        readAccesses += read / access
                        writeAccesses += written / access
                        #expect(read % access == 0 && written % access == 0)
                        // Nothing is delivered on chip that the DRAM did not read.
                        #expect(read >= want.read[dram.name, default: 0] && written >= want.written[dram.name, default: 0])
                    } else {
                        #expect(read == want.read[memory.name, default: 0], "\(law.name) \(operation.name): read of \(memory.name)")
                        #expect(written == want.written[memory.name, default: 0], "\(law.name) \(operation.name): written to \(memory.name)")
                    }
                }
            }
            // The operators' accesses are those that the controllers took: none is lost on the way, none is invented.
            let channels = try #require(record.memories.first { $0.name == dram.name }?.dram)
            #expect(channels.reads == readAccesses, "\(law.name)")
            #expect(channels.writes == writeAccesses, "\(law.name)")
        }
    }

    private static func count(_ command: Command, _ variables: [String: Int], dram: String, access: Int, cutsRuns: Bool, into sum: inout Expected) {
        for operand in command.operands {
            let memory = operand.region.memory, bytes = operand.region.bytes(variables)
            switch (command.opcode, operand.name) {
            case ("gather", "from"):
                let delivered = command[operand: "to"]?.bytes(variables) ?? 0
                sum.read[memory, default: 0] += delivered
                if memory == dram {
                    // Which rows are read does not matter; each may begin and end within an access.
                    let rows = command[operand: "to"]?.extents.first?.evaluate(variables) ?? 0
                    sum.leastRead += delivered / access * access
                    sum.mostRead += delivered + 2 * rows * access
                }
            case ("gather", "indices"): break
            case ("copy", "to"), ("gather", "to"):
                sum.written[memory, default: 0] += bytes
                if memory == dram {
                    let (least, most) = accesses(operand.region, variables, access, cutsRuns)
                    sum.leastWritten += least
                    sum.mostWritten += most
                }
            case ("copy", "from"):
                sum.read[memory, default: 0] += bytes
                if memory == dram {
                    let (least, most) = accesses(operand.region, variables, access, cutsRuns)
                    sum.leastRead += least
                    sum.mostRead += most
                }
            case ("matmul", "out"):
                sum.written[memory, default: 0] += bytes
                if command[attribute: "accumulate"]?.evaluate(variables) != 0 { sum.read[memory, default: 0] += bytes }
            case (_, let name) where name.hasPrefix("out"): sum.written[memory, default: 0] += bytes
            default: sum.read[memory, default: 0] += bytes
            }
        }
    }

    /// Bytes of the accesses that a region touches: each once, and once for each of its contiguous runs. Found element by element.
    private static func accesses(_ region: Region, _ variables: [String: Int], _ access: Int, _ cutsRuns: Bool) -> (least: Int, most: Int) {
        let extents = region.extents.map { max(0, $0.evaluate(variables) ?? 0) }
        let count = extents.reduce(1, *)
        guard count > 0, let base = region.base.evaluate(variables) else { return (0, 0) }
        var point = extents.map { _ in 0 }
        var spans: [(first: Int, last: Int)] = []
        for _ in 0..<count {
            if let index = region.index.evaluate(variables, at: point) {
                let bit = index * region.element.bits
                spans.append((base + bit / 8, base + (bit + region.element.bits - 1) / 8))
            }
            for dimension in point.indices.reversed() {
                point[dimension] += 1
                if point[dimension] < extents[dimension] { break }
                point[dimension] = 0
            }
        }
        spans.sort { $0.first < $1.first }
        var runs: [(first: Int, last: Int)] = []
        for span in spans {
            if !cutsRuns, let end = runs.last?.last, span.first <= end + 1 { runs[runs.count - 1].last = max(end, span.last) } else { runs.append(span) }
        }
        let touched = Set(runs.flatMap { ($0.first / access)...($0.last / access) })
        return (touched.count * access, runs.reduce(0) { $0 + $1.last / access - $1.first / access + 1 } * access)
    }
}
