import Architecture
import Exploration
import Lowering
import Mapping
import OperatorGraph
import Reporting
import Simulation

/// Evaluates points as `simulate` runs a workload, in this process, and makes nothing twice that does not depend on what changed.
///
/// What is remembered: machines by their settings, graphs by theirs, and whole runs by the settings that reach them; of those only
/// that price a run, and of those of other workloads, a run does not depend.
struct SimulationEvaluator: PointEvaluator {
    private let inputs: SweepInputs
    private let machines: SweepMemory<Architecture>
    private let graphs: SweepMemory<Graph>
    private let runs: SweepMemory<RunFigures>

    init(_ inputs: SweepInputs, memoises: Bool = true) {
        self.inputs = inputs
        // Neighbours in a sweep share machines; graphs are large and few.
        machines = SweepMemory(capacity: 64, isEnabled: memoises)
        graphs = SweepMemory(capacity: 64, isEnabled: memoises)
        // A few hundred bytes each; where every parameter reaches every run no two points share one.
        runs = SweepMemory(capacity: 1 << 14, isEnabled: memoises && inputs.targets.sharesRuns(among: inputs.workloads.count))
    }

    /// Names of the figures that every point has.
    var figureNames: [String] { SweepFigures.names(inputs.workloads.map(\.name)) }

    func evaluate(_ settings: [(target: String, value: Exploration.ParameterValue)]) throws(PointFailure) -> [EvaluatedPoint.Figure] {
        let settings = try PointSettings(settings, inputs)
        var results: [RunFigures] = []
        for index in inputs.workloads.indices { results.append(try run(index, settings)) }
        return SweepFigures.figures(results, inputs.workloads)
    }

    private func run(_ index: Int, _ settings: PointSettings) throws(PointFailure) -> RunFigures {
        let key = "\(index)\n" + settings.timingKey + "\n" + settings.workloadKey(index) + "\n" + settings.mappingKey
        return try Self.unboxed(runs.value(key) { Self.boxed { () throws(PointFailure) in try simulate(index, settings) } })
    }

    /// One workload from files to figures, as `SimulationSession` has it.
    private func simulate(_ index: Int, _ settings: PointSettings) throws(PointFailure) -> RunFigures {
        let machine = try Self.unboxed(machines.value(settings.machineKey) { Self.boxed { () throws(PointFailure) in try architecture(settings) } })
        let workload = inputs.workloads[index]
        let graph = try Self.unboxed(
            graphs.value("\(index)\n" + settings.workloadKey(index)) { Self.boxed { () throws(PointFailure) in
                do throws(CommandFailure) { return try workload.graph(settings.workloads[index], for: machine) } catch { throw PointFailure(error) }
            } })
        let mapping: WorkloadMapping?
        do throws(CommandFailure) {
            mapping = try settings.mapping.file.map { (path) throws(CommandFailure) in try InputFiles.mapping(path) }
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
            return RunFigures(try Simulation.run(lowered.program, on: machine).record)
        } catch {
            throw PointFailure(CommandFailure(error))
        }
    }

    private func architecture(_ settings: PointSettings) throws(PointFailure) -> Architecture {
        do throws(ArchitectureError) { return try inputs.architecture.decode(settings.architecture) } catch { throw PointFailure(CommandFailure(error)) }
    }

    private static func boxed<Value>(_ body: () throws(PointFailure) -> Value) -> Result<Value, SweepMemory<Value>.PointFailureBox> {
        do throws(PointFailure) { return .success(try body()) } catch { return .failure(.init(reason: error.reason)) }
    }

    private static func unboxed<Value>(_ result: Result<Value, SweepMemory<Value>.PointFailureBox>) throws(PointFailure) -> Value {
        switch result {
        case .success(let value): return value
        case .failure(let failure): throw PointFailure(failure.reason)
        }
    }
}

extension PointFailure {
    init(_ failure: CommandFailure) { self.init(failure.lines.joined(separator: "; ")) }
}
