/// What a runner has to know of a space: how its points are run, and what is made of their figures.
public protocol SweptSpace: Sendable {
    /// Every setting of a point, in the order of the file.
    func settings(of point: DesignPoint) -> [(target: String, value: ParameterValue)]

    /// The objectives' values in their order, and the first limit that is broken; empty when all are kept.
    ///
    /// - Throws: when an objective has no value at this point.
    func judge(_ point: DesignPoint, figures: [EvaluatedPoint.Figure]) throws(PointFailure) -> (objectives: [Double], brokenLimit: String)
}

extension SweptSpace {
    /// What is recorded of a point.
    package func evaluated(_ number: Int, _ point: DesignPoint, _ outcome: PointOutcome) -> EvaluatedPoint {
        do throws(PointFailure) {
            let figures = try outcome.get()
            let (objectives, brokenLimit) = try judge(point, figures: figures)
            return EvaluatedPoint(
                number: number, point: point, status: brokenLimit.isEmpty ? .finished : .beyondLimit, reason: brokenLimit, objectives: objectives,
                figures: figures)
        } catch {
            return EvaluatedPoint(number: number, point: point, status: .failed, reason: error.reason)
        }
    }
}
