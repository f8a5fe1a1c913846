import Architecture
import Exploration
import Foundation
import MappingSearch
import OperatorGraph

/// Evaluates points of accelerators side by side: every layer is simulated on every one of them, and then assigned.
///
/// A target begins with an accelerator's name: "first.engines.array.rows" is what `--set engines.array.rows` sets of the first. "first.architecture"
/// takes another file; "makespan" is in cycles of the first accelerator's clock: energy is to be least within it (without it, the makespan is to be
/// least). Workloads are layer lists (SCALE-Sim topologies); a layer runs alone, from main memory to main memory, so that it can be anywhere, and the
/// layers of a network run in their order.
struct AcceleratorsEvaluator: PointEvaluator {
    /// One of several machines.
    private struct Accelerator: Sendable {
        var name: String
        /// Of the file that the space names.
        var path: String
    }

    private struct Network: Sendable {
        var name: String
        var layers: [LayerSimulation.Layer]
        /// Times that it runs, one behind the other.
        var count: Int
    }

    private let accelerators: [Accelerator]
    private let networks: [Network]
    private let fixed: [(target: String, value: Exploration.ParameterValue)]
    private let folder: String
    private let simulations: LayerSimulation
    /// What figures depend on beside the space.
    let files: [SweepHeader.Input]
    private let assigner = ChainAssigner()

    /// - Parameters:
    ///   - space: whose subject is accelerators.
    ///   - path: of its file, beside which others are looked for.
    init(_ space: DesignSpace, path: String, memoises: Bool = true) throws(CommandFailure) {
        guard case .accelerators(let parts) = space.subject else { preconditionFailure("a space of accelerators") }
        folder = FilePath.folder(path)
        simulations = LayerSimulation(memoises: memoises)
        var files: [SweepHeader.Input] = []
        var accelerators: [Accelerator] = []
        for part in parts {
            let file = try Self.resolved(part.architecture, .architecture, beside: folder)
            accelerators.append(Accelerator(name: part.name, path: file))
            files.append(.init(name: part.architecture, hash: try InputFiles.hash(file)))
        }
        self.accelerators = accelerators
        var networks: [Network] = []
        for workload in space.workloads {
            let file = try Self.resolved(workload.workload, .workload, beside: folder)
            guard workload.weight == workload.weight.rounded(), workload.weight <= 64 else {
                throw CommandFailure(.data, "\(path): workload \(workload.name): its weight is how often it runs, a whole number up to 64")
            }
            files.append(.init(name: workload.workload, hash: try InputFiles.hash(file)))
            networks.append(Network(name: workload.name, layers: try LayerSimulation.layers(file), count: Int(workload.weight)))
        }
        self.networks = networks
        self.files = files
        fixed = space.fixedSettings.map { ($0.target, $0.value) }
        for target in fixed.map(\.target) + space.parameters.flatMap(\.targets) where target != "makespan" && accelerator(of: target) == nil {
            let names = accelerators.map(\.name)
            let advice = Suggestion.closest(to: String(target.prefix { $0 != "." }), among: names + ["makespan"]).map { "; did you mean \"\($0)\"?" } ?? ""
            throw CommandFailure(
                .data, "\(path): \"\(target.prefix(80))\" begins with no accelerator's name; there are \(names.joined(separator: ", ")), and makespan\(advice)")
        }
    }

    private static func resolved(_ name: String, _ kind: InputKind, beside folder: String) throws(CommandFailure) -> String {
        let beside = folder.isEmpty ? name : folder + "/" + name
        return try InputResolver().path(!name.hasPrefix("/") && ShippedFiles.exists(beside) && !ShippedFiles.isFolder(beside) ? beside : name, kind)
    }

    private func accelerator(of target: String) -> Int? { accelerators.firstIndex { target.hasPrefix($0.name + ".") } }

    var figureNames: [String] {
        ["cycles", "seconds", "energy", "idleEnergy", "area", "exact", "withinMakespan"]
            + networks.map { "\($0.name).seconds" } + accelerators.flatMap { ["\($0.name).layers", "\($0.name).busySeconds", "\($0.name).area"] }
    }

