import Simulation

/// Power over a run, in equal stretches of time.
///
/// What an operator took is spread over the times in which units worked on it, evenly over each: arithmetic, registers, on-chip memory and wires
/// over those of arrays and vector units, off-chip memory, networks and control over those of DMA engines. Leakage and clock are there all the
/// time. Shorter peaks than a stretch are not seen.
public struct PowerTrace: Sendable, Hashable {
    public static let stretches = 256

    /// Of one stretch; 0 for a run that took no time.
    public var secondsPerStretch: Double
    /// Watts by stretch, in the order of `CostCategory.allCases`.
    public var dynamic: [[Double]]
    /// Watts, all the time.
    public var leakage: Double

    /// Watts of everything, by stretch.
    public var total: [Double] { (0..<(dynamic.first?.count ?? 0)).map { stretch in dynamic.reduce(leakage) { $0 + $1[stretch] } } }
    public var peak: Double { total.max() ?? 0 }

    init(_ record: ExecutionRecord, operators: [RunCost.OperatorEnergy], unattributed: RunCost.OperatorEnergy) {
        let seconds = record.seconds
        let count = min(Self.stretches, max(0, record.cycles))
        guard count > 0, seconds > 0 else {
            self.init(secondsPerStretch: 0, dynamic: CostCategory.allCases.map { _ in [] }, leakage: 0)
            return
        }
        let stretch = seconds / Double(count)
        let clock = CostCategory.allCases.firstIndex(of: .clock) ?? 0
        var dynamic = CostCategory.allCases.map { _ in [Double](repeating: 0, count: count) }
        var leaked = unattributed.leakage.energy.joules
        /// Adds energy to stretches, evenly from `start` to `end`, in stretches.
        func spread(_ joules: Double, _ category: Int, from start: Double, to end: Double) {
            let first = min(count - 1, max(0, Int(start)))
            let last = min(count - 1, max(first, Int(end.rounded(.up)) - 1))
            let length = end - start
            guard joules > 0 else { return }
            guard length > 0 else { return dynamic[category][first] += joules / stretch }
            for index in first...last {
                let share = (min(end, Double(index + 1)) - max(start, Double(index))) / length
                dynamic[category][index] += joules * max(0, share) / stretch
            }
        }
        let windows = Self.windows(record)
        var clocked = unattributed.dynamic[clock].energy.joules
        let scale = Double(count) / Double(record.cycles)
        for (index, (operation, energy)) in zip(record.operators, operators).enumerated() {
            leaked += energy.leakage.energy.joules
            clocked += energy.dynamic[clock].energy.joules
            for category in dynamic.indices where category != clock {
                let joules = energy.dynamic[category].energy.joules
                guard joules > 0 else { continue }
                let isMoved = Self.moved.contains(CostCategory.allCases[category])
                let own = (isMoved ? windows.moved : windows.computed)[index]
                let busy = own.reduce(0) { $0 + $1.busy }
                if busy == 0 {
                    // Nobody knows when: while it made the run longer.
                    spread(joules, category, from: Double(max(0, min(operation.end, record.cycles) - operation.cycles)) * scale, to: Double(min(operation.end, record.cycles)) * scale)
                }
                for span in own where span.busy > 0 {
                    let share = Double(span.busy) / Double(busy)
                    spread(joules * share, category, from: Double(min(span.start, record.cycles)) * scale, to: Double(min(span.end, record.cycles)) * scale)
                }
            }
        }
        for category in dynamic.indices where category != clock { spread(unattributed.dynamic[category].energy.joules, category, from: 0, to: Double(count)) }
        for index in 0..<count { dynamic[clock][index] += clocked / seconds }
        self.init(secondsPerStretch: stretch, dynamic: dynamic, leakage: leaked / seconds)
    }

    /// What DMA engines spend; the rest is spent by the units that compute.
    private static let moved: Set<CostCategory> = [.offChip, .network, .control]

    /// When units worked on each operator.
    private static func windows(_ record: ExecutionRecord) -> (computed: [[Span]], moved: [[Span]]) {
        var computed = [[Span]](repeating: [], count: record.operators.count)
        var moved = computed
        for span in record.spans where record.operators.indices.contains(span.operatorIndex) && record.units.indices.contains(span.unit) {
            if record.units[span.unit].kind == .dma { moved[span.operatorIndex].append(span) } else { computed[span.operatorIndex].append(span) }
        }
        return (computed, moved)
    }

    init(secondsPerStretch: Double, dynamic: [[Double]], leakage: Double) {
        self.secondsPerStretch = secondsPerStretch
        self.dynamic = dynamic
        self.leakage = leakage
    }
}
