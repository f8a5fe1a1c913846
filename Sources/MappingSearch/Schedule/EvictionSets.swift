/// The sets of tensors that make enough room, none of which has one too many.
///
/// Tensors are sorted by size, largest first; taking them in that order until there is enough makes every such set once. A set
/// that takes a tensor while it leaves one that is no worse to take is left out.
struct EvictionSets {
    private var tensors: [(tensor: Int, size: Int, price: Int)] = []
    /// Sizes of a tensor and all that come after it.
    private var sizesFrom: [Int] = []
    /// By position: the nearest before it that is no worse to take; -1 for none.
    private var betterBefore: [Int] = []
    private var chosen: [Int] = []
    private var isChosen: [Bool] = []

    private var members: [Int] = []
    private var ends: [Int] = []
    private var prices: [Int] = []

    /// More sets than this are cut off, and ``isCutOff`` says so.
    var limit = 1 << 16
    var isCutOff = false

    var count: Int { ends.count }
    subscript(set: Int) -> ArraySlice<Int> { members[(set == 0 ? 0 : ends[set - 1])..<ends[set]] }
    func price(_ set: Int) -> Int { prices[set] }

    mutating func begin() {
        tensors.removeAll(keepingCapacity: true)
        members.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        prices.removeAll(keepingCapacity: true)
        chosen.removeAll(keepingCapacity: true)
    }

    mutating func append(_ tensor: Int, size: Int, price: Int) { tensors.append((tensor, size, price)) }

    /// - Parameter isBetter: whether of two tensors with the same size and price the first is no worse to take.
    mutating func prepare(isBetter: (Int, Int) -> Bool) {
        tensors.sort { a, b in
            if a.size != b.size { return a.size > b.size }
            return a.price != b.price ? a.price < b.price : a.tensor < b.tensor
        }
        // Among those alike, the better ones first: each goes behind the last that is better than it.
        var start = 0
        while start < tensors.count {
            var end = start + 1
            while end < tensors.count, tensors[end].size == tensors[start].size, tensors[end].price == tensors[start].price { end += 1 }
            for index in start + 1..<max(start + 1, end) {
                let moved = tensors[index]
                var place = index
                while place > start, isBetter(moved.tensor, tensors[place - 1].tensor), !isBetter(tensors[place - 1].tensor, moved.tensor) {
                    tensors[place] = tensors[place - 1]
                    place -= 1
                }
                tensors[place] = moved
            }
            start = end
        }
        betterBefore = [Int](repeating: -1, count: tensors.count)
        for index in tensors.indices {
            var other = index - 1
            while other >= 0, tensors[other].size == tensors[index].size, tensors[other].price == tensors[index].price {
                if isBetter(tensors[other].tensor, tensors[index].tensor) {
                    betterBefore[index] = other
                    break
                }
                other -= 1
            }
        }
        sizesFrom = [Int](repeating: 0, count: tensors.count + 1)
        for index in tensors.indices.reversed() { sizesFrom[index] = sizesFrom[index + 1] + tensors[index].size }
        isChosen = [Bool](repeating: false, count: tensors.count)
    }

    /// - Parameter priceLimit: sets of this price or more are left out.
    mutating func enumerate(needed: Int, priceLimit: Int) { choose(from: 0, needed: needed, price: 0, limit: priceLimit) }

    private mutating func choose(from index: Int, needed: Int, price: Int, limit priceLimit: Int) {
        if price >= priceLimit || ends.count >= limit {
            if ends.count >= limit { isCutOff = true }
            return
        }
        if needed <= 0 {
            for position in chosen { members.append(tensors[position].tensor) }
            ends.append(members.count)
            prices.append(price)
            return
        }
        guard index < tensors.count, sizesFrom[index] >= needed else { return }
        let better = betterBefore[index]
        if better < 0 || isChosen[better] {
            chosen.append(index)
            isChosen[index] = true
            choose(from: index + 1, needed: needed - tensors[index].size, price: price + tensors[index].price, limit: priceLimit)
            chosen.removeLast()
            isChosen[index] = false
        }
        choose(from: index + 1, needed: needed, price: price, limit: priceLimit)
    }
}
