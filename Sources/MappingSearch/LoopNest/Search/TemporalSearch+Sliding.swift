/// Tiles that slide along a coordinate that two dimensions make together.
extension TemporalSearch {
    /// Lengths, along the sliding coordinate, of a boundary's tile as it was when it opened.
    @inline(__always)
    private func length(_ sliding: OpenBoundaries.Sliding, _ position: Int, _ first: Int, _ second: Int) -> Int {
        let inside = boundaries[position].child * space.extents.count
        return 1 + sliding.first.coefficient * (first * cost.insideOf[inside + sliding.first.dimension] - 1)
            + sliding.second.coefficient * (second * cost.insideOf[inside + sliding.second.dimension] - 1)
    }

    /// Puts a loop around an open boundary that moves its tile along a coordinate of two dimensions.
    ///
    /// - Parameters:
    ///   - value: a run.
    ///   - end: after the run's last boundary.
    ///   - staysOpen: even if its tiles are too short to slide, since an older run does.
    /// - Returns: the run afterwards, and what is saved against moving the tile whole from here on.
    func slide(
        _ tensor: Int, _ value: UInt64, _ index: Int, _ dimension: Int, _ rounds: Int, _ place: borrowing TemporalPlace, _ level: Int, _ end: Int, _ staysOpen: Bool
    ) -> (UInt64, Double) {
        let count = OpenBoundaries.count(value), mode = OpenBoundaries.mode(value)
        guard mode == 0 || mode == index + 1 else { return (0, 0) }
        let sliding = open.fields[tensor].slidings[index]
        let (a, b) = (sliding.first, sliding.second)
        let inside = level * space.extents.count
        let now = (place.extents[a.dimension], place.extents[b.dimension])
        var start = now
        var began = (place.places[a.dimension], place.places[b.dimension])
        if mode > 0 {
            began = OpenBoundaries.places(value)
            start = (space.divisor(a.dimension, began.0), space.divisor(b.dimension, began.1))
        }
        let coefficient = dimension == a.dimension ? a.coefficient : b.coefficient
        let behind = a.coefficient * cost.insideOf[inside + a.dimension] * (now.0 - start.0) + b.coefficient * cost.insideOf[inside + b.dimension] * (now.1 - start.1)
        let shift = coefficient * place.extents[dimension] * cost.insideOf[inside + dimension] - behind
        guard shift >= 0 else { return (0, 0) }
        var saving = 0.0
        var isSliding = staysOpen
        let share = Double(rounds - 1) / Double(rounds)
        for position in (end - count)..<end {
            let length = length(sliding, position, start.0, start.1)
            let lengthNow = mode == 0 ? length : self.length(sliding, position, now.0, now.1)
            let words = place.tiles[position] / Double(lengthNow) * Double(length)
            let moved = words / Double(length) * Double(min(length, shift))
            if length > 1 { isSliding = true }
            if mode == 0 {
                let total = (share * moved + words / Double(rounds)) * place.rest
                saving += place.costs[position] - min(place.costs[position], boundaries[position].linear(total))
            } else {
                saving += boundaries[position].slope * share * place.rest * (words - moved)
            }
        }
        guard isSliding else { return (0, 0) }
        return (OpenBoundaries.sliding(count, index + 1, began.0, began.1), saving)
    }

    /// What a tensor that is sliding could still save: further loops along the same coordinate could move nothing at all.
    func slidingSlack(_ value: UInt64, _ tensor: Int, _ place: borrowing TemporalPlace, _ end: Int) -> Double {
        let count = OpenBoundaries.count(value)
        let sliding = open.fields[tensor].slidings[OpenBoundaries.mode(value) - 1]
        let (a, b) = (sliding.first.dimension, sliding.second.dimension)
        let left = Double(space.extents[a] / place.extents[a]) * Double(space.extents[b] / place.extents[b])
        guard left > 1 else { return 0 }
        let began = OpenBoundaries.places(value)
        var total = 0.0
        for position in (end - count)..<end {
            let length = length(sliding, position, space.divisor(a, began.0), space.divisor(b, began.1))
            let lengthNow = self.length(sliding, position, place.extents[a], place.extents[b])
            let words = place.tiles[position] / Double(lengthNow) * Double(length)
            total += boundaries[position].slope * words * place.rest * (1 - 1 / left)
        }
        return total
    }

    /// Whether instances outside of `level` spread a dimension that the tensor slides along: then how far its loops have moved it
    /// is not told by the extents alone.
    func crossesSpatial(_ value: UInt64, _ tensor: Int, _ level: Int) -> Bool {
        guard level > 0 else { return false }
        let sliding = open.fields[tensor].slidings[OpenBoundaries.mode(value) - 1]
        return skeleton.spatial[level - 1][sliding.first.dimension] > 1 || skeleton.spatial[level - 1][sliding.second.dimension] > 1
    }
}
