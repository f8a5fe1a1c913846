import Architecture
import Quantities

/// Reading lists and whole numbers that no schema describes.
extension NetworkDecoder {
    /// The items of a list that may be left out, with their paths.
    mutating func items(_ node: DocumentNode?, path: String) -> [(DocumentNode, String)] {
        switch node?.content {
        case nil, .scalar("")?: return []
        case .sequence(let items)?: return items.enumerated().map { ($1, "\(path).\($0)") }
        default:
            parameters.diagnostics.report(node?.origin, path, "is \(node?.kindDescription ?? "empty") where a list belongs")
            return []
        }
    }

    mutating func integers(_ node: DocumentNode, path: String, in range: ClosedRange<Int> = 0...65_535) -> [Int]? {
        guard case .sequence(let items) = node.content, !items.isEmpty else {
            parameters.diagnostics.report(node.origin, path, "is \(emptyOr(node)) where a list of whole numbers belongs: [0, 1]")
            return nil
        }
        var numbers: [Int] = []
        for item in items {
            guard let number = number(item, path: path, in: range) else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    mutating func integerLists(_ node: DocumentNode, path: String) -> [[Int]]? {
        guard case .sequence(let items) = node.content, !items.isEmpty else {
            parameters.diagnostics.report(node.origin, path, "is \(emptyOr(node)) where a list of lists belongs: [[0, 1], [0, 1]]")
            return nil
        }
        var rows: [[Int]] = []
        for (index, item) in items.enumerated() {
            guard let row = integers(item, path: "\(path).\(index)") else { return nil }
            rows.append(row)
        }
        return rows
    }

    mutating func integer(_ node: DocumentNode, _ key: String, path: String, in range: ClosedRange<Int> = 0...65_535) -> Int? {
        guard let value = node[key] else {
            parameters.diagnostics.report(node.origin, "\(path).\(key)", "is missing; write a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number(value, path: "\(path).\(key)", in: range)
    }

    private mutating func number(_ node: DocumentNode, path: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = node.scalar, let value = Int(text), range.contains(value) else {
            let shown = node.scalar.map { "\"\($0.excerpt)\" is not" } ?? "is \(node.kindDescription) and not"
            parameters.diagnostics.report(node.origin, path, "\(shown) a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// A part of the whole: 0.1 or 10 %.
    mutating func share(_ node: DocumentNode, path: String) -> Double? {
        guard let value = node["share"] else {
            parameters.diagnostics.report(node.origin, "\(path).share", "is missing; write a share from 0 to 1, or in per cent")
            return nil
        }
        let text = value.scalar ?? ""
        let isPercent = text.hasSuffix("%")
        let digits = isPercent ? text.dropLast().trimmingTail : text[...]
        guard let number = Double(digits), case let share = isPercent ? number / 100 : number, share >= 0, share <= 1 else {
            parameters.diagnostics.report(value.origin, "\(path).share", "\"\(text.excerpt)\" is not a share from 0 to 1, such as 0.1 or 10 %")
            return nil
        }
        return share
    }

    private func emptyOr(_ node: DocumentNode) -> String {
        if case .sequence(let items) = node.content, items.isEmpty { return "an empty list" }
        return node.kindDescription
    }
}

extension Substring {
    fileprivate var trimmingTail: Substring {
        var rest = self
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
