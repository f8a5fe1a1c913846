import Simulation

/// The operators of a run as a list short enough to read: each by itself, or like ones together, and the rest in one row.
package struct OperatorRows {
    package struct Row {
        package var label: String
        package var type: String
        package var count = 0
        package var cycles = 0
        package var activity = Activity()
        package var macs = 0
        package var isRest = false
    }

    package private(set) var rows: [Row] = []
    /// How the list came about, in words.
    package let explanation: String
    package static let limit = 60

    /// At most `limit` rows. Up to that many operators keep their order; of more, those whose names differ only in numbers (the
    /// same operator of many layers) are added up, and the ones with the most cycles are shown.
    package init(_ operators: [OperatorRecord], limit: Int = OperatorRows.limit) {
        if operators.count <= limit {
            rows = operators.map { OperatorRows.single($0, label: $0.name) }
            explanation = "In order of execution."
            return
        }
        var groups: [Row] = []
        var indices: [String: Int] = [:]
        for operation in operators {
            let label = OperatorRows.withoutNumbers(operation.name)
            let key = operation.type + "\u{0}" + label
            if let index = indices[key] {
                groups[index].add(operation)
            } else {
                indices[key] = groups.count
                groups.append(OperatorRows.single(operation, label: label))
            }
        }
        // Worth it only when layers repeat.
        let isGrouped = groups.count * 2 <= operators.count
        let candidates = isGrouped ? groups : operators.map { OperatorRows.single($0, label: $0.name) }
        let order = candidates.indices.sorted { (-candidates[$0].cycles, $0) < (-candidates[$1].cycles, $1) }
        let shown = candidates.count <= limit ? candidates.count : limit - 1
        rows = order.prefix(shown).map { candidates[$0] }
        let left = order.dropFirst(shown)
        if !left.isEmpty {
            var rest = Row(label: "", type: "", isRest: true)
            for index in left { rest.add(candidates[index]) }
            rest.label = "the other \(QuantityText.integer(rest.count)) operators"
            rows.append(rest)
        }
        let what = isGrouped
            ? "Operators whose names differ only in numbers (∗) are added up, the slowest first"
            : "The slowest of \(QuantityText.integer(operators.count)) operators"
        explanation = what + (left.isEmpty ? "." : "; the others are the last row.")
    }

    private static func single(_ operation: OperatorRecord, label: String) -> Row {
        var row = Row(label: label, type: operation.type)
        row.add(operation)
        return row
    }

    /// `name` with each run of digits replaced: the same operator of another layer gives the same text.
    static func withoutNumbers(_ name: String) -> String {
        var text = ""
        var inNumber = false
        for scalar in name.unicodeScalars {
            let isDigit = ("0"..."9").contains(scalar)
            if !isDigit { text.unicodeScalars.append(scalar) } else if !inNumber { text += "∗" }
            inNumber = isDigit
        }
        return text
    }
}

extension OperatorRows.Row {
    mutating func add(_ operation: OperatorRecord) {
        count += 1
        cycles += operation.cycles
        macs += operation.macs
        activity.add(operation.activity)
    }

    mutating func add(_ other: OperatorRows.Row) {
        count += other.count
        cycles += other.cycles
        macs += other.macs
        activity.add(other.activity)
    }
}
