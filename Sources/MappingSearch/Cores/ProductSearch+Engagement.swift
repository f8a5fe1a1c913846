import Mapping

extension ProductSearch {
    /// How long one core's part of a product keeps its core: what it takes by itself, and how long until the core may begin another
    /// operator that does not need the result.
    ///
    /// A core begins the next operator's transfers while the last tiles are computed and stored. What both share is the slowest of
    /// memory, array and vector unit.
    ///
    /// - Parameter bandwidth: part of the off-chip bandwidth in the request that there really is.
    /// - Returns: cycles, and those of them that the request's part of the memory needs for the product's bytes; `nil` where the machine's speed is not known.
    public static func engagement(of mapping: MatmulMapping, for request: MatmulRequest, bandwidth: Double = 1) -> (cycles: Double, engaged: Double, moved: Double)? {
        var resources = request.most
        resources.bytesPerCycle *= bandwidth
        guard let search = ProductSearch(request.problem, on: resources, .cycles), let cost = search.cost(of: mapping) else { return nil }
        let moved = Double(cost.traffic.total + cost.traffic.elsewhere) * search.model.cyclesPerByte
        let least = search.model.lowerBound(arrayTime: search.model.arrayTime(mapping), LeastBytes())
        return (cost.cycles, min(cost.cycles, max(moved, least)), min(cost.cycles, moved))
    }
}
