import Mapping
import NumberFormats
import OperatorGraph
import Programs

/// A group's product: operands as matrices, and the result's dimensions by the loops that run over them.
struct MatmulProduct {
    enum Left { case matrix(MatrixAccess), convolution(ConvolutionAccess) }
    var batch: Int
    var m: Int
    var k: Int
    var n: Int
    var left: Left
    /// k × n.
    var right: MatrixAccess
    /// k-rows of the right operand are kernel positions × channels; with channel blocks they are not adjacent.
    var kernelArea = 1
    /// Output pixels in one row; 1 for matrices.
    var rowUnit = 1
    /// Shape of the result that the epilogue works on, and which loop runs over each dimension.
    var resultShape: [Int]
    var resultAxes: [Axis]
    var leftZero = 0
    var rightZero = 0

    /// How a dimension of the result follows the loops.
    enum Axis: Equatable {
        /// (b / divisor) mod extent.
        case batch(divisor: Int)
        /// Rows of the tile, `unit` of m each.
        case rows(unit: Int)
        /// Inside a row unit.
        case withinRow
        /// Columns of the tile; with groups, `perGroup` columns for each value of b mod groups.
        case columns(groups: Int)
    }

    var leftLocation: TensorLocation {
        switch left {
        case .matrix(let access): access.location
        case .convolution(let access): access.location
        }
    }

    /// First index and extent of each result dimension for the tile that starts at row `m` and column `n`.
    func resultBlock(
        b: Expression, m: Expression, rows: Expression, n: Expression, columns: Expression
    ) -> (starts: [Expression], extents: [Expression]) {
        var starts: [Expression] = []
        var extents: [Expression] = []
        for (dimension, axis) in resultAxes.enumerated() {
            switch axis {
            case .batch(let divisor):
                starts.append((b / divisor) % max(1, resultShape[dimension]))
                extents.append(1)
            case .rows(let unit):
                starts.append(m / unit)
                extents.append(rows / unit)
            case .withinRow:
                starts.append(0)
                extents.append(.constant(resultShape[dimension]))
            case .columns(let groups):
                starts.append(groups == 1 ? n : (b % groups) * self.n + n)
                extents.append(columns)
            }
        }
        return (starts, extents)
    }

    /// The sums of a tile, `tileColumns` to a row, seen with the result's dimensions.
    func sumIndex(tileColumns: Int) -> Expression {
        var index: Expression = 0
        for (dimension, axis) in resultAxes.enumerated() {
            switch axis {
            case .batch: continue
            case .rows(let unit): index = index + Expression.coordinate(dimension) * (unit * tileColumns)
            case .withinRow: index = index + Expression.coordinate(dimension) * tileColumns
            case .columns: index = index + Expression.coordinate(dimension)
            }
        }
        return index
    }
}

extension Lowerer {
    /// The product of a group's first contraction.
    mutating func product(_ group: OperatorGroup, _ node: Graph.Node) throws(LoweringError) -> MatmulProduct {
        switch node.operation {
        case "Conv", "ConvInteger": try convolution(node)
        case "Gemm": try gemm(node)
        default: try matmul(node, mayFlatten: epilogueFlattens(group, node))
        }
    }

    /// True when every operand of the epilogue is a scalar, a vector over the columns, or of the result's own shape, so that
    /// the leading dimensions can be seen as one.
    private func epilogueFlattens(_ group: OperatorGroup, _ main: Graph.Node) -> Bool {
        guard let output = main.outputs[0] else { return false }
        let shape = graph.values[output].type.shape
        // Parts of something larger lie with gaps between their matrices.
        if let part = fused.parts[group.output], shape[..<min(part.dimension, shape.count)].contains(where: { $0 > 1 }) { return false }
        let rows = [shape.dropLast().reduce(1, *), shape.last ?? 1]
        let produced = Set(group.nodes.flatMap { $0.outputs.compactMap { $0 } })
        for node in group.nodes where node.outputs != main.outputs {
            for case let input? in node.inputs where !produced.contains(input) {
                let own = graph.values[input].type.shape
                if own == shape, fused.slices.contains(input), let location = locations[input], location.reshaped(to: rows) == nil { return false }
                if own == shape || own.dropLast().allSatisfy({ $0 == 1 }) { continue }
                return false
            }
        }
        return true
    }

