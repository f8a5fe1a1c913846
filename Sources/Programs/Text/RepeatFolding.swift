/// Writes declarations that differ only in numbers which go up evenly once, in a `repeat` block.
///
///     repeat 31
///       operator {12+9} "layers.{1+1}.attention" Gemm unit mxu macs 16777216
///
/// stands for 31 declarations, in which `{12+9}` is 12, 21, 30, …. `RepeatExpansion` writes them out again.
struct RepeatFolding {
    /// A declaration's text with its numbers taken out.
    private struct Template {
        var pieces: [Substring]
        var numbers: [Int]
    }

    static func fold(_ declarations: [String]) -> String {
        guard declarations.count > 2 else { return declarations.joined() }
        let templates = declarations.map(Self.template)
        var forms: [[Substring]: Int] = [:]
        let sequence = templates.map { template in
            let form = forms[template.pieces] ?? forms.count
            forms[template.pieces] = form
            return form
        }
        var found: [Repetition] = []
        var open = [0..<declarations.count]
        while let range = open.popLast() {
            guard let best = evenRepetition(in: range, sequence, templates, declarations) else { continue }
            found.append(best)
            open.append(range.lowerBound..<best.start)
            open.append(best.range.upperBound..<range.upperBound)
        }
        var output = ""
        var position = 0
        for repetition in found.sorted(by: { $0.start < $1.start }) {
            output += declarations[position..<repetition.start].joined()
            output += "repeat \(repetition.count)\n"
            for place in repetition.start..<(repetition.start + repetition.period) {
                output += text(templates[place], next: templates[place + repetition.period])
            }
            position = repetition.range.upperBound
        }
        return output + declarations[position...].joined()
    }

    private static func evenRepetition(
        in range: Range<Int>, _ sequence: [Int], _ templates: [Template], _ declarations: [String]
    ) -> Repetition? {
        for candidate in Repetition.candidates(in: sequence, range: range).prefix(8) {
            for late in 0...1 {
                for early in 0...1 {
                    let count = candidate.count - late - early
                    let repetition = Repetition(start: candidate.start + late * candidate.period, period: candidate.period, count: count)
                    guard count >= 3 else { continue }
                    if isEven(repetition, templates), !declarations[repetition.range].contains(where: { $0.contains("{") }) { return repetition }
                }
            }
        }
        return nil
    }

    private static func isEven(_ repetition: Repetition, _ templates: [Template]) -> Bool {
        (repetition.start..<(repetition.start + repetition.period)).allSatisfy { place in
            let first = templates[place].numbers
            let second = templates[place + repetition.period].numbers
            return (2..<repetition.count).allSatisfy { iteration in
                let numbers = templates[place + iteration * repetition.period].numbers
                return numbers.indices.allSatisfy { numbers[$0] == first[$0] &+ iteration &* (second[$0] &- first[$0]) }
            }
        }
    }

    private static func text(_ template: Template, next: Template) -> String {
        var text = "  "
        for (index, piece) in template.pieces.enumerated() {
            text += piece.replacing("\n", with: "\n  ")
            guard index < template.numbers.count else { continue }
            let number = template.numbers[index]
            let step = next.numbers[index] &- number
            text += step == 0 ? "\(number)" : "{\(number)\(step < 0 ? "" : "+")\(step)}"
        }
        // The line end is no beginning of another line.
        return String(text.dropLast(2))
    }

    /// Cuts a text at its numbers: runs of digits that are written as Swift writes an integer.
    private static func template(_ text: String) -> Template {
        var result = Template(pieces: [], numbers: [])
        let bytes = text.utf8
        var pieceStart = bytes.startIndex
        var position = bytes.startIndex
        while position < bytes.endIndex {
            guard ProgramNames.isDigit(bytes[position]) else { position = bytes.index(after: position); continue }
            let start = position
            while position < bytes.endIndex, ProgramNames.isDigit(bytes[position]) { position = bytes.index(after: position) }
            guard let number = Int(text[start..<position]), bytes[start] != 0x30 || bytes.distance(from: start, to: position) == 1 else { continue }
            result.pieces.append(text[pieceStart..<start])
            result.numbers.append(number)
            pieceStart = position
        }
        result.pieces.append(text[pieceStart...])
        return result
    }
}
