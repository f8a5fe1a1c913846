/// A product for which a mapping is asked: what it is, and what it may take.
public struct MatmulRequest: Sendable {
    /// The operator, as the workload calls it.
    public var operatorName: String
    public var problem: MatmulProblem
    /// What leaves the next operator room to begin meanwhile.
    public var preferred: MatmulResources
    /// All there is.
    public var most: MatmulResources

    public init(operatorName: String, problem: MatmulProblem, preferred: MatmulResources, most: MatmulResources) {
        self.operatorName = operatorName; self.problem = problem; self.preferred = preferred; self.most = most
    }
}

/// Chooses a mapping for each product of a program.
public protocol MatmulMapper: Sendable {
    /// The best mapping found, `nil` when no tile fits the memories.
    func map(_ problem: MatmulProblem, on resources: MatmulResources) -> MatmulMapping?
    /// The mapping for one product of a workload.
    func map(_ request: MatmulRequest) -> MatmulMapping?
}

extension MatmulMapper {
    /// Room for the next operator is better than none, and all of the memory better than no mapping.
    public func map(_ request: MatmulRequest) -> MatmulMapping? {
        map(request.problem, on: request.preferred) ?? map(request.problem, on: request.most)
    }
}
