/// Evaluates points: what the command line gives a sweep, since it alone knows how a run is put together.
public protocol PointEvaluator: Sendable {
    /// The figures of one configuration.
    ///
    /// - Parameter settings: the value of every target, in the order of the space, such as ("engines.mesh.rows", "32").
    /// - Throws: `PointFailure` when the configuration cannot be built or run.
    func evaluate(_ settings: [(target: String, value: ParameterValue)]) throws(PointFailure) -> [EvaluatedPoint.Figure]
}

/// Why a point has no figures: the sweep records it and goes on.
public struct PointFailure: Error, Sendable, Hashable {
    public var reason: String
    public init(_ reason: String) { self.reason = reason }
}
