import Architecture
import Programs
import Testing
import Verification

/// What is said to hold for any number of tiles.
@Suite struct SymbolicSizeTests {
    /// Loops over tiles of an operator of which any number was proved.
    private func loops(_ certificate: Certificate, _ operatorIndex: Int) -> Set<String> { SizeClaims(certificate, operatorIndex).any }

    private func verify(_ program: Program, _ architecture: Architecture, _ operatorIndex: Int) -> Certificate {
        Verifier.verify(program, on: architecture, options: VerificationOptions(symbolicSizes: true, operators: [operatorIndex]))
    }

    /// Whether a loop over two tiles of depth is around what fetches an operator's weights.
    private func hasTwoTiles(_ program: Program, _ operatorIndex: Int) -> Bool {
        func search(_ body: [Statement], _ isInside: Bool) -> Bool {
            body.contains { statement in
                switch statement {
                case .loop(let variable, let bound, let inner): search(inner, isInside || (variable == "k" && bound == 2))
                case .when(_, let inner): search(inner, isInside)
                case .command(let command): isInside && command.opcode == "matmul" && command.operatorIndex == .constant(operatorIndex)
                default: false
                }
            }
        }
        return program.streams.contains { search($0.body, false) }
    }

    /// Two tiles need no credit for the two buffers; three would. Who never waits for a free buffer is right for this size, and for no other.
    @Test func whatHoldsForTwoTilesAloneIsNotSaidToHoldForAny() throws {
        let architecture = try Subjects.architecture("tpu-v4-core.yaml")
        let program = try Subjects.program("squeezenet1-1.onnx", on: architecture)
        let subject = try #require(program.operators.indices.first { index in
            hasTwoTiles(program, index) && loops(verify(program, architecture, index), index).contains("k")
        })
        let broken = program.rewriting({ $0.hasSuffix("load") }) { statement in
            if case .acquire(let reference, _) = statement, reference.name.hasPrefix("op\(subject)."), reference.name.hasSuffix(".free") { [] } else { [statement] }
        }
        #expect(broken != program)
        #expect(!loops(verify(broken, architecture, subject), subject).contains("k"))
    }

    @Test func everyProductHasLoopsOfAnyNumber() throws {
        let architecture = try Subjects.architecture("tpu-v4-core.yaml")
        let program = try Subjects.program("gpt2-products.csv", on: architecture)
        let certificate = Verifier.verify(program, on: architecture, options: VerificationOptions(symbolicSizes: true))
        #expect(certificate.isProved)
        let sizes = certificate.obligations.filter { $0.kind == .sizes }
        #expect(!sizes.isEmpty)
        for obligation in sizes {
            #expect(!loops(certificate, obligation.operatorIndex ?? -1).isEmpty, "\(obligation.claim)")
        }
        // All dimensions but one, which its cores divide unevenly.
        #expect((0..<6).reduce(0) { $0 + loops(certificate, $1).count } >= 15)
    }
}
