import Architecture
import Programs
import Testing
import Verification

/// Bugs that verification has found in shipped programs, and reports of it that were none.
@Suite struct FoundBugTests {
    private func unproved(_ workload: String, on machine: String, operators: [Int] = []) throws -> [String] {
        let architecture = try Subjects.architecture(machine)
        let program = try Subjects.program(workload, on: architecture)
        return Subjects.failures(Verifier.verify(program, on: architecture, options: VerificationOptions(operators: operators)))
    }

    /// Tiles of 12 channels do not divide 256: the last transfer of a strided convolution by 1 × 1 had 12 where 4 were left, and read eight
    /// bytes behind its tensor.
    @Test func theLastTileOfChannelsIsAPartialOne() throws {
        let architecture = try Subjects.architecture("eyeriss.yaml")
        let program = try Subjects.program("resnet50-layers.csv", on: architecture)
        var partial = 0
        for stream in program.streams { count(stream.body, &partial) }
        #expect(partial > 0, "no transfer of an image has a partial tile of channels")
        #expect(try unproved("resnet50-layers.csv", on: "eyeriss.yaml") == [])
    }

    /// Transfers of images, by rows, columns and channels, whose channels are not the same in every tile.
    private func count(_ body: [Statement], _ partial: inout Int) {
        for statement in body {
            switch statement {
            case .loop(_, _, let inner), .when(_, let inner): count(inner, &partial)
            case .command(let command):
                guard command.opcode == "copy", let from = command[operand: "from"], from.extents.count == 3 else { continue }
                if from.extents[1].constantValue != nil, case .minimum = from.extents[2] { partial += 1 }
            default: continue
            }
        }
    }

    /// Rows of padding come before what is put into a buffer, and belong to the buffer of another operator: nothing reads them. What is read
    /// begins where the guards of the window begin, and it is that buffer's reader.
    @Test func paddingBeforeABufferIsNotRead() throws {
        let architecture = try Subjects.architecture("tpu-v4-core.yaml")
        let certificate = Verifier.verify(try Subjects.program("squeezenet1-1.onnx", on: architecture), on: architecture)
        #expect(Subjects.failures(certificate) == [])
        // Rows of a core begin in the middle of the image, a column before its own: the solver is told so, and needs no steps.
        #expect(certificate.obligations.allSatisfy { $0.kind == .operatorOrder || $0.method != .exhaustive })
    }

    /// A reader whose region begins in the padding is held against its transfer all the same.
    @Test func aReaderThatBeginsInThePaddingIsChecked() throws {
        let architecture = try Subjects.architecture("tpu-v4-core.yaml")
        let program = try Subjects.program("squeezenet1-1.onnx", on: architecture)
        let broken = program.rewriting({ $0 == "core0.mxu" }) { statement in
            // The weights come after the activations: waiting for them would do for both.
            if case .acquire(let reference, _) = statement, ["op15.left.full", "op15.right.full"].contains(reference.name) { [] } else { [statement] }
        }
        #expect(broken != program)
        let certificate = Verifier.verify(broken, on: architecture, options: VerificationOptions(operators: [15]))
        #expect(certificate.refuted.contains { $0.kind == .order }, "\(Subjects.failures(certificate))")
    }
}
