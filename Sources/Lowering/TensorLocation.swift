import NumberFormats
import Programs

/// Where a tensor lies, and how: the element at index (i₀, i₁, …) is `offset + Σ i·stride` elements after `address`.
struct TensorLocation: Equatable {
    var memory: String
    var isDRAM: Bool
    /// Bytes.
    var address: Int
    /// Bytes that the whole allocation occupies, of which this may be a view.
    var bytes: Int
    var element: ElementType
    var shape: [Int]
    var strides: [Int]
    var offset: Int = 0
    /// Bytes that a part takes of the allocation, where others write the rest.
    var span: Range<Int>?

    static func rowMajor(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for dimension in shape.indices.dropLast().reversed() { strides[dimension] = strides[dimension + 1] * max(1, shape[dimension + 1]) }
        return strides
    }

    /// Strides that put the channels (dimension 1) innermost.
    static func channelsLast(_ shape: [Int]) -> [Int] {
        guard shape.count >= 3 else { return rowMajor(shape) }
        var strides = [Int](repeating: 1, count: shape.count)
        strides[1] = 1
        var step = shape[1]
        for dimension in (2..<shape.count).reversed() {
            strides[dimension] = step
            step *= max(1, shape[dimension])
        }
        strides[0] = step
        return strides
    }

    var range: Range<Int> { span ?? address..<(address + max(1, bytes)) }
    var count: Int { shape.reduce(1, *) }

    /// The dimension whose neighbours are neighbours in memory, if any.
    var contiguousDimension: Int? { shape.indices.last { shape[$0] > 1 && strides[$0] == 1 } }

    func permuted(_ order: [Int]) -> TensorLocation {
        var view = self
        view.shape = order.map { shape[$0] }
        view.strides = order.map { strides[$0] }
        return view
    }

    func sliced(_ dimension: Int, from start: Int, count: Int, step: Int = 1) -> TensorLocation {
        var view = self
        view.offset += start * strides[dimension]
        view.shape[dimension] = count
        view.strides[dimension] *= step
        return view
    }

    func broadcast(to target: [Int]) -> TensorLocation {
        var view = self
        view.shape = target
        view.strides = Array(repeating: 0, count: target.count)
        let shift = target.count - shape.count
        for dimension in shape.indices where shape[dimension] != 1 { view.strides[dimension + shift] = strides[dimension] }
        return view
    }

    /// The same elements in the same order under another shape, `nil` when no strides describe it.
    func reshaped(to target: [Int]) -> TensorLocation? {
        guard target.reduce(1, *) == count else { return nil }
        // Runs of dimensions that lie one in the other, outermost first.
        var runs: [(extent: Int, stride: Int)] = []
        for dimension in shape.indices where shape[dimension] != 1 {
            if let last = runs.last, last.stride == strides[dimension] * shape[dimension] {
                runs[runs.count - 1] = (last.extent * shape[dimension], strides[dimension])
            } else {
                runs.append((shape[dimension], strides[dimension]))
            }
        }
        var view = self
        view.shape = target
        view.strides = Array(repeating: 1, count: target.count)
        var run = runs.count - 1
        var left = run >= 0 ? runs[run].extent : 1
        var stride = run >= 0 ? runs[run].stride : 1
        for dimension in target.indices.reversed() {
            if target[dimension] == 1 { view.strides[dimension] = stride; continue }
            while left == 1, run > 0 {
                run -= 1
                left = runs[run].extent
                stride = runs[run].stride
            }
            guard left % target[dimension] == 0 else { return nil }
            view.strides[dimension] = stride
            stride *= target[dimension]
            left /= target[dimension]
        }
        return left == 1 && run <= 0 ? view : nil
    }

    /// The region of a block that starts at `starts`.
    func region(starts: [Expression], extents: [Expression]) -> Region {
        var index: Expression = .constant(offset)
        for dimension in shape.indices { index = index + starts[dimension] * strides[dimension] }
        for dimension in shape.indices where extents[dimension] != .constant(1) && strides[dimension] != 0 {
            index = index + .coordinate(dimension) * strides[dimension]
        }
        return Region(memory: memory, base: .constant(address), element: element, extents: extents, index: index)
    }

    /// The whole tensor.
    var region: Region {
        region(starts: Array(repeating: 0, count: shape.count), extents: shape.map { .constant($0) })
    }
}

/// A buffer for blocks of a tensor: dimensions in the order of the tensor's own, without gaps.
struct BlockBuffer {
    var memory: String
    /// Byte address of slot 0, and bytes from one slot to the next.
    var address: Int
    var slotBytes: Int
    var element: ElementType
    var strides: [Int]

    /// Strides of a dense block of `extents` whose dimensions are nested as in `like`.
    static func strides(extents: [Int], like: TensorLocation) -> [Int] {
        let order = extents.indices.sorted { (like.strides[$0], like.shape[$0] == 1 ? 0 : 1, -$0) < (like.strides[$1], like.shape[$1] == 1 ? 0 : 1, -$1) }
        var strides = [Int](repeating: 1, count: extents.count)
        var step = 1
        for dimension in order {
            strides[dimension] = step
            step *= max(1, extents[dimension])
        }
        return strides
    }

    func region(slot: Expression, extents: [Expression]) -> Region {
        Region(
            memory: memory, base: .constant(address) + slot * slotBytes, element: element, extents: extents, strides: strides)
    }
}
