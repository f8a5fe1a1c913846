/// What is known of the extents whose labels are being extended.
struct TemporalPlace {
    var places: [Int]
    var extents: [Int]
    /// Rounds of all loops that are still to be placed.
    var rest = 0.0
    /// By tensor: boundaries that have been opened so far, innermost first.
    var opened: [Int]
    /// By boundary: words of its tile, and what it costs if it is open.
    var tiles: [Double]
    var costs: [Double]
    /// By tensor, at `TemporalSearch.firstBoundary` plus the tensor's index: what the outermost n of its opened boundaries could save at most.
    var slack: [Double]
    /// Which tensors, as bits, may stay where they are in the next loop: one for each kind of loop that there can be.
    var survivors: [UInt8] = []

    init(_ search: borrowing TemporalSearch) {
        let dimensions = search.space.divisors.count, tensors = search.firstBoundary.count - 1, boundaries = search.boundaries.count
        places = [Int](repeating: 0, count: dimensions)
        extents = [Int](repeating: 1, count: dimensions)
        opened = [Int](repeating: 0, count: tensors)
        tiles = [Double](repeating: 0, count: boundaries)
        costs = tiles
        slack = [Double](repeating: 0, count: boundaries + tensors)
    }
}

extension TemporalSearch {
    func locate(_ place: inout TemporalPlace, _ index: Int) {
        space.decode(index, into: &place.places)
        for dimension in place.places.indices { place.extents[dimension] = space.divisor(dimension, place.places[dimension]) }
    }

    /// - Parameters:
    ///   - place: located.
    ///   - level: boundaries of levels within it are open.
    func fill(_ place: inout TemporalPlace, _ level: Int) {
        var rest = 1.0
        place.survivors.removeAll(keepingCapacity: true)
        for dimension in place.extents.indices where place.extents[dimension] < space.extents[dimension] {
            rest *= Double(space.extents[dimension] / place.extents[dimension])
            if !place.survivors.contains(survivors[dimension]) { place.survivors.append(survivors[dimension]) }
        }
        place.rest = rest
        for tensor in place.opened.indices {
            let first = firstBoundary[tensor], end = firstBoundary[tensor + 1]
            var last = first
            while last < end, boundaries[last].child > level { last += 1 }
            place.opened[tensor] = last - first
            guard last > first else { continue }
            // Loops over dimensions of single coordinates move every tile whole.
            var moves = 1.0
            for dimension in place.extents.indices where relevance[tensor * space.extents.count + dimension] == 1 {
                moves *= Double(space.extents[dimension] / place.extents[dimension])
            }
            var slack = 0.0
            let firstSlack = first + tensor
            place.slack[firstSlack] = 0
            for position in (first..<last).reversed() {
                let words = tile(position, place.extents)
                let own = boundaries[position].energy(words * rest)
                place.tiles[position] = words
                place.costs[position] = own
                slack += own - min(own, boundaries[position].energy(max(boundaries[position].floor, words * moves)))
                place.slack[firstSlack + last - position] = slack
            }
        }
    }

    /// Words of a boundary's tile when the loops within cover the extents.
    @inline(__always)
    func tile(_ position: Int, _ extents: [Int]) -> Double {
        let space = boundaries[position].space, child = boundaries[position].child * extents.count
        var words = 1
        for rank in firstRank[space]..<firstRank[space + 1] {
            var length = 1
            for term in firstTerm[rank]..<firstTerm[rank + 1] {
                let dimension = termDimension[term]
                length += termCoefficient[term] * (extents[dimension] * cost.insideOf[child + dimension] - 1)
            }
            words *= length
        }
        return Double(words)
    }

    /// What could still be saved on a label, at most.
    ///
    /// The next loop, whatever its dimension, ends the savings of all tensors whose tiles it moves.
    @inline(__always)
    func slack(_ key: UInt64, _ place: borrowing TemporalPlace) -> Double {
        var most = 0.0
        for survivors in place.survivors {
            var total = 0.0
            for tensor in open.fields.indices where survivors & 1 << UInt8(tensor) != 0 {
                let value = (key >> open.fields[tensor].shift) & open.fields[tensor].mask
                let count = OpenBoundaries.count(value)
                if count == 0 { continue }
                let end = firstBoundary[tensor] + place.opened[tensor]
                if OpenBoundaries.mode(value) == 0 {
                    total += place.slack[firstBoundary[tensor] + tensor + count]
                } else {
                    total += slidingSlack(OpenBoundaries.latest(value), tensor, place, end)
                }
                let older = OpenBoundaries.older(value)
                if older != 0 { total += slidingSlack(older, tensor, place, end - count) }
            }
            most = max(most, total)
        }
        return most
    }
}
