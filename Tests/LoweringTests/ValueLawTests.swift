import OperatorGraph
import Simulation
import Testing

/// What a program computes on a machine is what its workload means.
@Suite struct ValueLawTests {
    @Test(arguments: RandomWorkload.Family.allCases)
    func valuesEqualTheReference(_ family: RandomWorkload.Family) {
        for seed in 0..<25 {
            do {
                let law = try LawCase(family, seed: seed)
                let tensors = law.tensors()
                let outcome = try law.run(values: tensors)
                let difference = law.difference(of: outcome, from: try law.reference(tensors))
                #expect(difference == nil, "\(law.name)")
            } catch {
                Issue.record("\(family.rawValue) \(seed): \(error)")
            }
        }
    }
}
