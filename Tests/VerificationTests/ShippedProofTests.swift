import Architecture
import Lowering
import Programs
import Testing
import Verification

/// Every shipped network verifies on shipped machines; two machines each in a test, all of them in `Benchmarks/verification/run.sh`.
@Suite struct ShippedProofTests {
    private static let architectures = Subjects.files("Architectures", ["yaml"])
    private static let workloads = Subjects.files("Workloads", ["onnx", "csv"])
    private static let pairs: [(String, String)] = workloads.enumerated().map { index, workload in (architectures[index % architectures.count], workload) }

    @Test(arguments: pairs) func isProved(_ architectureName: String, _ workload: String) throws {
        let architecture = try Subjects.architecture(architectureName)
        let program: Program
        do {
            program = try Subjects.program(workload, on: architecture)
        } catch let error as LoweringError {
            // What does not fit a machine has no program; no other reason will do.
            #expect("\(error)".contains("needs") || "\(error)".contains("fit"), "\(error)")
            return
        }
        let certificate = Verifier.verify(program, on: architecture, options: VerificationOptions(symbolicSizes: true))
        #expect(certificate.isProved, "\(Subjects.failures(certificate).joined(separator: "\n"))")
        #expect(certificate.obligations.allSatisfy { $0.queries == 0 || $0.limit > 0 })
    }

    @Test func theSameProgramGivesTheSameCertificate() throws {
        let architecture = try Subjects.architecture("gemmini.yaml")
        let program = try Subjects.program("resnet18-int8.onnx", on: architecture)
        #expect(Verifier.verify(program, on: architecture) == Verifier.verify(program, on: architecture))
    }
}
