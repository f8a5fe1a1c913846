import NumberFormats

extension Tensor {
    /// A result whose values were computed in the storage's Swift type, brought into the element format: rounded
    /// half to even for floating-point formats below fp32, wrapped for integers narrower than a byte.
    init(settling element: ElementType, _ shape: [Int], _ storage: Storage) {
        switch (storage, element) {
        case (.float(let values), .fp16), (.float(let values), .bf16), (.float(let values), .fp8E4M3),
            (.float(let values), .fp8E5M2), (.float(let values), .fp4E2M1):
            self.init(element, shape, .float(values.map { element.rounded($0) }))
        case (.int8(let values), .int4), (.int8(let values), .int2), (.int8(let values), .ternary):
            self.init(element, shape, .int8(values.map { Int8(element.wrapped(Int64($0))) }))
        case (.uint8(let values), .uint4), (.uint8(let values), .uint2):
            self.init(element, shape, .uint8(values.map { UInt8(element.wrapped(Int64($0))) }))
        default: self.init(element, shape, storage)
        }
    }
}
