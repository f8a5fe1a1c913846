import NumberFormats

extension Tensor {
    /// The values in another format, as ONNX's Cast converts them: real to integer truncates toward zero,
    /// integer to integer keeps the low bits, anything to a floating-point format rounds half to even.
    /// Beyond the range of an fp8 format: its largest number when `saturating`, else infinity or NaN.
    public func converted(to target: ElementType, saturating: Bool = true) -> Tensor {
        if target == element && !isText { return self }
        if isText {
            return target.isFloatingPoint
                ? Tensor(target, shape, doubles: doubleValues) : Tensor(target, shape, integers: intValues)
        }
        switch target {
        case .fp8E4M3, .fp8E5M2, .fp4E2M1:
            return Tensor(target, shape, .float(floatValues.map { target.rounded($0, saturating: saturating) }))
        case .fp16, .bf16, .fp32:
            return Tensor(target, shape, floats: floatValues)
        case .fp64: return Tensor(target, shape, .double(doubleValues))
        case .bool: return Tensor(target, shape, .bool(boolValues))
        case .uint64 where element.isFloatingPoint: return Tensor(target, shape, doubles: doubleValues)
        default: return Tensor(target, shape, integers: intValues)
        }
    }
}
