import Foundation
import NumberFormats

/// LRN: each value divided by a power of the sum of squares over neighbouring channels.
struct LocalResponseNormalizationOperator: OperatorDefinition {
    let name = "LRN"
    let since = 1

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.realType(0)
        guard type.shape.count >= 2, try context.requiredInt("size") > 0 else {
            throw context.error("takes N × C × … and a positive size")
        }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let size = try context.requiredInt("size")
        let alpha = Double(try context.float("alpha", 0.0001)), beta = Double(try context.float("beta", 0.75))
        let bias = Double(try context.float("bias", 1))
        let values = input.doubleValues
        let view = AxisView(input.shape, axis: 1)
        var result = values
        for o in 0..<view.outer {
            for channel in 0..<view.extent {
                let first = max(0, channel - (size - 1) / 2), last = min(view.extent - 1, channel + size / 2)
                for i in 0..<view.inner {
                    var sum = 0.0
                    for neighbour in first...last {
                        let value = values[(o * view.extent + neighbour) * view.inner + i]
                        sum += value * value
                    }
                    let index = (o * view.extent + channel) * view.inner + i
                    result[index] = values[index] / pow(bias + alpha / Double(size) * sum, beta)
                }
            }
        }
        return [Tensor(input.element, input.shape, doubles: result)]
    }
}

/// LpNormalization: lines along one axis scaled to norm 1; lines of zeros stay zeros.
struct LpNormalizationOperator: OperatorDefinition {
    let name = "LpNormalization"
    let since = 1

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.realType(0)
        _ = try context.axis(context.int("axis", -1), rank: type.shape.count)
        guard [1, 2].contains(try context.int("p", 2)) else { throw context.error("p must be 1 or 2") }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let isEuclidean = try context.int("p", 2) == 2
        let view = AxisView(input.shape, axis: try context.axis(context.int("axis", -1), rank: input.shape.count))
        var values = input.doubleValues
        for o in 0..<view.outer {
            for i in 0..<view.inner {
                let start = view.start(o, i)
                var sum = 0.0
                for k in 0..<view.extent {
                    let value = values[start + k * view.inner]
                    sum += isEuclidean ? value * value : abs(value)
                }
                let norm = isEuclidean ? sum.squareRoot() : sum
                for k in 0..<view.extent {
                    values[start + k * view.inner] = norm == 0 ? 0 : values[start + k * view.inner] / norm
                }
            }
        }
        return [Tensor(input.element, input.shape, doubles: values)]
    }
}

/// MeanVarianceNormalization: mean 0 and variance 1 over the given axes (0, 2, 3 by default).
struct MeanVarianceNormalizationOperator: OperatorDefinition {
    let name = "MeanVarianceNormalization"
    let since = 9

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.realType(0)
        _ = try context.axes(context.optionalInts("axes") ?? [0, 2, 3], rank: type.shape.count)
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        var kept = input.shape
        let axes = try context.axes(context.optionalInts("axes") ?? [0, 2, 3], rank: kept.count)
        for axis in axes { kept[axis] = 1 }
        let groups = Broadcasting.indices(
            shape: input.shape, strides: Broadcasting.strides(of: kept, broadcastTo: input.shape))
        let size = Double(axes.map { input.shape[$0] }.product)
        var values = input.doubleValues
        var means = Array(repeating: 0.0, count: kept.product), squares = means
        for (index, group) in groups.enumerated() { means[group] += values[index] / size }
        for (index, group) in groups.enumerated() {
            values[index] -= means[group]
            squares[group] += values[index] * values[index] / size
        }
        for (index, group) in groups.enumerated() { values[index] /= squares[group].squareRoot() + 1e-9 }
        return [Tensor(input.element, input.shape, doubles: values)]
    }
}

extension OperatorRegistry {
    static let normalizations: [any OperatorDefinition] = [
        LayerNormalizationOperator.layer,
        LayerNormalizationOperator.rootMeanSquare,
        BatchNormalizationOperator(),
        GroupNormalizationOperator.instance,
        GroupNormalizationOperator.group,
        LocalResponseNormalizationOperator(),
        LpNormalizationOperator(),
        MeanVarianceNormalizationOperator(),
    ]
}
