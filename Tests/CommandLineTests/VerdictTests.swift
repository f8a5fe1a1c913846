import OperatorGraph
import Testing
import cyclewright

@Suite("Verdict on values")
struct VerdictTests {
    private func comparison(_ name: String, _ actual: [Int8], _ expected: [Int8]) -> TensorComparison {
        TensorComparison(
            name: name, actual: Tensor(.int8, [actual.count], .int8(actual)), expected: Tensor(.int8, [expected.count], .int8(expected)), bound: 0)
    }

    private func comparison(_ name: String, _ actual: [Float], _ expected: [Float], bound: Double) -> TensorComparison {
        TensorComparison(
            name: name, actual: Tensor(.fp32, [actual.count], .float(actual)), expected: Tensor(.fp32, [expected.count], .float(expected)), bound: bound)
    }

    @Test func agreementGivesErrorAndBound() {
        let verdict = ValueCheck.Verdict([
            comparison("a", [1, 2], [1, 2]), comparison("b", [1], [1]), comparison("c", [1, 1.0625], [1, 1], bound: 0.125),
        ])
        #expect(verdict.mismatch == nil)
        #expect(verdict.summary == "Values: 2 integer tensors (3 elements) equal; 1 floating-point tensor (2 elements) within bounds, worst error 6.3e-2 where 1.3e-1 is allowed")
    }

    @Test func theFirstWrongTensorIsNamedWithItsFirstWrongElement() {
        let verdict = ValueCheck.Verdict([comparison("a", [1], [1]), comparison("b", [1, 5, 6], [1, 2, 3]), comparison("c", [7], [8])])
        #expect(verdict.mismatch == "b: at [1] is 5, expected 2; 2 of 3 tensors differ from the reference")
        #expect(verdict.summary == "Values: 2 of 3 tensors differ from the reference")
    }

    @Test func nothingComparedIsNoAgreement() {
        #expect(ValueCheck.Verdict([]).mismatch != nil)
    }
}
