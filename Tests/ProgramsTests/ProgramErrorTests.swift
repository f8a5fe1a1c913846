import Programs
import Testing

@Suite struct ProgramErrorTests {
    private func message(_ text: String) -> String {
        do throws(ProgramError) {
            _ = try Program(text: text, file: "f")
            return "no error"
        } catch {
            return error.description
        }
    }

    private func inStream(_ statements: String) -> String {
        message("program \"p\" on \"a\"\noperator 0 \"o\" T\nsemaphore full[2] = 0 loaded\nstream u\n\(statements)\n")
    }

    @Test func formErrorsNamePlaceAndCure() {
        #expect(message("") == "f:1:1: expected the line: program \"name\" on \"architecture\"")
        #expect(message("program \"p\" on") == "f:1:15: expected the architecture's name in quotes, found the end of the text")
        #expect(message("program \"p\" on \"a\"\nsemaphor x = 0 loaded") == "f:2:1: \"semaphor\" opens no declaration; did you mean \"semaphore\"?")
        #expect(message("program \"p\" on \"a\"\nsemaphore x = 0 laoded") == "f:2:17: expected what a waiting stream lacks, found 'laoded'; did you mean \"loaded\"?")
        #expect(inStream("  for k in 1..<4").hasPrefix("f:5:12: loops count from 0; write 0..<count"))
        #expect(inStream("  for k in 0..<k*k").hasPrefix("f:5:17: one factor of a product must be an integer"))
        #expect(inStream("  for k in 0..<4/k") == "f:5:17: the divisor must be an integer")
        #expect(inStream("  for k in 0..<99999999999999999999").contains("does not fit in 64 bits"))
        #expect(inStream("  for k in 0..<9223372036854775807 + 1") == "f:5:36: the value does not fit in 64 bits")
        #expect(inStream("  aquire full") == "f:5:10: expected '#' and the operator that \"aquire\" works for, found 'full'; did you mean \"acquire\"?")
        #expect(inStream("  mm #0 left: m@0 nt8[4]") == "f:5:19: expected an element format, found 'nt8'; did you mean \"int8\"?")
        #expect(inStream("  mm #0 left: m@0 int8[4x4]").contains("spaces around the x"))
        #expect(inStream("  mm #0 left: m@0 int8[4 x k]").contains("write (stride*$0 + $1)"))
        #expect(inStream("    mm #0\n  mm #0") == "f:6:3: the indentation fits no block above; indent it by 4 or 0 spaces")
        #expect(inStream("  acquire full\n    mm #0").hasPrefix("f:6:5: the line is indented further than its neighbours"))
        #expect(inStream("\tmm #0") == "f:5:1: a tab indents the line; indent with spaces")
        #expect(inStream("  mm #0 a: \"m").contains("the quoted text has no end"))
        #expect(inStream("  mm #0 a; b").contains("unexpected character ';'"))
    }

    @Test func namesResolve() {
        #expect(inStream("  acquire ful") == "f:5: stream u: acquire: no semaphore \"ful\"; did you mean \"full\"?")
        #expect(inStream("  acquire full[2]") == "f:5: stream u: acquire: full[2] does not exist; indices go from 0 to 1")
        #expect(inStream("  acquire full[1]") == "no error")
        #expect(inStream("  acquire full times 0").contains("use a positive number"))
        #expect(inStream("  for row in 0..<3\n    acquire full[rwo]").contains("did you mean \"row\"?"))
        #expect(inStream("  for row in 0..<3\n    acquire full\n  acquire full[row]").hasPrefix("f:7: stream u: acquire: the index row uses \"row\""))
        #expect(inStream("  for k in 0..<3\n    for k in 0..<3").contains("\"k\" is bound already"))
        #expect(inStream("  mm #1") == "f:5: stream u: mm: no operator #1; operators go from #0 to #0")
        #expect(inStream("  mm #0 function = 0").contains("no function 0"))
        #expect(message("program \"p\" on \"a\"\noperator 0 \"o\" T unit mux\nstream mxu") == "f:2: operator 0 \"o\": no stream for the unit \"mux\"; did you mean \"mxu\"?")
        #expect(message("program \"p\" on \"a\"\nstream u\nstream u").hasPrefix("f:3: stream u: the unit has a stream already"))
        #expect(message("program \"p\" on \"a\"\nsemaphore s = 0 free\nsemaphore s = 0 free").contains("the name is taken"))
        #expect(message("program \"p\" on \"a\"\nsemaphore s[4611686018427387904] = 0 free").contains("use 1 to 1048576"))
        #expect(message("program \"p\" on \"a\"\nfunction 0 f (1) -> (1)\n  step ad") == "f:2: function 0 f: \"ad\" is no vector operation; did you mean \"add\"?")
    }

    @Test func regionsHaveMeaning() {
        #expect(inStream("  mm #0 left: m@0 int8[4]($1)") == "f:5: stream u: mm: left: the index $1 uses $1, but the region has 1 dimension; use $0")
        #expect(inStream("  mm #0 left: m@$0 int8[4]").contains("coordinates have a meaning only in a region's parentheses"))
        #expect(inStream("  mm #0 left: m@0 int8[-4]").contains("the extent -4 is negative"))
        #expect(inStream("  mm #0 left: m@0 int8[4]($0/0)").contains("divisors are positive"))
        #expect(inStream("  mm #0 left: m@-1 int8[4]").contains("the address -1 is negative"))
        #expect(inStream("  mm #0 left: m@0 int8[4], left: m@0 int8[4]").contains("\"left\" is given twice"))
        #expect(inStream("  for k in 0..<4611686018427387904\n    mm #0 left: m@(4*k) int8[4]").contains("the address 4*k can exceed 64 bits"))
        #expect(inStream("  read n <- m@0 fp32[1]").contains("fp32 is no integer format"))
        #expect(inStream("  read n <- m@0 int8[2]").contains("make the extents [1]"))
        #expect(inStream("  read n <- m@0 int8[1]\n  for k in 0..<n\n    acquire full[k%2]") == "no error")
        #expect(inStream("  mm #0 left: m*@0 int8[4]").contains("write m*[number]@…"))
        #expect(inStream("  mm #0 left: m[3]@0 int8[4]").contains("write * where it belongs"))
    }

    @Test func familiesUnfold() throws {
        let text = """
            program "p" on "a"
            operator 0 "o" T unit core*.lif
            semaphore s[3] = 0 computed
            stream core*.lif for core in 0..<3
              fire #0 state: core*.spad[core]@(8*core) int8[4], to: core*.inbox[(core + 1)%3]@0 int8[1]
              release s[core]
            """
        let program = try Program(text: text, file: "f")
        #expect(try Program.parse(program.text, file: "f") == program)
        let unfolded = program.unfolded
        #expect(unfolded.streams.map(\.unit) == ["core0.lif", "core1.lif", "core2.lif"])
        guard case .command(let command) = unfolded.streams[2].body[0] else { return #expect(Bool(false)) }
        #expect(command[operand: "state"]?.memory == "core2.spad")
        #expect(command[operand: "state"]?.base == 16)
        #expect(command[operand: "to"]?.memory == "core0.inbox")
        #expect(unfolded.streams[1].body[1] == .release(SemaphoreReference("s", 1), count: 1, when: .finished))
        #expect(message(text.replacing("core*.lif for core in 0..<3", with: "core.lif for core in 0..<3")).contains("no place for the member's number"))
        #expect(message(text + "\nstream core1.lif").contains("which has a stream already"))
    }
}
