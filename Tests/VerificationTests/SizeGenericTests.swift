import Architecture
import Foundation
import GraphImport
import Lowering
import Programs
import Testing
import Verification

/// What is proved for any number of tiles holds for programs of many sizes, and what is broken for some of them is not proved.
@Suite struct SizeGenericTests {
    private static func product(_ rows: Int, _ columns: Int, _ depth: Int, on architecture: Architecture) throws -> Program {
        let text = "Layer, M, N, K,\nproduct, \(rows), \(columns), \(depth),\n"
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("product-\(rows)-\(columns)-\(depth)-\(architecture.name).csv")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Lowering.lower(try WorkloadImport.load(path: file.path, options: ImportOptions()), to: architecture).program
    }

    private static func verify(_ program: Program, _ architecture: Architecture, symbolic: Bool = true) -> Certificate {
        Verifier.verify(program, on: architecture, options: VerificationOptions(symbolicSizes: symbolic))
    }

    private static func random(_ state: inout UInt64, _ range: ClosedRange<Int>) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + Int((state >> 33) % UInt64(range.count))
    }

    /// Loops over tiles with their bounds, by unit.
    private static func bounds(_ program: Program) -> [String: Set<Int>] {
        var found: [String: Set<Int>] = [:]
        func search(_ body: [Statement]) {
            for statement in body {
                if case .loop(let variable, let bound, let inner) = statement {
                    if let bound = bound.constantValue { found[variable, default: []].insert(bound) }
                    search(inner)
                } else if case .when(_, let inner) = statement {
                    search(inner)
                }
            }
        }
        for stream in program.streams { search(stream.body) }
        return found
    }

    /// A product of one size is proved right for any number of its tiles; programs of other sizes are proved one by one, exhaustive
    /// checks of their numbers included.
    @Test(arguments: ["gemmini.yaml", "tpu-v4-core.yaml", "eyeriss.yaml", "tpu-v1.yaml"]) func otherSizesAreRightToo(_ machine: String) throws {
        let architecture = try Subjects.architecture(machine)
        let base = try Self.product(1024, 768, 1536, on: architecture)
        let certificate = Self.verify(base, architecture)
        #expect(certificate.isProved, "\(Subjects.failures(certificate))")
        let any = SizeClaims(certificate, 0).any
        #expect(!any.isEmpty, "\(SizeClaims(certificate, 0).fixed)")
        var state: UInt64 = 7
        var numbers: Set<Int> = []
        for _ in 0..<8 {
            let program = try Self.product(
                Self.random(&state, 1...2500), 64 * Self.random(&state, 1...20), 64 * Self.random(&state, 1...30), on: architecture)
            let own = Self.verify(program, architecture)
            #expect(own.isProved, "\(program.text.prefix(400)) \(Subjects.failures(own))")
            for loop in any { numbers.formUnion(Self.bounds(program)[loop] ?? []) }
        }
        // Many numbers of tiles were among them.
        #expect(numbers.count > 3)
    }

    struct Bug: Sendable, CustomTestStringConvertible {
        var name: String
        var loop: String
        /// From how many tiles on it is wrong; `nil` where the certificate need not say.
        var smallest: Int?
        var change: @Sendable (Statement) -> [Statement]
        var testDescription: String { name }
    }

    private static func changing(_ opcode: String, _ memory: String, _ operand: String, _ change: @escaping @Sendable (inout Region) -> Void) -> @Sendable (Statement) -> [Statement] {
        { statement in
            guard case .command(let command) = statement, command[operand: operand]?.memory == memory else { return [statement] }
            return statement.changingOperand(operand, of: opcode, change) ?? [statement]
        }
    }

    static let bugs: [Bug] = [
        Bug(name: "rows of tiles of results a row too far apart", loop: "m", smallest: 2, change: changing("copy", "dram", "to") { $0.index = $0.index.mapFactors { a, factor in a.isVariable("m") ? factor + 768 : factor } }),
        Bug(name: "rows of tiles of results a row too close", loop: "m", smallest: 2, change: changing("copy", "dram", "to") { $0.index = $0.index.mapFactors { a, factor in a.isVariable("m") ? factor - 768 : factor } }),
        Bug(name: "columns of results an element too far apart", loop: "n", smallest: 2, change: changing("copy", "dram", "to") { $0.index = $0.index.mapFactors { a, factor in a.isVariable("n") ? factor + 1 : factor } }),
        Bug(name: "results a row short", loop: "m", smallest: nil, change: changing("copy", "dram", "to") { $0.extents[0] = $0.extents[0] - 1 }),
        Bug(name: "operands behind their tensor", loop: "m", smallest: 1, change: changing("copy", "dram", "from") { $0.index = $0.index.mapFactors { $1 } + ($0.index.variables.contains("m") ? 1536 : 0) }),
        Bug(name: "a tile of rows too many", loop: "m", smallest: nil, change: { statement in
            if case .loop("m", let bound, let body) = statement { [.loop(variable: "m", bound: bound + 1, body: body)] } else { [statement] }
        }),
        Bug(name: "one buffer for operands", loop: "k", smallest: nil, change: { statement in
            let copy = statement.changingOperand("to", of: "copy") { $0.base = $0.base.mapFactors { a, factor in a.variables.contains("k") ? 0 : factor } }
            let product = statement.changingOperand("right", of: "matmul") { $0.base = $0.base.mapFactors { a, factor in a.variables.contains("k") ? 0 : factor } }
            return copy ?? product ?? [statement]
        }),
        Bug(name: "no wait for a free buffer", loop: "k", smallest: nil, change: { statement in
            if case .acquire(let reference, _) = statement, reference.name.hasSuffix("right.free") { [] } else { [statement] }
        }),
    ]

    /// Each bug is in the program of every size. Where the certificate says how many tiles it takes, that many are wrong and fewer are right.
    @Test(arguments: bugs) func whatIsWrongForSomeIsNotProvedForAny(_ bug: Bug) throws {
        let architecture = try Subjects.architecture("gemmini.yaml")
        let base = try Self.product(1024, 768, 1536, on: architecture)
        #expect(SizeClaims(Self.verify(base, architecture), 0).any == ["m", "n", "k"])
        let broken = base.rewriting({ _ in true }, bug.change)
        try #require(broken != base)
        let claims = SizeClaims(Self.verify(broken, architecture), 0)
        #expect(!claims.any.contains(bug.loop))
        guard let smallest = bug.smallest else { return }
        let said = (claims.fixed[bug.loop] ?? []).compactMap { reason -> Int? in
            reason.range(of: "where it has ").flatMap { Int(reason[$0.upperBound...].prefix { $0.isNumber }) }
        }
        #expect(said == [smallest], "\(claims.fixed)")
        // Rows of a tile of the program.
        let count = try #require(Self.bounds(base)[bug.loop]?.max())
        let each = (bug.loop == "m" ? 1024 : 768) / count
        for tiles in 1...4 {
            let program = try Self.product(bug.loop == "m" ? each * tiles : 1024, bug.loop == "n" ? each * tiles : 768, 1536, on: architecture)
            let changed = program.rewriting({ _ in true }, bug.change)
            // A single tile has no loop, and no such bug.
            guard changed != program else { continue }
            let certificate = Self.verify(changed, architecture, symbolic: false)
            // Fewer rows may be cut in another way; as many tiles are as wrong.
            if Self.bounds(program)[bug.loop]?.max() ?? 1 == tiles { #expect(certificate.isProved == (tiles < smallest), "\(tiles): \(Subjects.failures(certificate))") }
        }
    }

    /// Rows of an image: the halo, what is clamped, and the last tile.
    @Test func rowsOfImages() throws {
        let architecture = try Subjects.architecture("tpu-v1.yaml")
        let program = try Subjects.program("alexnet.onnx", on: architecture)
        func claims(_ program: Program) -> SizeClaims {
            SizeClaims(Verifier.verify(program, on: architecture, options: VerificationOptions(symbolicSizes: true, operators: [0])), 0)
        }
        #expect(claims(program).any.contains("m"))
        func image(_ change: @escaping (inout Region) -> Void) -> (Statement) -> [Statement] {
            { statement in
                guard case .command(var command) = statement, command.opcode == "copy", command.operatorIndex == 0, command.operands.contains(where: { $0.region.extents.count == 3 })
                else { return [statement] }
                for place in command.operands.indices { change(&command.operands[place].region) }
                return [.command(command)]
            }
        }
        let bugs: [(String, (Statement) -> [Statement])] = [
            ("a halo short by a row", image { $0.extents[0] = $0.extents[0] - 1 }),
            ("rows of padding are fetched", image { $0.index = $0.index.withoutClamp(.maximum) }),
            ("the last rows are not clamped", image { $0.extents[0] = $0.extents[0].withoutClamp(.minimum) }),
            ("windows a row too far apart", image { $0.index = $0.index.mapFactors { a, factor in a.isVariable("m") ? factor + 1 : factor } }),
        ]
        for (name, change) in bugs {
            let broken = program.rewriting({ $0 == "hostIn" }, change)
            #expect(broken != program, "\(name)")
            #expect(!claims(broken).any.contains("m"), "\(name)")
        }
    }
}
