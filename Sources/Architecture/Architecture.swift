import NumberFormats
import Quantities

/// A machine: memories, engines and the links between them, as read from an architecture file.
///
/// Components of scope `.core` exist once in each core and are named `core0.mxu`, `core1.mxu`, … when there
/// is more than one core; components of scope `.shared` exist once.
public struct Architecture: Sendable {
    public var name: String
    /// Where the parameters come from, for reports.
    public var source: String
    public var technology: Technology
    /// The clock of every component that names none of its own.
    public var clock: Frequency
    public var cores: Int
    public var memories: [Memory]
    public var engines: [Engine]
    public var links: [Link]
    /// Every parameter as it was resolved, in file order, for reports and `describe`.
    public var parameters: [ResolvedParameter]

    public init(
        name: String, source: String, technology: Technology, clock: Frequency, cores: Int, memories: [Memory],
        engines: [Engine], links: [Link], parameters: [ResolvedParameter]
    ) {
        self.name = name; self.source = source; self.technology = technology; self.clock = clock; self.cores = cores
        self.memories = memories; self.engines = engines; self.links = links; self.parameters = parameters
    }

    public func memory(named name: String) -> Memory? { memories.first { $0.name == name } }
    public func engine(named name: String) -> Engine? { engines.first { $0.name == name } }
}

/// Process technology, which prices energy and area.
public struct Technology: Sendable {
    public var nodeNanometres: Double?
    public var voltage: Double?
    public init(nodeNanometres: Double? = nil, voltage: Double? = nil) {
        self.nodeNanometres = nodeNanometres; self.voltage = voltage
    }
}

/// One parameter of one component, as the run used it.
public struct ResolvedParameter: Sendable {
    /// Dotted path, as `--set` takes it: `engines.mxu.rows`.
    public var path: String
    /// The value with its unit, as text.
    public var value: String
    public var help: String
    /// Where the value comes from: the comment or `source` key beside it, `nil` when the file gives none.
    public var source: String?
    public var isDefault: Bool
    public init(path: String, value: String, help: String, source: String?, isDefault: Bool) {
        self.path = path; self.value = value; self.help = help; self.source = source; self.isDefault = isDefault
    }
}

/// Whether a component exists once in each core or once in the machine.
public enum Scope: String, Sendable, CaseIterable { case core, shared }

/// A place that holds bytes.
public struct Memory: Sendable {
    public enum Kind: Sendable { case dram(DRAM), sram(SRAM) }
    public var name: String
    public var scope: Scope
    public var capacity: Bytes
    public var kind: Kind
    public init(name: String, scope: Scope, capacity: Bytes, kind: Kind) {
        self.name = name; self.scope = scope; self.capacity = capacity; self.kind = kind
    }
}

/// Off-chip memory, described by bandwidth and latency.
public struct DRAM: Sendable {
    /// JEDEC name, for reports: "DDR3-2133".
    public var standard: String?
    public var channels: Int
    /// Peak bandwidth of one channel.
    public var bandwidth: Bandwidth
    /// From the arrival of a read request to its first byte, when nothing is queued.
    public var latency: Time
    /// Smallest number of bytes that one access moves; shorter or unaligned requests move whole ones.
    public var accessGranularity: Bytes
    public init(standard: String?, channels: Int, bandwidth: Bandwidth, latency: Time, accessGranularity: Bytes) {
        self.standard = standard; self.channels = channels; self.bandwidth = bandwidth; self.latency = latency
        self.accessGranularity = accessGranularity
    }
}

/// On-chip memory: line-interleaved banks.
public struct SRAM: Sendable {
    /// Consecutive lines of `width` bytes lie in consecutive banks.
    public var banks: Int
    /// Bytes that one bank delivers in one cycle through one port.
    public var width: Bytes
    /// Units that can use the memory at the same time; a further one waits.
    public var ports: Int
    /// Cycles from address to data.
    public var latency: Int
    public init(banks: Int, width: Bytes, ports: Int, latency: Int) {
        self.banks = banks; self.width = width; self.ports = ports; self.latency = latency
    }
}

