import Foundation
import ONNXSchema

/// Changes to the decoded messages of a model that keep the file well-formed: extreme numbers, exchanged names,
/// other operators, missing and surplus parts.
enum ModelDamage {
    private static let numbers: [Int64] = [
        0, 1, -1, 2, 3, -2, 7, 64, -64, 255, 4096, 1 << 20, 1 << 31, -(1 << 31), 1 << 32, 1 << 40, 1 << 62, .max, .min, .max - 1,
    ]
    private static let reals: [Float] = [0, 1, -1, 0.5, -0.5, .nan, .infinity, -.infinity, 1e38, -1e38, 1e-45, 1e10, -1e10]
    private static let operators = [
        "Conv", "Reshape", "Pad", "Slice", "Gather", "Concat", "Split", "Transpose", "Expand", "Tile", "Range", "TopK",
        "Resize", "MaxPool", "MatMul", "Gemm", "Softmax", "ReduceSum", "Squeeze", "Unsqueeze", "ConstantOfShape", "Cast",
        "QuantizeLinear", "DequantizeLinear", "Where", "ScatterND", "Einsum", "LSTM", "Attention", "Constant",
    ]

    static func apply(to model: inout ONNXModelProto, _ generator: inout FuzzGenerator) {
        switch generator.below(16) {
        case 0...7: node(in: &model, &generator)
        case 8, 9: tensor(in: &model, &generator)
        case 10, 11: input(in: &model, &generator)
        case 12:
            if !model.opsetImport.isEmpty {
                model.opsetImport[0].version = Int64(5 + generator.below(26))
            }
        case 13: model.graph.node.shuffle(using: &generator)
        case 14:
            if let extra = model.graph.node.randomElement(using: &generator) { model.graph.node.append(extra) }
        default:
            if let index = model.graph.node.indices.randomElement(using: &generator) { model.graph.node.remove(at: index) }
        }
    }

    private static func number(_ generator: inout FuzzGenerator) -> Int64 {
        generator.oneIn(3) ? Int64(generator.below(10)) - 3 : numbers[generator.below(numbers.count)]
    }

    private static func node(in model: inout ONNXModelProto, _ generator: inout FuzzGenerator) {
        guard let index = model.graph.node.indices.randomElement(using: &generator) else { return }
        switch generator.below(8) {
        case 0: model.graph.node[index].opType = operators[generator.below(operators.count)]
        case 1:
            let names = model.graph.node.flatMap { $0.input + $0.output } + model.graph.initializer.map(\.name) + [""]
            let name = names.randomElement(using: &generator) ?? ""
            if let input = model.graph.node[index].input.indices.randomElement(using: &generator) {
                model.graph.node[index].input[input] = name
            } else {
                model.graph.node[index].input.append(name)
            }
        case 2: if !model.graph.node[index].input.isEmpty { model.graph.node[index].input.removeLast() }
        case 3: if !model.graph.node[index].attribute.isEmpty { model.graph.node[index].attribute.removeLast() }
        default:
            guard let attribute = model.graph.node[index].attribute.indices.randomElement(using: &generator) else { return }
            change(&model.graph.node[index].attribute[attribute], &generator)
        }
    }

    private static func change(_ attribute: inout ONNXAttributeProto, _ generator: inout FuzzGenerator) {
        switch attribute.type {
        case .int: attribute.i = number(&generator)
        case .float: attribute.f = reals[generator.below(reals.count)]
        case .ints:
            if generator.oneIn(3) || attribute.ints.isEmpty {
                attribute.ints.append(number(&generator))
            } else if generator.oneIn(3) {
                attribute.ints.removeLast()
            } else {
                attribute.ints[generator.below(attribute.ints.count)] = number(&generator)
            }
        case .floats:
            if attribute.floats.isEmpty { attribute.floats = [1] }
            attribute.floats[generator.below(attribute.floats.count)] = reals[generator.below(reals.count)]
        case .string: attribute.s = Data(["", "SAME_UPPER", "VALID", "linear", "ij,jk->ik", "...", "\u{0}"][generator.below(7)].utf8)
        case .tensor: change(&attribute.t, &generator)
        default: attribute.type = .int
        }
        if generator.oneIn(12) { attribute.type = [.int, .ints, .float, .tensor, .graph][generator.below(5)] }
    }

    private static func tensor(in model: inout ONNXModelProto, _ generator: inout FuzzGenerator) {
        guard let index = model.graph.initializer.indices.randomElement(using: &generator) else { return }
        change(&model.graph.initializer[index], &generator)
    }

    private static func change(_ tensor: inout ONNXTensorProto, _ generator: inout FuzzGenerator) {
        switch generator.below(6) {
        case 0:
            if tensor.dims.isEmpty { tensor.dims = [1] }
            tensor.dims[generator.below(tensor.dims.count)] = number(&generator)
        case 1: tensor.dims.append(number(&generator))
        case 2: tensor.dataType = Int32(generator.below(28))
        case 3: if !tensor.int64Data.isEmpty { tensor.int64Data[generator.below(tensor.int64Data.count)] = number(&generator) }
        case 4:
            if tensor.rawData.count >= 8 && tensor.dataType == 7 {
                let value = number(&generator)
                let place = generator.below(tensor.rawData.count / 8) * 8
                withUnsafeBytes(of: value.littleEndian) { tensor.rawData.replaceSubrange(place..<place + 8, with: $0) }
            } else if !tensor.rawData.isEmpty {
                tensor.rawData[generator.below(tensor.rawData.count)] = UInt8.random(in: 0...255, using: &generator)
            }
        default:
            // Dimensions alone: the values become unknown.
            tensor.clearRawData()
            tensor.floatData = []
            tensor.int64Data = []
        }
    }

    private static func input(in model: inout ONNXModelProto, _ generator: inout FuzzGenerator) {
        guard let index = model.graph.input.indices.randomElement(using: &generator) else { return }
        guard case .tensorType(var tensor)? = model.graph.input[index].type.value else { return }
        switch generator.below(4) {
        case 0: tensor.elemType = Int32(generator.below(28))
        case 1: tensor.shape.dim.append(ONNXTensorShapeProto.Dimension.with { $0.dimValue = number(&generator) })
        case 2: if !tensor.shape.dim.isEmpty { tensor.shape.dim.removeLast() }
        default:
            if let axis = tensor.shape.dim.indices.randomElement(using: &generator) {
                tensor.shape.dim[axis].dimValue = number(&generator)
            }
        }
        model.graph.input[index].type.tensorType = tensor
    }
}
