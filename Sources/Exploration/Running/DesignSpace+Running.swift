extension DesignSpace: SweptSpace {
    public func judge(_ point: DesignPoint, figures: [EvaluatedPoint.Figure]) throws(PointFailure) -> (objectives: [Double], brokenLimit: String) {
        do throws(FigureError) {
            return (try objectiveValues(figures: figures, point: point), brokenLimit(figures: figures, point: point) ?? "")
        } catch {
            throw PointFailure(error.description)
        }
    }

    /// What parameters make of their values, where that is more than to set them: as much of a space's identity as its values are.
    package var assignmentTexts: [String] {
        assignments.compactMap { assignment in
            let name = parameters[assignment.parameter].name
            switch assignment.source {
            case .value: return nil
            case .table(let values): return "\(assignment.target) by \(name): \(values.map(\.description).joined(separator: " "))"
            case .expression(let expression, let unit): return "\(assignment.target) = \(expression.text)\(unit.isEmpty ? "" : " \(unit)")"
            }
        }
    }
}
