/// Which partial nests go on.
extension TemporalSearch {
    mutating func append(key: UInt64, cost: Double, error: Double, parent: Int32, level: Int, dimension: Int, rounds: Int, at index: Int) {
        labels.keys.append(key)
        labels.costs.append(cost)
        labels.errors.append(error)
        labels.parents.append(parent)
        labels.levels.append(Int8(level))
        labels.dimensions.append(Int8(dimension))
        labels.rounds.append(rounds)
        labels.following.append(heads[index])
        heads[index] = Int32(labels.keys.count - 1)
    }

    /// Adds a label unless another one of the same extents is as good in every respect, and removes those that it beats.
    @inline(__always)
    mutating func insert(key: UInt64, cost: Double, error: Double, parent: Int32, level: Int, dimension: Int, rounds: Int, at index: Int) {
        if dominance == .certain { return insertCertain(key: key, cost: cost, error: error, parent: parent, level: level, dimension: dimension, rounds: rounds, at: index) }
        let isGreedy = dominance == .greedy
        var label = heads[index]
        var previous: Int32 = -1
        while label >= 0 {
            let other = Int(label)
            let next = labels.following[other]
            if labels.costs[other] <= cost {
                if isGreedy || open.covers(labels.keys[other], key) { return }
            } else if isGreedy || open.covers(key, labels.keys[other]) {
                if previous < 0 { heads[index] = next } else { labels.following[Int(previous)] = next }
                label = next
                continue
            }
            previous = label
            label = next
        }
        append(key: key, cost: cost, error: error, parent: parent, level: level, dimension: dimension, rounds: rounds, at: index)
    }

    /// The same where costs are lower bounds: one that beats another has to do so even if it costs as much more as it can.
    private mutating func insertCertain(
        key: UInt64, cost: Double, error: Double, parent: Int32, level: Int, dimension: Int, rounds: Int, at index: Int
    ) {
        // Factors of one dimension in a row are one loop, whatever their order: the smallest first.
        let last = Int(parent)
        if rounds > 1, labels.rounds[last] > rounds, labels.dimensions[last] == Int8(dimension), labels.levels[last] == Int8(level) { return }
        var label = heads[index]
        var previous: Int32 = -1
        while label >= 0 {
            let other = Int(label)
            let next = labels.following[other]
            if labels.costs[other] + labels.errors[other] <= cost, open.covers(labels.keys[other], key) { return }
            if cost + error < labels.costs[other], open.covers(key, labels.keys[other]) {
                if previous < 0 { heads[index] = next } else { labels.following[Int(previous)] = next }
                label = next
                continue
            }
            previous = label
            label = next
        }
        append(key: key, cost: cost, error: error, parent: parent, level: level, dimension: dimension, rounds: rounds, at: index)
    }
}
