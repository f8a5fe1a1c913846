import NumberFormats

/// CenterCropPad: axes cropped or padded with zeros around their centre to the extents given.
struct CenterCropPadOperator: OperatorDefinition {
    let name = "CenterCropPad"
    let since = 18

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        var type = try context.type(0)
        let extents = try context.tensor(1).intValues
        let axes = try context.axes(context.optionalInts("axes") ?? Array(type.shape.indices), rank: type.shape.count)
        guard axes.count == extents.count else { throw context.error("shape \(extents) does not fit axes \(axes)") }
        for (axis, extent) in zip(axes, extents) { type.shape[axis] = extent }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let strides = Broadcasting.strides(of: input.shape)
        var indices = [0]
        for axis in input.shape.indices {
            let from = input.shape[axis], to = output.shape[axis]
            let crop = from > to ? (from - to) / 2 : 0
            let pad = to > from ? (to - from) / 2 : 0
            var next: [Int] = []
            for base in indices {
                for position in 0..<to {
                    let source = position - pad + crop
                    next.append(base < 0 || source < 0 || source >= from ? -1 : base + source * strides[axis])
                }
            }
            indices = next
        }
        return [input.gathered(indices, shape: output.shape, filler: Tensor(input.element, [1], repeating: 0))]
    }
}
