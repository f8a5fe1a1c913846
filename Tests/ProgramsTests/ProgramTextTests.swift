import NumberFormats
import OperatorGraph
import Programs
import Testing

@Suite struct ProgramTextTests {
    private static func parsed(_ expression: String) throws -> Expression {
        let program = try Program.parse("program \"p\" on \"a\"\nstream u\n  for i in 0..<\(expression)\n", file: "test")
        guard case .loop(_, let bound, _) = program.streams.first?.body.first else {
            Issue.record("no loop")
            return 0
        }
        return bound
    }

    @Test func expressionsReadAsArithmetic() throws {
        let k = Expression.variable("k")
        #expect(try Self.parsed("576 - 256*k") == 576 - k * 256)
        #expect(try Self.parsed("k*2 + 3*4 - 1") == .sum(.sum(.product(k, 2), 12), -1))
        #expect(try Self.parsed("(k + 1) % 2") == (k + 1) % 2)
        #expect(try Self.parsed("k%2") == k % 2)
        #expect(try Self.parsed("k-1") == k - 1)
        #expect(try Self.parsed("-k") == k * -1)
        #expect(try Self.parsed("7/2") == 3)
        #expect(try Self.parsed("-7/2") == -4)
        #expect(try Self.parsed("min(k, 4, 2*k)") == .min(.min(k, 4), k * 2))
        #expect(try Self.parsed("2*k/4") == (k * 2) / 4)
        #expect(try Self.parsed("2*(k/4)") == (k / 4) * 2)
        #expect(try Self.parsed("a - b - c") == .variable("a") - .variable("b") - .variable("c"))
    }

    @Test func treesThatTheOperatorsWouldSimplifyKeepTheirShape() throws {
        let k = Expression.variable("k")
        for (tree, text) in [
            (Expression.sum(1, 2), "1 + (2)"), (.sum(1, -2), "1 + (-2)"), (.product(3, 2), "2*(3)"),
            (.product(.product(k, 3), 2), "2*(3*k)"), (.quotient(5, 2), "(5)/2"), (.sum(k, .product(.product(k, 2), -1)), "k - (2*k)"),
            (.sum(k, .product(k, -2)), "k - 2*k"), (.sum(k, .product(3, -1)), "k - (3)"),
            (576 - k * 256, "576 - 256*k"), (3 - k, "3 - k"), (.sum(3, .product(k, -1)), "3 + (-1*k)"),
            (.sum(k, .constant(.min)), "k + -9223372036854775808"), (.variable("min"), "\"min\""), (.variable("two words"), "\"two words\""),
        ] {
            #expect(tree.description == text)
            #expect(try Self.parsed(text) == tree)
        }
    }

    @Test func everyExpressionIsReadBackToTheSameTree() throws {
        var random = RandomPrograms(seed: 1)
        for _ in 0..<4_000 {
            for tree in [random.tree(4), random.built(5)] {
                let text = tree.description
                let again = try Self.parsed(text)
                #expect(again == tree, "\(text)")
                #expect(again.description == text)
            }
        }
    }

    /// Two trees with the same text could not both be read back.
    @Test func builtExpressionsKeepTheirValue() throws {
        var random = RandomPrograms(seed: 2)
        let variables = ["i": 3, "j": -5, "k": 1000]
        for _ in 0..<1_000 {
            let tree = random.built(4)
            let value = tree.evaluate(variables, at: [2, 0, 9])
            #expect(value != nil)
            #expect(try Self.parsed(tree.description).evaluate(variables, at: [2, 0, 9]) == value)
        }
    }

    @Test func everyProgramIsReadBackEqual() throws {
        var random = RandomPrograms(seed: 3)
        for _ in 0..<400 {
            let program = random.program()
            let text = program.text
            let again = try Program.parse(text, file: "test")
            #expect(again == program, "\(text)")
            #expect(again.text == text)
        }
    }

    @Test func notANumberKeepsItsBits() throws {
        var node = Graph.Node(name: "n", operation: "Clip", version: 13, inputs: [], outputs: [])
        node.attributes["payload"] = .floats([Float(bitPattern: 0xFFC0_1234), .nan])
        node.attributes["values"] = .tensor(Tensor(.fp64, [1], .double([Double(bitPattern: 0x7FF8_0000_0000_0001)])))
        let function = Program.Function(name: "f", nodes: [node], inputs: [], outputs: [], steps: [])
        let text = Program(name: "p", architecture: "a", functions: [function]).text
        #expect(text.contains("payload = floats [nan(4290777652), nan(2143289344)]"))
        #expect(try Program.parse(text, file: "test").text == text)
    }

