/// How a problem's loops are cut over a hierarchy: for each level its temporal loops, in order, its spatial loops, and which tensors
/// it keeps.
///
/// A level's loops run within its tile: its tile is what they and all inner loops touch.
public struct LoopNestMapping: Sendable, Hashable {
    public struct Level: Sendable, Hashable {
        /// Rounds of the level's temporal loop over each dimension.
        public var temporal: [Int]
        /// Dimensions in the order of those loops, innermost first; each once.
        public var order: [Int]
        /// Parts of each dimension that are side by side in the instances within.
        public var spatial: [Int]
        /// Whether the dimension's parts lie along the mesh's Y axis and not along X.
        public var isAlongY: [Bool]
        /// By tensor. False: the tensor passes by.
        public var keeps: [Bool]

        /// No loops, everything kept.
        public init(dimensions: Int, dataSpaces: Int, keeps: Bool = true) {
            temporal = [Int](repeating: 1, count: dimensions)
            order = Array(0..<dimensions)
            spatial = [Int](repeating: 1, count: dimensions)
            isAlongY = [Bool](repeating: false, count: dimensions)
            self.keeps = [Bool](repeating: keeps, count: dataSpaces)
        }
    }

    /// Outermost first, one for each level of the hierarchy.
    public var levels: [Level]

    public init(levels: [Level]) { self.levels = levels }

    /// No loops; levels that hold data keep all tensors.
    public init(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy) {
        levels = hierarchy.levels.map {
            Level(dimensions: problem.dimensions.count, dataSpaces: problem.dataSpaces.count, keeps: $0.holdsData)
        }
    }
}

extension LoopNestMapping {
    /// Says why the mapping cannot be, by plain counting and without any search's help.
    ///
    /// - Throws: the first of: a shape that is not problem's and hierarchy's, factors that do not multiply out, a fan-out that there
    ///   is not, a tensor that is kept nowhere, tiles that do not fit.
    public func check(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy) throws(LoopNestError) {
        let dimensions = problem.dimensions.count, spaces = problem.dataSpaces.count
        guard levels.count == hierarchy.levels.count else { throw .mapping("\(levels.count) levels are mapped, and there are \(hierarchy.levels.count)") }
        for (level, part) in zip(hierarchy.levels, levels) {
            let counts = [part.temporal.count, part.order.count, part.spatial.count, part.isAlongY.count]
            guard counts.allSatisfy({ $0 == dimensions }), part.keeps.count == spaces else { throw .mapping("\(level.name): not every dimension or tensor is mapped") }
            guard part.temporal.allSatisfy({ $0 >= 1 }), part.spatial.allSatisfy({ $0 >= 1 }) else { throw .mapping("\(level.name): factors are from 1 on") }
            guard part.order.sorted() == Array(0..<dimensions) else { throw .mapping("\(level.name): the order of loops has to name every dimension once") }
            if !level.holdsData, part.keeps.contains(true) { throw .mapping("\(level.name): holds no data, so that every tensor has to bypass it") }
        }
        for (index, dimension) in problem.dimensions.enumerated() {
            var product = 1
            for part in levels {
                for factor in [part.temporal[index], part.spatial[index]] {
                    let (next, isOver) = product.multipliedReportingOverflow(by: factor)
                    product = isOver ? .max : next
                }
            }
            guard product == dimension.extent else { throw .factors(dimension: dimension.name, product: product, extent: dimension.extent) }
        }
        for (index, part) in levels.enumerated() {
            let available = hierarchy.fanOut(index)
            var used = (x: 1, y: 1)
            for dimension in 0..<dimensions {
                // No overflow: factors multiply to extents.
                if part.isAlongY[dimension] { used.y *= part.spatial[dimension] } else { used.x *= part.spatial[dimension] }
            }
            let name = hierarchy.levels[index].name
            if used.x > available.x { throw .fanOut(level: name, axis: "X", used: used.x, available: available.x) }
            if used.y > available.y { throw .fanOut(level: name, axis: "Y", used: used.y, available: available.y) }
        }
        for space in 0..<spaces where !levels.contains(where: { $0.keeps[space] }) {
            throw .keptNowhere(tensor: problem.dataSpaces[space].name)
        }
        for (index, level) in hierarchy.levels.enumerated() {
            guard let available = level.effectiveCapacity else { continue }
            let extents = extents(within: index)
            var tiles: [LoopNestError.Tile] = []
            for space in 0..<spaces where levels[index].keeps[space] {
                tiles.append(.init(tensor: problem.dataSpaces[space].name, size: problem.tileSize(space, extents)))
            }
            guard tiles.reduce(0, { $0 + $1.size }) <= available else {
                throw .capacity(level: level.name, tiles: tiles, available: level.capacity ?? available, buffers: level.multipleBuffering)
            }
        }
    }

    /// What a level's tile covers of each dimension: its own loops and all inner ones.
    public func extents(within level: Int) -> [Int] {
        var extents = levels[level].temporal.map { _ in 1 }
        for part in levels[level...] {
            for dimension in extents.indices { extents[dimension] *= part.temporal[dimension] * part.spatial[dimension] }
        }
        return extents
    }
}
