import Foundation
import MemorySystem
import Testing

/// The fast controller against the one that ticks: every command, completion and figure.
@Suite struct ControllerEqualityTests {
    /// Both models under the same random settings and traffic; returns the number of commands compared.
    static func compare(_ standard: DRAMStandard, _ configuration: DRAMControllerConfiguration, seed: UInt64, accesses: Int) throws -> Int {
        let recording = DRAMRecording(commands: true, completions: true)
        var ticking = try TickingController(standard: standard, configuration: configuration, recording: recording)
        var event = try EventController(standard: standard, configuration: configuration, recording: recording)
        var traffic = VariedTraffic(seed: seed, organization: standard.organization)
        var commands = 0
        func check(_ where: String) -> Bool {
            let expected = ticking.takeCommandLog()
            let found = event.takeCommandLog()
            commands += expected.count
            if expected != found {
                let place = zip(expected, found).enumerated().first { $0.element.0 != $0.element.1 }
                Issue.record("""
                    \(standard.name) seed \(seed) \(`where`): \(expected.count) commands, \(found.count); first difference \
                    \(String(describing: place)); next \(String(describing: expected.dropFirst(found.count).first)) \(configuration)
                    """)
                return false
            }
            return true
        }
        for number in 0..<accesses {
            var (access, pause) = traffic.next()
            access.tag = number
            if pause > 0 {
                ticking.advance(to: ticking.cycle + pause)
                event.advance(to: event.cycle + pause)
            }
            while true {
                let accepted = ticking.offer(access)
                #expect(event.offer(access) == accepted)
                if accepted { break }
                ticking.advanceAfterRefusal(isWrite: access.isWrite)
                event.advanceAfterRefusal(isWrite: access.isWrite)
                guard ticking.cycle == event.cycle else {
                    _ = check("access \(number)")
                    Issue.record("\(standard.name) seed \(seed): cycle \(ticking.cycle), event \(event.cycle) \(configuration)")
                    return commands
                }
            }
            if number % 512 == 511, !check("access \(number)") { return commands }
        }
        ticking.drain()
        event.drain()
        guard check("end") else { return commands }
        #expect(ticking.takeCompletions() == event.takeCompletions())
        let expected = ticking.statistics
        let found = event.statistics
        #expect(expected == found, "\(standard.name) seed \(seed) \(configuration)")
        return commands
    }

    @Test("Random traffic under random settings: the event-driven controller is the ticking one, to the cycle", arguments: DRAMStandard.shippedNames)
    func random(_ name: String) throws {
        let base = try DRAMStandard(named: name)
        var commands = 0
        for seed in Self.firstSeed..<Self.firstSeed + UInt64(Self.rounds) {
            var random = Xorshift(seed &* 0x1234_5679)
            for _ in 0..<4 { _ = random.next() }
            let standard = random.chance(60) ? base.varied(&random) : base
            let configuration = DRAMControllerConfiguration.random(&random, for: standard)
            if ProcessInfo.processInfo.environment["CONTROLLER_VERBOSE"] != nil { print(name, seed, standard.organization, configuration) }
            commands += try Self.compare(standard, configuration, seed: seed &* 7919, accesses: Self.accesses)
        }
        #expect(commands > Self.rounds * Self.accesses / 2)
    }

    /// Rounds for each standard; more with CONTROLLER_ROUNDS in the environment.
    static let rounds = ProcessInfo.processInfo.environment["CONTROLLER_ROUNDS"].flatMap { Int($0) } ?? 50
    static let firstSeed = ProcessInfo.processInfo.environment["CONTROLLER_SEED"].flatMap { UInt64($0) } ?? 1
    static let accesses = 1000
}
