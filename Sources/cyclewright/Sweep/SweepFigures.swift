import Exploration
import Simulation

/// What a sweep keeps of a run.
struct RunFigures: Sendable {
    var cycles: Double
    var seconds: Double
    var macs: Double
    /// Multiply-accumulates that the arrays could have done meanwhile.
    var possibleMacs: Double
    /// Read and written over the pins of DRAM.
    var dramBytes: Double

    init(_ record: ExecutionRecord) {
        cycles = Double(record.cycles)
        seconds = record.seconds
        macs = Double(record.macs)
        possibleMacs = Double(record.cycles) * Double(record.peakMacsPerCycle)
        dramBytes = Double(record.memories.lazy.filter { $0.kind == .dram }.reduce(0) { $0 + $1.readBytes + $1.writeBytes })
    }

    /// Runs one after the other, each as often as its weight says.
    init(_ runs: [(figures: RunFigures, weight: Double)]) {
        (cycles, seconds, macs, possibleMacs, dramBytes) = (0, 0, 0, 0, 0)
        for (figures, weight) in runs {
            cycles += weight * figures.cycles
            seconds += weight * figures.seconds
            macs += weight * figures.macs
            possibleMacs += weight * figures.possibleMacs
            dramBytes += weight * figures.dramBytes
        }
    }

    var utilization: Double { possibleMacs == 0 ? 0 : macs / possibleMacs }
}

/// The figures of a point: of the whole, and with several workloads of each.
enum SweepFigures {
    private static let names = ["cycles", "seconds", "utilization", "macs", "dramBytes"]

    static func names(_ workloads: [String]) -> [String] {
        names + (workloads.count > 1 ? workloads.flatMap { workload in names.map { "\(workload).\($0)" } } : [])
    }

    static func figures(_ runs: [RunFigures], _ workloads: [SweepWorkload]) -> [EvaluatedPoint.Figure] {
        // One workload that counts once is told as it was, without a rounding.
        guard runs.count > 1 || workloads[0].weight != 1 else { return values(runs[0], prefix: "") }
        let whole = RunFigures(zip(runs, workloads).map { ($0, $1.weight) })
        let parts = runs.count > 1 ? zip(runs, workloads).flatMap { values($0, prefix: $1.name + ".") } : []
        return values(whole, prefix: "") + parts
    }

    private static func values(_ run: RunFigures, prefix: String) -> [EvaluatedPoint.Figure] {
        zip(names, [run.cycles, run.seconds, run.utilization, run.macs, run.dramBytes]).map { .init(prefix + $0, $1) }
    }
}
