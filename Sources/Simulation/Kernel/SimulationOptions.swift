import OperatorGraph

/// How a program is to be run.
public struct SimulationOptions: Sendable {
    public var fidelity: Fidelity
    /// Replays repeated periods arithmetically. Changes no figure; off, every command is stepped.
    public var fastForward: Bool
    /// Logs every command and wait.
    public var trace: Bool
    /// Runs the program on values: the workload and its inputs. `nil` runs on shapes alone.
    public var values: ValueSource?
    /// Units are served in this order by what they share, and wait for their turns. `nil` serves whoever comes first.
    public var order: ServiceOrder?
    /// Writes down in which order units were served: `Simulation.Outcome.order`.
    public var recordsOrder: Bool
    /// Called now and then with the share of the work done, 0…1.
    public var progress: (@Sendable (Double) -> Void)?

    /// Runs longer than this are refused: 9,000 seconds of simulated time fit an integer of femtoseconds.
    static let latestTime = 9_000_000_000_000_000_000

    public init(
        fidelity: Fidelity = .event, fastForward: Bool = true, trace: Bool = false, values: ValueSource? = nil,
        order: ServiceOrder? = nil, recordsOrder: Bool = false, progress: (@Sendable (Double) -> Void)? = nil
    ) {
        self.fidelity = fidelity
        self.fastForward = fastForward
        self.trace = trace
        self.values = values
        self.order = order
        self.recordsOrder = recordsOrder
        self.progress = progress
    }
}

/// The values that a program works on.
public struct ValueSource: Sendable {
    public var graph: Graph
    /// Contents of the graph's inputs, parameters and constants.
    public var tensors: [Graph.ValueID: Tensor]
    public init(graph: Graph, tensors: [Graph.ValueID: Tensor]) {
        self.graph = graph
        self.tensors = tensors
    }
}
