import Foundation
import NumberFormats

/// Pow: the result has the base's format; the exponent may have another one.
struct PowOperator: OperatorDefinition {
    let name = "Pow"
    let since = 7

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let base = try context.type(0)
        return [TensorType(base.element, try context.broadcastShape([base.shape, context.shape(1)]))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let base = try context.tensor(0), exponent = try context.tensor(1)
        let shape = try context.broadcastShape([base.shape, exponent.shape])
        if base.element.isInteger && exponent.element.isInteger {
            let values = broadcastMap(base.intValues, base.shape, exponent.intValues, exponent.shape, shape) {
                power($0, $1)
            }
            return [Tensor(base.element, shape, integers: values)]
        }
        let values = broadcastMap(base.doubleValues, base.shape, exponent.doubleValues, exponent.shape, shape) {
            pow($0, $1)
        }
        return [Tensor(base.element, shape, doubles: values)]
    }

    /// Wraps around; a negative exponent gives the truncated reciprocal.
    private func power(_ base: Int, _ exponent: Int) -> Int {
        if exponent < 0 { return base == 1 ? 1 : base == -1 ? (exponent & 1 == 0 ? 1 : -1) : 0 }
        var result = 1, factor = base, rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = result &* factor }
            factor = factor &* factor
            rest >>= 1
        }
        return result
    }
}

extension OperatorRegistry {
    static let powersAndMeans: [any OperatorDefinition] = [MeanOperator(), PowOperator(), ModOperator()]
}
