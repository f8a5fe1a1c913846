import Foundation
import NumberFormats

/// Where each window of a pooling reads its input plane.
struct PoolingShape {
    let window: SlidingWindow
    let batchAndChannels: Int
    let output: [Int]

    init(_ context: OperatorContext) throws(GraphError) {
        let input = try context.shape(0)
        guard input.count >= 3 else { throw context.error("input \(input) is not N × C × spatial") }
        guard let kernel = try context.optionalInts("kernel_shape") else { throw context.error("attribute kernel_shape is missing") }
        window = try SlidingWindow(context, input: Array(input[2...]), kernel: kernel)
        batchAndChannels = input[0] * input[1]
        output = Array(input[..<2]) + window.output
    }

    /// Calls `body` for each output element of a plane with the plane's elements that its window covers, in row-major
    /// order, and the number of window positions that lie in the padded plane.
    func forEachWindow(_ body: (_ output: Int, _ elements: [Int], _ padded: Int) -> Void) {
        let strides = Broadcasting.strides(of: window.input)
        // Per axis and position: the coordinates inside the plane, and how many lie in the padded plane.
        let lines = (0..<window.rank).map { axis in
            (0..<window.output[axis]).map { position -> (inside: [Int], padded: Int) in
                let inside = window.offsets(axis: axis, position: position, inside: 0..<window.input[axis])
                    .map { window.coordinate(axis: axis, position: position, offset: $0) }
                let padded = -window.padBefore[axis]..<(window.input[axis] + window.padAfter[axis])
                return (inside, window.offsets(axis: axis, position: position, inside: padded).count)
            }
        }
        for index in 0..<window.output.product {
            let position = unravel(index, window.output)
            var elements = [0], padded = 1
            for axis in 0..<window.rank {
                let line = lines[axis][position[axis]]
                padded *= line.padded
                var next: [Int] = []
                next.reserveCapacity(elements.count * line.inside.count)
                for base in elements {
                    for coordinate in line.inside { next.append(base + coordinate * strides[axis]) }
                }
                elements = next
            }
            body(index, elements, padded)
        }
    }
}

/// MaxPool, with the indices of the winners in the flattened input where asked for.
struct MaxPoolOperator: OperatorDefinition {
    let name = "MaxPool"
    let since = 1

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let output = try PoolingShape(context).output
        let type = TensorType(try context.type(0).element, output)
        return [type, context.wants(1) ? TensorType(.int64, output) : nil]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let shape = try PoolingShape(context)
        let winners: [Int] = switch input.storage {
        case .float(let values): best(values, shape)
        case .double(let values): best(values, shape)
        case .int8(let values): best(values, shape)
        case .uint8(let values): best(values, shape)
        default: best(input.intValues, shape)
        }
        guard let lowest = lowest(input.element), let result = input.gathered(winners, shape: shape.output, filler: lowest) else {
            throw context.error("does not take \(input.element.rawValue)")
        }
        if !context.wants(1) { return [result] }
        var indices = winners
        if try context.int("storage_order", 0) == 1 { indices = columnMajor(indices, shape) }
        return [result, Tensor(.int64, shape.output, integers: indices)]
    }

    private func best<T: Comparable>(_ values: [T], _ shape: PoolingShape) -> [Int] {
        let inputSize = shape.window.input.product, outputSize = shape.window.output.product
        var winners = Array(repeating: -1, count: shape.batchAndChannels * outputSize)
        shape.forEachWindow { output, elements, _ in
            guard let first = elements.first else { return }
            for plane in 0..<shape.batchAndChannels {
                let base = plane * inputSize
                var winner = base + first
                for element in elements.dropFirst() where values[base + element] > values[winner] { winner = base + element }
                winners[plane * outputSize + output] = winner
            }
        }
        return winners
    }

    /// What a window that lies wholly in the padding gives.
    private func lowest(_ element: ElementType) -> Tensor? {
        if element.isFloatingPoint { return Tensor(element, scalar: -.infinity) }
        return element.integerRange.map { Tensor(element, [], integers: [Int($0.lowerBound)]) }
    }

    /// Indices into planes stored column by column (the last axis outermost).
    private func columnMajor(_ indices: [Int], _ shape: PoolingShape) -> [Int] {
        let inputSize = shape.window.input.product
        return indices.map { index in
            let position = unravel(index % inputSize, shape.window.input)
            var result = 0, stride = 1
            for axis in position.indices {
                result += position[axis] * stride
                stride *= shape.window.input[axis]
            }
            return index / inputSize * inputSize + result
        }
    }
}

