import Architecture
import Cost
import Exploration
import Lowering
import Mapping
import OperatorGraph
import Reporting
import Simulation

/// Evaluates points as `simulate` runs a workload, in this process, and makes nothing twice that does not depend on what changed.
///
/// What is remembered: machines and their prices by their settings, graphs by theirs, and whole runs by the settings that reach them; on
/// settings that only price a run, and on those of other workloads, its cycles do not depend.
struct SimulationEvaluator: PointEvaluator {
    private struct Machine: Sendable {
        var architecture: Architecture
        /// `nil` for one that has no price, and whose space asks for none.
        var cost: MachineCost?
        var area: MachineArea?
    }

    private let inputs: SweepInputs
    private let needsPrices: Bool
    private let machines: SweepMemory<Machine>
    private let graphs: SweepMemory<Graph>
    /// Figures of runs, by everything that they depend on.
    private let figures: SweepMemory<RunFigures>
    /// Runs, by what their cycles depend on.
    private let records: SweepMemory<ExecutionRecord>

    init(_ inputs: SweepInputs, memoises: Bool = true) {
        self.inputs = inputs
        let names = inputs.workloads.map(\.name)
        needsPrices = inputs.space.figureNames.contains { SweepFigures.isPriced($0, names) }
        // Neighbours in a sweep share machines; graphs are large and few.
        machines = SweepMemory(capacity: 64, isEnabled: memoises)
        graphs = SweepMemory(capacity: 64, isEnabled: memoises)
        // Where every parameter reaches every run no two points share one.
        figures = SweepMemory(capacity: 1 << 14, isEnabled: memoises && inputs.targets.sharesWorkloads(among: names.count))
        // Some hundred bytes for each operator and span: about 100 MB.
        records = SweepMemory(capacity: 1 << 19, isEnabled: memoises && inputs.targets.hasPriceOnly) { $0.operators.count + $0.spans.count + 16 }
    }

    /// Names of the figures that a point can have.
    var figureNames: [String] { SweepFigures.names(inputs.workloads.map(\.name), try? MachineCost(of: inputs.base)) }

    func evaluate(_ settings: [(target: String, value: Exploration.ParameterValue)]) throws(PointFailure) -> [EvaluatedPoint.Figure] {
        let settings = try PointSettings(settings, inputs)
        let machine = try machines.value(settings.machineKey) { () throws(PointFailure) in try makeMachine(settings) }
        var runs: [RunFigures] = []
        for index in inputs.workloads.indices { runs.append(try run(index, settings, machine)) }
        return SweepFigures.figures(runs, inputs.workloads, machine.area)
    }

    private func run(_ index: Int, _ settings: PointSettings, _ machine: Machine) throws(PointFailure) -> RunFigures {
        let own = "\(index)\n" + settings.workloadKey(index) + "\n" + settings.mappingKey + "\n"
        return try figures.value(own + settings.machineKey) { () throws(PointFailure) in
            let record = try records.value(own + settings.timingKey) { () throws(PointFailure) in try simulate(index, settings, machine.architecture) }
            do throws(CostError) {
                return try RunFigures(record, try machine.cost.map { (cost) throws(CostError) in try RunCost(record, on: cost) })
            } catch {
                guard !needsPrices, let figures = try? RunFigures(record, nil) else { throw PointFailure("\(inputs.workloads[index].name): \(error)") }
                return figures
            }
        }
    }

    private func makeMachine(_ settings: PointSettings) throws(PointFailure) -> Machine {
        let architecture: Architecture
        do throws(ArchitectureError) { architecture = try inputs.architecture.decode(settings.architecture) } catch { throw PointFailure(CommandFailure(error)) }
        do throws(CostError) {
            let cost = try MachineCost(of: architecture)
            return Machine(architecture: architecture, cost: cost, area: try MachineArea(cost))
        } catch {
            guard !needsPrices else { throw PointFailure(error.description) }
            return Machine(architecture: architecture)
        }
    }

    /// One workload from files to a record, as `SimulationSession` has it.
    private func simulate(_ index: Int, _ settings: PointSettings, _ machine: Architecture) throws(PointFailure) -> ExecutionRecord {
        let workload = inputs.workloads[index]
        let graph = try graphs.value("\(index)\n" + settings.workloadKey(index)) { () throws(PointFailure) in
            do throws(CommandFailure) { return try workload.graph(settings.workloads[index], for: machine) } catch { throw PointFailure(error) }
        }
        let mapping: WorkloadMapping?
        do throws(CommandFailure) {
            mapping = try settings.mapping.file.map { (path) throws(CommandFailure) in try InputFiles.mapping(inputs.mappingPath(path)) }
        } catch {
            throw PointFailure(error)
        }
        let (mapper, search) = settings.mapping.makeMapper()
        let lowered: LoweredWorkload
        do throws(LoweringError) {
            lowered = try Lowering.lower(
                graph, to: machine,
                options: LoweringOptions(
                    mapper: mapper, tilesWeights: settings.mapping.tilesWeights, mapping: mapping, memorySpeed: Simulation.memorySpeed(of: machine)))
        } catch {
            if let conflict = search?.conflict { throw PointFailure("\(workload.name): \(conflict)") }
            throw PointFailure(CommandFailure(error, workload: workload.name, architecture: machine.name))
        }
        do throws(SimulationError) {
            return try Simulation.run(lowered.program, on: machine).record
        } catch {
            throw PointFailure(CommandFailure(error))
        }
    }
}

extension PointFailure {
    init(_ failure: CommandFailure) { self.init(failure.lines.joined(separator: "; ")) }
}
