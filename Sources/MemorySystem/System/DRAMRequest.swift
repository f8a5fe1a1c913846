/// What a DMA engine or cache asks of a memory of several channels: bytes in evenly spaced runs.
public struct DRAMRequest: Hashable, Sendable {
    /// First byte of the first run.
    public var address: Int
    /// Bytes of one contiguous run, at least 1.
    public var runBytes: Int
    public var runs: Int
    /// From the beginning of one run to the next, in bytes.
    public var stride: Int
    public var isWrite: Bool
    /// Comes back with the completion.
    public var tag: Int

    public init(address: Int, runBytes: Int, runs: Int = 1, stride: Int = 0, isWrite: Bool, tag: Int = 0) {
        self.address = address
        self.runBytes = runBytes
        self.runs = runs
        self.stride = stride
        self.isWrite = isWrite
        self.tag = tag
    }

    /// One past the last byte.
    public var end: Int { address + (runs - 1) * stride + runBytes }
}

/// A request of which every access is served. Times are in femtoseconds.
public struct DRAMRequestCompletion: Hashable, Sendable {
    public var tag: Int
    /// When the first access was served.
    public var firstAccess: Int
    /// When the last was.
    public var lastAccess: Int

    public init(tag: Int, firstAccess: Int, lastAccess: Int) {
        self.tag = tag
        self.firstAccess = firstAccess
        self.lastAccess = lastAccess
    }
}

/// Why a memory cannot be built, or cannot take a request.
public enum DRAMSystemError: Error, Hashable, CustomStringConvertible, Sendable {
    /// The request's bytes and the memory's.
    case beyondCapacity(end: Int, capacity: Int)
    case emptyRequest
    case controller(DRAMControllerError)
    case mapping(AddressMappingError)

    public var description: String {
        switch self {
        case .beyondCapacity(let end, let capacity): "a request up to byte \(end) goes beyond the memory's \(capacity) bytes"
        case .emptyRequest: "a request of no bytes, or at a negative address"
        case .controller(let error): error.description
        case .mapping(let error): error.description
        }
    }

    public static func == (left: DRAMSystemError, right: DRAMSystemError) -> Bool { left.description == right.description }
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
