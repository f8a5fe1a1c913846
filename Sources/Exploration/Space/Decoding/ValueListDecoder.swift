import Architecture
import Quantities

/// Reads the values of a parameter: a list, a range, powers of two, products of lists.
struct ValueListDecoder {
    let reader: DocumentReader

    static let keys = ["values", "from", "to", "step", "count", "scale", "powers-of-two", "products"]

    /// - Parameter node: a list, or a group with one of the forms.
    func values(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> [ParameterValue] {
        if case .sequence = node.content { return try list(node, path) }
        if case .scalar = node.content {
            throw reader.failure(node, path, "is \(node.kindDescription); give a list such as [8, 16], or a group with \(wordList(["values", "from and to", "powers-of-two", "products", "cases"]))")
        }
        let forms = ["values", "from", "powers-of-two", "products"].filter { node[$0] != nil }
        guard forms.count <= 1 else { throw reader.failure(node, path, "has both \(quotedList(forms, conjunction: "and")); give one of them") }
        if forms.first != "from", let stray = ["to", "step", "count", "scale"].first(where: { node[$0] != nil }) {
            throw reader.failure(node[stray] ?? node, "\(path).\(stray)", "belongs to a range, which has \"from\" as well")
        }
        switch forms.first {
        case "values": return try list(node["values"] ?? node, "\(path).values")
        case "from": return try range(node, path)
        case "powers-of-two": return try powersOfTwo(node["powers-of-two"] ?? node, "\(path).powers-of-two")
        case "products": return try products(node["products"] ?? node, "\(path).products")
        default: throw reader.failure(node, path, "has no values; give \"values\", \"from\" and \"to\", \"powers-of-two\", \"products\" or \"cases\"")
        }
    }

    private func list(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> [ParameterValue] {
        let items = try reader.list(node, path)
        try checkCount(Double(items.count), node, path)
        var values: [ParameterValue] = []
        values.reserveCapacity(items.count)
        for (index, item) in items.enumerated() { values.append(ParameterValue(parsing: try reader.text(item, "\(path)[\(index)]"))) }
        return try distinct(values, node, path)
    }

    private func distinct(_ values: [ParameterValue], _ node: DocumentNode, _ path: String) throws(ArchitectureError) -> [ParameterValue] {
        var seen: Set<ParameterValue> = []
        for value in values where !seen.insert(value).inserted { throw reader.failure(node, path, "has \(value.description.excerpt) twice") }
        return values
    }

    private func checkCount(_ count: Double, _ node: DocumentNode, _ path: String) throws(ArchitectureError) {
        guard count >= 1 else { throw reader.failure(node, path, "has no values, so that the space has no points") }
        guard count <= Double(DesignSpace.maximumValues) else {
            throw reader.failure(node, path, "has more than \(DesignSpace.maximumValues) values; take larger steps")
        }
    }

    // MARK: Ranges

    /// `from: 8, to: 64, step: 8`; `from: 1 GB/s, to: 100 GB/s, count: 5, scale: log`.
    private func range(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> [ParameterValue] {
        let from = try measure(try reader.required("from", node, path, "the first value"), "\(path).from")
        let toNode = try reader.required("to", node, path, "the last value")
        let to = try measure(toNode, "\(path).to")
        guard from.unit == to.unit else { throw reader.failure(toNode, "\(path).to", "is in \(unitName(to.unit)) and \"from\" in \(unitName(from.unit)); use one unit") }
        guard from.number <= to.number else { throw reader.failure(toNode, "\(path).to", "is below \"from\", so that the range is empty") }
        var isLogarithmic = false
        if let scaleNode = node["scale"] {
            let scale = try reader.text(scaleNode, "\(path).scale")
            guard ["linear", "log"].contains(scale) else {
                throw reader.failure(scaleNode, "\(path).scale", "\"\(scale.excerpt)\" is no scale; there are linear and log", suggestion: Suggestion.closest(to: scale, among: ["linear", "log"]))
            }
            isLogarithmic = scale == "log"
        }
        switch (node["step"], node["count"]) {
        case (let stepNode?, nil):
            guard !isLogarithmic else { throw reader.failure(stepNode, "\(path).step", "is for a linear scale; give \"count\" with scale: log") }
            let step = try measure(stepNode, "\(path).step")
            guard step.unit == from.unit || step.unit.isEmpty else { throw reader.failure(stepNode, "\(path).step", "is in \(unitName(step.unit)) and \"from\" in \(unitName(from.unit)); use one unit") }
            guard step.number > 0 else { throw reader.failure(stepNode, "\(path).step", "has to be above 0") }
            // A billionth of a step of tolerance, so that 0.1 to 0.9 has its last value.
            let count = ((to.number - from.number) / step.number + 1e-9).rounded(.down) + 1
            try checkCount(count, stepNode, "\(path).step")
            let scale = power(10, Double(max(from.decimals, step.decimals)))
            let values = (0..<Int(count)).map { index in
                value(((from.number + Double(index) * step.number) * scale).rounded() / scale, from.unit)
            }
            return try distinct(values, stepNode, "\(path).step")
        case (nil, let countNode?):
            let count = try reader.number(countNode, "\(path).count", 1...Double(DesignSpace.maximumValues))
            guard count == count.rounded() else { throw reader.failure(countNode, "\(path).count", "has to be a whole number") }
            if isLogarithmic, from.number <= 0 { throw reader.failure(node["from"] ?? node, "\(path).from", "has to be above 0 for scale: log") }
            // Whole ends stand for whole values; 1.0 asks for fractions.
            let isWhole = from.isWhole && to.isWhole
            var values: [ParameterValue] = []
            for index in 0..<Int(count) {
                let fraction = count == 1 ? 0 : Double(index) / (count - 1)
                var number = isLogarithmic ? from.number * power(to.number / from.number, fraction) : from.number + (to.number - from.number) * fraction
                if index == Int(count) - 1, count > 1 { number = to.number }
                let next = value(isWhole ? number.rounded() : sixDigits(number), from.unit)
                if values.last != next { values.append(next) }
            }
            return try distinct(values, countNode, "\(path).count")
        case (nil, nil): throw reader.failure(node, path, "is a range without \"step\" or \"count\"")
        default: throw reader.failure(node, path, "has both \"step\" and \"count\"; give one of them")
        }
    }

    private func sixDigits(_ number: Double) -> Double {
        guard number != 0 else { return 0 }
        let digits = 5 - (binaryLogarithm(abs(number)) / binaryLogarithm(10)).rounded(.down)
        let scale = power(10, abs(digits))
        return digits >= 0 ? (number * scale).rounded() / scale : (number / scale).rounded() * scale
    }

    /// `powers-of-two: [8 KiB, 64 KiB]`: both ends, and all between.
    private func powersOfTwo(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> [ParameterValue] {
        let ends = try reader.list(node, path)
        guard ends.count == 2 else { throw reader.failure(node, path, "has \(ends.count) values and needs the first and the last, such as [8, 64]") }
        let first = try measure(ends[0], "\(path)[0]")
        let last = try measure(ends[1], "\(path)[1]")
        let exponent = binaryLogarithm(first.number)
        guard first.number > 0, exponent == exponent.rounded(), power(2, exponent) == first.number else { throw reader.failure(ends[0], "\(path)[0]", "is no power of two") }
        func size(_ number: Double, _ unit: String) -> Double { value(number, unit).number ?? number }
        let end = size(last.number, last.unit)
        guard first.unit.isEmpty == last.unit.isEmpty else { throw reader.failure(ends[1], "\(path)[1]", "is in \(unitName(last.unit)) and the first in \(unitName(first.unit)); use one unit") }
        guard size(first.number, first.unit) <= end else { throw reader.failure(ends[1], "\(path)[1]", "is below the first, so that there are no values") }
        var values: [ParameterValue] = []
        var number = first.number
        // A Double has 2,098 powers of two.
        while size(number, first.unit) <= end { values.append(value(number, first.unit)); number *= 2 }
        return values
    }

    /// `products: [[1, 2, 4], [3, 5]]`: 3, 5, 6, 10, 12, 20.
    private func products(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> [ParameterValue] {
        let lists = try reader.list(node, path)
        guard !lists.isEmpty else { throw reader.failure(node, path, "has no lists; give some, such as [[1, 2, 4], [3, 5]]") }
        var numbers: [Double] = [1]
        var count = 1.0
        for (index, list) in lists.enumerated() {
            let items = try reader.list(list, "\(path)[\(index)]")
            count *= Double(items.count)
            try checkCount(count, list, "\(path)[\(index)]")
            var factors: [Double] = []
            for (position, item) in items.enumerated() { factors.append(try reader.number(item, "\(path)[\(index)][\(position)]")) }
            numbers = numbers.flatMap { number in factors.map { number * $0 } }
        }
        return Set(numbers).sorted().map { value($0, "") }
    }

    // MARK: Numbers with units

    private struct Measure {
        var number: Double
        var unit: String
        /// Digits behind the point, as written.
        var decimals: Int
        var isWhole: Bool
    }

    private func unitName(_ unit: String) -> String { unit.isEmpty ? "no unit" : unit.excerpt }

    private func value(_ number: Double, _ unit: String) -> ParameterValue {
        let plain = Int(exactly: number).map { ParameterValue.integer($0) } ?? .number(number)
        return unit.isEmpty ? plain : .text("\(plain) \(unit)")
    }

    private func measure(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> Measure {
        let text = try reader.text(node, path)
        var end = text.startIndex
        while end < text.endIndex, "0123456789+-.".contains(text[end]) || ("eE".contains(text[end]) && text[text.index(after: end)...].first.map { "0123456789+-".contains($0) } == true) {
            end = text.index(after: end)
        }
        let digits = text[..<end]
        let unit = text[end...].drop { $0 == " " }
        guard let number = Double(digits), number.isFinite, abs(number) <= 1e15 else { throw reader.failure(node, path, "\"\(text.excerpt)\" is not a number, with or without a unit") }
        if !unit.isEmpty, ParameterValue.text("1 \(unit)").number == nil {
            throw reader.failure(node, path, "\"\(String(unit).excerpt)\" is no unit that is known, such as KiB, MHz, ns, pJ, mW, mm2, nm, V or GB/s")
        }
        let decimals = digits.contains("e") || digits.contains("E") ? 12 : digits.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0
        return Measure(number: number, unit: String(unit), decimals: min(decimals, 12), isWhole: !digits.contains(".") && number == number.rounded())
    }
}
