import Architecture

extension DRAM {
    /// Reads, and writes, that wait in each channel's controller.
    var queue: Int {
        get { controller["read-queue-size"].flatMap { Int($0) } ?? 32 }
        set {
            controller["read-queue-size"] = "\(newValue)"
            controller["write-queue-size"] = "\(newValue)"
        }
    }
}
