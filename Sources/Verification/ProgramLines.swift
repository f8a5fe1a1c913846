import Programs

/// Lines of a program's text, by its statements: what a counterexample shows stands there.
struct ProgramLines {
    /// By stream of the program without families, and statement that holds no others, in order: the number of its first line, from 1.
    private var lines: [[Int]] = []

    /// - Parameter program: as it is printed, with its families.
    init(_ program: Program) {
        let text = program.text.split(separator: "\n", omittingEmptySubsequences: false)
        var line = 0
        for stream in program.streams {
            let head = "stream "
            while line < text.count, !text[line].hasPrefix(head) { line += 1 }
            line += 1
            let first = line
            for member in 0..<(stream.family.map { max(0, $0.count) } ?? 1) {
                var walk = Walk(text: text, line: first, values: stream.family.map { [$0.variable: member] } ?? [:])
                for statement in stream.body { walk.visit(statement, isKept: true) }
                lines.append(walk.found)
                line = walk.line
            }
        }
    }

    /// - Parameter position: of a site.
    func line(stream: Int, position: Int) -> Int? {
        guard lines.indices.contains(stream), lines[stream].indices.contains(position - 1) else { return nil }
        return lines[stream][position - 1]
    }

    /// Goes through a text and its statements together.
    private struct Walk {
        let text: [Substring]
        var line: Int
        /// The family's variable.
        let values: [String: Int]
        var found: [Int] = []

        private func indent(_ line: Int) -> Int { text[line].prefix { $0 == " " }.count }

        mutating func visit(_ statement: Statement, isKept: Bool) {
            guard line < text.count else { return }
            switch statement {
            case .loop(_, _, let body):
                line += 1
                for inner in body { visit(inner, isKept: isKept) }
            case .when(let conditions, let body):
                line += 1
                // What a member never does is no part of its stream.
                let isSettled = conditions.contains { condition in
                    guard let left = condition.left.evaluate(values), let right = condition.right.evaluate(values) else { return false }
                    return !condition.relation.holds(left, right)
                }
                for inner in body { visit(inner, isKept: isKept && !isSettled) }
            case .acquire, .release, .read: step(isKept)
            case .command:
                let own = indent(line)
                step(isKept)
                while line < text.count, !text[line].isEmpty, indent(line) > own { line += 1 }
            }
        }

        private mutating func step(_ isKept: Bool) {
            if isKept { found.append(line + 1) }
            line += 1
        }
    }
}
