import Mapping

/// The sizes of tiles that are worth trying along one dimension.
///
/// Tiles that make the same number of tiles differ only in the last one, and the smallest of them takes the least room: about
/// 2·√extent sizes are all that differ. Larger ones of the same number are worth their room only where they are whole multiples of the
/// array's side or of an access; those are in as well.
package enum TileSizes {
    /// - Parameters:
    ///   - unit: sizes are multiples of it, but for the whole dimension.
    ///   - alignments: multiples that are good for the machine.
    ///   - bounds: what the user requires.
    ///   - most: how many sizes at most; `nil` for all that differ. Fewer are spread evenly over the numbers of tiles on a logarithmic scale.
    /// - Returns: ascending.
    package static func candidates(
        extent: Int, unit: Int, dividing: Bool, alignments: [Int] = [], bounds: [TileBounds] = [], most: Int? = nil
    ) -> [Int] {
        let units = (extent + unit - 1) / unit
        var sizes: Set<Int> = []
        func add(_ size: Int) {
            let size = min(extent, size)
            guard size > 0, size == extent || size % unit == 0, !dividing || extent % size == 0 else { return }
            sizes.insert(size)
        }
        if dividing {
            for count in 1...max(1, units) where units % count == 0 { add(units / count * unit) }
        } else {
            var size = units
            while size >= 1 {
                let count = (units + size - 1) / size
                let least = (units + count - 1) / count
                add(least * unit)
                for alignment in alignments where alignment > unit && alignment % unit == 0 {
                    let aligned = (least * unit + alignment - 1) / alignment * alignment
                    if (extent + aligned - 1) / aligned == (extent + least * unit - 1) / (least * unit) { add(aligned) }
                }
                size = least - 1
            }
        }
        if let most, sizes.count > most { sizes = thinned(sizes, extent: extent, alignments: alignments, most: most) }
        // What the user named.
        for bound in bounds {
            if let top = bound.most { add(top >= extent ? extent : top / unit * unit) }
            add((bound.least + unit - 1) / unit * unit)
        }
        return sizes.filter { size in bounds.allSatisfy { $0.contains(size) } }.sorted()
    }

    private static func thinned(_ sizes: Set<Int>, extent: Int, alignments: [Int], most: Int) -> Set<Int> {
        // Those on the array's side first: they waste nothing of it.
        let side = alignments.max() ?? 1
        var pool = sizes.filter { $0 == extent || $0 % side == 0 }
        if pool.count < 2 { pool = sizes }
        let sorted = pool.sorted()
        guard sorted.count > most, most > 1 else { return pool }
        var kept: Set<Int> = []
        // As many in each octave.
        let (low, high) = (Double(sorted[0]), Double(extent))
        let ratio = high / low
        var position = 0
        for step in 0..<most {
            let wanted = low * power(ratio, Double(step) / Double(most - 1))
            while position + 1 < sorted.count, Double(sorted[position]) < wanted * 0.999 { position += 1 }
            kept.insert(sorted[position])
        }
        return kept.union([extent])
    }

    /// base^exponent for an exponent from 0 to 1, by halving: the same on every platform.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        var (result, root, rest) = (1.0, base, exponent)
        for _ in 0..<20 {
            if rest >= 1 {
                result *= root
                rest -= 1
            }
            root = root.squareRoot()
            rest *= 2
        }
        return result
    }
}
