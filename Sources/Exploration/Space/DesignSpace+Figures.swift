import Architecture
import Quantities

/// Why objectives or limits have no value at a point.
public struct FigureError: Error, Sendable, Hashable, CustomStringConvertible {
    public var message: String
    public var suggestion: String?
    public var description: String { message + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "") }
}

extension DesignSpace {
    /// Values in the order of the objectives.
    ///
    /// - Throws: where a figure that an objective needs was not measured, or its value is not a finite number.
    public func objectiveValues(figures: [EvaluatedPoint.Figure], point: DesignPoint) throws(FigureError) -> [Double] {
        let slots = try slots(of: point, figures)
        var values: [Double] = []
        for (objective, expression) in zip(objectives, objectiveExpressions) {
            try checkMeasured(expression, slots, figures)
            let value = expression.evaluate(slots)
            guard value.isFinite else { throw FigureError(message: "objective \(objective.name) (\(objective.expression)) is \(value) at this point") }
            values.append(value)
        }
        return values
    }

    /// The first limit that the point breaks, as in the file with the values behind it; `nil` for none.
    ///
    /// A limit on a figure that was not measured, or is not a number, is broken: what is not known cannot be said to be kept.
    public func brokenLimit(figures: [EvaluatedPoint.Figure], point: DesignPoint) -> String? {
        guard !limitExpressions.isEmpty else { return nil }
        guard let slots = try? slots(of: point, figures) else { return limits.first?.text }
        for limit in limitExpressions where !limit.holds(slots) {
            let values = limit.slots.filter { $0 >= parameters.count }.map { slot in
                let name = figureNames[slot - parameters.count]
                return slots[slot].isNaN ? "\(name) is not known" : "\(name) is \(slots[slot])"
            }
            return values.isEmpty ? limit.text : "\(limit.text): \(values.joined(separator: ", "))"
        }
        return nil
    }

    /// Checks names before the first point is run.
    ///
    /// - Parameter available: figures that the evaluator delivers.
    public func checkFigures(available: [String]) throws(FigureError) {
        let known = Set(available)
        for name in figureNames where !known.contains(name) { throw unknown(name, available) }
    }

    private func slots(of point: DesignPoint, _ figures: [EvaluatedPoint.Figure]) throws(FigureError) -> [Double] {
        guard isInside(point) else { throw FigureError(message: "the point is not one of the space") }
        var slots = slots(of: point)
        guard !figureNames.isEmpty else { return slots }
        var values: [String: Double] = [:]
        for figure in figures where values[figure.name] == nil { values[figure.name] = figure.value }
        for (index, name) in figureNames.enumerated() {
            if let value = values[name] { slots[parameters.count + index] = value }
        }
        return slots
    }

    private func checkMeasured(_ expression: CompiledExpression, _ slots: [Double], _ figures: [EvaluatedPoint.Figure]) throws(FigureError) {
        for slot in expression.slots where slot >= parameters.count && slots[slot].isNaN {
            let name = figureNames[slot - parameters.count]
            if !figures.contains(where: { $0.name == name }) { throw unknown(name, figures.map(\.name)) }
        }
    }

    private func unknown(_ name: String, _ available: [String]) -> FigureError {
        let shown = available.prefix(24).map(\.excerpt)
        return FigureError(
            message: "\"\(name.excerpt)\" is neither a parameter nor a figure; figures are \(wordList(shown, conjunction: "and"))\(available.count > 24 ? " …" : "")",
            suggestion: Suggestion.closest(to: name, among: available) ?? Suggestion.closest(to: name, among: parameters.map(\.name)))
    }
}
