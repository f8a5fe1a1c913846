import Programs

/// A statement in one line, as the program's text has it.
enum StatementText {
    static func line(_ statement: Statement) -> String {
        let text = Program(name: "", architecture: "", streams: [.init(unit: "u", body: [statement])]).text
        let lines = text.split(separator: "\n").drop { !$0.hasPrefix("stream") }.dropFirst()
        return lines.map { line in
            var line = line
            while line.first == " " { line.removeFirst() }
            return String(line)
        }.joined(separator: " ")
    }
}
