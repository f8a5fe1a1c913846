/// A sweep as reports read it, wherever it was stored.
public struct SweepResults: Sendable, Hashable, Codable {
    /// Of the space's file.
    public var name: String
    /// "gemmini".
    public var architecture: String
    /// With their weights; one for a single workload.
    public var workloads: [Workload]
    public var parameters: [SpaceParameter]
    /// Between parameters, as in the file.
    public var constraints: [String]
    public var objectives: [SweepObjective]
    public var limits: [SweepLimit]
    /// "bayesian".
    public var strategy: String
    public var seed: UInt64
    /// Of the tool that made it.
    public var version: String
    /// By number.
    public var points: [EvaluatedPoint]

    public struct Workload: Sendable, Hashable, Codable {
        public var name: String
        public var weight: Double
        public init(name: String, weight: Double = 1) { self.name = name; self.weight = weight }
    }

    public init(
        name: String, architecture: String, workloads: [Workload], parameters: [SpaceParameter], constraints: [String] = [],
        objectives: [SweepObjective], limits: [SweepLimit] = [], strategy: String, seed: UInt64, version: String, points: [EvaluatedPoint]
    ) {
        self.name = name; self.architecture = architecture; self.workloads = workloads; self.parameters = parameters
        self.constraints = constraints; self.objectives = objectives; self.limits = limits; self.strategy = strategy
        self.seed = seed; self.version = version; self.points = points
    }

    /// The value of a parameter at a point.
    public func value(_ parameter: Int, at point: EvaluatedPoint) -> ParameterValue { parameters[parameter].values[point.point.choices[parameter]] }

    /// Simulated and within all limits.
    public var feasible: [EvaluatedPoint] { points.filter { $0.status == .finished } }
}
