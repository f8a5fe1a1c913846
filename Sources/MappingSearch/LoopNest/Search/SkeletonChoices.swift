/// What a skeleton can choose besides factors: who keeps what, and along which axis parts lie.
struct SkeletonChoices {
    let problem: LoopNestProblem
    let hierarchy: MemoryHierarchy
    let constraints: MapspaceConstraints

    /// The outermost level that holds data keeps everything unless it is told not to.
    func keepOptions() -> [[[Bool]]] {
        let outermost = hierarchy.levels.firstIndex(where: \.holdsData) ?? 0
        var options: [[[Bool]]] = [[]]
        for (index, level) in hierarchy.levels.enumerated() {
            for space in problem.dataSpaces.indices {
                var choices = [true, false]
                if let keeps = constraints.levels[index].keeps[space] { choices = [keeps] } else if index == outermost { choices = [true] }
                if !level.holdsData { choices = [false] }
                var next: [[[Bool]]] = []
                for option in options {
                    for choice in choices {
                        var option = option
                        if space == 0 { option.append([]) }
                        option[index].append(choice)
                        next.append(option)
                    }
                }
                options = next
            }
            if options.count > 1 << 14 { break }
        }
        // What no level keeps cannot be.
        return options.filter { option in
            option.count == hierarchy.levels.count && problem.dataSpaces.indices.allSatisfy { space in option.contains { $0[space] } }
        }
    }

    /// Which of the factors lie along Y, so that both axes suffice; `nil` when there is no way.
    func axes(of factors: [Int], _ level: Int) -> [Bool]? {
        let fanOut = hierarchy.fanOut(level)
        let wishes = constraints.levels[level].isAlongY
        var along = [Bool](repeating: false, count: factors.count)
        func place(_ dimension: Int, _ x: Int, _ y: Int) -> Bool {
            guard dimension < factors.count else { return true }
            let factor = factors[dimension]
            guard factor > 1 else { return place(dimension + 1, x, y) }
            if wishes[dimension] != true, x * factor <= fanOut.x {
                along[dimension] = false
                if place(dimension + 1, x * factor, y) { return true }
            }
            if wishes[dimension] != false, y * factor <= fanOut.y {
                along[dimension] = true
                if place(dimension + 1, x, y * factor) { return true }
            }
            return false
        }
        return place(0, 1, 1) ? along : nil
    }
}
