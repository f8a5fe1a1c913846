import Cost

/// The table of prices below the plots.
enum CostTable {
    static func context(_ report: RunReport) -> [String: Any] {
        guard let machine = report.cost?.machine else { return ["hasCost": false] }
        let rows = machine.parts.flatMap(prices)
        return [
            "hasCost": true, "costNotes": machine.notes.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }.joined(separator: " "),
            "costRows": rows, "costCaption": "\(machine.parts.count) parts, \(rows.count) prices",
        ]
    }

    private static func prices(_ part: MachineCost.Part) -> [[String: String]] {
        let component = part.component
        func row(_ action: String, _ energy: String, _ source: String, isFirst: Bool) -> [String: String] {
            [
                "part": isFirst ? component.name : "", "count": isFirst ? QuantityText.integer(component.count) : "",
                "area": isFirst ? (component.area == .zero ? QuantityText.missing : QuantityText.area(squareMillimetres: component.area.area.squareMillimetres)) : "",
                "action": action, "energy": energy, "source": source,
            ]
        }
        var rows: [[String: String]] = []
        if component.area != .zero, let source = component.areaProvenance { rows.append(row("area", "", source.description, isFirst: true)) }
        for (action, unit) in zip(component.actions, part.units) {
            rows.append(
                row("\(action.name), per \(unit)", QuantityText.energy(joules: action.energy.energy.joules), action.provenance.description, isFirst: rows.isEmpty))
        }
        if component.leakage != .zero, let source = component.leakageProvenance {
            rows.append(row("leakage", QuantityText.power(watts: component.leakage.power.watts), source.description, isFirst: rows.isEmpty))
        }
        return rows
    }
}
