/// The figures of one of Timeloop's stats.txt files, by level, tensor and name.
struct StatisticsFile {
    var cycles = 0
    /// Of the tensors: "RegisterFile/Inputs/Scalar reads (per-instance)".
    var figures: [String: Double] = [:]
    /// Femtojoules per multiplication, by level and "Total".
    var energyPerCompute: [String: Double] = [:]

    init(_ text: String) {
        var level = "", tensor = "", isSummary = false
        for line in text.split(separator: "\n") {
            if line.hasPrefix("=== ") { (level, tensor) = (String(line.dropFirst(4).dropLast(4)), "") }
            if line.hasPrefix("fJ/Compute") { isSummary = true }
            if line.hasPrefix("Cycles: ") { cycles = Int(line.dropFirst(8)) ?? 0 }
            let indent = line.prefix { $0 == " " }.count
            let body = line.dropFirst(indent)
            if indent == 4, body.hasSuffix(":") { tensor = String(body.dropLast()) }
            if isSummary, indent == 4, let equals = body.firstIndex(of: "=") {
                energyPerCompute[Self.trimmed(body[..<equals])] = Double(Self.trimmed(body[body.index(after: equals)...]))
            }
            if indent == 8, !tensor.isEmpty, let colon = body.lastIndex(of: ":") {
                let number = Self.trimmed(body[body.index(after: colon)...]).split(separator: " ").first.flatMap { Double($0) }
                figures["\(level)/\(tensor)/\(Self.trimmed(body[..<colon]))"] = number
            }
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
