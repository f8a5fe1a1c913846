import Foundation
import NumberFormats

/// Softmax, LogSoftmax and Hardmax. Since opset 13 along one axis (the last by default); before, over all axes
/// from `axis` (1 by default) on, as if flattened to a matrix.
struct SoftmaxOperator: OperatorDefinition {
    enum Kind: Sendable { case softmax, logarithm, hardmax }
    let name: String
    let since = 1
    let kind: Kind

    init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    private func view(_ context: OperatorContext, _ shape: [Int]) throws(GraphError) -> AxisView {
        if context.node.version >= 13 {
            return AxisView(shape, axis: try context.axis(context.int("axis", -1), rank: shape.count))
        }
        let axis = try context.int("axis", 1)
        guard axis.magnitude <= shape.count else { throw context.error("axis \(axis) is outside a tensor of \(shape.count) dimensions") }
        let start = axis < 0 ? axis + shape.count : axis
        return AxisView(shape, axes: start..<shape.count)
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.realType(0)
        _ = try view(context, type.shape)
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let view = try view(context, input.shape)
        var values = input.doubleValues
        let step = StepRounding(input.element)
        for o in 0..<view.outer {
            for i in 0..<view.inner {
                normalize(&values, start: view.start(o, i), step: view.inner, count: view.extent, step)
            }
        }
        return [Tensor(input.element, input.shape, doubles: values)]
    }

    private func normalize(_ values: inout [Double], start: Int, step: Int, count: Int, _ rounded: StepRounding) {
        var largest = -Double.infinity, winner = 0
        for k in 0..<count where values[start + k * step] > largest {
            largest = values[start + k * step]
            winner = k
        }
        if kind == .hardmax {
            for k in 0..<count { values[start + k * step] = k == winner ? 1 : 0 }
            return
        }
        var sum = 0.0
        for k in 0..<count {
            let shifted = rounded(values[start + k * step] - largest)
            let exponential = rounded(exp(shifted))
            sum = rounded.runningSum(sum + exponential)
            values[start + k * step] = kind == .softmax ? exponential : shifted
        }
        sum = rounded(sum)
        let logarithm = rounded(log(sum))
        for k in 0..<count {
            let value = values[start + k * step]
            values[start + k * step] = kind == .softmax ? value / sum : value - logarithm
        }
    }
}

extension OperatorRegistry {
    static let softmaxes: [any OperatorDefinition] = [
        SoftmaxOperator("Softmax", .softmax),
        SoftmaxOperator("LogSoftmax", .logarithm),
        SoftmaxOperator("Hardmax", .hardmax),
    ]
}
