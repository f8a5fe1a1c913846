import Exploration
import Foundation
import Testing

/// Strategies of the user's: programs that speak lines of JSON.
@Suite("Strategies that are programs")
struct CommandStrategyTests {
    static let hasPython = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/python3")
    }
    static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Examples/strategies").standardized.path

    private func make(_ command: [String], _ space: DesignSpace, timeout: String = "20", seed: UInt64 = 1) throws -> any SearchStrategy {
        try Strategies.make(name: "command", options: [.init("command", command), .init("timeout", [timeout])], space: space, seed: seed)
    }

    private func shell(_ script: String, _ space: DesignSpace, timeout: String = "20") throws -> any SearchStrategy {
        try make(["sh", "-c", script], space, timeout: timeout)
    }

    /// Counts through one parameter in shell; what it was told is what the sweep told.
    @Test func aShellCanSearch() throws {
        let space = try StrategyDriver.space([6])
        let record = FileManager.default.temporaryDirectory.appendingPathComponent("cyclewright-command-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: record) }
        do {
            var strategy = try shell(
                """
                read hello; echo '{"type": "ready"}'; n=0
                while read line; do
                  echo "$line" >> '\(record.path)'
                  case "$line" in
                    *'"ask"'*) if [ $n -lt 6 ]; then echo "{\\"type\\": \\"points\\", \\"points\\": [{\\"x0\\": $n}]}"; n=$((n+1)); else echo '{"type": "points", "points": []}'; fi ;;
                    *'"done"'*) exit 0 ;;
                  esac
                done
                """, space)
            var asked: [Int] = []
            while case let points = try strategy.ask(2), !points.isEmpty {
                asked += points.map { $0.choices[0] }
                try strategy.tell(points.map { EvaluatedPoint(number: 0, point: $0, status: .finished, objectives: [Double($0.choices[0]) / 2], figures: [.init("f0", 1)]) })
            }
            #expect(asked == [0, 1, 2, 3, 4, 5])
        }
        let lines = try String(contentsOf: record, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines.first == #"{"count":2,"type":"ask"}"#)
        #expect(lines.contains { $0.contains(#""objectives":{"f0":2.5}"#) && $0.contains(#""status":"finished""#) && $0.contains(#""point":{"x0":5}"#) })
        #expect(lines.last == #"{"type":"done"}"#)
    }

    @Test(.enabled(if: hasPython))
    func plainPythonExhaustsASpaceWithConstraints() throws {
        let space = try StrategyDriver.space([4, 5, 3], constraints: ["x0 + x1 <= 5"], names: [2])
        let driver = StrategyDriver(space: space) { $0.choices[0] == 1 ? nil : [Double($0.choices[1])] }
        func run(_ seed: UInt64) throws -> [DesignPoint] {
            try driver.run("command", [.init("command", ["python3", Self.examples + "/random_strategy.py"])], seed: seed, points: 40).map(\.point)
        }
        let points = try run(1)
        #expect(points.count == 40 && Set(points).count == 40 && points.allSatisfy(space.isAllowed))
        #expect(try run(1) == points)
        #expect(try run(2) != points)
    }

    /// Duplicates and forbidden points are told back at once, with what is known of them, and never reach the sweep.
    @Test func refusedPointsAreToldBack() throws {
        let space = try StrategyDriver.space([3], constraints: ["x0 != 2"])
        let record = FileManager.default.temporaryDirectory.appendingPathComponent("cyclewright-command-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: record) }
        do {
            var strategy = try shell(
                """
                read hello; echo '{"type": "ready"}'
                read ask; echo '{"type": "points", "points": [{"x0": 1}]}'; read tell
                read ask; echo '{"type": "points", "points": [{"x0": 1}, {"x0": 2}, {"x0": 0.0}]}'; read told; echo "$told" > '\(record.path)'
                read ask; echo '{"type": "points", "points": []}'
                """, space)
            let first = try strategy.ask(1)
            try strategy.tell([EvaluatedPoint(number: 0, point: first[0], status: .finished, objectives: [7])])
            #expect(try strategy.ask(3) == [DesignPoint(choices: [0])])
        }
        let told = try String(contentsOf: record, encoding: .utf8)
        #expect(told.contains(#"{"figures":{},"index":1,"objectives":{"f0":7},"point":{"x0":1},"reason":"evaluated already","status":"repeated"}"#), "\(told)")
        #expect(told.contains(#""index":2,"objectives":{},"point":{"x0":2},"reason":"x0 != 2","status":"forbidden""#), "\(told)")
    }

    /// A program that repeats itself for ever ends the sweep, and not the patience of the user.
    @Test func endlessRepetitionEnds() throws {
        var strategy = try shell(
            #"""
            read hello; echo '{"type": "ready"}'
            while read line; do case "$line" in *'"ask"'*) echo '{"type": "points", "points": [{"x0": 1}]}' ;; esac; done
            """#, try StrategyDriver.space([3]))
        #expect(try strategy.ask(4).count == 1)
    }

    @Test(arguments: [
        ("read h; echo hello there", "answered \"hello\" with \"hello there\", which is no JSON"), ("exit 3", "ended (exit status 3) while"),
        ("echo oh no >&2; exit 1", "it wrote: oh no"), ("kill -9 $$", "ended (signal 9) while"), ("sleep 100", "took more than 0.3 seconds"),
        ("sleep 100 & exit 0", "took more than|ended (exit status 0)"), ("read h; echo '{\"type\": \"points\", \"points\": []}'", "has to answer with {\"type\": \"ready\"}"),
        ("exec >&-; sleep 100", "it closed its output"), ("read h; echo '{\"type\": \"error\", \"message\": \"no room\"}'", "reports: no room"),
        ("read h; echo '{\"type\": \"ready\"}'; read a; echo '[]'", "answered \"ask\" with \"[]\""),
        ("read h; echo '{\"type\": \"ready\"}'; read a; echo '{\"type\": \"points\", \"points\": [{\"y\": 1}]}'", "\"y\", which is no parameter"),
        ("read h; echo '{\"type\": \"ready\"}'; read a; echo '{\"type\": \"points\", \"points\": [{}]}'", "a point without \"x0\""),
        ("read h; echo '{\"type\": \"ready\"}'; read a; echo '{\"type\": \"points\", \"points\": [{\"x0\": 99}]}'", "x0 = 99, which is not among the values"),
        ("read h; echo '{\"type\": \"ready\"}'; read a; echo '{\"type\": \"points\", \"points\": [{\"x0\": 0}, {\"x0\": 1}]}'", "gave 2 points where 1 were"),
        ("head -c 100000 /dev/zero", "which is no JSON"), ("read h; echo '{\"type\": \"ready\"}'; read a; exit 0", "ended (exit status 0) while answering \"ask\""),
    ])
    func misbehaviourIsAnError(script: String, message: String) throws {
        let clock = ContinuousClock()
        let begin = clock.now
        do {
            var strategy = try shell(script, try StrategyDriver.space([3]), timeout: "0.3")
            let error = #expect(throws: StrategyError.self) { _ = try strategy.ask(1) }
            let text = error?.description ?? ""
            // A text without an end of line is found out when the program ends.
            #expect(message.split(separator: "|").contains { text.contains($0) } || (script.hasPrefix("head") && text.contains("ended")), "\(text)")
        }
        #expect(clock.now - begin < .seconds(8))
    }

    @Test func aProgramThatIsNotThere() throws {
        var strategy = try make(["/no/such/program"], try StrategyDriver.space([3]))
        let error = #expect(throws: StrategyError.self) { _ = try strategy.ask(1) }
        #expect(error?.option == "command" && error?.message.contains("cannot be started") == true)
        #expect(throws: StrategyError.self) { try Strategies.make(name: "command", options: [], space: try StrategyDriver.space([3]), seed: 1) }
    }

    /// A program that reads nothing does not hold up the sweep, however much it is told.
    @Test func aProgramThatDoesNotRead() throws {
        var strategy = try shell("read h; echo '{\"type\": \"ready\"}'; read a; echo '{\"type\": \"points\", \"points\": [{\"x0\": 1}]}'; sleep 100", try StrategyDriver.space([3]), timeout: "0.5")
        let points = try strategy.ask(1)
        let figures = (0..<100_000).map { EvaluatedPoint.Figure("figure-\($0)", 1) }
        let error = #expect(throws: StrategyError.self) {
            try strategy.tell([EvaluatedPoint(number: 0, point: points[0], status: .finished, objectives: [1], figures: figures)])
        }
        #expect(error?.message.contains("took more than") == true)
    }

    /// What a program started ends with it.
    @Test func nothingIsLeftBehind() throws {
        let record = FileManager.default.temporaryDirectory.appendingPathComponent("cyclewright-command-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: record) }
        do {
            var strategy = try shell("trap '' TERM; sleep 300 & echo $! > '\(record.path)'; read h; echo '{\"type\": \"ready\"}'; wait", try StrategyDriver.space([3]), timeout: "0.5")
            #expect(throws: StrategyError.self) { _ = try strategy.ask(1) }
        }
        let text = try String(contentsOf: record, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let process = try #require(Int32(text))
        // Gone, or dead and not collected yet by whoever inherited it.
        func isGone() -> Bool {
            guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return kill(process, 0) != 0 }
            return stat.split(separator: ")").last?.hasPrefix(" Z") == true
        }
        for _ in 0..<200 where !isGone() { usleep(10_000) }
        #expect(isGone())
    }
}
