/// Folds a sequence as it comes into runs and repetitions: a b a b a b c c becomes 3(a b) 2c.
///
/// Whenever the last few entries equal as many before them, both become a repetition, or one more round of the one that is there
/// already; repetitions fold in turn. (A. Ketterlin, P. Clauss, *Prediction and trace compression of data access addresses through nested
/// loop recognition*, CGO 2008, without the affine part.) What lies further back than a repetition may reach is handed on, so that memory
/// stays small however long the sequence is.
struct RepetitionFolder {
    /// A symbol or the body of a repetition, so many times.
    struct Entry: Equatable {
        /// Symbols are below 256, bodies from there on.
        var what: Int
        var times: Int
    }

    /// Entries of a repetition's body at the most.
    static let longestBody = 128
    private static let keptEntries = 2048

    private var entries: [Entry] = []
    private(set) var bodies: [[Entry]] = []
    private var numbers: [[Entry]: Int] = [:]
    /// The run that may still grow.
    private var run: Entry?

    mutating func append(_ symbol: UInt8) {
        if run?.what == Int(symbol) {
            run?.times += 1
        } else {
            endRun()
            run = Entry(what: Int(symbol), times: 1)
        }
    }

    /// Entries that no repetition can take in any more; all of them at the end.
    mutating func take(all: Bool) -> ArraySlice<Entry> {
        if all { endRun() }
        guard all || entries.count >= 2 * Self.keptEntries else { return [] }
        let count = all ? entries.count : entries.count - Self.keptEntries
        let taken = Array(entries[..<count])
        entries.removeFirst(count)
        return taken[...]
    }

    private mutating func endRun() {
        guard let ended = run else { return }
        run = nil
        entries.append(ended)
        while fold() {}
    }

    /// Does one step of folding at the end.
    private mutating func fold() -> Bool {
        let count = entries.count
        guard count >= 2 else { return false }
        if entries[count - 1].what == entries[count - 2].what {
            entries[count - 2].times += entries[count - 1].times
            entries.removeLast()
            return true
        }
        for length in 1...min(Self.longestBody, count - 1) {
            let before = entries[count - length - 1].what - 256
            if before >= 0, bodies[before].count == length, bodies[before][...] == entries[(count - length)...] {
                entries[count - length - 1].times += 1
                entries.removeLast(length)
                return true
            }
            guard length > 1, count >= 2 * length, entries[count - 1] == entries[count - length - 1],
                entries[(count - length)...] == entries[(count - 2 * length)..<(count - length)]
            else { continue }
            let body = Array(entries[(count - length)...])
            entries.removeLast(2 * length)
            entries.append(Entry(what: 256 + number(of: body), times: 2))
            return true
        }
        return false
    }

    private mutating func number(of body: [Entry]) -> Int {
        if let known = numbers[body] { return known }
        numbers[body] = bodies.count
        bodies.append(body)
        return bodies.count - 1
    }
}

extension RepetitionFolder.Entry: Hashable {}