/// A unit that executes commands.
public struct Engine: Sendable {
    public enum Kind: Sendable { case systolicArray(SystolicArray), vector(VectorUnit), dma(DMAEngine) }
    public var name: String
    public var scope: Scope
    /// How many identical units there are (in each core, for scope `.core`), named `mxu0`, `mxu1`, … when more than one.
    public var count: Int
    /// Own clock; the architecture's when `nil`.
    public var clock: Frequency?
    public var kind: Kind
    /// Names of the memories it reads. A systolic array lists the memory of its activations (left operand)
    /// first and that of its weights (right operand) second; one name serves both.
    public var reads: [String]
    /// Name of the memory it writes.
    public var writes: String
    public init(
        name: String, scope: Scope, count: Int, clock: Frequency?, kind: Kind, reads: [String], writes: String
    ) {
        self.name = name; self.scope = scope; self.count = count; self.clock = clock; self.kind = kind
        self.reads = reads; self.writes = writes
    }
}

/// Which operand stays in the processing elements.
public enum Dataflow: String, Sendable, CaseIterable {
    case weightStationary = "weight-stationary"
    case outputStationary = "output-stationary"
    case inputStationary = "input-stationary"
}

/// Whether the next stationary operand is loaded after the array has drained or behind the running stream.
public enum Preload: String, Sendable, CaseIterable { case exposed, overlapped }

/// How an output-stationary array hands over its results: over a result bus in each column, as they are finished,
/// or shifted down the columns after the last one.
public enum Drain: String, Sendable, CaseIterable { case bus, shift }

/// A grid of multiply-accumulate elements through which operands move one step a cycle.
public struct SystolicArray: Sendable {
    public var rows: Int
    public var columns: Int
    public var dataflow: Dataflow
    public var preload: Preload
    public var drain: Drain
    /// Formats of the left operand (activations), the right operand (weights) and the sums.
    public var input: ElementType
    public var weight: ElementType
    public var accumulator: ElementType
    public init(
        rows: Int, columns: Int, dataflow: Dataflow, preload: Preload, drain: Drain, input: ElementType,
        weight: ElementType, accumulator: ElementType
    ) {
        self.rows = rows; self.columns = columns; self.dataflow = dataflow; self.preload = preload; self.drain = drain
        self.input = input; self.weight = weight; self.accumulator = accumulator
    }
}

/// Lanes that apply the same scalar operation to many elements.
public struct VectorUnit: Sendable {
    /// Price of one scalar operation class.
    public struct Cost: Sendable {
        /// Cycles between two elements of one lane: 1 is full rate.
        public var interval: Int
        /// Cycles from operand to result.
        public var latency: Int
        public init(interval: Int, latency: Int) { self.interval = interval; self.latency = latency }
    }
    /// Operation classes that are priced apart.
    public enum Operation: String, Sendable, CaseIterable {
        /// Add, subtract, compare, select, minimum, maximum, negate, absolute value, logic.
        case add
        case multiply
        case divide
        case exponential
        case logarithm
        /// Square root and reciprocal square root.
        case rsqrt
        /// tanh, sigmoid, erf.
        case tanh
        /// Conversion between formats, quantisation, dequantisation.
        case convert
        /// Copy, permute, gather.
        case move
    }
    public var lanes: Int
    /// Scalar operations that one pass over the data applies, one after the other, without writing back in between.
    public var chain: Int
    /// Every class has an entry.
    public var costs: [Operation: Cost]
    public init(lanes: Int, chain: Int, costs: [Operation: Cost]) {
        self.lanes = lanes; self.chain = chain; self.costs = costs
    }
}

/// Moves regions between two memories, in requests.
public struct DMAEngine: Sendable {
    /// Bytes a cycle between the memories.
    public var width: Bytes
    /// Largest request; a region is cut into requests of at most this size.
    public var request: Bytes
    /// Requests in flight at most.
    public var outstanding: Int
    /// Cycles to start a command, before its first request.
    public var startup: Int
    public init(width: Bytes, request: Bytes, outstanding: Int, startup: Int) {
        self.width = width; self.request = request; self.outstanding = outstanding; self.startup = startup
    }
}

/// A connection between a memory and an engine that is narrower or longer than the memory's own port.
public struct Link: Sendable {
    public var from: String
    public var to: String
    /// Bytes a cycle.
    public var width: Bytes
    /// Cycles that every transfer takes on top.
    public var latency: Int
    public init(from: String, to: String, width: Bytes, latency: Int) {
        self.from = from; self.to = to; self.width = width; self.latency = latency
    }
}
