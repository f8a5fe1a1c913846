/// Finds the candidate that a misspelt name was probably meant to be.
package enum Suggestion {
    /// The candidate with the smallest edit distance, if it is close enough to be meant; ties go to the earlier one.
    package static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
        // Names are short; anything longer is no misspelling and would cost quadratic time.
        guard name.unicodeScalars.count <= 64 else { return nil }
        let wanted = Array(name.lowercased().unicodeScalars)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().unicodeScalars)
            guard letters.count <= 64 else { continue }
            let distance = editDistance(wanted, letters)
            let allowed = max(1, min(wanted.count, letters.count) / 3)
            // A name that is the other's beginning is meant even when much is missing: "weight" for "weight-stationary".
            let isPrefix = wanted.count >= 2 && letters.starts(with: wanted)
            guard distance <= allowed && distance < max(wanted.count, letters.count) || isPrefix else { continue }
            if distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other (optimal string
    /// alignment distance).
    static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var current = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                current[j] = min(last[j] + 1, current[j - 1] + 1, substitution)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    current[j] = min(current[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last) = (last, current)
        }
        return last[b.count]
    }
}
