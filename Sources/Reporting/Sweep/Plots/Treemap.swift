/// A rectangle cut into rectangles of given areas that are as close to squares as can be.
///
/// Source: Bruls, Huizing and van Wijk, "Squarified treemaps", 2000.
package enum Treemap {
    package struct Tile: Equatable, Sendable {
        package var x: Double, y: Double, width: Double, height: Double
    }

    /// One tile for each value, in the order of the values; their areas are proportional to them and fill the rectangle.
    ///
    /// - Parameter values: positive, largest first for the best shapes.
    package static func tiles(_ values: [Double], width: Double, height: Double) -> [Tile] {
        let total = values.reduce(0, +)
        guard total > 0, width > 0, height > 0 else { return [] }
        let areas = values.map { $0 / total * width * height }
        var tiles: [Tile] = []
        var free = Tile(x: 0, y: 0, width: width, height: height)
        var start = 0
        while start < areas.count {
            let side = min(free.width, free.height)
            var end = start + 1
            while end < areas.count, worst(areas[start...end], side) <= worst(areas[start..<end], side) { end += 1 }
            let sum = areas[start..<end].reduce(0, +)
            let isColumn = free.width >= free.height
            let thickness = side > 0 ? sum / side : 0
            var offset = 0.0
            for area in areas[start..<end] {
                let length = thickness > 0 ? area / thickness : 0
                tiles.append(isColumn
                    ? Tile(x: free.x, y: free.y + offset, width: thickness, height: length)
                    : Tile(x: free.x + offset, y: free.y, width: length, height: thickness))
                offset += length
            }
            if isColumn {
                free.x += thickness
                free.width = max(0, free.width - thickness)
            } else {
                free.y += thickness
                free.height = max(0, free.height - thickness)
            }
            start = end
        }
        return tiles
    }

    /// The worst ratio of sides of the tiles of one row along `side`.
    private static func worst(_ areas: ArraySlice<Double>, _ side: Double) -> Double {
        let sum = areas.reduce(0, +)
        guard sum > 0, side > 0, let most = areas.max(), let least = areas.min(), least > 0 else { return .infinity }
        return max(side * side * most / (sum * sum), sum * sum / (side * side * least))
    }
}
