/// Shapes and strides under ONNX's multidirectional (NumPy) broadcasting.
public enum Broadcasting {
    /// The common shape; `nil` where two extents differ and neither is 1.
    public static func shape(of shapes: [[Int]]) -> [Int]? {
        let rank = shapes.map(\.count).max() ?? 0
        var result = Array(repeating: 1, count: rank)
        for shape in shapes {
            let offset = rank - shape.count
            for (axis, extent) in shape.enumerated() where extent != 1 {
                if result[offset + axis] == 1 { result[offset + axis] = extent }
                else if result[offset + axis] != extent { return nil }
            }
        }
        return result
    }

    /// Row-major strides in elements.
    public static func strides(of shape: [Int]) -> [Int] {
        var strides = Array(repeating: 1, count: shape.count)
        var stride = 1
        for axis in shape.indices.reversed() {
            strides[axis] = stride
            stride *= max(shape[axis], 1)
        }
        return strides
    }

    /// Strides with which a tensor of `shape` is read to fill one of shape `target`: 0 where it is repeated.
    public static func strides(of shape: [Int], broadcastTo target: [Int]) -> [Int] {
        let own = strides(of: shape)
        let offset = target.count - shape.count
        return target.indices.map { axis in
            axis < offset || shape[axis - offset] == 1 ? 0 : own[axis - offset]
        }
    }

    /// For every element of `target` in row-major order, where it comes from with these strides.
    public static func indices(shape target: [Int], strides: [Int], offset: Int = 0) -> [Int] {
        let count = target.product
        var result: [Int] = []
        result.reserveCapacity(count)
        if count == 0 { return result }
        guard let inner = target.last, let step = strides.last else { return [offset] }
        let outerRank = target.count - 1
        var position = Array(repeating: 0, count: outerRank)
        var base = offset
        while true {
            var index = base
            for _ in 0..<inner {
                result.append(index)
                index += step
            }
            var axis = outerRank - 1
            while axis >= 0 {
                position[axis] += 1
                base += strides[axis]
                if position[axis] < target[axis] { break }
                base -= strides[axis] * target[axis]
                position[axis] = 0
                axis -= 1
            }
            if axis < 0 { return result }
        }
    }
}

/// `combine` of corresponding elements of two tensors under broadcasting to `target`.
///
/// The innermost extent runs in a loop of its own over plain arrays, the outer ones in an odometer.
@inline(__always)
func broadcastMap<A, B, R>(
    _ a: [A], _ aShape: [Int], _ b: [B], _ bShape: [Int], _ target: [Int], _ combine: (A, B) -> R
) -> [R] {
    let count = target.product
    var result: [R] = []
    result.reserveCapacity(count)
    if count == 0 { return result }
    if a.count == count && b.count == count {
        for index in 0..<count { result.append(combine(a[index], b[index])) }
        return result
    }
    if b.count == 1 {
        let scalar = b[0]
        if a.count == count {
            for index in 0..<count { result.append(combine(a[index], scalar)) }
            return result
        }
    }
    let (shape, aStrides, bStrides) = coalesced(
        target, Broadcasting.strides(of: aShape, broadcastTo: target), Broadcasting.strides(of: bShape, broadcastTo: target))
    let outerRank = shape.count - 1
    let inner = shape[outerRank]
    let aStep = aStrides[outerRank], bStep = bStrides[outerRank]
    var position = Array(repeating: 0, count: outerRank)
    var aBase = 0, bBase = 0
    while true {
        var aIndex = aBase, bIndex = bBase
        for _ in 0..<inner {
            result.append(combine(a[aIndex], b[bIndex]))
            aIndex += aStep
            bIndex += bStep
        }
        var axis = outerRank - 1
        while axis >= 0 {
            position[axis] += 1
            aBase += aStrides[axis]
            bBase += bStrides[axis]
            if position[axis] < shape[axis] { break }
            aBase -= aStrides[axis] * shape[axis]
            bBase -= bStrides[axis] * shape[axis]
            position[axis] = 0
            axis -= 1
        }
        if axis < 0 { return result }
    }
}

/// Neighbouring axes merged where both operands step through them as through one; at least one axis remains.
private func coalesced(_ shape: [Int], _ a: [Int], _ b: [Int]) -> ([Int], [Int], [Int]) {
    var merged: [Int] = [], aStrides: [Int] = [], bStrides: [Int] = []
    for axis in shape.indices where shape[axis] != 1 {
        if let last = merged.indices.last,
            aStrides[last] == a[axis] * shape[axis], bStrides[last] == b[axis] * shape[axis]
        {
            merged[last] *= shape[axis]
            aStrides[last] = a[axis]
            bStrides[last] = b[axis]
        } else {
            merged.append(shape[axis])
            aStrides.append(a[axis])
            bStrides.append(b[axis])
        }
    }
    return merged.isEmpty ? ([1], [0], [0]) : (merged, aStrides, bStrides)
}
