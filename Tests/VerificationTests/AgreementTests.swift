import Architecture
import Foundation
import GraphImport
import Lowering
import Programs
import Testing
import Verification

/// Two checkers, written apart from each other: proofs with loop indices symbolic, and every step with vector clocks. On random small
/// programs, whole and broken, what the proofs accept holds in every step.
@Suite struct AgreementTests {
    private struct Stream {
        var state: UInt64
        mutating func next(_ range: ClosedRange<Int>) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + Int((state >> 33) % UInt64(range.count))
        }
    }

    /// A few convolutions and products of random sizes.
    private static func program(_ seed: Int, on architecture: Architecture) throws -> Program? {
        var random = Stream(state: UInt64(seed) &* 977 &+ 5)
        var text = "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
        for layer in 0..<random.next(1...2) {
            let filter = random.next(1...3)
            let size = filter + random.next(0...9)
            text += "layer\(layer), \(size), \(filter + random.next(0...9)), \(filter), \(filter), \(random.next(1...40)), \(random.next(1...70)), \(random.next(1...2)),\n"
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("agreement-\(seed).csv")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try? Lowering.lower(try WorkloadImport.load(path: file.path, options: ImportOptions()), to: architecture).program
    }

    /// A random change to one statement.
    private static func broken(_ program: Program, _ random: inout Stream) -> Program {
        let count = program.streams.reduce(0) { $0 + Program.statementCount(of: $1.body) }
        let target = random.next(0...max(0, count - 1))
        let way = random.next(0...7)
        var number = -1
        return program.rewriting { statement in
            number += 1
            guard number == target else { return [statement] }
            switch (statement, way) {
            case (.loop(let variable, let bound, let body), 0...3): return [.loop(variable: variable, bound: bound - 1, body: body)]
            case (.loop(let variable, let bound, let body), _): return [.loop(variable: variable, bound: bound + 1, body: body)]
            case (.when(_, let body), 0...3): return body
            case (.when, _): return []
            case (.acquire, 0...3), (.release, 0...1): return []
            case (.acquire(let reference, let count), _): return [.acquire(SemaphoreReference(reference.name, 0), count: count)]
            case (.release(let reference, let count, _), 2...4): return [.release(reference, count: count, when: .operandsRead)]
            case (.release(let reference, let count, let time), _): return [.release(SemaphoreReference(reference.name, 0), count: count, when: time)]
            case (.command(var command), _):
                guard !command.operands.isEmpty else { return [statement] }
                let place = way % command.operands.count
                if way < 4 {
                    command.operands[place].region.base = command.operands[place].region.base.mapFactors { _, _ in 0 }
                } else {
                    command.operands[place].region.index = command.operands[place].region.index.mapFactors { _, factor in factor + 1 }
                }
                return [.command(command)]
            case (.read, _): return [statement]
            }
        }
    }

    private static let kinds: Set<Obligation.Kind> = [.order, .loaded, .progress, .accumulators]

    private func compare(_ program: Program, _ architecture: Architecture, _ name: String) -> (proved: Int, refuted: Int) {
        let proofs = Verifier.verify(program, on: architecture)
        let steps = Verifier.verify(program, on: architecture, options: VerificationOptions(isExhaustiveOnly: true))
        var result = (proved: 0, refuted: 0)
        let operators = Set(proofs.obligations.compactMap(\.operatorIndex))
        for index in operators.sorted() {
            let accepted = proofs.obligations.filter { $0.operatorIndex == index }.allSatisfy { $0.verdict == .proved }
            let wrong = steps.obligations.filter { obligation in
                if case .refuted = obligation.verdict { return obligation.operatorIndex == index && Self.kinds.contains(obligation.kind) }
                return false
            }
            if accepted { result.proved += 1 } else { result.refuted += 1 }
            #expect(!accepted || wrong.isEmpty, "\(name), operator \(index): proved, but \(Subjects.failures(steps).joined(separator: "; "))")
        }
        return result
    }

    @Test(arguments: ["tpu-v1.yaml", "gemmini.yaml", "eyeriss.yaml", "scalesim-google.yaml"]) func bothAgree(_ machine: String) throws {
        let architecture = try Subjects.architecture(machine)
        var (proved, refuted) = (0, 0)
        for seed in 0..<6 {
            guard let program = try Self.program(seed, on: architecture) else { continue }
            let whole = compare(program, architecture, "seed \(seed)")
            #expect(whole.refuted == 0, "\(machine), seed \(seed): \(Subjects.failures(Verifier.verify(program, on: architecture)))")
            proved += whole.proved
            var random = Stream(state: UInt64(seed) &+ 99)
            for change in 0..<8 {
                let outcome = compare(Self.broken(program, &random), architecture, "seed \(seed), change \(change)")
                proved += outcome.proved
                refuted += outcome.refuted
            }
        }
        // Both kinds of outcome occur: neither checker says yes, or no, to everything.
        #expect(proved > 10 && refuted > 10)
    }
}
