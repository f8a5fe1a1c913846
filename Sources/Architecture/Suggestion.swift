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

    /// The dotted path that was probably meant by one that does not exist: a path that ends in that name, in any spelling, or else one that is
    /// spelt like it, or ends in a name that is. "rows" means "engines.mxu.rows", "virtualChannels" means "router.virtual-channels".
    package static func closestPath(to path: String, among paths: [String]) -> String? {
        guard path.unicodeScalars.count <= 64 else { return nil }
        let ends = paths.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
        if !path.contains("."), let index = ends.firstIndex(where: { letters($0) == letters(path) }) { return paths[index] }
        if let whole = paths.first(where: { $0.hasSuffix("." + path) }) { return whole }
        if let close = closest(to: path, among: paths) { return close }
        guard !path.contains(".") else { return nil }
        if let end = closest(to: path, among: ends), let index = ends.firstIndex(of: end) { return paths[index] }
        // A word of a name: "queue" of "read-queue".
        return ends.firstIndex { $0.split(separator: "-").contains { $0 == path } }.map { paths[$0] }
    }

    /// What is left of a name when it is written in another style: "pagePolicy", "page_policy" and "page-policy" are alike.
    private static func letters(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" } }

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
