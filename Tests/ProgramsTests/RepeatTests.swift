import Programs
import Testing

/// Declarations that differ in even numbers are written once.
@Suite struct RepeatTests {
    private static func program(layers: Int) -> Program {
        var program = Program(name: "deep", architecture: "a", streams: [Program.Stream(unit: "mxu", body: [])])
        program.operators.append(Program.Operator(name: "embedding", type: "Gather", unit: "mxu", macs: 0))
        for layer in 0..<layers {
            program.operators.append(Program.Operator(name: "layers.\(layer).norm", type: "Norm", unit: "mxu", macs: 0, notes: ["runs \(2000 - layer) times"]))
            program.operators.append(Program.Operator(name: "layers.\(layer).product", type: "MatMul", unit: "mxu", macs: 100 + layer))
            program.semaphores.append(Program.Semaphore(name: "end\(layer)", count: 2, initial: 0, meaning: .computed))
        }
        return program
    }

    @Test func deepTablesAreShort() throws {
        let (shallow, deep) = (Self.program(layers: 10).text, Self.program(layers: 1_000).text)
        #expect(deep.utf8.count < shallow.utf8.count + 64)
        #expect(deep.contains("repeat 1000\n  operator {1+2} \"layers.{0+1}.norm\" Norm unit mxu\n    note \"runs {2000-1} times\"\n"))
        #expect(deep.contains("repeat 1000\n  semaphore end{0+1}[2] = 0 computed\n"))
        #expect(try Program(text: deep, file: "deep") == Self.program(layers: 1_000))
    }

    @Test func whatIsNotEvenIsWrittenOut() throws {
        var program = Self.program(layers: 9)
        program.operators[5].macs = 4
        program.operators[12].name = "a {1+1} b"
        program.operators[14].name = "layers.06.norm"
        #expect(try Program(text: program.text, file: "uneven") == program)
        #expect(!program.text.contains("repeat 9\n  operator"))
    }

    @Test func mistakesAreLocatedInTheSource() {
        func message(_ text: String) -> String {
            do throws(ProgramError) {
                _ = try Program(text: "program \"p\" on \"a\"\n" + text, file: "f")
                return "no error"
            } catch {
                return error.description
            }
        }
        #expect(message("repeat 3\n  operator {0+1} \"o\" T\nrepeat 2\n  operator {3+1} \"o\" T uni mxu\nstream mxu") == "f:5:18: unexpected 'uni' after what the line says")
        #expect(message("repeat x\n  operator {0+1} \"o\" T") == "f:2: \"x\" repeats; write a number from 1 to 1048576")
        #expect(message("repeat 4\nstream mxu") == "f:2: the repeat holds nothing; indent what it repeats by two spaces")
        #expect(message("repeat 4\n  operator {0*1} \"o\" T") == "f:3: \"{0*1} \\\"o\\\" T\" is no number that goes up evenly; write {first+step}".replacing("\\", with: ""))
        #expect(message("repeat 4\n  operator {0+9223372036854775807} \"o\" T").contains("is no number that goes up evenly"))
        let long = String(repeating: "x", count: 4_000)
        #expect(message("repeat 1000000\n  operator {0+1} \"\(long)\" T").contains("written out, the repeats are longer than 32 MiB"))
    }

    @Test("A command may serve another operator in every iteration")
    func operatorsOfLoops() throws {
        let text = """
            program "p" on "a"
            repeat 4
              operator {0+1} "layer {0+1}" MatMul unit mxu
            stream mxu
              for layer in 0..<2
                matmul #(2*layer + 1) out: m@0 int8[4]
            """
        let program = try Program(text: text, file: "f")
        guard case .loop(_, _, let body) = program.streams[0].body[0], case .command(let command) = body[0] else {
            Issue.record("no command in a loop")
            return
        }
        #expect(command.operatorIndex == .variable("layer") * 2 + 1)
        #expect(try Program(text: program.text, file: "f") == program)
        do throws(ProgramError) {
            _ = try Program(text: text.replacing("0..<2", with: "0..<3"), file: "f")
            Issue.record("operator 5 does not exist")
        } catch {
            #expect(error.message.contains("no operator #"))
        }
    }
}
