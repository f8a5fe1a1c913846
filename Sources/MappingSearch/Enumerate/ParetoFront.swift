/// Points of which none is at least as good as another one in every figure; less is better.
struct ParetoFront<Payload> {
    private(set) var figures: [SIMD4<Double>] = []
    private(set) var payloads: [Payload] = []

    /// Whether a point of the front is at least as good.
    ///
    /// The one that was is moved to the beginning: the next candidates are like this one, and it dominates them too.
    @inline(__always)
    mutating func covers(_ candidate: SIMD4<Double>) -> Bool {
        for index in figures.indices where all(figures[index] .<= candidate) {
            if index > 0 {
                figures.swapAt(index, index / 2)
                payloads.swapAt(index, index / 2)
            }
            return true
        }
        return false
    }

    /// Adds a point that the front does not cover, and removes what it makes superfluous.
    mutating func insert(_ candidate: SIMD4<Double>, _ payload: Payload) {
        var kept = 0
        for index in figures.indices where !all(candidate .<= figures[index]) {
            (figures[kept], payloads[kept]) = (figures[index], payloads[index])
            kept += 1
        }
        figures.removeLast(figures.count - kept)
        payloads.removeLast(payloads.count - kept)
        figures.append(candidate)
        payloads.append(payload)
    }
}
