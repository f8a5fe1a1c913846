import Architecture
import Programs
import Quantities
import Testing
import Verification

/// Bugs seeded into programs that the lowering emits: every one is refuted, with a counterexample.
@Suite struct MutationTests {
    struct Bug: Sendable, CustomTestStringConvertible {
        var name: String
        /// `alexnet.onnx` on this machine.
        var machine = "tpu-v1.yaml"
        var change: @Sendable (Program) -> Program
        var testDescription: String { name }
        init(_ name: String, machine: String = "tpu-v1.yaml", _ change: @escaping @Sendable (Program) -> Program) {
            self.name = name; self.machine = machine; self.change = change
        }
    }

    @Sendable private static func isArray(_ unit: String) -> Bool { unit == "mxu" || unit == "mesh" }
    @Sendable private static func isWeights(_ unit: String) -> Bool { unit == "weightFetch" }
    @Sendable private static func isHost(_ unit: String) -> Bool { unit == "hostIn" }
    @Sendable private static func isStore(_ unit: String) -> Bool { unit == "hostOut" }
    @Sendable private static func isVector(_ unit: String) -> Bool { unit == "activation" }

    private static func acquire(_ statement: Statement, _ suffix: String) -> SemaphoreReference? {
        if case .acquire(let reference, _) = statement, reference.name.hasSuffix(suffix) { reference } else { nil }
    }
    private static func release(_ statement: Statement, _ suffix: String) -> SemaphoreReference? {
        if case .release(let reference, _, _) = statement, reference.name.hasSuffix(suffix) { reference } else { nil }
    }
    private static func bound(_ statement: Statement, _ variable: String, by delta: Int) -> [Statement]? {
        guard case .loop(variable, .constant(let bound), let body) = statement else { return nil }
        return [.loop(variable: variable, bound: .constant(bound + delta), body: body)]
    }
    /// The first operator that has weights in several tiles of depth.
    private static func isSecond(_ command: Command) -> Bool { command.operatorIndex == 2 }

