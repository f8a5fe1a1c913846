import NumberFormats

/// A rearrangement of values that does not look at them.
protocol StorageRearrangement {
    func apply<T>(_ values: [T]) -> [T]
}

/// A combination of two lists of values of one type that does not look at them.
protocol StorageMerge {
    func apply<T>(_ first: [T], _ second: [T]) -> [T]
}

extension Tensor.Storage {
    func rearranged(_ rearrangement: some StorageRearrangement) -> Tensor.Storage {
        switch self {
        case .bool(let values): .bool(rearrangement.apply(values))
        case .int8(let values): .int8(rearrangement.apply(values))
        case .uint8(let values): .uint8(rearrangement.apply(values))
        case .int16(let values): .int16(rearrangement.apply(values))
        case .uint16(let values): .uint16(rearrangement.apply(values))
        case .int32(let values): .int32(rearrangement.apply(values))
        case .uint32(let values): .uint32(rearrangement.apply(values))
        case .int64(let values): .int64(rearrangement.apply(values))
        case .uint64(let values): .uint64(rearrangement.apply(values))
        case .float(let values): .float(rearrangement.apply(values))
        case .double(let values): .double(rearrangement.apply(values))
        case .string(let values): .string(rearrangement.apply(values))
        }
    }

    /// `nil` where the two hold different Swift types.
    func merged(with other: Tensor.Storage, _ merge: some StorageMerge) -> Tensor.Storage? {
        switch (self, other) {
        case (.bool(let a), .bool(let b)): .bool(merge.apply(a, b))
        case (.int8(let a), .int8(let b)): .int8(merge.apply(a, b))
        case (.uint8(let a), .uint8(let b)): .uint8(merge.apply(a, b))
        case (.int16(let a), .int16(let b)): .int16(merge.apply(a, b))
        case (.uint16(let a), .uint16(let b)): .uint16(merge.apply(a, b))
        case (.int32(let a), .int32(let b)): .int32(merge.apply(a, b))
        case (.uint32(let a), .uint32(let b)): .uint32(merge.apply(a, b))
        case (.int64(let a), .int64(let b)): .int64(merge.apply(a, b))
        case (.uint64(let a), .uint64(let b)): .uint64(merge.apply(a, b))
        case (.float(let a), .float(let b)): .float(merge.apply(a, b))
        case (.double(let a), .double(let b)): .double(merge.apply(a, b))
        case (.string(let a), .string(let b)): .string(merge.apply(a, b))
        default: nil
        }
    }
}

private struct Gathering: StorageRearrangement {
    let indices: [Int]
    func apply<T>(_ values: [T]) -> [T] {
        var result: [T] = []
        result.reserveCapacity(indices.count)
        for index in indices { result.append(values[index]) }
        return result
    }
}

/// Element `indices[i]` of the first list, or the one element of the second where the index is negative.
private struct FilledGathering: StorageMerge {
    let indices: [Int]
    func apply<T>(_ first: [T], _ second: [T]) -> [T] {
        var result: [T] = []
        result.reserveCapacity(indices.count)
        for index in indices { result.append(index < 0 ? second[0] : first[index]) }
        return result
    }
}

private struct Concatenation: StorageMerge {
    func apply<T>(_ first: [T], _ second: [T]) -> [T] { first + second }
}

/// The first list with element `targets[i]` replaced by the second's element i.
private struct Replacement: StorageMerge {
    let targets: [Int]
    func apply<T>(_ first: [T], _ second: [T]) -> [T] {
        var result = first
        for (index, target) in targets.enumerated() { result[target] = second[index] }
        return result
    }
}

extension Tensor {
    /// A tensor of `shape` whose element i is this one's element `indices[i]`.
    func gathered(_ indices: [Int], shape: [Int]) -> Tensor {
        precondition(indices.count == shape.product)
        return Tensor(element, shape, storage.rearranged(Gathering(indices: indices)))
    }

    /// As `gathered(_:shape:)`, with `filler` (a tensor of one element of the same format) where an index is negative.
    func gathered(_ indices: [Int], shape: [Int], filler: Tensor) -> Tensor? {
        storage.merged(with: filler.storage, FilledGathering(indices: indices)).map { Tensor(element, shape, $0) }
    }

    /// This tensor with element `targets[i]` replaced by element i of `updates`; later replacements win.
    func replacing(_ targets: [Int], with updates: Tensor) -> Tensor? {
        storage.merged(with: updates.storage, Replacement(targets: targets)).map { Tensor(element, shape, $0) }
    }

    /// The values of both, one after the other, in a shape given; `nil` for different formats.
    func appending(_ other: Tensor, shape: [Int]) -> Tensor? {
        storage.merged(with: other.storage, Concatenation()).map { Tensor(element, shape, $0) }
    }

    /// Repeated along axes of extent 1, and along new leading ones, to fill `target`.
    func broadcast(to target: [Int]) -> Tensor {
        if shape == target { return self }
        return gathered(
            Broadcasting.indices(shape: target, strides: Broadcasting.strides(of: shape, broadcastTo: target)), shape: target)
    }

    /// Axes in another order: axis i of the result is axis `permutation[i]` of this tensor.
    func transposed(_ permutation: [Int]) -> Tensor {
        let strides = Broadcasting.strides(of: shape)
        let target = permutation.map { shape[$0] }
        return gathered(
            Broadcasting.indices(shape: target, strides: permutation.map { strides[$0] }), shape: target)
    }
}