    /// The zero point at an input; 0 where there is none.
    ///
    /// - Throws: when it differs between elements or is computed while the network runs: a product has one of each.
    func zeroPoint(_ node: Graph.Node, _ position: Int) throws(LoweringError) -> Int {
        guard node.inputs.count > position, let value = node.inputs[position] else { return 0 }
        guard let values = graph.values[value].data?.intValues, let first = values.first else {
            throw LoweringError(node.name, "its zero point \(graph.values[value].name) is not known before the run", suggestion: "store it in the model")
        }
        guard values.allSatisfy({ $0 == first }) else {
            throw LoweringError(node.name, "its zero points differ from channel to channel; the arrays subtract one", suggestion: "quantise symmetrically")
        }
        return first
    }

    private mutating func convolution(_ node: Graph.Node) throws(LoweringError) -> MatmulProduct {
        guard let inputValue = node.inputs[0], let weightValue = node.inputs[1], let outputValue = node.outputs[0] else {
            throw LoweringError(node.name, "a convolution needs an input and a weight")
        }
        var input = try location(of: inputValue)
        var output = graph.values[outputValue].type.shape
        var weight = try parameterLocation(weightValue, layout: .kernelChannelsOutputs)
        // One-dimensional convolutions are two-dimensional ones of height 1.
        if output.count == 3 {
            input = input.inserting(dimension: 2)
            weight = weight.inserting(dimension: 2)
            output.insert(1, at: 2)
        }
        guard output.count == 4, weight.shape.count == 4 else {
            throw LoweringError(
                node.name, "convolutions over \(output.count - 2) dimensions have no mapping to a systolic array",
                suggestion: "one- and two-dimensional ones have")
        }
        func pair(_ name: String, _ fallback: Int) -> (height: Int, width: Int) {
            guard case .ints(let list)? = node.attributes[name] else { return (fallback, fallback) }
            return list.count == 1 ? (fallback, list[0]) : (list.first ?? fallback, list.last ?? fallback)
        }
        let kernel = (height: weight.shape[2], width: weight.shape[3])
        let stride = pair("strides", 1)
        let dilation = pair("dilations", 1)
        var padding = (top: 0, left: 0)
        if case .string(let mode)? = node.attributes["auto_pad"], mode.hasPrefix("SAME") {
            func total(_ size: Int, _ out: Int, _ s: Int, _ k: Int, _ d: Int) -> Int { max(0, (out - 1) * s + (k - 1) * d + 1 - size) }
            let h = total(input.shape[2], output[2], stride.height, kernel.height, dilation.height)
            let w = total(input.shape[3], output[3], stride.width, kernel.width, dilation.width)
            padding = mode == "SAME_LOWER" ? ((h + 1) / 2, (w + 1) / 2) : (h / 2, w / 2)
        } else if case .ints(let pads)? = node.attributes["pads"] {
            padding = pads.count == 2 ? (0, pads[0]) : (pads.first ?? 0, pads.count > 1 ? pads[1] : 0)
        }
        var groups = 1
        if case .int(let value)? = node.attributes["group"] { groups = value }
        let channels = weight.shape[1]
        let filters = weight.shape[0] / groups
        let access = ConvolutionAccess(
            location: input, groups: groups, channels: channels, kernel: kernel, stride: stride, dilation: dilation,
            padding: padding, output: (output[2], output[3]), input: (input.shape[2], input.shape[3]))
        let right = MatrixAccess(
            location: weight, batch: [(output[0], 0), (groups, filters * weight.strides[0])],
            rowStride: weight.strides[1], columnStride: weight.strides[0])
        let rank3 = graph.values[outputValue].type.shape.count == 3
        var axes: [MatmulProduct.Axis] = [.batch(divisor: groups), .columns(groups: groups), .rows(unit: output[3]), .withinRow]
        if rank3 { axes.remove(at: 2); axes[2] = .rows(unit: 1) }
        return MatmulProduct(
            batch: output[0] * groups, m: output[2] * output[3], k: kernel.height * kernel.width * channels, n: filters,
            left: access.isMatrix ? .matrix(access.matrix) : .convolution(access), right: right,
            kernelArea: kernel.height * kernel.width, rowUnit: output[3],
            resultShape: graph.values[outputValue].type.shape, resultAxes: axes,
            leftZero: node.operation == "ConvInteger" ? try zeroPoint(node, 2) : 0,
            rightZero: node.operation == "ConvInteger" ? try zeroPoint(node, 3) : 0)
    }

