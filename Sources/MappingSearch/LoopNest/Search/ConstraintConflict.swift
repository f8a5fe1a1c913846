extension MapspaceConstraints {
    /// Wishes that cannot hold together, in words, for constraints that no factors satisfy; and whether each of them is needed for that.
    ///
    /// Found by taking away one wish after the other and keeping those without which there are mappings.
    func conflict(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy) -> (wishes: [String], isMinimal: Bool) {
        var remaining = self
        var needed: [String] = []
        var isMinimal = true
        for wish in wishes(problem, on: hierarchy) {
            var without = remaining
            wish.remove(&without)
            let enumeration = SkeletonEnumeration(problem, hierarchy, without, limit: 1)
            if enumeration.skeletons.isEmpty && enumeration.isComplete {
                remaining = without
            } else {
                needed.append(wish.text)
                isMinimal = isMinimal && !enumeration.skeletons.isEmpty
            }
        }
        return (needed, isMinimal)
    }

    private struct Wish {
        var text: String
        var remove: (inout MapspaceConstraints) -> Void
    }

    private func wishes(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy) -> [Wish] {
        var wishes: [Wish] = []
        for (index, level) in levels.enumerated() {
            let name = hierarchy.levels[index].name
            for (dimension, entry) in problem.dimensions.enumerated() {
                if level.temporal[dimension] != 1...Int.max {
                    wishes.append(
                        Wish(text: "\(name): the temporal factor of \(entry.name) is \(Self.text(level.temporal[dimension]))") {
                            $0.levels[index].temporal[dimension] = 1...Int.max
                        })
                }
                if level.spatial[dimension] != 1...Int.max {
                    wishes.append(
                        Wish(text: "\(name): the spatial factor of \(entry.name) is \(Self.text(level.spatial[dimension]))") {
                            $0.levels[index].spatial[dimension] = 1...Int.max
                        })
                }
                if let isAlongY = level.isAlongY[dimension] {
                    wishes.append(
                        Wish(text: "\(name): \(entry.name) lies along \(isAlongY ? "Y" : "X")") { $0.levels[index].isAlongY[dimension] = nil })
                }
            }
            for (space, entry) in problem.dataSpaces.enumerated() {
                guard let keeps = level.keeps[space] else { continue }
                wishes.append(Wish(text: "\(name): \(entry.name) \(keeps ? "is kept" : "bypasses it")") { $0.levels[index].keeps[space] = nil })
            }
            if level.minimumParallelism > 1 {
                wishes.append(
                    Wish(text: "\(name): at least \(level.minimumParallelism) instances are in use") { $0.levels[index].minimumParallelism = 1 })
            }
        }
        return wishes
    }
}
