/// Finds the word that was probably meant.
enum Spelling {
    /// `did you mean "free"?` when one of the candidates is close enough to be a slip, `nil` otherwise.
    static func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
        var best: (name: String, distance: Int)?
        let letters = Array(word.utf8.prefix(64))
        for candidate in candidates where candidate != word && candidate.utf8.count <= 64 {
            let distance = distance(letters, Array(candidate.utf8))
            if distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        guard let best, best.distance <= Swift.max(1, letters.count / 3) else { return nil }
        return "did you mean \"\(best.name)\"?"
    }

    /// Fewest insertions, deletions, replacements and swaps of neighbours that turn one word into the other
    /// (optimal string alignment).
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var cost = Swift.min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = Swift.min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
