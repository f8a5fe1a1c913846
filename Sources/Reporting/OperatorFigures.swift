import Simulation

/// What is derived from one operator's record.
public struct OperatorFigures: Sendable {
    /// What limits an operator on the roofline.
    public enum Bound: String, Sendable {
        case compute, memory
        /// The operator multiplies nothing.
        case none

        /// For tables that people read.
        var text: String { self == .none ? QuantityText.missing : rawValue }
    }

    /// The time by which it pushed out the end of the run.
    public var seconds: Double
    /// Its share of the run's time, 0…1.
    public var timeShare: Double
    /// Multiply-accumulates over those that all arrays could have done while the operator had them, 0…1.
    public var utilization: Double
    /// Cycles that `utilization` and `operationsPerSecond` divide by: those that the operator added to the run, or the
    /// longer window in which the arrays worked on it when it overlapped with others.
    public var arrayCycles: Int
    public var operationsPerSecond: Double
    public var dramReadBytes: Int
    public var dramWriteBytes: Int
    /// Operations per byte of DRAM traffic; `nil` without traffic.
    public var arithmeticIntensity: Double?
    public var bound: Bound
    /// How far it stays below its roof and why; `nil` for an operator that neither multiplies nor uses DRAM, or takes no time.
    public var roofline: RooflineDistance?

    /// The figures of all operators of `record`, in its order. Linear in operators and spans.
    static func all(of record: ExecutionRecord) -> [OperatorFigures] {
        let windows = arrayWindows(of: record)
        let drams = record.memories.indices.filter { record.memories[$0].kind == .dram }
        let period = Double(record.clockPeriodFemtoseconds) * 1e-15
        let peakPerSecond = ratio(2 * Double(record.peakMacsPerCycle), period)
        let bandwidth = record.peakDRAMBytesPerSecond
        let context = RooflineContext(record)
        return record.operators.indices.map { index in
            let operation = record.operators[index], window = windows[index]
            let read = drams.reduce(0) { $0 + bytes(operation.readBytes, $1) }
            let written = drams.reduce(0) { $0 + bytes(operation.writeBytes, $1) }
            let operations = 2 * Double(operation.macs)
            let intensity = read + written == 0 ? nil : operations / Double(read + written)
            let arrayCycles = max(operation.cycles, window)
            let capacity = Double(record.peakMacsPerCycle) * Double(arrayCycles)
            var bound = Bound.compute
            if operation.macs == 0 { bound = .none }
            else if let intensity, bandwidth > 0, intensity * bandwidth < peakPerSecond { bound = .memory }
            let arithmetic = ratio(Double(operation.macs), Double(record.peakMacsPerCycle))
            let transfer = bandwidth > 0 ? Double(read + written) / (bandwidth * period) : 0
            let isArithmetic = bound == .compute
            let roof = max(arithmetic, transfer)
            let roofline = roof > 0 && max(operation.cycles, operation.end - operation.start) > 0
                ? context.distance(
                    index, operation, bound: isArithmetic ? .compute : .memory, roof: roof,
                    window: isArithmetic ? window : operation.end - operation.start) : nil
            return OperatorFigures(
                seconds: Double(operation.cycles) * period,
                timeShare: ratio(Double(operation.cycles), Double(record.cycles)),
                utilization: min(1, ratio(Double(operation.macs), capacity)),
                arrayCycles: arrayCycles,
                operationsPerSecond: ratio(operations, Double(arrayCycles) * period),
                dramReadBytes: read, dramWriteBytes: written, arithmeticIntensity: intensity, bound: bound,
                roofline: roofline)
        }
    }

    /// For each operator, the cycles from the first to the last in which an array worked on it; all units count for an
    /// operator that no array touched.
    private static func arrayWindows(of record: ExecutionRecord) -> [Int] {
        var window = [(start: Int, end: Int)?](repeating: nil, count: record.operators.count)
        for span in record.spans
        where record.units.indices.contains(span.unit) && window.indices.contains(span.operatorIndex)
            && record.units[span.unit].kind == .systolicArray {
            let known = window[span.operatorIndex]
            window[span.operatorIndex] = (min(known?.start ?? span.start, span.start), max(known?.end ?? span.end, span.end))
        }
        return zip(window, record.operators).map { window, operation in
            window.map { $0.end - $0.start } ?? operation.end - operation.start
        }
    }

    private static func bytes(_ counts: [Int], _ memory: Int) -> Int { memory < counts.count ? counts[memory] : 0 }
}
