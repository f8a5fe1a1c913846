import Architecture
import Cost
import Simulation

/// What the workload is, beyond what the execution record knows.
public struct WorkloadFacts: Sendable {
    public var name: String
    /// Where it came from, for people: "ONNX, opset 17, resnet50.onnx".
    public var origin: String
    /// Trained values (weights and biases).
    public var parameterCount: Int
    /// Operators of the graph before fusion.
    public var operatorCount: Int
    /// Inferences that one run computes: the batch size, or the tokens of one decode step.
    public var inferences: Int
    public init(name: String, origin: String, parameterCount: Int, operatorCount: Int, inferences: Int = 1) {
        self.name = name; self.origin = origin; self.parameterCount = parameterCount
        self.operatorCount = operatorCount; self.inferences = inferences
    }
}

/// One run and everything that a report says about it. Every derived figure is computed here and nowhere else.
public struct RunReport: Sendable {
    public let record: ExecutionRecord
    public let architecture: Architecture
    public let workload: WorkloadFacts
    /// How products were mapped, and how far that is from the best, in one line; empty when nobody said.
    public let mapping: String
    /// Remarks on the whole run, beside those of the operators.
    public let notes: [String]
    /// In the order of `record.operators`.
    public let operators: [OperatorFigures]
    /// What it took; `nil` where nobody priced it.
    public let cost: RunCost?

    public init(
        record: ExecutionRecord, architecture: Architecture, workload: WorkloadFacts, mapping: String = "", notes: [String] = [], cost: RunCost? = nil
    ) {
        self.cost = cost
        self.record = record
        self.architecture = architecture
        self.workload = workload
        self.mapping = mapping
        self.notes = notes
        operators = OperatorFigures.all(of: record)
    }
}

extension RunReport {
    public var seconds: Double { record.seconds }

    public var clockHertz: Double {
        record.clockPeriodFemtoseconds > 0 ? 1e15 / Double(record.clockPeriodFemtoseconds) : 0
    }

    /// Two operations per multiply-accumulate.
    public var operationsPerSecond: Double { ratio(2 * Double(record.macs), seconds) }
    public var peakOperationsPerSecond: Double { 2 * Double(record.peakMacsPerCycle) * clockHertz }
    public var inferencesPerSecond: Double { ratio(Double(workload.inferences), seconds) }

    public var dramReadBytes: Int { drams.reduce(0) { $0 + $1.readBytes } }
    public var dramWriteBytes: Int { drams.reduce(0) { $0 + $1.writeBytes } }
    public var dramBytes: Int { dramReadBytes + dramWriteBytes }
    public var dramBytesPerSecond: Double { ratio(Double(dramBytes), seconds) }
    /// Of all DRAMs together; 0 when there is none or it has no limit.
    public var peakDRAMBytesPerSecond: Double { record.peakDRAMBytesPerSecond }
    private var drams: [MemoryRecord] { record.memories.filter { $0.kind == .dram } }

    /// Operations per byte of DRAM traffic; `nil` without traffic.
    public var arithmeticIntensity: Double? { dramBytes == 0 ? nil : 2 * Double(record.macs) / Double(dramBytes) }

    /// The units whose cycles stand for the run's: the arrays, or the vector units of a machine without arrays.
    public var computeUnits: [UnitRecord] {
        let arrays = record.units.filter { $0.kind == .systolicArray }
        return arrays.isEmpty ? record.units.filter { $0.kind == .vector } : arrays
    }

    /// The cycles of all `computeUnits` together.
    public var computeActivity: Activity {
        var sum = Activity()
        for unit in computeUnits { sum.add(unit.activity) }
        return sum
    }

    /// Remarks with the operators they concern, in order of first appearance; those of the run concern none.
    public var groupedNotes: [(note: String, operators: [String])] {
        var order: [String] = []
        var names: [String: [String]] = [:]
        for operation in record.operators {
            for note in operation.notes {
                if names[note] == nil { order.append(note) }
                names[note, default: []].append(operation.name)
            }
        }
        return notes.map { ($0, []) } + order.map { ($0, names[$0] ?? []) }
    }
}

extension ExecutionRecord {
    /// Of all DRAMs together; 0 when there is none or it has no limit.
    var peakDRAMBytesPerSecond: Double {
        let peak = memories.reduce(0) { $1.kind == .dram ? $0 + $1.peakBytesPerSecond : $0 }
        return peak.isFinite ? peak : 0
    }
}

extension Activity {
    mutating func add(_ other: Activity) {
        busy += other.busy
        for cause in StallCause.allCases { self[cause] += other[cause] }
    }
}

/// `numerator / denominator`, and 0 where there is nothing to divide by.
func ratio(_ numerator: Double, _ denominator: Double) -> Double { denominator == 0 ? 0 : numerator / denominator }
