import MappingSearch
import SearchInstances
import Testing

@Suite("Results that stay, chosen for all operators together")
struct WorkloadCompositionTests {
    /// Steps that each make a result and read some of those before.
    ///
    /// - Parameter pins: of how many results about one has to stay; 0 for none.
    private func workload(steps count: Int, capacity: Int, seed: UInt64, pins: Int = 0) -> WorkloadComposition {
        var random = Numbers(seed: seed)
        var tensors = (0..<count - 1).map { WorkloadComposition.Tensor(name: "t\($0)", bytes: 64 * (1 + random.below(20))) }
        if pins > 0 { for index in tensors.indices where random.below(pins) == 0 { tensors[index].isPinned = true } }
        var reads = [[Int]](repeating: [], count: count)
        for tensor in tensors.indices {
            for _ in 0..<1 + random.below(3) {
                let step = tensor + 1 + random.below(min(4, count - tensor - 1))
                if !reads[step].contains(tensor) { reads[step].append(tensor) }
            }
        }
        let last = tensors.indices.map { tensor in reads.indices.last { reads[$0].contains(tensor) } ?? tensor }
        return WorkloadComposition(
            tensors: tensors,
            steps: (0..<count).map { step in
                WorkloadComposition.Step(
                    name: "s\(step)", reads: reads[step], makes: step < tensors.count ? step : nil,
                    frees: tensors.indices.filter { last[$0] == step }, cycles: 1)
            }, capacity: capacity, bytesPerCycle: 4)
    }

    /// From the step that makes a result to the last that reads it.
    private func life(_ tensor: Int, _ workload: WorkloadComposition) -> ClosedRange<Int> {
        tensor...(workload.steps.indices.last { workload.steps[$0].reads.contains(tensor) } ?? tensor)
    }

    /// The fewest bytes off chip of any choice that leaves each step its buffers and keeps what is pinned, by trying all of them; `Int.max` where
    /// there is none.
    private func fewestBytes(_ workload: WorkloadComposition) -> Int {
        let count = workload.tensors.count
        var best = Int.max
        for subset in 0..<(1 << count) {
            func stays(_ tensor: Int) -> Bool { subset >> tensor & 1 == 1 }
            guard workload.tensors.indices.allSatisfy({ stays($0) || !workload.tensors[$0].isPinned }) else { continue }
            let fits = workload.steps.indices.allSatisfy { index in
                let step = workload.steps[index]
                let used = Set(step.reads + (step.makes.map { [$0] } ?? []))
                let buffers = min(used.reduce(0) { $0 + 2 * workload.tensors[$1].bytes }, workload.capacity / 8)
                let held = (0..<count).filter { tensor in stays(tensor) && life(tensor, workload).contains(index) }
                return held.reduce(buffers) { $0 + workload.tensors[$1].bytes } <= workload.capacity
            }
            guard fits else { continue }
            let bytes = (0..<count).filter { !stays($0) }.reduce(0) { sum, tensor in
                sum + workload.tensors[tensor].bytes * (1 + workload.steps.filter { $0.reads.contains(tensor) }.count)
            }
            best = min(best, bytes)
        }
        return best
    }

    @Test func everySubset() throws {
        var (optimal, partial) = (0, 0)
        for seed in 1...80 {
            let workload = workload(steps: 6 + seed % 6, capacity: 64 * (24 + 16 * (seed % 4)), seed: UInt64(seed))
            let result = try #require(try workload.composed(for: .traffic, leavesRoom: false))
            let best = fewestBytes(workload)
            #expect(result.bytes >= best)
            if result.isOptimal {
                optimal += 1
                #expect(result.bytes == best, "\(seed)")
            }
            let staying = workload.tensors.indices.filter { result.addresses[$0] != nil }
            partial += staying.count < workload.tensors.count && !staying.isEmpty ? 1 : 0
            // What was chosen has its bytes to itself while it lives.
            for a in staying {
                for b in staying where b < a {
                    guard life(a, workload).overlaps(life(b, workload)), let x = result.addresses[a], let y = result.addresses[b] else { continue }
                    #expect(x + workload.tensors[a].bytes <= y || y + workload.tensors[b].bytes <= x)
                }
                #expect((result.addresses[a] ?? 0) + workload.tensors[a].bytes <= workload.capacity)
            }
        }
        #expect(optimal > 60 && partial > 20)
    }

    /// What is pinned stays, the rest is the best around it, and where it cannot stay nothing is composed.
    @Test func everySubsetAroundPins() throws {
        var (optimal, impossible, dearer) = (0, 0, 0)
        for seed in 1...80 {
            let (count, capacity) = (6 + seed % 6, 64 * (20 + 14 * (seed % 4)))
            let pinned = workload(steps: count, capacity: capacity, seed: UInt64(seed), pins: 3)
            let best = fewestBytes(pinned)
            guard let result = try? pinned.composed(for: .traffic, leavesRoom: false) else {
                // Places leave gaps, so that what fits by its bytes alone may have no place.
                impossible += best == .max ? 1 : 0
                continue
            }
            #expect(best < .max, "\(seed): what is pinned does not fit")
            #expect(pinned.tensors.indices.allSatisfy { !pinned.tensors[$0].isPinned || result.addresses[$0] != nil }, "\(seed)")
            #expect(result.bytes >= best, "\(seed)")
            if result.isOptimal {
                optimal += 1
                #expect(result.bytes == best, "\(seed)")
            }
            var free = pinned
            for index in free.tensors.indices { free.tensors[index].isPinned = false }
            let least = fewestBytes(free)
            #expect(best >= least)
            dearer += best > least ? 1 : 0
        }
        #expect(optimal > 25 && impossible > 5 && dearer > 5, "\(optimal) \(impossible) \(dearer)")
    }

    @Test func nothingToDecide() throws {
        #expect(try WorkloadComposition(tensors: [], steps: [], capacity: 64, bytesPerCycle: 1).composed(for: .cycles, leavesRoom: false) == nil)
    }
}
