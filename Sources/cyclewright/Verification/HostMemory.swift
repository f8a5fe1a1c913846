/// Memory of the process.
enum HostMemory {
    /// Keeps what is freed for the next query: each has a context of its own, whose pages the system would otherwise hand out anew, and
    /// clear, again and again.
    ///
    /// The C library of Linux returns memory beyond a threshold, and raises the threshold to twice the largest block that was
    /// ever freed (mallopt(3), M_MMAP_THRESHOLD: at most 32 MiB). Elsewhere this does nothing.
    static func keepFreed() {
        let block = UnsafeMutableRawPointer.allocate(byteCount: 31 << 20, alignment: 16)
        block.storeBytes(of: 1, as: UInt8.self)
        block.deallocate()
    }
}
