/// A point of a sweep and what became of it.
public struct EvaluatedPoint: Sendable, Hashable, Codable {
    public enum Status: String, Sendable, Codable, CaseIterable {
        /// Simulated, and within all limits.
        case finished
        /// Simulated, and beyond a limit: the figures are there, but no front and no best has the point.
        case beyondLimit = "beyond-limit"
        /// Could not be built or run: invalid architecture, workload that does not fit.
        case failed
    }

    /// From 0 in the order in which the strategy asked.
    public var number: Int
    public var point: DesignPoint
    public var status: Status
    /// Why it failed, or which limit it broke; empty otherwise.
    public var reason: String
    /// In the order of the space's objectives; empty when it failed.
    public var objectives: [Double]
    /// Everything that was measured, by name ("cycles", "resnet18.energy"), in the order of the evaluator; empty when it failed.
    public var figures: [Figure]

    public struct Figure: Sendable, Hashable, Codable {
        public var name: String
        public var value: Double
        public init(_ name: String, _ value: Double) { self.name = name; self.value = value }
    }

    public init(number: Int, point: DesignPoint, status: Status, reason: String = "", objectives: [Double] = [], figures: [Figure] = []) {
        self.number = number; self.point = point; self.status = status; self.reason = reason; self.objectives = objectives
        self.figures = figures
    }

    public subscript(figure name: String) -> Double? { figures.first { $0.name == name }?.value }
}
