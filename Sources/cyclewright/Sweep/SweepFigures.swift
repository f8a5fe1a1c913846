import Architecture
import Cost
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
    /// `nil` for a machine that has no price.
    var energy: Energy?

    struct Energy: Sendable {
        var joules: Double
        var peakWatts: Double
        /// By component of the architecture, in the machine's order.
        var owners: [(name: String, joules: Double)]
    }

    init(_ record: ExecutionRecord, _ cost: RunCost?) throws(CostError) {
        cycles = Double(record.cycles)
        seconds = record.seconds
        macs = Double(record.macs)
        possibleMacs = Double(record.cycles) * Double(record.peakMacsPerCycle)
        dramBytes = Double(record.memories.lazy.filter { $0.kind == .dram }.reduce(0) { $0 + $1.readBytes + $1.writeBytes })
        guard let cost else { return }
        energy = Energy(
            joules: cost.joules, peakWatts: cost.peakWatts, owners: try cost.owners().map { (name: $0.name, joules: $0.energy.energy.joules) })
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
        let parts = runs.compactMap { run in run.figures.energy.map { (energy: $0, weight: run.weight) } }
        guard parts.count == runs.count else { return }
        var whole = Energy(joules: 0, peakWatts: 0, owners: [])
        for (energy, weight) in parts {
            whole.joules += weight * energy.joules
            whole.peakWatts = max(whole.peakWatts, energy.peakWatts)
            for owner in energy.owners {
                if let index = whole.owners.firstIndex(where: { $0.name == owner.name }) {
                    whole.owners[index].joules += weight * owner.joules
                } else {
                    whole.owners.append((owner.name, weight * owner.joules))
                }
            }
        }
        energy = whole
    }

    var utilization: Double { possibleMacs == 0 ? 0 : macs / possibleMacs }
}

/// Area of a machine, in square millimetres.
struct MachineArea: Sendable {
    var whole: Double
    /// By component of the architecture, in the machine's order; what is not on the chip is not among them.
    var owners: [(name: String, area: Double)] = []

    init(_ cost: MachineCost) throws(CostError) {
        whole = try cost.area().area.squareMillimetres
        var order: [String] = [], sums: [String: ExactArea] = [:]
        for part in cost.parts where part.category.isOnChip {
            if sums[part.owner] == nil { order.append(part.owner) }
            sums[part.owner] = try (sums[part.owner] ?? .zero).adding(part.component.totalArea())
        }
        owners = order.compactMap { name in sums[name].map { (name, $0.area.squareMillimetres) } }
    }
}

/// The figures of a point: of the whole, with several workloads of each, and of the machine.
enum SweepFigures {
    private static let timeNames = ["cycles", "seconds", "utilization", "macs", "dramBytes"]
    private static let energyNames = ["energy", "power", "peakPower", "edp"]

    /// - Parameter machine: a priced one, for the components' names.
    static func names(_ workloads: [String], _ machine: MachineCost?) -> [String] {
        let all = timeNames + energyNames
        var owners: [String] = []
        for part in machine?.parts ?? [] where !owners.contains(part.owner) { owners.append(part.owner) }
        return all + ["area"] + (workloads.count > 1 ? workloads.flatMap { workload in all.map { "\(workload).\($0)" } } : [])
            + owners.map { "area.\($0)" } + owners.map { "energy.\($0)" }
    }

    /// Whether a figure comes of pricing.
    static func isPriced(_ name: String, _ workloads: [String]) -> Bool {
        if name == "area" || name.hasPrefix("area.") || name.hasPrefix("energy.") || energyNames.contains(name) { return true }
        return workloads.contains { workload in energyNames.contains { name == "\(workload).\($0)" } }
    }

    static func figures(_ runs: [RunFigures], _ workloads: [SweepWorkload], _ area: MachineArea?) -> [EvaluatedPoint.Figure] {
        // One workload that counts once is told as it was, without a rounding.
        let isAlone = runs.count == 1 && workloads[0].weight == 1
        let whole = isAlone ? runs[0] : RunFigures(zip(runs, workloads).map { ($0, $1.weight) })
        var figures = values(whole, prefix: "")
        if let area { figures.append(.init("area", area.whole)) }
        if runs.count > 1 { for (run, workload) in zip(runs, workloads) { figures += values(run, prefix: workload.name + ".") } }
        if let area { figures += area.owners.map { .init("area.\($0.name)", $0.area) } }
        if let energy = whole.energy { figures += energy.owners.map { .init("energy.\($0.name)", $0.joules) } }
        return figures
    }

    private static func values(_ run: RunFigures, prefix: String) -> [EvaluatedPoint.Figure] {
        var figures = zip(timeNames, [run.cycles, run.seconds, run.utilization, run.macs, run.dramBytes]).map { EvaluatedPoint.Figure(prefix + $0, $1) }
        if let energy = run.energy {
            let power = run.seconds > 0 ? energy.joules / run.seconds : 0
            figures += zip(energyNames, [energy.joules, power, energy.peakWatts, energy.joules * run.seconds]).map { .init(prefix + $0, $1) }
        }
        return figures
    }
}
