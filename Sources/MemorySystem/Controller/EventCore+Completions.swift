extension EventCore {
    /// Keeps a completion until it is handed over.
    @inline(__always)
    func note(_ completion: DRAMCompletion) {
        if scalars.pointee.completionCount == scalars.pointee.completionCapacity { growCompletions() }
        if let buffer = scalars.pointee.completions { buffer[scalars.pointee.completionCount] = completion }
        scalars.pointee.completionCount &+= 1
    }

    func moveCompletions(into list: inout [DRAMCompletion]) {
        list.append(contentsOf: UnsafeBufferPointer(start: scalars.pointee.completions, count: scalars.pointee.completionCount))
        scalars.pointee.completionCount = 0
    }

    /// After the scalars of another core were copied: gives this one a buffer of its own.
    func copyCompletions(of other: EventCore) {
        scalars.pointee.completions = nil
        scalars.pointee.completionCapacity = 0
        let count = other.scalars.pointee.completionCount
        scalars.pointee.completionCount = 0
        for index in 0..<count { if let buffer = other.scalars.pointee.completions { note(buffer[index]) } }
    }

    @inline(never)
    private func growCompletions() {
        let capacity = max(64, scalars.pointee.completionCapacity * 2)
        let larger = UnsafeMutablePointer<DRAMCompletion>.allocate(capacity: capacity)
        if let buffer = scalars.pointee.completions {
            larger.initialize(from: buffer, count: scalars.pointee.completionCount)
            buffer.deallocate()
        }
        scalars.pointee.completions = larger
        scalars.pointee.completionCapacity = capacity
    }
}