    private mutating func gemm(_ node: Graph.Node) throws(LoweringError) -> MatmulProduct {
        guard let a = node.inputs[0], let b = node.inputs[1] else { throw LoweringError(node.name, "a Gemm needs two operands") }
        let transposesA = node.attributes["transA"] == .int(1)
        let transposesB = node.attributes["transB"] == .int(1)
        var left = try location(of: a)
        var right = try parameterLocation(b, layout: transposesB ? .outputsInputs : .rowMajor)
        if transposesA { left = left.permuted([1, 0]) }
        if transposesB { right = right.permuted([1, 0]) }
        return MatmulProduct(
            batch: 1, m: left.shape[0], k: left.shape[1], n: right.shape[1],
            left: .matrix(MatrixAccess(location: left, rowStride: left.strides[0], columnStride: left.strides[1])),
            right: MatrixAccess(location: right, rowStride: right.strides[0], columnStride: right.strides[1]),
            resultShape: [left.shape[0], right.shape[1]], resultAxes: [.rows(unit: 1), .columns(groups: 1)])
    }

    private mutating func matmul(_ node: Graph.Node, mayFlatten: Bool) throws(LoweringError) -> MatmulProduct {
        guard let a = node.inputs[0], let b = node.inputs[1], let out = node.outputs[0] else {
            throw LoweringError(node.name, "a MatMul needs two operands")
        }
        var left = try location(of: a)
        var right = try parameterLocation(b, layout: .rowMajor)
        let shape = graph.values[out].type.shape
        if left.shape.count == 1 { left = left.inserting(dimension: 0) }
        if right.shape.count == 1 { right = right.inserting(dimension: 1) }
        let k = left.shape[left.shape.count - 1]
        let n = right.shape[right.shape.count - 1]
        let zeros = node.operation == "MatMulInteger" ? (try zeroPoint(node, 2), try zeroPoint(node, 3)) : (0, 0)
        // Leading dimensions of the left operand become rows when the right one is the same for all of them.
        let rightIsOne = right.shape.dropLast(2).allSatisfy { $0 == 1 }
        let rows = left.shape.dropLast().reduce(1, *)
        if mayFlatten, rightIsOne, let flat = left.reshaped(to: [rows, k]), shape.reduce(1, *) == rows * n {
            let matrix = right.last(2)
            return MatmulProduct(
                batch: 1, m: rows, k: k, n: n,
                left: .matrix(MatrixAccess(location: flat, rowStride: flat.strides[0], columnStride: flat.strides[1])),
                right: MatrixAccess(location: right, rowStride: matrix.strides[0], columnStride: matrix.strides[1]),
                resultShape: [rows, n], resultAxes: [.rows(unit: 1), .columns(groups: 1)], leftZero: zeros.0, rightZero: zeros.1)
        }
        guard shape.count >= 2, left.shape.count >= 2 else {
            throw LoweringError(node.name, "a product of \(left.shape) and \(right.shape) has no mapping to a systolic array")
        }
        let lead = Array(shape.dropLast(2))
        func batch(_ operand: TensorLocation) -> [(extent: Int, stride: Int)] {
            let own = Array(operand.shape.dropLast(2))
            return lead.indices.map { dimension in
                let position = dimension - (lead.count - own.count)
                return (lead[dimension], position < 0 || own[position] == 1 ? 0 : operand.strides[position])
            }
        }
        let m = left.shape[left.shape.count - 2]
        var axes: [MatmulProduct.Axis] = []
        var divisor = lead.reduce(1, *)
        for extent in lead {
            divisor /= max(1, extent)
            axes.append(.batch(divisor: divisor))
        }
        axes += [.rows(unit: 1), .columns(groups: 1)]
        return MatmulProduct(
            batch: lead.reduce(1, *), m: m, k: k, n: n,
            left: .matrix(
                MatrixAccess(
                    location: left, batch: batch(left), rowStride: left.strides[left.strides.count - 2],
                    columnStride: left.strides[left.strides.count - 1])),
            right: MatrixAccess(
                location: right, batch: batch(right), rowStride: right.strides[right.strides.count - 2],
                columnStride: right.strides[right.strides.count - 1]),
            resultShape: shape, resultAxes: axes, leftZero: zeros.0, rightZero: zeros.1)
    }
}

extension TensorLocation {
    func inserting(dimension: Int) -> TensorLocation {
        var view = self
        view.shape.insert(1, at: dimension)
        view.strides.insert(dimension < strides.count ? strides[dimension] * shape[dimension] : 1, at: dimension)
        return view
    }

    /// The last dimensions of a tensor whose others have extent 1.
    func last(_ count: Int) -> TensorLocation {
        var view = self
        view.shape = Array(shape.suffix(count))
        view.strides = Array(strides.suffix(count))
        return view
    }
}
