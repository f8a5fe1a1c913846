/// What a run of a program on a machine left behind: counts, and where every cycle of every unit went.
///
/// All cycle figures are in cycles of the architecture's clock unless a field says otherwise.
public struct ExecutionRecord: Sendable {
    public var architecture: String
    public var workload: String
    public var fidelity: Fidelity
    /// Period of the architecture's clock.
    public var clockPeriodFemtoseconds: Int
    /// From the first cycle to the last result in its memory.
    public var cycles: Int
    /// Multiply-accumulates executed.
    public var macs: Int
    /// Multiply-accumulates that all arrays together can start in one cycle.
    public var peakMacsPerCycle: Int
    public var units: [UnitRecord]
    public var memories: [MemoryRecord]
    public var operators: [OperatorRecord]
    /// When each unit worked on each operator, for timelines: at most one span per unit and operator.
    public var spans: [Span]
    /// Every command, when tracing was asked for.
    public var trace: [TraceEvent]
    /// What stood between DMA engines and off-chip memories; empty for machines without.
    public var networks: [NetworkRecord] = []
    public var caches: [CacheRecord] = []
    public var frontEnds: [FrontEndRecord] = []

    public init(
        architecture: String, workload: String, fidelity: Fidelity, clockPeriodFemtoseconds: Int, cycles: Int, macs: Int,
        peakMacsPerCycle: Int, units: [UnitRecord], memories: [MemoryRecord], operators: [OperatorRecord],
        spans: [Span], trace: [TraceEvent]
    ) {
        self.architecture = architecture; self.workload = workload; self.fidelity = fidelity
        self.clockPeriodFemtoseconds = clockPeriodFemtoseconds; self.cycles = cycles; self.macs = macs
        self.peakMacsPerCycle = peakMacsPerCycle; self.units = units; self.memories = memories
        self.operators = operators; self.spans = spans; self.trace = trace
    }

    public var seconds: Double { Double(cycles) * Double(clockPeriodFemtoseconds) * 1e-15 }
    /// Multiply-accumulates done over those that the arrays could have done, 0…1.
    public var utilization: Double {
        cycles == 0 || peakMacsPerCycle == 0 ? 0 : Double(macs) / (Double(cycles) * Double(peakMacsPerCycle))
    }
}

/// How closely the arrays are stepped. Both give the same figures.
public enum Fidelity: String, Sendable, CaseIterable { case event, register }

/// Why a unit was not busy. Together with the busy cycles the causes cover every cycle of every unit.
public enum StallCause: Int, Sendable, CaseIterable {
    /// Inside a command: the scratchpad or link delivers operands, or takes results, more slowly than the unit could.
    case operands
    /// The buffer that the command fills is still in use.
    case bufferFree
    /// All ports of a memory are taken by other units, or accesses of one command meet in one bank.
    case bankConflict
    /// A tile is on its way and the DMA engine or its link sets the pace.
    case dma
    /// A tile is on its way and the DRAM sets the pace.
    case dram
    /// Another unit has not finished the data that the command needs.
    case dependency
    /// No command left.
    case nothingToDo

    /// The name in files and on screen.
    public var label: String {
        switch self {
        case .operands: "operands"
        case .bufferFree: "bufferFree"
        case .bankConflict: "bankConflict"
        case .dma: "dma"
        case .dram: "dram"
        case .dependency: "dependency"
        case .nothingToDo: "nothingToDo"
        }
    }
}

/// Cycles by what a unit did in them. `busy` plus all stalls equals the cycles of the period it describes, exactly.
public struct Activity: Sendable, Equatable {
    public var busy: Int
    /// Indexed by `StallCause.rawValue`.
    public var stalls: [Int]

    public init(busy: Int = 0, stalls: [Int] = Array(repeating: 0, count: StallCause.allCases.count)) {
        self.busy = busy
        self.stalls = stalls
    }

    public subscript(cause: StallCause) -> Int {
        get { stalls[cause.rawValue] }
        set { stalls[cause.rawValue] = newValue }
    }
    public var total: Int { stalls.reduce(busy, +) }
}

public struct UnitRecord: Sendable {
    public enum Kind: String, Sendable { case systolicArray = "systolic-array", vector, dma }
    public var name: String
    public var kind: Kind
    public var activity: Activity
    public var commands: Int
    /// Multiply-accumulates executed here.
    public var macs: Int
    /// Processing elements of a systolic array; 0 for other units.
    public var rows = 0
    public var columns = 0
    /// A DMA engine's requests to off-chip memory, from the cycle in which they are sent to the one in which their slot is free again, in
    /// cycles of the engine; and how many may be in flight.
    public var requests = QueueRecord()
    public var outstanding = 0
    /// Scalar operations of a vector unit.
    public var vectorOperations = 0
    /// Elements of stationary operands that were shifted into an array.
    public var stationaryElements = 0
    public init(name: String, kind: Kind, activity: Activity, commands: Int, macs: Int) {
        self.name = name; self.kind = kind; self.activity = activity; self.commands = commands; self.macs = macs
    }
}

