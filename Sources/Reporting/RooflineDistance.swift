import Simulation

/// How far an operator stays below its roof, and where the time went.
///
/// The roof is the least time that the operator's multiply-accumulates and DRAM bytes need at peak, whichever is longer
/// (Williams, Waterman and Patterson, CACM 2009). What the operator took beyond that is divided among causes without remainder:
///
/// 1. Its time is split: the cycles in which it ran beside the operators before it (`overlap`), and those by which it pushed out the end
///    of the run. These are, bound by arithmetic, its main unit's busy cycles and stalls; bound by bandwidth, those of the DMA engine
///    that did most for it, whose busy cycles are `dma` and whose waits for a free buffer or for results are whatever the main unit did instead.
/// 2. Busy cycles of arrays are split again, in the proportion in which all array cycles are: multiply-accumulates in full tiles
///    (`arithmetic`), vectors that use part of the rows or columns (`arrayShape`), cycles without a new vector (`arrayFill`), and
///    arrays without a share of the work (`arraysIdle`).
///    No more is `arrayFill` than the cycles in which the DMA engine had nothing to bring: the rest is the transfers'.
/// 3. The roof's cycles are taken out of these parts, first from those that are the roof itself: `arithmetic` where arithmetic binds,
///    transfers where bandwidth binds. See `order`. What is left is lost to the part's cause.
public struct RooflineDistance: Sendable, Equatable {
    public enum Cause: String, CaseIterable, Sendable {
        case overlap, arithmetic, arrayFill, arrayShape, arraysIdle, operands, bankConflict, dma, dram, bufferFree, dependency, nothingToDo

        init(_ stall: StallCause) {
            switch stall {
            case .operands: self = .operands
            case .bufferFree: self = .bufferFree
            case .bankConflict: self = .bankConflict
            case .dma: self = .dma
            case .dram: self = .dram
            case .dependency: self = .dependency
            case .nothingToDo: self = .nothingToDo
            }
        }

        /// In what order parts give the roof's cycles away.
        static func order(_ bound: OperatorFigures.Bound) -> [Cause] {
            bound == .compute
                ? [.arithmetic, .overlap, .dependency, .nothingToDo, .bufferFree, .arraysIdle, .arrayFill, .arrayShape, .dma, .dram, .operands, .bankConflict]
                : [.dma, .dram, .overlap, .arithmetic, .arrayFill, .arrayShape, .arraysIdle, .operands, .bankConflict, .bufferFree, .dependency, .nothingToDo]
        }
    }

    /// Which side of the roof is meant.
    public var bound: OperatorFigures.Bound
    /// The operator's time: the cycles that it added to the run, or the longer window in which the arrays (bound by arithmetic) or all
    /// units (bound by bandwidth) worked on it.
    public var cycles: Int
    /// The least cycles at peak, rounded up.
    public var roofCycles: Int
    /// Cycles lost, in the order of `Cause.allCases`; they add up to `cycles - roofCycles`.
    public var lostCycles: [Int]
    /// `lost[.dram]` by group of timing rules, in the proportion of what the memories lost while they worked for the operator, most first;
    /// empty without banks.
    public var lostToDRAM: [(group: String, cycles: Int)]
    /// The cause that lost most, for people.
    public var reason: String

    public subscript(cause: Cause) -> Int { lostCycles[Cause.allCases.firstIndex(of: cause) ?? 0] }
    /// Achieved over attainable throughput, 0…1.
    public var attained: Double { ratio(Double(roofCycles), Double(cycles)) }

    public static func == (a: RooflineDistance, b: RooflineDistance) -> Bool {
        a.bound == b.bound && a.cycles == b.cycles && a.roofCycles == b.roofCycles && a.lostCycles == b.lostCycles && a.reason == b.reason
            && a.lostToDRAM.elementsEqual(b.lostToDRAM) { $0 == $1 }
    }
}

/// What all operators of a run share.
struct RooflineContext {
    /// Cycles of all arrays together on each operator, and those of the array that was busiest with it.
    private var arrayBusy: [Int]
    private var busiestArray: [Int]
    private let arrays: [UnitRecord]
    private let kinds: [String: UnitRecord.Kind]
    /// The DRAMs with banks.
    private let channels: [DRAMRecord]
    /// Some accesses were answered by a controller's write queue: an operator may then ask for more than the data buses could move.
    private let mergesAccesses: Bool

