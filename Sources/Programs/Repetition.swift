/// A stretch of a sequence that repeats itself.
package struct Repetition: Equatable {
    package var start: Int
    package var period: Int
    package var count: Int

    package init(start: Int, period: Int, count: Int) {
        self.start = start
        self.period = period
        self.count = count
    }

    package var range: Range<Int> { start..<(start + period * count) }
    /// Elements that need not be written again.
    private var saving: Int { period * (count - 1) }

    /// Stretches of at least `least` equal periods in a part of the sequence, those that save most first.
    package static func candidates(in sequence: [Int], range: Range<Int>, least: Int = 3) -> [Repetition] {
        var found: [Repetition] = []
        guard range.count >= least else { return [] }
        for period in 1...(range.count / least) {
            var position = range.lowerBound
            while position + period < range.upperBound {
                guard sequence[position] == sequence[position + period] else { position += 1; continue }
                let start = position
                while position + period < range.upperBound, sequence[position] == sequence[position + period] { position += 1 }
                let count = (position - start) / period + 1
                if count >= least { found.append(Repetition(start: start, period: period, count: count)) }
            }
        }
        // A period of two layers says no more than one of one.
        return found.sorted { ($1.saving, $0.period, $0.start) < ($0.saving, $1.period, $1.start) }
    }

    /// Where periods begin in a sequence, the largest repetitions first.
    package static func starts(in sequence: [Int], least: Int) -> Set<Int> {
        var result: Set<Int> = []
        var open = [0..<sequence.count]
        while let range = open.popLast() {
            guard let best = candidates(in: sequence, range: range, least: least).first else { continue }
            for repetition in 0..<best.count { result.insert(best.start + repetition * best.period) }
            open.append(range.lowerBound..<best.start)
            open.append(best.range.upperBound..<range.upperBound)
        }
        return result
    }
}