    static let bugs: [Bug] = [
        Bug("a tile of depth more for the array") { $0.rewritingFirst(isArray) { bound($0, "k", by: 1) } },
        Bug("a tile of depth less for the array") { $0.rewritingFirst(isArray) { bound($0, "k", by: -1) } },
        Bug("a dropped tile of columns, everywhere") { program in
            program.rewriting { statement in if case .loop("n", .constant(16), _) = statement { bound(statement, "n", by: -1) ?? [statement] } else { [statement] } }
        },
        Bug("an extra empty tile of columns, everywhere") { program in
            program.rewriting { statement in if case .loop("n", .constant(4), _) = statement { bound(statement, "n", by: 1) ?? [statement] } else { [statement] } }
        },
        Bug("a dropped tile of rows, everywhere") { program in
            program.rewriting { statement in if case .loop("m", .constant(8), _) = statement { bound(statement, "m", by: -1) ?? [statement] } else { [statement] } }
        },
        Bug("an extra empty tile of depth, everywhere") { program in
            program.rewriting { statement in if case .loop("k", .constant(7), _) = statement { bound(statement, "k", by: 1) ?? [statement] } else { [statement] } }
        },
        Bug("no wait for the weights") { $0.rewritingFirst(isArray) { acquire($0, "op2.right.full") != nil ? [] : nil } },
        Bug("no wait for the activations") { $0.rewritingFirst(isArray) { acquire($0, "left.full") != nil ? [] : nil } },
        Bug("no wait for a free buffer") { $0.rewritingFirst(isWeights) { acquire($0, "op2.right.free") != nil ? [] : nil } },
        Bug("no wait for the sums") { $0.rewritingFirst(isVector) { acquire($0, "sums.full") != nil ? [] : nil } },
        Bug("weights never free") { $0.rewritingFirst(isArray) { release($0, "op2.right.free") != nil ? [] : nil } },
        Bug("weights never full") { $0.rewritingFirst(isWeights) { release($0, "op2.right.full") != nil ? [] : nil } },
        Bug("three credits for two buffers") { program in
            var program = program
            if let place = program.semaphores.firstIndex(where: { $0.name == "op2.right.free" }) { program.semaphores[place].initial = 2 }
            return program
        },
        Bug("no credit") { program in
            var program = program
            if let place = program.semaphores.firstIndex(where: { $0.name == "op2.right.free" }) { program.semaphores[place].initial = 0 }
            return program
        },
        Bug("weights full from the start") { program in
            var program = program
            if let place = program.semaphores.firstIndex(where: { $0.name == "op2.right.full" }) { program.semaphores[place].initial = 1 }
            return program
        },
        Bug("wrong parity of the reader's buffer") { program in
            program.rewritingFirst(isArray) { $0.changingOperand("right", of: "matmul", where: isSecond) { $0.base = $0.base.substituting { $0 == "k" ? .variable("k") + 1 : nil } } }
        },
        Bug("wrong parity of the reader's semaphore") { program in
            program.rewritingFirst(isArray) { statement in
                guard let reference = acquire(statement, "op2.right.full") else { return nil }
                return [.acquire(SemaphoreReference(reference.name, reference.index.substituting { $0 == "k" ? .variable("k") + 1 : nil }), count: 1)]
            }
        },
        Bug("one buffer instead of two") { program in
            program.rewriting { statement in
                let copy = statement.changingOperand("to", of: "copy", where: { isSecond($0) && $0[operand: "to"]?.memory == "weightFifo" }) { $0.base = $0.base.mapFactors { _, _ in 0 } }
                let product = statement.changingOperand("right", of: "matmul", where: isSecond) { $0.base = $0.base.mapFactors { _, _ in 0 } }
                return copy ?? product ?? [statement]
            }
        },
        Bug("sums handed on after the first tile of depth") { program in
            program.rewritingFirst(isArray) { statement in
                guard case .when(let conditions, let body) = statement, body.contains(where: { release($0, "sums.full") != nil }), let first = conditions.first else { return nil }
                return [.when([Condition(first.left, .equal, 0)], body: body)]
            }
        },
        Bug("sums handed on after every tile of depth") { program in
            program.rewritingFirst(isArray) { statement in
                guard case .when(_, let body) = statement, body.contains(where: { release($0, "sums.full") != nil }) else { return nil }
                return body
            }
        },
        Bug("sums never start") { $0.rewritingFirst(isArray) { $0.changingAttribute("accumulate", of: "matmul", to: 1) } },
        Bug("sums start in every tile of depth") { program in
            program.rewriting(isArray) { statement in
                guard case .command(let command) = statement, isSecond(command) else { return [statement] }
                return statement.changingAttribute("accumulate", of: "matmul", to: 0) ?? [statement]
            }
        },
        Bug("sums start again in the second tile of depth") { program in
            program.rewriting(isArray) { statement in
                guard case .command(let command) = statement, isSecond(command) else { return [statement] }
                return statement.changingAttribute("accumulate", of: "matmul", to: .max(0, .min(1, .variable("k") - 1))) ?? [statement]
            }
        },
        Bug("loops in another order for the weights") { program in
            program.rewritingFirst(isWeights) { statement in
                guard case .loop("n", let outer, let body) = statement, case .loop("k", let inner, let rest)? = body.first else { return nil }
                return [.loop(variable: "k", bound: inner, body: [.loop(variable: "n", bound: outer, body: rest)])]
            }
        },
        Bug("a halo short by a row") { program in
            program.rewritingFirst(isHost) { statement in
                guard case .command(var command) = statement, command.operands.contains(where: { $0.region.extents.count == 3 }) else { return nil }
                for place in command.operands.indices { command.operands[place].region.extents[0] = command.operands[place].region.extents[0] - 1 }
                return [.command(command)]
            }
        },
        Bug("rows of padding are fetched") { program in
            program.rewritingFirst(isHost) { statement in
                guard case .command(let command) = statement, command.operands.contains(where: { $0.region.extents.count == 3 }) else { return nil }
                return statement.changingOperand("from", of: "copy") { $0.index = $0.index.withoutClamp(.maximum) }
            }
        },
        Bug("the last rows are not clamped") { program in
            program.rewritingFirst(isHost) { statement in
                guard case .command(var command) = statement, command.operands.contains(where: { $0.region.extents.count == 3 }) else { return nil }
                for place in command.operands.indices { command.operands[place].region.extents[0] = command.operands[place].region.extents[0].withoutClamp(.minimum) }
                return [.command(command)]
            }
        },
        Bug("buffers overlap by a byte") { program in
            program.rewriting { statement in
                let copy = statement.changingOperand("to", of: "copy", where: { isSecond($0) && $0[operand: "to"]?.memory == "weightFifo" }) { $0.base = $0.base.mapFactors { a, factor in factor > 1000 ? factor - 1 : factor } }
                let product = statement.changingOperand("right", of: "matmul", where: isSecond) { $0.base = $0.base.mapFactors { a, factor in factor > 1000 ? factor - 1 : factor } }
                return copy ?? product ?? [statement]
            }
        },
        Bug("the last tile is not fetched") { program in
            program.rewritingFirst(isWeights) { statement in
                guard case .when(let conditions, let body) = statement, conditions.first?.relation == .equal,
                    conditions.first?.left == .variable("n"), body.count == 1
                else { return nil }
                return []
            }
        },
        Bug("an operator does not wait for the one before") { program in
            program.rewritingFirst(isArray) { statement in
                if case .acquire(let reference, _) = statement, reference.name == "end1" { [] } else { nil }
            }
        },
        Bug("an operator waits for the wrong one") { program in
            program.rewritingFirst(isArray) { statement in
                if case .acquire(let reference, let count) = statement, reference.name == "end3" { [.acquire(SemaphoreReference("end1", reference.index), count: count)] } else { nil }
            }
        },
        Bug("an operator waits for fewer units") { program in
            program.rewriting(isArray) { statement in
                if case .acquire(let reference, let count) = statement, reference.name.hasPrefix("end"), count > 1 { [.acquire(reference, count: count - 1)] } else { [statement] }
            }
        },
        Bug("weights are full before they have arrived") { program in
            program.rewriting(isWeights) { statement in
                if case .release(let reference, let count, _) = statement, reference.name == "op2.right.full" { [.release(reference, count: count, when: .operandsRead)] } else { [statement] }
            }
        },
        Bug("an operator ends before its results are written") { program in
            program.rewriting(isVector) { statement in
                if case .release(let reference, let count, _) = statement, reference.name.hasPrefix("end") { [.release(reference, count: count, when: .operandsRead)] } else { [statement] }
            }
        },
        Bug("sums are handed on before they are complete") { program in
            program.rewriting(isArray) { statement in
                if case .release(let reference, let count, _) = statement, reference.name.hasSuffix("sums.full") { [.release(reference, count: count, when: .operandsRead)] } else { [statement] }
            }
        },
        Bug("operands swapped") { program in
            program.rewritingFirst(isArray) { statement in
                guard case .command(var command) = statement, isSecond(command), command.opcode == "matmul", let left = command[operand: "left"], let right = command[operand: "right"] else { return nil }
                for place in command.operands.indices {
                    if command.operands[place].name == "left" { command.operands[place].region.memory = right.memory; command.operands[place].region.base = right.base }
                    if command.operands[place].name == "right" { command.operands[place].region.memory = left.memory; command.operands[place].region.base = left.base }
                }
                return [.command(command)]
            }
        },
        Bug("tiles of weights a byte too far apart") { program in
            program.rewritingFirst(isWeights) { $0.changingOperand("from", of: "copy", where: isSecond) { $0.index = $0.index.mapFactors { a, factor in a.isVariable("k") ? factor + 1 : factor } } }
        },
        Bug("tiles of weights a row too close") { program in
            program.rewritingFirst(isWeights) { $0.changingOperand("from", of: "copy", where: isSecond) { $0.index = $0.index.mapFactors { a, factor in a.isVariable("k") ? factor - 192 : factor } } }
        },
        Bug("rows of the buffer a byte too close for the reader") { program in
            program.rewritingFirst(isArray) { $0.changingOperand("right", of: "matmul", where: { $0.operatorIndex == 4 }) { $0.index = $0.index.mapFactors { a, factor in a == .coordinate(0) ? factor - 1 : factor } } }
        },
        Bug("rows of the buffer a byte too far for the writer") { program in
            program.rewritingFirst(isWeights) { $0.changingOperand("to", of: "copy", where: { $0.operatorIndex == 12 && $0[operand: "to"]?.extents.last == 232 }) { $0.index = $0.index.mapFactors { a, factor in a == .coordinate(0) ? factor + 1 : factor } } }
        },
        Bug("a condition turned round") { program in
            program.rewritingFirst(isArray) { statement in
                guard case .when(let conditions, let body) = statement, let first = conditions.first, first.relation == .equal else { return nil }
                return [.when([Condition(first.left, .notEqual, first.right)], body: body)]
            }
        },
        Bug("a condition left out") { program in
            program.rewritingFirst(isWeights) { statement in
                guard case .when(let conditions, let body) = statement, conditions.first?.relation == .equal, conditions.first?.left == .variable("m") else { return nil }
                return body
            }
        },
        Bug("a fold of depth less") { $0.rewritingFirst(isArray) { bound($0, "l", by: -1) } },
        Bug("a fold of depth more") { $0.rewritingFirst(isArray) { bound($0, "l", by: 1) } },
        Bug("folds of depth that overlap") { program in
            program.rewritingFirst(isArray) { statement in
                guard case .command(var command) = statement, command.opcode == "matmul" else { return nil }
                for place in command.operands.indices { command.operands[place].region.index = command.operands[place].region.index.mapFactors { a, factor in a.isVariable("l") ? factor - factor / 256 : factor } }
                return [.command(command)]
            }
        },
        Bug("a partial tile that is not cut") { program in
            program.rewritingFirst(isWeights) { statement in
                guard case .command(var command) = statement, isSecond(command) else { return nil }
                for place in command.operands.indices { command.operands[place].region.extents[0] = 256 }
                return [.command(command)]
            }
        },
        Bug("a result a column short") { program in
            program.rewritingFirst(isStore) { statement in
                guard case .command(var command) = statement else { return nil }
                for place in command.operands.indices {
                    let last = command.operands[place].region.extents.count - 1
                    command.operands[place].region.extents[last] = command.operands[place].region.extents[last] - 1
                }
                return [.command(command)]
            }
        },
        Bug("results that overlap") { program in
            program.rewritingFirst(isStore) { $0.changingOperand("to", of: "copy") { $0.index = $0.index.mapFactors { a, factor in a.isVariable ? factor - 1 : factor } } }
        },
        Bug("a product done twice") { program in
            program.rewritingFirst(isArray) { statement in if case .command = statement { [statement, statement] } else { nil } }
        },
        Bug("a product left out") { program in
            program.rewritingFirst(isArray) { statement in if case .command = statement { [] } else { nil } }
        },
        Bug("an operator's end is never told") { program in
            program.rewritingFirst(isArray) { statement in if case .release(let reference, _, _) = statement, reference.name.hasPrefix("end") { [] } else { nil } }
        },
        Bug("weights one byte behind their tensor") { program in
            program.rewritingFirst(isWeights) { $0.changingOperand("from", of: "copy") { $0.base = $0.base + 1 } }
        },
        Bug("a result at the wrong place") { program in
            program.rewritingFirst(isVector) { $0.changingOperand("out0", of: "apply") { $0.base = $0.base + 64 } }
        },
    ]