    init(_ record: ExecutionRecord) {
        arrays = record.units.filter { $0.kind == .systolicArray && $0.rows > 0 && $0.columns > 0 }
        kinds = Dictionary(record.units.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
        arrayBusy = Array(repeating: 0, count: record.operators.count)
        busiestArray = arrayBusy
        for span in record.spans
        where record.units.indices.contains(span.unit) && arrayBusy.indices.contains(span.operatorIndex)
            && record.units[span.unit].kind == .systolicArray {
            arrayBusy[span.operatorIndex] += span.busy
            busiestArray[span.operatorIndex] = max(busiestArray[span.operatorIndex], span.busy)
        }
        channels = record.memories.compactMap(\.dram).filter { !$0.losses.isEmpty }
        mergesAccesses = record.memories.contains { ($0.dram?.mergedAccesses ?? 0) > 0 }
    }

    /// - Parameters:
    ///   - roof: the least cycles at peak, as a real number.
    ///   - window: cycles from the first to the last in which those units worked on it that `bound` is about.
    func distance(_ index: Int, _ operation: OperatorRecord, bound: OperatorFigures.Bound, roof: Double, window: Int) -> RooflineDistance {
        let cycles = max(operation.cycles, window)
        // A last bit of rounding is no cycle.
        let exact = Int((roof * (1 - 1e-12)).rounded(.up))
        let roofCycles = mergesAccesses && bound == .memory ? min(exact, cycles) : exact
        var parts = bound == .memory && !operation.transferUnit.isEmpty ? transferParts(index, operation) : unitParts(index, operation)
        parts[.overlap, default: 0] += cycles - operation.cycles
        var rest = roofCycles
        for cause in RooflineDistance.Cause.order(bound) {
            let given = min(rest, parts[cause, default: 0])
            parts[cause, default: 0] -= given
            rest -= given
        }
        var distance = RooflineDistance(
            bound: bound, cycles: cycles, roofCycles: roofCycles,
            lostCycles: RooflineDistance.Cause.allCases.map { parts[$0, default: 0] }, lostToDRAM: [], reason: "")
        if !channels.isEmpty, distance[.dram] > 0 {
            let losses = DRAMStallGroup.losses(ofOperator: index, in: channels)
            let shares = distance[.dram].divided(by: losses.map(\.cycles))
            distance.lostToDRAM = zip(losses, shares).map { (group: $0.group.rawValue, cycles: $1) }
        }
        distance.reason = reason(index, operation, distance)
        return distance
    }

    /// The cycles of the main unit.
    private func unitParts(_ index: Int, _ operation: OperatorRecord) -> [RooflineDistance.Cause: Int] {
        var parts: [RooflineDistance.Cause: Int] = [:]
        for cause in StallCause.allCases { parts[RooflineDistance.Cause(cause), default: 0] += operation.activity[cause] }
        for (cause, share) in busyParts(index, operation) { parts[cause, default: 0] += share }
        // An array that drains while its next tile is on the way counts as busy. Filling and draining can only have cost time while the
        // DMA engine waited for the array, or had nothing to bring; the rest is the transfers'.
        let transfer = operation.transferActivity
        let waits = transfer[.bufferFree] + transfer[.nothingToDo] + transfer[.dependency]
        let late = parts[.arrayFill, default: 0] - waits
        if late > 0, transfer.busy + transfer[.dram] > 0, !operation.transferUnit.isEmpty {
            let shares = late.divided(by: [transfer[.dram], transfer.busy])
            parts[.arrayFill, default: 0] -= late
            parts[.dram, default: 0] += shares[0]
            parts[.dma, default: 0] += shares[1]
        }
        return parts
    }

    /// The cycles of the DMA engine. While it waits for a buffer or for results, the units that use or make them set the pace.
    private func transferParts(_ index: Int, _ operation: OperatorRecord) -> [RooflineDistance.Cause: Int] {
        var parts: [RooflineDistance.Cause: Int] = [:]
        for cause in StallCause.allCases where cause != .bufferFree && cause != .dependency {
            parts[RooflineDistance.Cause(cause), default: 0] += operation.transferActivity[cause]
        }
        parts[.dma, default: 0] += operation.transferActivity.busy
        let unit = unitParts(index, operation)
        let causes: [RooflineDistance.Cause] = [.bufferFree, .arithmetic, .arrayFill, .arrayShape, .arraysIdle, .operands, .bankConflict, .dependency]
        let shares = operation.transferActivity[.bufferFree].divided(by: causes.map { unit[$0, default: 0] })
        for (cause, share) in zip(causes, shares) { parts[cause, default: 0] += share }
        let makers: [RooflineDistance.Cause] = [.dependency, .arithmetic, .arrayFill, .arrayShape, .arraysIdle, .operands, .bankConflict, .bufferFree, .dram, .dma]
        let late = operation.transferActivity[.dependency].divided(by: makers.map { unit[$0, default: 0] })
        for (cause, share) in zip(makers, late) { parts[cause, default: 0] += share }
        return parts
    }

    /// The main unit's busy cycles, divided as all array cycles of the operator are.
    private func busyParts(_ index: Int, _ operation: OperatorRecord) -> [(RooflineDistance.Cause, Int)] {
        let busy = operation.activity.busy
        guard operation.macs > 0, operation.vectors > 0, let array = arrays.first, kinds[operation.unit] == .systolicArray else {
            return [(.arithmetic, busy)]
        }
        let full = (operation.macs + array.rows * array.columns - 1) / (array.rows * array.columns)
        let weights = [
            full, max(0, operation.vectors - full), max(0, arrayBusy[index] - operation.vectors),
            max(0, busiestArray[index] * arrays.count - arrayBusy[index]),
        ]
        return Array(zip([.arithmetic, .arrayShape, .arrayFill, .arraysIdle], busy.divided(by: weights)))
    }

    private func reason(_ index: Int, _ operation: OperatorRecord, _ distance: RooflineDistance) -> String {
        // To run beside others is no fault: it is named where nothing else is lost.
        let causes = RooflineDistance.Cause.allCases.filter { $0 != .overlap }
        guard distance.cycles > distance.roofCycles, var most = causes.max(by: { distance[$0] < distance[$1] }) else { return "at the roof" }
        if distance[most] * 20 < distance[.overlap] { most = .overlap }
        return text(most, index, operation, distance) + " (\(QuantityText.percent(ratio(Double(distance[most]), Double(distance.cycles)))))"
    }

    private func text(_ cause: RooflineDistance.Cause, _ index: Int, _ operation: OperatorRecord, _ distance: RooflineDistance) -> String {
        switch cause {
        case .overlap: return "ran beside the operators before it"
        case .arithmetic:
            return kinds[operation.unit] == .vector ? "arithmetic of the vector unit" : "arithmetic, during which no data move"
        case .arrayFill: return "fill and drain of the array"
        case .arrayShape:
            guard let array = arrays.first, operation.vectors > 0 else { return "array larger than the operator" }
            let rows = Double(operation.vectorRows) / Double(operation.vectors)
            let columns = Double(operation.vectorColumns) / Double(operation.vectors)
            let isWide = columns / Double(array.columns) < rows / Double(array.rows)
            let used = QuantityText.round(QuantityText.significant(isWide ? columns : rows))
            return isWide
                ? "array too wide for the operator (\(used) of \(array.columns) columns)"
                : "array too high for the operator (\(used) of \(array.rows) rows)"
        case .arraysIdle:
            let used = ratio(Double(arrayBusy[index]), Double(busiestArray[index]))
            return "arrays without a share of the work (\(QuantityText.round(QuantityText.significant(used))) of \(arrays.count) at work)"
        case .operands: return "scratchpad or link too slow"
        case .bankConflict: return "conflicts for banks or ports on chip"
        case .dma: return "DMA engine: too narrow, or too few requests in flight"
        case .dram:
            let all = Double(distance[.dram])
            let top = distance.lostToDRAM.prefix(2).filter { $0.cycles > 0 }.map { "\($0.group) \(QuantityText.percent(ratio(Double($0.cycles), all)))" }
            return top.isEmpty ? "waits for DRAM: its latency, or its turn" : "DRAM: of its losses \(top.joined(separator: ", "))"
        case .bufferFree: return "buffer still in use"
        case .dependency: return "waits for another unit"
        case .nothingToDo: return "results on their way out"
        }
    }
}
