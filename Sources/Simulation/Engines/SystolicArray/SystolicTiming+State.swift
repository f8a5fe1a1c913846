extension SystolicTiming {
    /// Appends what shapes the future, relative to `cycle`: times in the past are all alike.
    func writeState(relativeTo cycle: Int, into state: inout [Int]) {
        state.append(max(0, streamEnd - cycle))
        state.append(max(0, drainFree - cycle))
        state.append(max(0, acceptNext - cycle))
        state.append(max(0, acceptContinuation - cycle))
        state.append(resident?.rows ?? -1)
        state.append(resident?.columns ?? -1)
    }

    /// Moves all times by `cycles`.
    mutating func shift(by cycles: Int) {
        streamEnd += cycles
        drainFree += cycles
        acceptNext += cycles
        acceptContinuation += cycles
    }
}
