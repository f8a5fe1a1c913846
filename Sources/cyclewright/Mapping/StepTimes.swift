import Lowering
import Mapping
import MappingSearch

/// What decides how long a step of a workload takes on the cores that run it: each of its operators' parts.
struct StepTimes {
    private enum Part {
        /// Of each core.
        case product([MappedProduct])
        case vector(VectorWork)
    }
    private var parts: [Part]
    /// Where nothing is known but how long the vector unit computes.
    private var otherwise: Double
    /// On which the step runs.
    private var cores: Int

    /// By step.
    static func all(_ lowered: LoweredWorkload, on cores: Int) -> [StepTimes] {
        var products: [Int: [MappedProduct]] = [:]
        for product in lowered.products { products[product.operatorIndex, default: []].append(product) }
        let vectors = Dictionary(lowered.vectorWork.map { ($0.operatorIndex, $0) }) { first, _ in first }
        return lowered.steps.map { step in
            StepTimes(
                parts: step.operators.compactMap { index in products[index].map { .product($0) } ?? vectors[index].map { .vector($0) } },
                otherwise: step.vectorCycles, cores: cores)
        }
    }

    /// The slowest core's, one operator after the other.
    ///
    /// - Parameters:
    ///   - all: cores of the machine.
    ///   - bandwidth: the part of the memory's bandwidth that there really is.
    ///   - spare: how much more than its part of that a core gets, as others leave it, as long as there is so much.
    func time(of all: Int, bandwidth: Double, spare: Double) -> CoreProblem.Time {
        let share = min(spare, Double(all) / Double(max(1, cores)))
        var memory = 0.0
        guard !parts.isEmpty else { return CoreProblem.Time(cycles: Int(otherwise.rounded())) }
        var (end, engaged) = (0.0, 0.0)
        for part in parts {
            var (cycles, busy, moved) = (0.0, 0.0, 0.0)
            switch part {
            case .vector(let work):
                (cycles, busy, moved) = work.engagement(bandwidth: bandwidth * share)
                moved *= Double(cores)
            case .product(let products):
                for product in products {
                    guard let one = ProductSearch.engagement(of: product.mapping, for: product.request, bandwidth: bandwidth * share) else { continue }
                    (cycles, busy) = (max(cycles, one.cycles), max(busy, one.engaged))
                    moved += one.moved
                }
            }
            // The last operator's end is not waited for by others on the core.
            engaged = end + busy
            memory += moved * share / Double(all)
            end += cycles
        }
        let cycles = Int(end.rounded())
        return CoreProblem.Time(cycles: cycles, engaged: min(cycles, Int(engaged.rounded())), memory: min(cycles, Int(memory.rounded())))
    }
}
