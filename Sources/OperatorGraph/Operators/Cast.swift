import NumberFormats

/// Cast: the target is the attribute `to`, a number of ONNX's TensorProto.DataType.
struct CastOperator: OperatorDefinition {
    let name = "Cast"
    let since = 6

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try context.element(ofDataType: context.requiredInt("to")), try context.shape(0))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let target = try context.element(ofDataType: context.requiredInt("to"))
        return [try context.tensor(0).converted(to: target, saturating: context.flag("saturate", true))]
    }
}

/// CastLike: the target is the format of the second input.
struct CastLikeOperator: OperatorDefinition {
    let name = "CastLike"
    let since = 15

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try context.type(1).element, try context.shape(0))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let target = try context.type(1).element
        return [try context.tensor(0).converted(to: target, saturating: context.flag("saturate", true))]
    }
}

/// BitCast: the same bits read in another format of the same width.
struct BitCastOperator: OperatorDefinition {
    let name = "BitCast"
    let since = 26

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        let target = try context.element(ofDataType: context.requiredInt("to"))
        guard target.bits == type.element.bits else {
            throw context.error("\(type.element.rawValue) and \(target.rawValue) differ in width")
        }
        return [TensorType(target, type.shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let target = try context.element(ofDataType: context.requiredInt("to"))
        return [Tensor(target, input.shape, patterns: input.patterns)]
    }
}

extension Tensor {
    /// The bits of every element, zero-extended.
    var patterns: [UInt64] {
        let mask: UInt64 = element.bits == 64 ? .max : (1 << UInt64(element.bits)) - 1
        switch storage {
        case .double(let values): return values.map { $0.bitPattern }
        case .float(let values):
            return values.map { UInt64(element.pattern(of: $0) ?? 0) | (element == .fp32 ? UInt64($0.bitPattern) : 0) }
        case .uint64(let values): return values
        default: return intValues.map { UInt64(bitPattern: Int64($0)) & mask }
        }
    }

    /// Elements from their bits.
    init(_ element: ElementType, _ shape: [Int], patterns: [UInt64]) {
        switch element {
        case .fp64: self.init(element, shape, .double(patterns.map { Double(bitPattern: $0) }))
        case .fp32: self.init(element, shape, .float(patterns.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }))
        case .fp16, .bf16, .fp8E4M3, .fp8E5M2, .fp4E2M1:
            self.init(
                element, shape,
                .float(patterns.map { element.number(ofPattern: UInt16(truncatingIfNeeded: $0)) ?? .nan }))
        default: self.init(element, shape, integers: patterns.map { Int(truncatingIfNeeded: $0) })
        }
    }
}

extension OperatorContext {
    /// The element format of a number of ONNX's TensorProto.DataType (onnx.proto).
    func element(ofDataType number: Int) throws(GraphError) -> ElementType {
        switch number {
        case 1: return .fp32
        case 2: return .uint8
        case 3: return .int8
        case 4: return .uint16
        case 5: return .int16
        case 6: return .int32
        case 7: return .int64
        case 9: return .bool
        case 10: return .fp16
        case 11: return .fp64
        case 12: return .uint32
        case 13: return .uint64
        case 16: return .bf16
        case 17: return .fp8E4M3
        case 19: return .fp8E5M2
        case 21: return .uint4
        case 22: return .int4
        case 23: return .fp4E2M1
        case 25: return .uint2
        case 26: return .int2
        default:
            let names = [8: "string", 14: "complex64", 15: "complex128", 18: "float8e4m3fnuz", 20: "float8e5m2fnuz", 24: "float8e8m0"]
            throw error("data type \(names[number] ?? "number \(number)") is not supported")
        }
    }
}

extension OperatorRegistry {
    static let conversions: [any OperatorDefinition] = [CastOperator(), CastLikeOperator(), BitCastOperator(), WhereOperator()]
}
