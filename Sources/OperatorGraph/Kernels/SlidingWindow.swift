/// The geometry that convolutions and poolings share: where a window lies in its input along each spatial axis.
struct SlidingWindow: Sendable {
    /// Extents of the input, the window and the output, per spatial axis.
    let input: [Int]
    let kernel: [Int]
    let output: [Int]
    let strides: [Int]
    let dilations: [Int]
    /// Rows of padding before the first element, per axis.
    let padBefore: [Int]
    let padAfter: [Int]

    var rank: Int { input.count }

    /// Reads `strides`, `dilations`, `pads`, `auto_pad` and `ceil_mode` of a node.
    init(_ context: OperatorContext, input: [Int], kernel: [Int]) throws(GraphError) {
        let rank = input.count
        guard kernel.count == rank else {
            throw context.error("the kernel has \(kernel.count) spatial dimensions, the input \(rank)")
        }
        let ones = Array(repeating: 1, count: rank)
        let strides = try context.optionalInts("strides") ?? ones
        let dilations = try context.optionalInts("dilations") ?? ones
        guard strides.count == rank, dilations.count == rank else {
            throw context.error("strides and dilations need \(rank) values each")
        }
        guard (strides + dilations + kernel).allSatisfy({ $0 > 0 && $0 <= 1 << 30 }) else {
            throw context.error("strides, dilations and kernel extents must be positive")
        }
        var before = Array(repeating: 0, count: rank)
        var after = before
        let automatic = try context.string("auto_pad", "NOTSET")
        let roundsUp = try context.flag("ceil_mode")
        var output: [Int] = []
        if automatic == "NOTSET" || automatic == "", let pads = try context.optionalInts("pads") {
            guard pads.count == 2 * rank else {
                throw context.error("pads has \(pads.count) values, expected \(2 * rank)")
            }
            guard pads.allSatisfy({ $0 >= 0 && $0 <= 1 << 31 }) else {
                throw context.error("pads must not be negative")
            }
            before = Array(pads[0..<rank])
            after = Array(pads[rank...])
        }
        for axis in 0..<rank {
            let span = (kernel[axis] - 1) * dilations[axis] + 1
            switch automatic {
            case "SAME_UPPER", "SAME_LOWER":
                let extent = (input[axis] + strides[axis] - 1) / strides[axis]
                let padding = max((extent - 1) * strides[axis] + span - input[axis], 0)
                before[axis] = automatic == "SAME_UPPER" ? padding / 2 : padding - padding / 2
                after[axis] = padding - before[axis]
                output.append(extent)
            case "NOTSET", "VALID", "":
                let room = input[axis] + before[axis] + after[axis] - span
                guard room >= 0 else {
                    throw context.error(
                        "a kernel of extent \(span) is larger than the padded input, \(room + span)",
                        suggestion: "use a larger input or more padding")
                }
                var extent = room / strides[axis] + 1
                if roundsUp && room % strides[axis] != 0 {
                    extent += 1
                    // A window that would start in the padding behind the input is left out.
                    if (extent - 1) * strides[axis] >= input[axis] + before[axis] { extent -= 1 }
                }
                output.append(extent)
            default: throw context.error("auto_pad \"\(automatic)\" is not known")
            }
        }
        self.input = input
        self.kernel = kernel
        self.output = output
        self.strides = strides
        self.dilations = dilations
        self.padBefore = before
        self.padAfter = after
    }

    /// Where element `offset` of the window at `position` lies in the input along `axis`; may be outside.
    @inline(__always)
    func coordinate(axis: Int, position: Int, offset: Int) -> Int {
        position * strides[axis] + offset * dilations[axis] - padBefore[axis]
    }

    /// Elements of the window at `position` whose coordinate is in `range`.
    func offsets(axis: Int, position: Int, inside range: Range<Int>) -> Range<Int> {
        let start = coordinate(axis: axis, position: position, offset: 0), step = dilations[axis]
        let first = start >= range.lowerBound ? 0 : (range.lowerBound - start + step - 1) / step
        let end = start >= range.upperBound ? 0 : min(kernel[axis], (range.upperBound - 1 - start) / step + 1)
        return first..<max(first, end)
    }

    /// Output positions along the innermost axis whose element `offset` lies inside the input.
    @inline(__always)
    func validInnerRange(offset: Int) -> Range<Int> {
        let axis = rank - 1
        let start = offset * dilations[axis] - padBefore[axis]
        let stride = strides[axis]
        let first = start >= 0 ? 0 : (-start + stride - 1) / stride
        let last = input[axis] - 1 - start
        let end = last < 0 ? 0 : min(output[axis], last / stride + 1)
        return first..<max(first, end)
    }
}