    func evaluate(_ settings: [(target: String, value: Exploration.ParameterValue)]) throws(PointFailure) -> [EvaluatedPoint.Figure] {
        var overrides = [[String: String]](repeating: [:], count: accelerators.count)
        var limit: Double?
        for setting in fixed + settings {
            if let index = accelerator(of: setting.target) {
                overrides[index][String(setting.target.dropFirst(accelerators[index].name.count + 1))] = setting.value.description
            } else if let number = setting.value.number, number >= 1, number < 1e12 {
                limit = number
            } else {
                throw PointFailure("makespan: \"\(setting.value.description.prefix(40))\" is no number of cycles")
            }
        }
        var machines: [LayerSimulation.Machine] = []
        for (accelerator, own) in zip(accelerators, overrides) { machines.append(try machine(accelerator, own)) }
        return try figures(machines, limit)
    }

    private func machine(_ accelerator: Accelerator, _ settings: [String: String]) throws(PointFailure) -> LayerSimulation.Machine {
        do throws(CommandFailure) {
            var settings = settings
            let other = settings.removeValue(forKey: "architecture")
            let path = try other.map { (name) throws(CommandFailure) in try Self.resolved(name, .architecture, beside: folder) } ?? accelerator.path
            return try simulations.machine(path, settings)
        } catch {
            throw PointFailure(error.lines.map { $0.replacing("--set ", with: "\(accelerator.name).") }.joined(separator: "; "))
        }
    }

    private func figures(_ machines: [LayerSimulation.Machine], _ limit: Double?) throws(PointFailure) -> [EvaluatedPoint.Figure] {
        var chains: [[ChainProblem.Layer]] = []
        for network in networks {
            var chain: [ChainProblem.Layer] = []
            for layer in network.layers {
                var costs: [ChainProblem.Cost?] = []
                var reason = ""
                for machine in machines {
                    switch simulations.cost(of: layer, on: machine) {
                    case .success(let cost): costs.append(.init(time: cost.femtoseconds, energy: cost.femtojoules))
                    case .failure(let failure):
                        costs.append(nil)
                        reason = failure.reason
                    }
                }
                guard costs.contains(where: { $0 != nil }) else { throw PointFailure("\(network.name): \(layer.name) runs on no accelerator: \(reason)") }
                chain.append(.init(name: layer.name, costs: costs))
            }
            chains.append(Array(repeating: chain, count: network.count).flatMap { $0 })
        }
        let problem = ChainProblem(accelerators: machines.count, chains: chains)
        let period = 1e15 / machines[0].architecture.clock.hertz
        let outcome = assigner.assign(problem, within: limit.map { Int($0 * period) })
        let tasks = problem.tasks
        let busy = outcome.schedule.busy(tasks), seconds = Double(outcome.makespan) * 1e-15
        // An accelerator that waits leaks all the same; while it works, leakage is in the energy of its layer.
        let idle = zip(machines, busy).reduce(0.0) { $0 + $1.0.leakageWatts * (seconds - Double($1.1) * 1e-15) }
        var figures: [EvaluatedPoint.Figure] = [
            .init("cycles", (Double(outcome.makespan) / period).rounded(.up)), .init("seconds", seconds),
            .init("energy", Double(outcome.energy) * 1e-15 + idle), .init("idleEnergy", idle),
            .init("area", machines.reduce(0) { $0 + $1.squareMillimetres }), .init("exact", outcome.isExact ? 1 : 0),
            .init("withinMakespan", outcome.meetsLimit ? 1 : 0),
        ]
        for (network, latency) in zip(networks, outcome.schedule.latencies(tasks)) { figures.append(.init("\(network.name).seconds", Double(latency) * 1e-15)) }
        for (index, accelerator) in accelerators.enumerated() {
            figures.append(.init("\(accelerator.name).layers", Double(outcome.schedule.placements.count { $0.processor == index })))
            figures.append(.init("\(accelerator.name).busySeconds", Double(busy[index]) * 1e-15))
            figures.append(.init("\(accelerator.name).area", machines[index].squareMillimetres))
        }
        return figures
    }
}