    @Test func thereAreManyKinds() { #expect(Self.bugs.count >= 30) }

    @Test(arguments: bugs) func isRefuted(_ bug: Bug) throws {
        let architecture = try Subjects.architecture(bug.machine)
        let program = try Subjects.program("alexnet.onnx", on: architecture)
        let broken = bug.change(program)
        #expect(broken != program, "the bug does not occur in the program")
        let certificate = Verifier.verify(broken, on: architecture)
        #expect(!certificate.isProved)
        #expect(!certificate.refuted.isEmpty, "\(Subjects.failures(certificate).joined(separator: "\n"))")
        // Commands are shown with the lines at which they stand, and races with the bytes that both touch.
        let lines = broken.text.split(separator: "\n", omittingEmptySubsequences: false)
        for case .refuted(let example) in certificate.refuted.map(\.verdict) {
            for step in example.steps {
                let line = try #require(step.line)
                #expect(lines[line - 1].drop { $0 == " " }.hasPrefix(step.text.prefix { $0 != " " }), "\(step.text), line \(line)")
            }
            guard example.message.contains("nothing orders") else { continue }
            try #require(example.steps.count == 2, "\(example)")
            let (first, second) = (example.steps[0].touched, example.steps[1].touched)
            #expect(first.contains { one in second.contains { $0.memory == one.memory && $0.bytes.overlaps(one.bytes) && ($0.isWrite || one.isWrite) } })
        }
    }

    @Test func aMemoryThatIsAByteShortIsRefuted() throws {
        var architecture = try Subjects.architecture("tpu-v1.yaml")
        let program = try Subjects.program("alexnet.onnx", on: architecture)
        // The highest byte that the program touches in the accumulators.
        let place = try #require(architecture.memories.firstIndex { $0.name == "accumulators" })
        func isProved(_ bytes: Int) -> Bool {
            architecture.memories[place].capacity = Bytes(bytes)
            return Verifier.verify(program, on: architecture).obligations.filter { $0.kind == .bounds }.allSatisfy { $0.verdict == .proved }
        }
        var (low, high) = (0, architecture.memories[place].capacity.count)
        #expect(isProved(high))
        while high - low > 1 {
            let middle = (low + high) / 2
            if isProved(middle) { high = middle } else { low = middle }
        }
        #expect(isProved(high) && !isProved(high - 1))
    }
}
