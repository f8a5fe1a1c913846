/// What chooses the points of a sweep: asked for points, told what became of them.
///
/// A sweep asks for a batch, evaluates its points in any order on any number of threads, and tells the whole batch in the order in which it
/// was asked: what a strategy sees does not depend on the number of jobs. Strategies are seeded; the same seed gives the same points.
public protocol SearchStrategy {
    /// Points that the space allows, none of them asked before; fewer than `count` when the space or the strategy is exhausted, and none to end
    /// the sweep.
    mutating func ask(_ count: Int) throws -> [DesignPoint]

    /// What became of the points of the last batch, in its order.
    mutating func tell(_ points: [EvaluatedPoint]) throws
}
