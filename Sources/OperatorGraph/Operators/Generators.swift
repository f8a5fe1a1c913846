import Foundation
import NumberFormats

/// Constant: one of the attributes that hold a value.
struct ConstantOperator: OperatorDefinition {
    let name = "Constant"
    let since = 1

    private func value(_ context: OperatorContext) throws(GraphError) -> Tensor {
        if case .tensor(let tensor) = context.node.attributes["value"] { return tensor }
        if let value = try context.optionalFloat("value_float") { return Tensor(.fp32, [], .float([value])) }
        if let value = try context.optionalInt("value_int") { return Tensor(.int64, [], integers: [value]) }
        if let values = try context.optionalFloats("value_floats") { return Tensor(.fp32, [values.count], .float(values)) }
        if let values = try context.optionalInts("value_ints") { return Tensor(.int64, [values.count], integers: values) }
        if context.has(attribute: "value_string") {
            return Tensor(.uint8, [], .string([try context.string("value_string", "")]))
        }
        if let values = try context.strings("value_strings") { return Tensor(.uint8, [values.count], .string(values)) }
        throw context.error("holds no value", suggestion: "sparse constants are not supported; use a dense one")
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] { [try value(context).type] }
    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] { [try value(context)] }
}

/// ConstantOfShape: one value (0 in fp32 by default) everywhere.
struct ConstantOfShapeOperator: OperatorDefinition {
    let name = "ConstantOfShape"
    let since = 9

    private func value(_ context: OperatorContext) throws(GraphError) -> Tensor {
        guard case .tensor(let tensor) = context.node.attributes["value"] else { return Tensor(.fp32, [1], .float([0])) }
        guard tensor.count == 1 else { throw context.error("value holds \(tensor.count) elements, expected 1") }
        return tensor
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try value(context).element, try context.tensor(0).intValues)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let shape = try context.tensor(0).intValues
        return [try value(context).gathered(Array(repeating: 0, count: shape.product), shape: shape)]
    }
}

/// Range: start, start + delta, … below (or above) limit. fp16 and bf16 steps are computed in fp32.
struct RangeOperator: OperatorDefinition {
    let name = "Range"
    let since = 11

    private func count(_ context: OperatorContext) throws(GraphError) -> Int {
        for index in 0..<3 where try context.type(index).count != 1 { throw context.error("input \(index) is not a scalar") }
        let start = try context.reals(0)[0], limit = try context.reals(1)[0], delta = try context.reals(2)[0]
        guard delta != 0, !delta.isNaN else { throw context.error("a delta of \(delta) goes nowhere") }
        let count = ((limit - start) / delta).rounded(.up)
        guard count.isFinite, count < 1e15 else { throw context.error("a range from \(start) to \(limit) does not end") }
        return Int(max(0, count))
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try context.type(0).element, [try count(context)])]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let count = try count(context)
        let start = try context.tensor(0), delta = try context.tensor(2)
        if start.element.isFloatingPoint {
            let first = start.doubleValues[0], step = delta.doubleValues[0]
            return [Tensor(start.element, [count], doubles: (0..<count).map { first + Double($0) * step })]
        }
        let first = start.intValues[0], step = delta.intValues[0]
        return [Tensor(start.element, [count], integers: (0..<count).map { first &+ $0 &* step })]
    }
}

/// EyeLike: ones on the k-th diagonal of a matrix of the input's shape.
struct EyeLikeOperator: OperatorDefinition {
    let name = "EyeLike"
    let since = 9

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.type(0)
        guard input.shape.count == 2 else { throw context.error("takes a matrix, not \(input.shape)") }
        let element = try context.optionalInt("dtype")
        return [TensorType(try element == nil ? input.element : context.element(ofDataType: element ?? 0), input.shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let diagonal = try context.int("k", 0)
        let columns = output.shape[1]
        let values = (0..<output.count).map { $0 % columns - $0 / columns == diagonal ? 1 : 0 }
        return [Tensor(output.element, output.shape, integers: values)]
    }
}

/// OneHot: a new axis with the on value at each index and the off value elsewhere.
struct OneHotOperator: OperatorDefinition {
    let name = "OneHot"
    let since = 9

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        var shape = try context.shape(0)
        guard let depth = try context.tensor(1).intValues.first, depth >= 0 else { throw context.error("depth is not a size") }
        guard try context.type(2).count == 2 else { throw context.error("values must be [off, on]") }
        shape.insert(depth, at: try context.axis(context.int("axis", -1), rank: shape.count + 1))
        return [TensorType(try context.type(2).element, shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let indices = try context.tensor(0)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let axis = try context.axis(context.int("axis", -1), rank: output.shape.count)
        let view = AxisView(output.shape, axis: axis)
        let values = indices.intValues
        var choices = Array(repeating: 0, count: output.count)
        for o in 0..<view.outer {
            for i in 0..<view.inner {
                var index = values[o * view.inner + i]
                if index < 0 && index >= -view.extent { index += view.extent }
                if index >= 0 && index < view.extent { choices[view.start(o, i) + index * view.inner] = 1 }
            }
        }
        return [try context.tensor(2).gathered(choices, shape: output.shape)]
    }
}

/// Trilu: the upper or lower triangle of matrices, zeros elsewhere.
struct TriluOperator: OperatorDefinition {
    let name = "Trilu"
    let since = 14

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        guard type.shape.count >= 2 else { throw context.error("takes matrices, not \(type.shape)") }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let isUpper = try context.flag("upper", true)
        let diagonal = context.optionalTensor(1)?.intValues.first ?? 0
        let rank = input.shape.count
        let rows = input.shape[rank - 2], columns = input.shape[rank - 1]
        let indices = (0..<input.count).map { index -> Int in
            let row = index / columns % rows, column = index % columns
            // column − row against the diagonal, without overflow for any diagonal.
            return (isUpper ? column - row >= diagonal : column - row <= diagonal) ? index : -1
        }
        return [input.gathered(indices, shape: input.shape, filler: Tensor(input.element, [1], repeating: 0))]
    }
}

/// HannWindow, HammingWindow, BlackmanWindow: sums of cosines.
struct WindowOperator: OperatorDefinition {
    let name: String
    let since = 17
    /// Coefficients of cos(0), cos(x), cos(2x).
    let coefficients: [Double]

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        guard let size = try context.tensor(0).intValues.first else { throw context.error("size is missing") }
        return [TensorType(try context.element(ofDataType: context.int("output_datatype", 1)), [size])]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let size = output.shape[0]
        let period = Double(try context.flag("periodic", true) ? size : size - 1)
        let values = (0..<size).map { position -> Double in
            let phase = 2 * Double.pi * Double(position) / period
            var sum = 0.0
            for (order, coefficient) in coefficients.enumerated() { sum += coefficient * cos(Double(order) * phase) }
            return sum
        }
        return [Tensor(output.element, output.shape, doubles: values)]
    }
}

extension OperatorRegistry {
    static let generators: [any OperatorDefinition] = [
        ConstantOperator(),
        ConstantOfShapeOperator(),
        RangeOperator(),
        EyeLikeOperator(),
        OneHotOperator(),
        TriluOperator(),
        WindowOperator(name: "HannWindow", coefficients: [0.5, -0.5]),
        WindowOperator(name: "HammingWindow", coefficients: [25.0 / 46.0, -21.0 / 46.0]),
        WindowOperator(name: "BlackmanWindow", coefficients: [0.42, -0.5, 0.08]),
    ]
}
