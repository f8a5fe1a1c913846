/// The cores on which an operator runs, and how a product is divided among them.
public struct AssignedCores: Sendable, Equatable {
    /// What the cores have parts of.
    public enum Division: String, Sendable, Hashable, CaseIterable {
        case batch, columns, rows
    }

    /// The operator, by the name of any of the nodes that run as one, or of its result.
    public var name: String
    /// Of the file, counted from one.
    public var line: Int?
    public var cores: ClosedRange<Int>
    /// Of a product; `nil` for the rule: by batch where each core gets a part, else by columns, else by rows.
    public var division: Division?

    public init(name: String, line: Int? = nil, cores: ClosedRange<Int>, division: Division? = nil) {
        self.name = name; self.line = line; self.cores = cores; self.division = division
    }

    public static func == (a: AssignedCores, b: AssignedCores) -> Bool { a.name == b.name && a.cores == b.cores && a.division == b.division }

    /// What a file may say, for messages.
    static let forms = "write one core, 0, a range of them, 0-1, or a range and what of a product is divided among it, 0-1 by rows (batch, columns or rows)"

    /// The form of a file: `0-1`, `2`, `0-3 by rows`.
    public var text: String {
        (cores.count == 1 ? "\(cores.lowerBound)" : "\(cores.lowerBound)-\(cores.upperBound)") + (division.map { " by \($0.rawValue)" } ?? "")
    }

    /// Reads that form; `nil` for another.
    static func parse(_ text: String) -> (cores: ClosedRange<Int>, division: Division?)? {
        let words = text.split(separator: " ")
        guard words.count == 1 || words.count == 3, let first = words.first else { return nil }
        let ends = first.split(separator: "-", omittingEmptySubsequences: false).map { $0.allSatisfy(\.isNumber) ? Int($0) : nil }
        guard ends.count <= 2, let low = ends.first ?? nil, let high = ends.last ?? nil, low <= high, high < 1 << 20 else { return nil }
        guard words.count == 3 else { return (low...high, nil) }
        guard words[1] == "by", let division = Division(rawValue: String(words[2])) else { return nil }
        return (low...high, division)
    }
}
