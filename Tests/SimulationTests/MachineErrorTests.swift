import Architecture
import NumberFormats
import OperatorGraph
import Programs
import Simulation
import Testing

/// Programs that cannot run end with an error that says why; none hangs.
@Suite struct MachineErrorTests {
    private func error(_ text: String, values: ValueSource? = nil) throws -> SimulationError {
        try #require(throws: SimulationError.self) { _ = try TinyMachine.run("operator 0 \"a\" A\n\n" + text, options: SimulationOptions(values: values)) }
    }

    @Test func aMissingReleaseIsADeadlock() throws {
        let error = try error(
            """
            semaphore full = 0 loaded
            semaphore free = 1 free
            stream load
              for i in 0..<3
                acquire free
                copy #0 from: dram@0 int8[4], to: spad@0 int8[4]
                release full
            stream vpu
              acquire full
            """)
        guard case .deadlock(let text) = error else { Issue.record("\(error)"); return }
        #expect(text.contains("load waits for 1 of free"))
    }

    @Test func unitsThatWaitForEachOtherAreADeadlock() throws {
        let error = try error(
            """
            semaphore a = 0 computed
            semaphore b = 0 computed
            stream mxu
              acquire a
              release b
            stream vpu
              acquire b
              release a
            """)
        guard case .deadlock(let text) = error else { Issue.record("\(error)"); return }
        #expect(text.contains("mxu") && text.contains("vpu"))
    }

    @Test(arguments: [
        ("stream gpu\n  copy #0 from: dram@0 int8[4], to: spad@0 int8[4]", "gpu"),
        ("stream load\n  copy #0 from: hbm@0 int8[4], to: spad@0 int8[4]", "hbm"),
        ("stream load\n  shuffle #0 from: dram@0 int8[4], to: spad@0 int8[4]", "shuffle"),
        ("stream load\n  matmul #0 left: spad@0 int8[2 x 2], right: spad@8 int8[2 x 2], out: sums@0 int32[2 x 2]", "load"),
        ("stream load\n  copy #0 from: dram@0 int8[4], to: dram@64 int8[4]", "DRAM"),
        ("stream load\n  copy #0 from: dram@0 int8[4], to: sums@64 int8[4]", "sums"),
        ("stream mxu\n  matmul #0 left: dram@0 int8[2 x 2], right: spad@8 int8[2 x 2], out: sums@0 int32[2 x 2]", "dram"),
        ("stream load\n  copy #0 from: dram@0 int8[4]($0 where $0 < 2), to: spad@64 int8[4]", "padding"),
    ])
    func whatTheMachineDoesNotHaveIsUnsupported(_ text: String, _ named: String) throws {
        let error = try error(text)
        guard case .unsupported(let text) = error else { Issue.record("\(error)"); return }
        #expect(text.contains(named), "\(text)")
    }

    @Test(arguments: [
        ("stream mxu\n  matmul #0 left: spad@0 int8[2 x 3], right: spad@8 int8[3 x 2], out: sums@0 int32[2 x 2]", "does not fit"),
        ("stream mxu\n  matmul #0 left: spad@0 int8[2 x 2], right: spad@8 int8[2 x 3], out: sums@0 int32[2 x 3]", "does not fit"),
        ("stream mxu\n  matmul #0 left: spad@0 int8[0 x 2], right: spad@8 int8[2 x 2], out: sums@0 int32[0 x 2]", "empty"),
        ("stream mxu\n  matmul #0 left: spad@0 int8[2 x 2], right: spad@8 int8[2 x 2]", "left, right and out"),
        ("semaphore s[2] = 1 free\nstream mxu\n  for i in 0..<4\n    acquire s[i]", "outside"),
        ("semaphore s[2] = 1 free\nstream mxu\n  for i in 0..<4\n    release s[i - 1]", "outside"),
        ("stream mxu\n  acquire nothing", "nothing"),
        ("stream vpu\n  apply #0 in0: sums@0 int32[4], out0: spad@0 int8[4], function = 3, elements = 4", "function"),
        ("stream load\n  copy #7 from: dram@0 int8[4], to: spad@0 int8[4]", "7"),
        ("stream load\n  copy #0 from: dram@0 int8[4]", "from and to"),
        ("stream load\n  copy #0 from: dram@(8*k) int8[4], to: spad@0 int8[4]", "k"),
        ("semaphore s = 0 free\nsemaphore s = 0 free\nstream load\n  acquire s", "twice"),
        ("stream load\n  copy #0 from: dram@0 int8[4], to: spad@0 int8[4]\nstream load\n  copy #0 from: dram@0 int8[4], to: spad@0 int8[4]", "two streams"),
    ])
    func mistakesOfTheProgramAreInvalid(_ text: String, _ named: String) throws {
        let error = try error(text)
        guard case .invalidProgram(let text) = error else { Issue.record("\(error)"); return }
        #expect(text.contains(named), "\(text)")
    }

    // MARK: On values

    private static let memory = "tensor 0 \"x\" input dram@0 int32[8] bytes 32\n\n"

    private func source(_ integers: [Int]) -> ValueSource {
        let tensor = Tensor(.int32, [8], integers: integers)
        let graph = Graph(name: "x", origin: "test", values: [Graph.Value(name: "x", type: tensor.type, kind: .input)], inputs: [0])
        return ValueSource(graph: graph, tensors: [0: tensor])
    }

    @Test(arguments: [
        ("stream load\n  copy #0 from: dram@0 int32[8], to: spad@4090 int32[8]", "outside"),
        ("stream load\n  copy #0 from: dram@16 int32[8], to: spad@0 int32[8]", "outside"),
        ("stream load\n  copy #0 from: dram@0 int32[8](4*$0 - 8), to: spad@0 int32[8]", "outside"),
        ("stream load\n  copy #0 from: dram@0 int32[8], to: spad@0 int32[7]", "8 elements into 7"),
        ("stream load\n  gather #0 from: dram@0 int32[2 x 2], indices: dram@16 int32[2], to: spad@0 int32[2 x 2]", "outside of a table"),
    ])
    func accessesOutsideOfWhatIsThereAreInvalid(_ text: String, _ named: String) throws {
        let error = try error(Self.memory + text, values: source([0, 1, 2, 3, 1, 5, -1, 0]))
        guard case .invalidProgram(let text) = error else { Issue.record("\(error)"); return }
        #expect(text.contains(named), "\(text)")
    }

    @Test func aTensorWithoutValuesIsInvalid() throws {
        let graph = Graph(name: "x", origin: "test", values: [Graph.Value(name: "x", type: TensorType(.int32, [8]), kind: .input)], inputs: [0])
        let error = try error(
            Self.memory + "stream load\n  copy #0 from: dram@0 int32[8], to: spad@0 int32[8]", values: ValueSource(graph: graph, tensors: [:]))
        #expect(error == .invalidProgram("x has no values"))
    }
}
