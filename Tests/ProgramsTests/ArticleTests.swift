import Architecture
import Foundation
import Programs
import Testing

/// The programs of the documentation's article "Program".
@Suite struct ArticleTests {
    static let article = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Documentation/Cyclewright.docc/Program.md")

    /// Fenced blocks marked `program`.
    static func programs() throws -> [String] {
        let text = try String(contentsOf: article, encoding: .utf8)
        return text.components(separatedBy: "\n```program\n").dropFirst().compactMap { $0.components(separatedBy: "\n```").first }
    }

    static func named(_ name: String) throws -> Program {
        let text = try #require(try programs().first { $0.hasPrefix("program \"\(name)\"") })
        return try Program(text: text, file: name)
    }

    @Test func theArticleHoldsAllPrograms() throws {
        let names = try Self.programs().map { try Program.parse($0, file: "article").name }
        #expect(names == [
            "three-tiles", "gemm-200x600x700", "aim-gemv-4096x1024", "bit-serial-300x40", "snn-64-cores-10-steps",
            "fusemax-1024x1000", "spatten-decode", "spgemm-4096", "edge-moe-layer",
        ])
    }

    @Test func everyProgramIsValidAndReadBackEqual() throws {
        for text in try Self.programs() {
            let program = try Program(text: text, file: "article")
            #expect(try Program(text: program.text, file: "printed") == program)
            #expect(try Program.parse(program.text, file: "printed").text == program.text)
            let unfolded = program.unfolded
            #expect(try Program(text: unfolded.text, file: "unfolded") == unfolded)
        }
    }

    @Test func theMatrixProductIsForTheShippedMachine() throws {
        let root = Self.article.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let architecture = try Architecture.load(path: root.appending(path: "Architectures/tpu-v1.yaml").path)
        let program = try Self.named("gemm-200x600x700")
        try program.validate(on: architecture)
        let misspelt = try Program.parse(program.text.replacing("weightFifo@", with: "weightFiFo@"), file: "f")
        #expect(throws: ProgramError(
            file: "gemm-200x600x700",
            message: "stream weightFetch: copy: to: tpu-v1 has no memory \"weightFiFo\"", suggestion: "did you mean \"weightFifo\"?")
        ) { try misspelt.validate(on: architecture) }
        let elsewhere = try Program.parse(program.text.replacing("stream hostOut", with: "stream hostout"), file: "f")
        #expect(throws: ProgramError(
            file: "gemm-200x600x700", message: "stream hostout: tpu-v1 has no unit \"hostout\"", suggestion: "did you mean \"hostOut\"?")
        ) { try elsewhere.validate(on: architecture) }
    }

    /// No deadlock, no race, for several draws of what the data decide.
    @Test(arguments: try programs()) func everyProgramRunsToItsEnd(text: String) throws {
        let program = try Program(text: text, file: "article")
        for seed in 0..<(text.contains("read ") ? 3 : 1) {
            var stepper = ProgramStepper(program, seed: seed)
            let outcome = stepper.run()
            // Where rows lie in C is decided by an atomic addition, which drawn values do not imitate.
            if program.name == "spgemm-4096", case .race(let what) = outcome, what.hasSuffix("in matrixC") { continue }
            #expect(outcome == .finished, "\(program.name), seed \(seed)")
            if seed == 0, ["three-tiles", "gemm-200x600x700", "aim-gemv-4096x1024", "fusemax-1024x1000"].contains(program.name) {
                #expect(stepper.macs == program.operators.map(\.macs).reduce(0, +))
            }
        }
    }

    /// The check is sharp: without any one of its acquires a program no longer passes.
    @Test(arguments: ["three-tiles", "gemm-200x600x700", "bit-serial-300x40", "fusemax-1024x1000"]) func noAcquireIsSuperfluous(name: String) throws {
        let program = try Self.named(name)
        let count = program.streams.map { Self.acquires($0.body) }.reduce(0, +)
        #expect(count >= 2)
        for removed in 0..<count {
            var number = 0
            var damaged = program
            for stream in damaged.streams.indices { damaged.streams[stream].body = Self.without(removed, &number, program.streams[stream].body) }
            var stepper = ProgramStepper(damaged)
            #expect(stepper.run() != .finished, "acquire \(removed) of \(name) is not needed")
        }
    }

    private static func acquires(_ body: [Statement]) -> Int {
        body.reduce(0) { sum, statement in
            switch statement {
            case .acquire: sum + 1
            case .loop(_, _, let body), .when(_, let body): sum + acquires(body)
            default: sum
            }
        }
    }

    private static func without(_ removed: Int, _ number: inout Int, _ body: [Statement]) -> [Statement] {
        var result: [Statement] = []
        for statement in body {
            switch statement {
            case .acquire:
                if number != removed { result.append(statement) }
                number += 1
            case .loop(let variable, let bound, let body):
                result.append(.loop(variable: variable, bound: bound, body: without(removed, &number, body)))
            case .when(let conditions, let body): result.append(.when(conditions, body: without(removed, &number, body)))
            default: result.append(statement)
            }
        }
        return result
    }

    /// Damaged copies of the real programs are refused or read and checked, never a crash.
    @Test(arguments: [2_000]) func damagedProgramsDoNotCrash(count: Int) throws {
        var random = SeededGenerator(seed: 9)
        let texts = try Self.programs().map { Array($0.utf8) }
        let pieces = ["0", "999999999999", "-", "*4", "/0", "%3", "(", ")", "min(", "$0", "$7", " times 0", "[3]", " ", "\n", "  ", "x", "k"]
        var valid = 0
        for _ in 0..<count {
            var damaged = random.pick(texts)
            for _ in 0...random.below(3) {
                let place = random.below(damaged.count)
                switch random.below(4) {
                case 0: damaged[place] = UInt8(32 + random.below(95))
                case 1: damaged.removeSubrange(place..<min(damaged.count, place + random.below(12)))
                case 2: damaged.insert(contentsOf: random.pick(pieces).utf8, at: place)
                default: damaged.insert(contentsOf: damaged[place..<min(damaged.count, place + random.below(80))], at: random.below(damaged.count))
                }
            }
            do throws(ProgramError) {
                let program = try Program(text: String(decoding: damaged, as: UTF8.self), file: "damaged")
                #expect(try Program(text: program.text, file: "printed") == program)
                valid += 1
            } catch {
                #expect(error.line != nil)
            }
        }
        #expect(valid > count / 20 && valid < count)
    }
}