/// AveragePool and LpPool: a mean (over the elements, or the padded window) or a p-norm of each window.
struct SumPoolOperator: OperatorDefinition {
    let name: String
    let since: Int
    let isNorm: Bool

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try context.realType(0).element, try PoolingShape(context).output)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let shape = try PoolingShape(context)
        let countsPadding = try context.flag("count_include_pad")
        let p = Double(try context.int("p", 2))
        let values = input.doubleValues
        let inputSize = shape.window.input.product, outputSize = shape.window.output.product
        var result = Array(repeating: 0.0, count: shape.output.product)
        shape.forEachWindow { output, elements, padded in
            for plane in 0..<shape.batchAndChannels {
                let base = plane * inputSize
                var sum = 0.0
                if isNorm {
                    for element in elements { sum += pow(abs(values[base + element]), p) }
                    sum = pow(sum, 1 / p)
                } else {
                    for element in elements { sum += values[base + element] }
                    sum /= Double(countsPadding ? padded : max(elements.count, 1))
                }
                result[plane * outputSize + output] = sum
            }
        }
        return [Tensor(input.element, shape.output, doubles: result)]
    }
}

/// GlobalAveragePool, GlobalMaxPool, GlobalLpPool: one value for each channel of each image.
struct GlobalPoolOperator: OperatorDefinition {
    enum Kind: Sendable { case average, maximum, norm }
    let name: String
    let since: Int
    let kind: Kind

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.type(0)
        guard input.shape.count >= 2 else { throw context.error("input \(input.shape) has no channels") }
        return [TensorType(input.element, input.shape.enumerated().map { $0 < 2 ? $1 : 1 })]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let size = input.shape[2...].product
        let p = Double(try context.int("p", 2))
        let values = input.doubleValues
        let result = (0..<output.count).map { plane -> Double in
            let range = (plane * size)..<((plane + 1) * size)
            switch kind {
            case .average: return range.reduce(0) { $0 + values[$1] } / Double(size)
            case .maximum: return range.reduce(-.infinity) { MaximumFunction.real($0, values[$1]) }
            case .norm: return pow(range.reduce(0) { $0 + pow(abs(values[$1]), p) }, 1 / p)
            }
        }
        return [Tensor(input.element, output.shape, doubles: result)]
    }
}

/// MaxUnpool: values put back where MaxPool's indices say, zeros elsewhere.
struct MaxUnpoolOperator: OperatorDefinition {
    let name = "MaxUnpool"
    let since = 9

    private func plain(_ context: OperatorContext) throws(GraphError) -> [Int] {
        let input = try context.shape(0)
        let rank = input.count - 2
        guard rank > 0, let kernel = try context.optionalInts("kernel_shape"), kernel.count == rank else {
            throw context.error("kernel_shape does not fit \(input)")
        }
        let strides = try context.optionalInts("strides") ?? Array(repeating: 1, count: rank)
        let pads = try context.optionalInts("pads") ?? Array(repeating: 0, count: 2 * rank)
        guard strides.count == rank, pads.count == 2 * rank, (strides + pads + kernel).allSatisfy({ $0.magnitude < 1 << 30 }) else {
            throw context.error("strides and pads do not fit \(input)")
        }
        return Array(input[..<2]) + (0..<rank).map {
            (input[$0 + 2] - 1) * strides[$0] - pads[$0] - pads[rank + $0] + kernel[$0]
        }
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let plain = try plain(context)
        let shape = try context.optionalIntegers(2) ?? plain
        guard shape.count == plain.count, try context.shape(1) == context.shape(0) else {
            throw context.error("indices or output shape do not fit \(try context.shape(0))")
        }
        return [TensorType(try context.type(0).element, shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let input = try context.tensor(0)
        // The indices refer to the plane that MaxPool read, which the output may embed in a larger one.
        let from = try plain(context)
        var targets: [Int] = []
        for index in try context.tensor(1).intValues {
            guard index >= 0, index < from.product else { throw context.error("index \(index) is outside \(from)") }
            let position = unravel(index, from)
            guard zip(position, output.shape).allSatisfy({ $0 < $1 }) else { throw context.error("index \(index) is outside \(output.shape)") }
            targets.append(zip(position, Broadcasting.strides(of: output.shape)).reduce(0) { $0 + $1.0 * $1.1 })
        }
        return [Tensor.zeros(output).replacing(targets, with: input)]
    }
}

extension OperatorRegistry {
    static let pooling: [any OperatorDefinition] = [
        MaxPoolOperator(),
        SumPoolOperator(name: "AveragePool", since: 7, isNorm: false),
        SumPoolOperator(name: "LpPool", since: 2, isNorm: true),
        GlobalPoolOperator(name: "GlobalAveragePool", since: 1, kind: .average),
        GlobalPoolOperator(name: "GlobalMaxPool", since: 1, kind: .maximum),
        GlobalPoolOperator(name: "GlobalLpPool", since: 2, kind: .norm),
        MaxUnpoolOperator(),
    ]
}