public struct MemoryRecord: Sendable {
    public enum Kind: String, Sendable { case dram, sram, flash }
    public var name: String
    public var kind: Kind
    public var capacityBytes: Int
    /// Bytes that the program uses, at whatever time: tensors of a DRAM, buffers and tensors of an SRAM (an upper bound).
    public var allocatedBytes: Int
    public var readBytes: Int
    public var writeBytes: Int
    /// DRAM only: bytes per second at peak, 0 for SRAM without limit.
    public var peakBytesPerSecond: Double
    /// What its channels did, where they were simulated command by command.
    public var dram: DRAMRecord?
    /// What its pages did, for flash.
    public var flash: FlashRecord?
    public init(
        name: String, kind: Kind, capacityBytes: Int, allocatedBytes: Int, readBytes: Int, writeBytes: Int,
        peakBytesPerSecond: Double, dram: DRAMRecord? = nil
    ) {
        self.dram = dram
        self.name = name; self.kind = kind; self.capacityBytes = capacityBytes; self.allocatedBytes = allocatedBytes
        self.readBytes = readBytes; self.writeBytes = writeBytes; self.peakBytesPerSecond = peakBytesPerSecond
    }
}

/// One operator of the workload (or several that were fused into one).
public struct OperatorRecord: Sendable {
    public var name: String
    /// Operator names joined by "+" when fused: "Conv+Relu".
    public var type: String
    /// Unit whose time the activity describes: the one that does the operator's main work. Empty for operators that cost nothing.
    public var unit: String
    /// First cycle in which any unit worked on it, and the cycle after its last result.
    public var start: Int
    public var end: Int
    /// Cycles by which it pushed out the end of the run: from the latest end of all earlier operators to its own, 0 if it ended before.
    /// They add up to the run's cycles.
    public var cycles: Int
    /// What `unit` did in those cycles; its total is `cycles`.
    public var activity: Activity
    public var macs: Int
    /// Bytes by memory, in the order of `ExecutionRecord.memories`.
    public var readBytes: [Int]
    public var writeBytes: [Int]
    /// Fallbacks and other remarks a user should see.
    public var notes: [String]
    /// Scalar operations on vector units.
    public var vectorOperations: Int
    /// The DMA engine that did most for it, and what that did in `cycles`; empty and no activity where none did.
    public var transferUnit = ""
    public var transferActivity = Activity()
    /// Vectors that entered arrays for it, all arrays together; one enters an array in a cycle at the most. Then the rows and the
    /// columns that held operands, summed over these vectors.
    public var vectors: Int
    public var vectorRows: Int
    public var vectorColumns: Int
    /// Commands that units executed for it, all units together.
    public var commands = 0
    /// Elements of stationary operands that were shifted into arrays for it.
    public var stationaryElements = 0
    public init(
        name: String, type: String, unit: String, start: Int, end: Int, cycles: Int, activity: Activity, macs: Int,
        readBytes: [Int], writeBytes: [Int], notes: [String], vectorOperations: Int, vectors: Int = 0, vectorRows: Int = 0,
        vectorColumns: Int = 0
    ) {
        self.vectors = vectors; self.vectorRows = vectorRows; self.vectorColumns = vectorColumns
        self.name = name; self.type = type; self.unit = unit; self.start = start; self.end = end; self.cycles = cycles
        self.activity = activity; self.macs = macs; self.readBytes = readBytes; self.writeBytes = writeBytes
        self.notes = notes; self.vectorOperations = vectorOperations
    }
}

/// A unit's work on one operator.
public struct Span: Sendable {
    /// Index into `ExecutionRecord.units` and `.operators`.
    public var unit: Int
    public var operatorIndex: Int
    public var start: Int
    public var end: Int
    /// Cycles in between in which the unit was busy with this operator.
    public var busy: Int
    public init(unit: Int, operatorIndex: Int, start: Int, end: Int, busy: Int) {
        self.unit = unit; self.operatorIndex = operatorIndex; self.start = start; self.end = end; self.busy = busy
    }
}

/// One command, or one wait, of one unit.
public struct TraceEvent: Sendable {
    public var unit: Int
    public var operatorIndex: Int
    /// Command name, or the stall's label.
    public var name: String
    public var isStall: Bool
    public var startFemtoseconds: Int
    public var durationFemtoseconds: Int
    public init(
        unit: Int, operatorIndex: Int, name: String, isStall: Bool, startFemtoseconds: Int, durationFemtoseconds: Int
    ) {
        self.unit = unit; self.operatorIndex = operatorIndex; self.name = name; self.isStall = isStall
        self.startFemtoseconds = startFemtoseconds; self.durationFemtoseconds = durationFemtoseconds
    }
}
