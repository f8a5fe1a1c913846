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

    /// By step.
    static func all(_ lowered: LoweredWorkload) -> [StepTimes] {
        var products: [Int: [MappedProduct]] = [:]
        for product in lowered.products { products[product.operatorIndex, default: []].append(product) }
        let vectors = Dictionary(lowered.vectorWork.map { ($0.operatorIndex, $0) }) { first, _ in first }
        return lowered.steps.map { step in
            StepTimes(
                parts: step.operators.compactMap { index in products[index].map { .product($0) } ?? vectors[index].map { .vector($0) } },
                otherwise: step.vectorCycles)
        }
    }

    /// The slowest core's, one operator after the other.
    ///
    /// - Parameter bandwidth: the part of the off-chip bandwidth that each core gets of its share.
    func time(bandwidth: Double) -> CoreProblem.Time {
        guard !parts.isEmpty else { return CoreProblem.Time(cycles: Int(otherwise.rounded())) }
        var (end, engaged) = (0.0, 0.0)
        for part in parts {
            var (cycles, busy) = (0.0, 0.0)
            switch part {
            case .vector(let work): (cycles, busy) = work.engagement(bandwidth: bandwidth)
            case .product(let products):
                for product in products {
                    guard let one = ProductSearch.engagement(of: product.mapping, for: product.request, bandwidth: bandwidth) else { continue }
                    (cycles, busy) = (max(cycles, one.cycles), max(busy, one.engaged))
                }
            }
            // The last operator's end is not waited for by others on the core.
            engaged = end + busy
            end += cycles
        }
        let cycles = Int(end.rounded())
        return CoreProblem.Time(cycles: cycles, engaged: min(cycles, Int(engaged.rounded())))
    }
}
