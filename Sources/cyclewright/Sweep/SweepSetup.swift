import Architecture
import Exploration

/// A space, its files, and what evaluates its points, whatever these are: machines, memories, or accelerators side by side.
struct SweepSetup: Sendable {
    let space: DesignSpace
    let spacePath: String
    let evaluator: any PointEvaluator
    /// Names of the figures that every point has.
    let figureNames: [String]
    /// Of machines; `nil` for other points, whose header is made of the space.
    private let machines: SweepInputs?
    private let spaceText: String
    private let files: [SweepHeader.Input]

    /// - Parameter memoises: whether what does not depend on a changed parameter is kept; changes no figure.
    init(_ path: String, memoises: Bool) throws(CommandFailure) {
        spacePath = path
        guard ShippedFiles.exists(path) else { throw CommandFailure(.noInput, "\(path.prefix(200)): there is no such file; name a YAML file of a space") }
        let space: DesignSpace
        do throws(ArchitectureError) {
            spaceText = try ArchitectureFile.read(path: path, kind: "space")
            space = try DesignSpace.decode(text: spaceText, file: path)
        } catch {
            throw CommandFailure(error)
        }
        self.space = space
        switch space.subject {
        case .architecture:
            let inputs = try SweepInputs(path)
            let simulation = SimulationEvaluator(inputs, memoises: memoises)
            (machines, files, evaluator, figureNames) = (inputs, inputs.files, simulation, simulation.figureNames)
        case .memory:
            let memory = try MemoryPointEvaluator(space, path: path)
            (machines, files, evaluator, figureNames) = (nil, memory.files, memory, memory.figureNames)
        case .accelerators:
            let accelerators = try AcceleratorsEvaluator(space, path: path, memoises: memoises)
            (machines, files, evaluator, figureNames) = (nil, accelerators.files, accelerators, accelerators.figureNames)
        }
    }

    /// What the database records of the sweep.
    func header(_ strategy: StrategyDescription) -> SweepHeader {
        if let machines { return machines.header(strategy) }
        let settings = space.fixedSettings.map { "\($0.target)=\($0.value)" }
            + space.workloads.flatMap { workload in workload.settings.map { "\(workload.name).\($0.target)=\($0.value)" } } + space.assignmentTexts
        return SweepHeader(
            name: space.name, architecture: space.architecture, workloads: space.workloads.map { .init(name: $0.name, weight: $0.weight) },
            parameters: space.parameters, constraints: space.constraints, objectives: space.objectives, limits: space.limits,
            strategy: strategy.name, strategyOptions: strategy.options.map { "\($0.name)=\($0.values.joined(separator: " "))" },
            seed: strategy.seed, batchSize: strategy.batch, plannedPoints: strategy.points, settings: settings, inputs: files, version: CyclewrightVersion.text,
            spaceText: spaceText)
    }
}
