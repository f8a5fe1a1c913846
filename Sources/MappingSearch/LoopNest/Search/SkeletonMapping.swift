extension LoopNestMapping {
    /// A skeleton with its temporal loops.
    init(
        _ problem: LoopNestProblem, on hierarchy: MemoryHierarchy, _ constraints: MapspaceConstraints, _ skeleton: MapspaceSkeleton, _ loops: [TemporalSearch.Loop]
    ) {
        self.init(problem, on: hierarchy)
        var orders = [[Int]](repeating: [], count: hierarchy.levels.count)
        for loop in loops {
            levels[loop.level].temporal[loop.dimension] *= loop.rounds
            if !orders[loop.level].contains(loop.dimension) { orders[loop.level].append(loop.dimension) }
        }
        for level in hierarchy.levels.indices {
            // What has one round stands where the constraints want it.
            let wanted = constraints.levels[level].innermost
            let order = wanted + orders[level].filter { !wanted.contains($0) }
            levels[level].order = order + problem.dimensions.indices.filter { !order.contains($0) }
            levels[level].spatial = skeleton.spatial[level]
            levels[level].isAlongY = skeleton.isAlongY[level]
            levels[level].keeps = skeleton.keeps[level]
        }
    }
}
