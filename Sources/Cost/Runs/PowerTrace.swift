import Simulation

/// Power over a run, in equal stretches of time.
///
/// What an operator's actions took is spread evenly from the first cycle in which a unit worked on it to the last; leakage and clock over the whole
/// run. Shorter peaks than a stretch are not seen.
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
        func spread(_ energy: RunCost.OperatorEnergy, from start: Double, to end: Double) {
            let first = min(count - 1, max(0, Int(start)))
            let last = min(count - 1, max(first, Int(end.rounded(.up)) - 1))
            let length = end - start
            for category in dynamic.indices where category != clock {
                let joules = energy.dynamic[category].energy.joules
                guard joules > 0 else { continue }
                if length <= 0 {
                    dynamic[category][first] += joules / stretch
                } else {
                    for index in first...last {
                        let share = (min(end, Double(index + 1)) - max(start, Double(index))) / length
                        dynamic[category][index] += joules * max(0, share) / stretch
                    }
                }
            }
        }
        var clocked = unattributed.dynamic[clock].energy.joules
        let scale = Double(count) / Double(record.cycles)
        for (operation, energy) in zip(record.operators, operators) {
            leaked += energy.leakage.energy.joules
            clocked += energy.dynamic[clock].energy.joules
            spread(energy, from: Double(operation.start) * scale, to: min(Double(operation.end), Double(record.cycles)) * scale)
        }
        spread(unattributed, from: 0, to: Double(count))
        for index in 0..<count { dynamic[clock][index] += clocked / seconds }
        self.init(secondsPerStretch: stretch, dynamic: dynamic, leakage: leaked / seconds)
    }

    init(secondsPerStretch: Double, dynamic: [[Double]], leakage: Double) {
        self.secondsPerStretch = secondsPerStretch
        self.dynamic = dynamic
        self.leakage = leakage
    }
}
