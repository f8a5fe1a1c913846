import Architecture
import MemorySystem
import Simulation
import Testing

/// What a memory with banks lost, operator by operator: the parts are the whole, and each is its operator's own.
@Suite struct BankedLossTests {
    @Test("On random machines the operators' stalls are the memory's, rule by rule", arguments: RandomWorkload.Family.allCases)
    func partsAreTheWhole(_ family: RandomWorkload.Family) {
        var stalls = 0
        TimingLawTests.forEach(family, seeds: 1300..<1306) { law in
            let machine = BankedMonotonicityLawTests.banked(law.machine, seed: law.workload.graph.values.count)
            let record = try law.run(machine).record
            for (position, memory) in record.memories.enumerated() {
                guard let dram = memory.dram else { continue }
                #expect(dram.losses.count == record.operators.count + 1)
                #expect(dram.losses.allSatisfy { ($0.stalls + [$0.unusedCycles, $0.unevenCycles]).allSatisfy { $0 >= 0 } })
                let whole = Dictionary(uniqueKeysWithValues: dram.stalls.map { ($0.rule, $0.cycles) })
                for (index, rule) in dram.lossRules.enumerated() {
                    let sum = dram.losses.reduce(0) { $0 + $1.stalls[index] }
                    #expect(sum == whole[rule] ?? 0, "\(law.name): \(rule) of \(memory.name)")
                    stalls += sum
                }
                // Channels' cycles without data, but for what each window rounds down, and for bursts that reach into the next one.
                let unused = dram.busUtilization.reduce(0) { $0 + (1 - $1) * Double(dram.cycles) }
                let sum = dram.losses.reduce(0) { $0 + $1.unusedCycles }
                #expect(abs(Double(sum) - unused) <= Double(64 + record.operators.count), "\(law.name): \(sum) of \(unused)")
                for (operation, losses) in zip(record.operators, dram.losses) where operation.readBytes[position] + operation.writeBytes[position] == 0 {
                    #expect(losses == DRAMLosses(stalls: losses.stalls.map { _ in 0 }, unusedCycles: 0, unevenCycles: 0), "\(law.name): \(operation.name)")
                }
            }
        }
        #expect(stalls > 0)
    }

    private static func system(_ replays: Replays = .whereItPays) throws -> DRAMSystem {
        try DRAMSystem(standard: DRAMStandard(named: "DDR4-3200"), channels: 2, replays: replays)
    }

    /// Runs one request after the other, each for an operator; each is sent when the one before is complete.
    private static func losses(
        _ memory: inout DRAMSystem, _ requests: [(operatorIndex: Int, request: DRAMRequest)], operators: Int, shortest: Int = 16
    ) -> (losses: [DRAMLosses], ends: [Int]) {
        var account = LossAccount(memory, operators: operators, shortest: shortest)
        var time = 0
        var ends: [Int] = []
        for (operatorIndex, request) in requests {
            account.willSend(operatorIndex, at: time, &memory)
            account.didSend(accesses: memory.submit(request, at: time) / memory.standard.organization.accessBytes)
            while let next = memory.nextCompletion(before: Int.max), memory.popCompletion(at: next) != nil { time = next }
            account.didComplete(operatorIndex, at: time)
            ends.append(time)
        }
        account.close(at: time, &memory)
        return (account.result, ends)
    }

    /// The first operator's rows meet in one bank, the second's bytes lie one behind the other: what it loses to rows is a fraction. Up to
    /// the second's first request the memory knows of the first alone: its losses are those of a run without the second, to the cycle.
    @Test("An operator of row conflicts and one of streams each have their own reasons", arguments: [Replays.never, .always])
    func reasonsAreTheOperators(_ replays: Replays) throws {
        let organization = try DRAMStandard(named: "DDR4-3200").organization
        let row = organization.accessBytes * organization.columns * 64
        let conflicts = (0..<200).map { (0, DRAMRequest(address: $0 * 7919 % 64 * row, runBytes: 64, runs: 8, stride: row, isWrite: false)) }
        let stream = (0..<50).map { (1, DRAMRequest(address: $0 << 14, runBytes: 1 << 14, isWrite: false)) }
        var whole = try Self.system(replays), alone = try Self.system(replays)
        let both = Self.losses(&whole, conflicts + stream, operators: 2).losses
        let first = Self.losses(&alone, conflicts, operators: 1).losses
        #expect(both[0] == first[0])
        #expect(both[2] == DRAMLosses(stalls: both[2].stalls.map { _ in 0 }, unusedCycles: 0, unevenCycles: 0))
        func share(_ losses: DRAMLosses, _ rules: [String]) -> Double {
            let chosen = zip(whole.stallNames, losses.stalls).filter { entry in rules.contains { entry.0.hasPrefix($0) } }.reduce(0) { $0 + $1.1 }
            return Double(chosen) / Double(max(1, losses.unusedCycles))
        }
        let rows = ["tRP", "tRAS", "tRCD", "tRC"]
        #expect(share(both[0], rows) > 4 * share(both[1], rows), "\(both)")
        for (index, name) in whole.stallNames.enumerated() {
            let sum = whole.statistics().reduce(0) { $0 + $1.stallsByName[index] }
            #expect(both.reduce(0) { $0 + $1.stalls[index] } == sum, "\(name)")
        }
    }

    @Test("Replayed states change no operator's losses")
    func replaysChangeNothing() throws {
        var seen: [[DRAMLosses]] = []
        for replays in [Replays.never, .always, .whereItPays] {
            var memory = try Self.system(replays)
            let requests = (0..<600).map { number in
                (number / 40 % 3, DRAMRequest(address: number % 37 * 8192, runBytes: 2048, isWrite: number % 5 == 0))
            }
            seen.append(Self.losses(&memory, requests, operators: 3).losses)
        }
        #expect(seen[0] == seen[1])
        #expect(seen[0] == seen[2])
        #expect(seen[0].dropLast().allSatisfy { $0.unusedCycles > 0 })
    }

    @Test("Operators with requests in flight at the same time share a window by them")
    func sharing() throws {
        var memory = try Self.system()
        var account = LossAccount(memory, operators: 2)
        // The first has three requests in flight for as long as the second has one.
        for index in 0..<4 {
            account.willSend(index == 0 ? 1 : 0, at: 0, &memory)
            account.didSend(accesses: memory.submit(DRAMRequest(address: index << 20, runBytes: 4096, isWrite: false), at: 0) / 64)
        }
        var time = 0
        while let next = memory.nextCompletion(before: Int.max), memory.popCompletion(at: next) != nil { time = next }
        for index in 0..<4 { account.didComplete(index == 0 ? 1 : 0, at: time) }
        account.close(at: time, &memory)
        let (first, second) = (account.result[0], account.result[1])
        #expect(first.unusedCycles > 0)
        #expect(abs(first.unusedCycles - 3 * second.unusedCycles) <= 4)
        for (a, b) in zip(first.stalls, second.stalls) { #expect(abs(a - 3 * b) <= 4) }
    }
}
