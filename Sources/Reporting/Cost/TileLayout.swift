/// Divides a rectangle into tiles whose areas are in proportion to values, each as near to a square as the order allows (squarified treemap:
/// M. Bruls, K. Huizing, J. J. van Wijk, Data Visualization 2000).
package struct TileLayout {
    package struct Tile {
        package var x: Double, y: Double, width: Double, height: Double
    }

    /// - Parameter values: positive, largest first.
    /// - Returns: a tile for each value, in order.
    package static func tiles(_ values: [Double], width: Double, height: Double) -> [Tile] {
        var tiles: [Tile] = []
        var free = Tile(x: 0, y: 0, width: width, height: height)
        var rest = values.reduce(0, +)
        var first = 0
        while first < values.count, rest > 0 {
            let side = min(free.width, free.height)
            let scale = free.width * free.height / rest
            var count = 1
            var sum = values[first]
            while first + count < values.count {
                let longer = sum + values[first + count]
                guard worst(values[first...(first + count)], longer, side, scale) <= worst(values[first..<(first + count)], sum, side, scale) else { break }
                sum = longer
                count += 1
            }
            let depth = sum * scale / max(side, .leastNonzeroMagnitude)
            var along = 0.0
            for value in values[first..<(first + count)] {
                let length = value * scale / max(depth, .leastNonzeroMagnitude)
                tiles.append(
                    free.width >= free.height
                        ? Tile(x: free.x, y: free.y + along, width: depth, height: length) : Tile(x: free.x + along, y: free.y, width: length, height: depth))
                along += length
            }
            if free.width >= free.height {
                free = Tile(x: free.x + depth, y: free.y, width: max(0, free.width - depth), height: free.height)
            } else {
                free = Tile(x: free.x, y: free.y + depth, width: free.width, height: max(0, free.height - depth))
            }
            rest -= sum
            first += count
        }
        return tiles
    }

    /// The aspect ratio of the thinnest tile of a row along `side`.
    private static func worst(_ row: ArraySlice<Double>, _ sum: Double, _ side: Double, _ scale: Double) -> Double {
        let square = side * side, total = sum * scale
        guard total > 0, square > 0 else { return .infinity }
        return row.reduce(0) { worst, value in
            let area = value * scale
            return max(worst, square * area / (total * total), total * total / (square * max(area, .leastNonzeroMagnitude)))
        }
    }
}