    /// The format as the documentation shows it, word for word.
    @Test func printsWhatTheArticleShows() throws {
        let k = Expression.variable("k")
        let program = Program(
            name: "gemm", architecture: "tpu-v1",
            operators: [Program.Operator(name: "fc", type: "MatMul+Relu", unit: "mxu", macs: 1000, notes: ["padded"])],
            tensors: [
                Program.Placement(
                    value: 1, name: "fc.weight", role: .parameter, memory: "weights", address: 0, element: .int8, shape: [10, 10],
                    strides: [10, 1], bytes: 100)
            ],
            functions: [
                Program.Function(
                    name: "relu", nodes: [Graph.Node(name: "r", operation: "Relu", version: 14, inputs: [2], outputs: [3])],
                    inputs: [2], outputs: [3], steps: [.init("add"), .init("convert", repeats: 2)])
            ],
            semaphores: [
                .init(name: "full", count: 2, initial: 0, meaning: .loaded), .init(name: "done", count: 1, initial: 0, meaning: .computed),
            ],
            streams: [
                Program.Stream(unit: "dma-in", body: [.release(SemaphoreReference("full"), count: 1, when: .finished)]),
                Program.Stream(unit: "mxu", body: [
                    .loop(variable: "k", bound: 3, body: [
                        .acquire(SemaphoreReference("full", k % 2), count: 1),
                        .command(Command(
                            "matmul", operatorIndex: 0,
                            operands: [
                                .init("left", Region(
                                    memory: "unified", base: 4096 + k * 256, element: .int8, extents: [56, .min(256, 576 - k * 256)],
                                    index: .coordinate(0) * 576 + .coordinate(1),
                                    guards: [Condition(0, .lessOrEqual, .coordinate(1) - 1)])),
                                .init("out", Region(memory: "acc", base: 0, element: .int32, extents: [56, 64], strides: [64, 1])),
                            ],
                            attributes: [.init("accumulate", .min(k, 1))])),
                        .release(SemaphoreReference("full", k % 2), count: 2, when: .operandsRead),
                    ]),
                    .when([Condition(k, .less, 4)], body: [.acquire(SemaphoreReference("done"), count: 1)]),
                ]),
            ])
        let expected = """
            program "gemm" on "tpu-v1"

            operator 0 "fc" MatMul+Relu unit mxu macs 1000
              note "padded"

            tensor 1 "fc.weight" parameter weights@0 int8[10 x 10] bytes 100

            function 0 relu (2) -> (3)
              node "r" Relu version 14 (2) -> (3)
              step add
              step convert repeats 2

            semaphore full[2] = 0 loaded
            semaphore done = 0 computed

            stream dma-in
              release full[0]

            stream mxu
              for k in 0..<3
                acquire full[k%2]
                matmul #0
                  left: unified@(256*k + 4096) int8[56 x min(256, 576 - 256*k)](576*$0 + $1 where 0 <= $1 - 1 else 0)
                  out: acc@0 int32[56 x 64]
                  accumulate = min(k, 1)
                release full[k%2] times 2 when operandsRead
              when k < 4
                acquire done

            """
        #expect(program.text == expected)
        #expect(try Program.parse(program.text, file: "test") == program)
    }

    @Test func layoutIsFree() throws {
        let program = try Program.parse(
            """
            // a comment
            program "p" on "a"   // another


            operator 0 "o" MatMul
            stream u
                  matmul #0 left: m@0 int8[
                     4 x 4 // across lines
                  ],
                    out: n@0 int32[4 x 4]
                    last = 1,
                  halt #0
            """, file: "test")
        #expect(program.streams.count == 1)
        #expect(program.streams[0].body.count == 2)
        guard case .command(let command) = program.streams[0].body[0] else { return #expect(Bool(false)) }
        #expect(command.operands.map(\.name) == ["left", "out"])
        #expect(command[attribute: "last"] == 1)
        #expect(command[operand: "left"]?.index == .coordinate(0) * 4 + .coordinate(1))
    }
}
