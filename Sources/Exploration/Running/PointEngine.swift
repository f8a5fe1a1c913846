/// The figures of a point, or why it has none.
public typealias PointOutcome = Result<[EvaluatedPoint.Figure], PointFailure>

/// A point that is to be evaluated.
public struct PointRequest: Sendable {
    /// Of the sweep.
    public var number: Int
    public var point: DesignPoint
    public var settings: [(target: String, value: ParameterValue)]

    public init(number: Int, point: DesignPoint, settings: [(target: String, value: ParameterValue)]) {
        self.number = number; self.point = point; self.settings = settings
    }
}

/// Where points are evaluated: threads of this process, or a cluster.
public protocol PointEngine {
    /// Evaluates points in any order.
    ///
    /// - Parameters:
    ///   - goesOn: asked now and then; once it is false no point is begun any more, and those that were begun are waited for where that is
    ///     quick enough.
    ///   - deliver: takes outcomes by index into `requests` as they come, one or several at a time, on the caller's thread.
    mutating func evaluate(
        _ requests: [PointRequest], goesOn: () -> Bool, deliver: ([(index: Int, outcome: PointOutcome)]) throws -> Void
    ) throws

    /// Ends what runs elsewhere. Called once, when the sweep ends, however it does.
    mutating func finish()
}

extension PointEngine {
    public mutating func finish() {}
}
