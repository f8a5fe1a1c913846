import MemorySystem
import Testing

/// Memories of several channels under requests of any size and shape issue legal commands only.
@Suite("Audited systems")
struct CheckerSystemAuditTests {
    @Test(arguments: DRAMStandard.shippedNames)
    func requestsBreakNoRule(_ name: String) throws {
        let standard = try DRAMStandard(named: name, overrides: ["organization.ranks": "2"])
        let configuration = DRAMControllerConfiguration()
        var system = try DRAMSystem(standard: standard, channels: 2, configuration: configuration, recordsCommands: true)
        var checkers = Array(repeating: TimingChecker(standard, controlledBy: configuration), count: 2)
        var counts = [0, 0]
        func audit() {
            for (channel, records) in system.takeCommandLogs().enumerated() {
                for record in records { checkers[channel].check(record) }
                counts[channel] += records.count
            }
        }
        var random = Xorshift64Star(seed: 3)
        func draw(_ count: Int) -> Int { Int(random.next() >> 33) % count }
        var time = 0, completed = 0
        for number in 0..<2000 {
            let request = DRAMRequest(
                address: draw(1 << 28), runBytes: 1 + draw(2000), runs: 1 + draw(8), stride: draw(1 << 14), isWrite: draw(3) == 0, tag: number)
            try system.check(request)
            _ = system.submit(request, at: time)
            time += draw(20) == 0 ? draw(20_000_000_000) : draw(100_000_000)
            while let next = system.nextCompletion(before: time) {
                while system.popCompletion(at: next) != nil { completed += 1 }
            }
            audit()
        }
        system.drain()
        while system.popCompletion(at: Int.max) != nil { completed += 1 }
        audit()
        #expect(completed == 2000)
        let statistics = system.statistics()
        for channel in checkers.indices {
            checkers[channel].finish(cycle: system.cycle)
            #expect(checkers[channel].violations == [], "\(name): \(checkers[channel].violations.prefix(3).map(\.description))")
            #expect(counts[channel] > 5000, "\(name)")
            #expect(counts[channel] == statistics[channel].commandCounts.reduce(0, +))
        }
    }
}
