import Mapping

/// Bytes that a mapping moves at least, by who moves them.
struct LeastBytes {
    var left = 0.0
    var right = 0.0
    /// Operands of the epilogue, and results.
    var epilogue = 0.0
    var out = 0.0

    var total: Double { left + right + epilogue + out }
}

/// Cycles of the machine that DMA engines' links take for a byte; those of one engine for several purposes add up.
struct EngineLinks {
    private let left: Double
    private let right: Double
    private let out: Double
    private let rightIsLeft: Bool
    private let outIsLeft: Bool
    private let outIsRight: Bool

    init(_ timing: ProductTiming) {
        func pace(_ transfer: ProductTiming.Transfer?) -> Double { transfer.map { $0.period / Double(max(1, $0.width)) } ?? 0 }
        (left, right, out) = (pace(timing.left), pace(timing.right), pace(timing.store))
        rightIsLeft = timing.left != nil && timing.left?.engine == timing.right?.engine
        outIsLeft = timing.left != nil && timing.left?.engine == timing.store?.engine
        outIsRight = timing.right != nil && timing.right?.engine == timing.store?.engine
    }

    /// Cycles of the engine that has most to do.
    @inline(__always)
    func time(_ bytes: LeastBytes) -> Double {
        let (first, second, third) = ((bytes.left + bytes.epilogue) * left, bytes.right * right, bytes.out * out)
        let onLeft = first + (rightIsLeft ? second : 0) + (outIsLeft ? third : 0)
        return max(onLeft, second + (outIsRight && !rightIsLeft ? third : 0), third)
    }
}
