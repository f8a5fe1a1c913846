/// The two orders of NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002, doi:10.1109/4235.996017): fronts, and crowding within a front.
package enum NondominatedSort {
    /// A point to be ranked.
    package struct Entry: Sendable {
        /// Compared before costs; less is better.
        package var grade: Int
        package var costs: [Double]
        package init(grade: Int, costs: [Double]) { self.grade = grade; self.costs = costs }

        /// At least as good in everything and better in something.
        func dominates(_ other: Entry) -> Bool {
            if grade != other.grade { return grade < other.grade }
            var isBetter = false
            for index in costs.indices {
                if costs[index] > other.costs[index] { return false }
                if costs[index] < other.costs[index] { isBetter = true }
            }
            return isBetter
        }
    }

    /// Indices of the points that nothing dominates, then of those that only the first front dominates, and so on.
    package static func fronts(_ entries: [Entry]) -> [[Int]] {
        var dominated: [[Int32]] = Array(repeating: [], count: entries.count)
        var dominators = Array(repeating: 0, count: entries.count)
        for first in entries.indices {
            for second in entries.indices.dropFirst(first + 1) {
                if entries[first].dominates(entries[second]) {
                    dominated[first].append(Int32(second))
                    dominators[second] += 1
                } else if entries[second].dominates(entries[first]) {
                    dominated[second].append(Int32(first))
                    dominators[first] += 1
                }
            }
        }
        var fronts: [[Int]] = []
        var current = entries.indices.filter { dominators[$0] == 0 }
        while !current.isEmpty {
            fronts.append(current)
            var next: [Int] = []
            for index in current {
                for other in dominated[index] {
                    dominators[Int(other)] -= 1
                    if dominators[Int(other)] == 0 { next.append(Int(other)) }
                }
            }
            current = next.sorted()
        }
        return fronts
    }

    /// For every member of a front how far apart its neighbours are, each objective scaled to the front's range; infinite at the ends.
    package static func crowding(_ front: [Int], _ entries: [Entry]) -> [Double] {
        var distances = Array(repeating: 0.0, count: front.count)
        guard let first = front.first else { return [] }
        for objective in entries[first].costs.indices {
            let order = front.indices.sorted {
                let (a, b) = (entries[front[$0]].costs[objective], entries[front[$1]].costs[objective])
                return a < b || (a == b && $0 < $1)
            }
            let least = entries[front[order[0]]].costs[objective]
            let range = entries[front[order[order.count - 1]]].costs[objective] - least
            distances[order[0]] = .infinity
            distances[order[order.count - 1]] = .infinity
            guard range > 0, range.isFinite, order.count > 2 else { continue }
            for position in 1..<(order.count - 1) {
                let gap = entries[front[order[position + 1]]].costs[objective] - entries[front[order[position - 1]]].costs[objective]
                distances[order[position]] += gap / range
            }
        }
        return distances
    }

    /// The best `count` indices, best first: by front, within a front by crowding, else in their order.
    package static func best(_ count: Int, of entries: [Entry]) -> [Int] {
        var chosen: [Int] = []
        for front in fronts(entries) where chosen.count < count {
            let distances = crowding(front, entries)
            let order = front.indices.sorted { distances[$0] > distances[$1] || (distances[$0] == distances[$1] && $0 < $1) }
            chosen += order.prefix(count - chosen.count).map { front[$0] }
        }
        return chosen
    }
}
