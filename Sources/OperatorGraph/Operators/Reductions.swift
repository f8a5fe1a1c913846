import Foundation
import NumberFormats

/// What a reduction makes of the values of one group.
enum Reduction: Sendable {
    case sum, mean, maximum, minimum, product, l1, l2, sumOfSquares, logarithmOfSum, logarithmOfSumOfExponentials
}

/// The Reduce… operators. Real numbers are summed in binary64 and rounded once; integers wrap around.
struct ReductionOperator: OperatorDefinition {
    let name: String
    let since = 1
    let reduction: Reduction
    /// First version that takes the axes as an input.
    let axesInputSince: Int

    init(_ name: String, _ reduction: Reduction, axesInputSince: Int = 18) {
        self.name = name
        self.reduction = reduction
        self.axesInputSince = axesInputSince
    }

    /// The axes to reduce; `nil` where the node asks for none (`noop_with_empty_axes`).
    private func axes(_ context: OperatorContext, rank: Int) throws(GraphError) -> [Int]? {
        let given = context.node.version >= axesInputSince
            ? try context.optionalIntegers(1) : try context.optionalInts("axes")
        guard let given, !given.isEmpty else {
            return try context.flag("noop_with_empty_axes") ? nil : Array(0..<rank)
        }
        return try context.axes(given, rank: rank)
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        guard let axes = try axes(context, rank: type.shape.count) else { return [type] }
        let keeps = try context.flag("keepdims", true)
        var shape: [Int] = []
        for (axis, extent) in type.shape.enumerated() {
            if !axes.contains(axis) { shape.append(extent) } else if keeps { shape.append(1) }
        }
        return [TensorType(type.element, shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let axes = try axes(context, rank: input.shape.count) ?? []
        var kept = input.shape
        for axis in axes { kept[axis] = 1 }
        let groups = Broadcasting.indices(
            shape: input.shape, strides: Broadcasting.strides(of: kept, broadcastTo: input.shape))
        let count = output.count
        if !input.element.isFloatingPoint, let integers = reduceIntegers(input, groups, count) {
            return [Tensor(input.element, output.shape, integers: integers)]
        }
        let size = axes.map { input.shape[$0] }.product
        return [Tensor(input.element, output.shape, doubles: reduceReals(input.doubleValues, groups, count, size))]
    }

    private func reduceReals(_ values: [Double], _ groups: [Int], _ count: Int, _ size: Int) -> [Double] {
        func fold(_ start: Double, _ step: (Double, Double) -> Double) -> [Double] {
            var result = Array(repeating: start, count: count)
            for (index, group) in groups.enumerated() { result[group] = step(result[group], values[index]) }
            return result
        }
        switch reduction {
        case .sum: return fold(0, +)
        case .mean: return fold(0, +).map { $0 / Double(size) }
        case .maximum: return fold(-.infinity) { MaximumFunction.real($0, $1) }
        case .minimum: return fold(.infinity) { MinimumFunction.real($0, $1) }
        case .product: return fold(1, *)
        case .l1: return fold(0) { $0 + abs($1) }
        case .l2: return fold(0) { $0 + $1 * $1 }.map { $0.squareRoot() }
        case .sumOfSquares: return fold(0) { $0 + $1 * $1 }
        case .logarithmOfSum: return fold(0, +).map { log($0) }
        case .logarithmOfSumOfExponentials:
            let largest = fold(-.infinity) { max($0, $1) }
            var sums = Array(repeating: 0.0, count: count)
            for (index, group) in groups.enumerated() {
                sums[group] += largest[group].isInfinite ? exp(values[index]) : exp(values[index] - largest[group])
            }
            return sums.indices.map { largest[$0].isInfinite ? log(sums[$0]) : largest[$0] + log(sums[$0]) }
        }
    }

    /// `nil` for reductions that leave the integers.
    private func reduceIntegers(_ input: Tensor, _ groups: [Int], _ count: Int) -> [Int]? {
        let values = input.intValues
        func fold(_ start: Int, _ step: (Int, Int) -> Int) -> [Int] {
            var result = Array(repeating: start, count: count)
            for (index, group) in groups.enumerated() { result[group] = step(result[group], values[index]) }
            return result
        }
        let range = input.element.integerRange ?? 0...0
        switch reduction {
        case .sum: return fold(0, &+)
        case .maximum: return fold(Int(range.lowerBound), max)
        case .minimum: return fold(Int(range.upperBound), min)
        case .product: return fold(1, &*)
        case .l1: return fold(0) { $0 &+ ($1 < 0 ? 0 &- $1 : $1) }
        case .sumOfSquares: return fold(0) { $0 &+ $1 &* $1 }
        case .mean, .l2, .logarithmOfSum, .logarithmOfSumOfExponentials: return nil
        }
    }
}

extension OperatorRegistry {
    static let reductions: [any OperatorDefinition] = [
        ReductionOperator("ReduceSum", .sum, axesInputSince: 13),
        ReductionOperator("ReduceMean", .mean),
        ReductionOperator("ReduceMax", .maximum),
        ReductionOperator("ReduceMin", .minimum),
        ReductionOperator("ReduceProd", .product),
        ReductionOperator("ReduceL1", .l1),
        ReductionOperator("ReduceL2", .l2),
        ReductionOperator("ReduceSumSquare", .sumOfSquares),
        ReductionOperator("ReduceLogSum", .logarithmOfSum),
        ReductionOperator("ReduceLogSumExp", .logarithmOfSumOfExponentials),
        ArgumentOperator("ArgMax", isMaximum: true),
        ArgumentOperator("ArgMin", isMaximum: false),
    ]
}
