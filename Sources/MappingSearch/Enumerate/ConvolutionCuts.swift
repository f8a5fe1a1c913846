/// How three loops are cut together: those over pixels (images, rows, columns), or those of a sum (input channels, kernel rows, kernel columns).
struct ConvolutionCut {
    /// A loop that is one of the two terms of a coordinate of the inputs.
    struct Term {
        var extent: Int
        /// How far one round moves the coordinate, and how far one of the other term's loop does.
        var coefficient: Int
        var otherCoefficient: Int
    }

    struct Part {
        var tile: Int
        var tiles: Int
        /// Inputs that neighbours along the other term's loop have in common, summed over the tiles of this one.
        var overlaps: Int
    }

    /// Of images, or of input channels.
    var outer: Int
    var vertical: Part
    var horizontal: Part
    /// All three as one dimension of a matrix product.
    var flat: MatmulCostModel.Cut

    init(_ outer: (extent: Int, tile: Int), _ vertical: (term: Term, tile: Int), _ horizontal: (term: Term, tile: Int), rows: Int, columns: Int) {
        func part(_ term: Term, _ tile: Int) -> Part {
            func overlap(_ size: Int) -> Int { max(0, 1 + term.coefficient * (size - 1) - term.otherCoefficient) }
            let (whole, rest) = term.extent.quotientAndRemainder(dividingBy: tile)
            return Part(tile: tile, tiles: whole + (rest > 0 ? 1 : 0), overlaps: whole * overlap(tile) + (rest > 0 ? overlap(rest) : 0))
        }
        self.outer = outer.tile
        self.vertical = part(vertical.term, vertical.tile)
        self.horizontal = part(horizontal.term, horizontal.tile)
        var (tiles, rowFolds, columnFolds) = (0, 0, 0)
        // Whole tiles, and the one that is left, of each.
        func sizes(_ extent: Int, _ tile: Int) -> [(size: Int, times: Int)] {
            extent % tile == 0 ? [(tile, extent / tile)] : [(tile, extent / tile), (extent % tile, 1)]
        }
        let ofHorizontal = sizes(horizontal.term.extent, horizontal.tile)
        for first in sizes(outer.extent, outer.tile) {
            for second in sizes(vertical.term.extent, vertical.tile) {
                for third in ofHorizontal {
                    let times = first.times * second.times * third.times, elements = first.size * second.size * third.size
                    tiles += times
                    rowFolds += times * MatmulCostModel.ceiling(elements, rows)
                    columnFolds += times * MatmulCostModel.ceiling(elements, columns)
                }
            }
        }
        flat = .init(tile: outer.tile * vertical.tile * horizontal.tile, tiles: tiles, rowFolds: rowFolds, columnFolds: columnFolds)
    }

    /// Never worse than another one that makes the same numbers of tiles.
    private func covers(_ other: ConvolutionCut) -> Bool {
        outer <= other.outer && vertical.tile <= other.vertical.tile && horizontal.tile <= other.horizontal.tile && flat.rowFolds <= other.flat.rowFolds
            && flat.columnFolds <= other.flat.columnFolds && vertical.overlaps >= other.vertical.overlaps && horizontal.overlaps >= other.horizontal.overlaps
    }

    /// Every cut that can be part of a best tiling: of those that make the same numbers of tiles, a larger one is worth its room only where
    /// it needs fewer folds or has more in common with its neighbours. Those with the fewest tiles first.
    static func all(_ outer: Int, _ vertical: Term, _ horizontal: Term, rows: Int, columns: Int) -> [ConvolutionCut] {
        var found: [ConvolutionCut] = []
        let total = outer * vertical.extent * horizontal.extent
        let fewest = (rows: MatmulCostModel.ceiling(total, rows), columns: MatmulCostModel.ceiling(total, columns))
        for a in tilesByCount(outer) {
            for b in tilesByCount(vertical.extent) {
                for c in tilesByCount(horizontal.extent) {
                    let begin = found.count
                    search: for first in a {
                        for second in b {
                            for third in c {
                                let cut = ConvolutionCut((outer, first), (vertical, second), (horizontal, third), rows: rows, columns: columns)
                                if found[begin...].contains(where: { $0.covers(cut) }) { continue }
                                found.append(cut)
                                // Overlaps are the same for all tiles unless the other loop moves further than a tile is long.
                                let isLeast = cut.flat.rowFolds == max(fewest.rows, cut.flat.tiles) && cut.flat.columnFolds == max(fewest.columns, cut.flat.tiles)
                                if isLeast, vertical.otherCoefficient <= 1, horizontal.otherCoefficient <= 1 { break search }
                            }
                        }
                    }
                }
            }
        }
        return found.enumerated().sorted { ($0.element.flat.tiles, $0.offset) < ($1.element.flat.tiles, $1.offset) }.map(\.element)
    }

    /// The tiles that make the same number of tiles, for each number, ascending.
    private static func tilesByCount(_ extent: Int) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        var first = 1
        while first <= extent {
            let count = MatmulCostModel.ceiling(extent, first)
            // The largest that still makes so many.
            let last = count == 1 ? extent : (extent - 1) / (count - 1)
            ranges.append(first...last)
            first = last + 1
        }
        return ranges
    }
}
