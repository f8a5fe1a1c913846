import Architecture
import OperatorGraph
import Programs

/// Runs programs on machines.
public enum Simulation {
    /// What a run gives back.
    public struct Outcome: Sendable {
        public var record: ExecutionRecord
        /// Values of the tensors that the program leaves in memories, by graph value; only from a run on values.
        public var tensors: [Graph.ValueID: Tensor]
        /// Periods that were replayed rather than stepped: how much fast-forward did, and no part of any report.
        public var replays: Int
        /// In which order units were served, when that was asked for; runs of the same program on other machines can be given it.
        public var order: ServiceOrder?
    }

    /// Runs `program` on a machine built from `architecture`.
    ///
    /// - Throws: `SimulationError` when the program does not suit the machine, deadlocks, does not keep to the order given, or exceeds a limit.
    public static func run(
        _ program: Program, on architecture: Architecture, options: SimulationOptions = SimulationOptions()
    ) throws(SimulationError) -> Outcome {
        let machine = Machine(architecture)
        var simulator = try Simulator(program, on: machine, options: options)
        defer { simulator.deallocate() }
        try simulator.run()
        var tensors: [Graph.ValueID: Tensor] = [:]
        if let values = simulator.values {
            for placement in program.tensors where placement.role == .output || placement.role == .intermediate {
                tensors[placement.value] = values.tensor(placement)
            }
        }
        return Outcome(record: simulator.record(), tensors: tensors, replays: simulator.fastForward.replays,
            order: simulator.order.order(program, simulator.code, machine))
    }
}
