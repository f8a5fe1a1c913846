import Cost
import Reporting

/// What `cyclewright cost` prints.
struct CostText {
    private let machine: MachineCost
    private let style: TerminalStyle

    init(_ machine: MachineCost, style: TerminalStyle) {
        self.machine = machine
        self.style = style
    }

    /// Area by part, energy by action, then where the figures come from, each source once.
    func text() throws(CostError) -> String {
        var sources = Sources()
        let areas = try areaTable(&sources), energies = energyTable(&sources)
        let head = "\(machine.architecture): \(QuantityText.area(squareMillimetres: try machine.area().area.squareMillimetres)) at \(machine.process), \(QuantityText.power(watts: try machine.leakage().power.watts)) of leakage"
        var lines = [style.paint(head, .heading), "", style.paint("Area", .heading)] + areas.lines(style)
        lines += ["", style.paint("Energy of an action", .heading) + style.paint(" (~ is an estimate)", .dim)] + energies.lines(style)
        if !machine.notes.isEmpty {
            lines += ["", style.paint("Notes", .heading)]
            for note in machine.notes {
                lines += TerminalText.wrapped(TerminalText.visible(note), columns: style.width - 4).enumerated().map { ($0 == 0 ? "  " : "    ") + style.paint($1, .warning) }
            }
        }
        lines += ["", style.paint("Sources", .heading)]
        for (index, source) in sources.texts.enumerated() {
            let number = String(repeating: " ", count: max(0, 3 - String(index + 1).count)) + "[\(index + 1)] "
            lines += TerminalText.wrapped(TerminalText.visible(source), columns: style.width - 10).enumerated().map { "  " + ($0 == 0 ? number : "       ") + $1 }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Provenances in the order in which they first appear.
    private struct Sources {
        var texts: [String] = []

        mutating func number(_ provenance: Provenance?) -> String {
            guard let provenance else { return "" }
            let text = provenance.description
            if let known = texts.firstIndex(of: text) { return "[\(known + 1)]" }
            texts.append(text)
            return "[\(texts.count)]"
        }
    }

    private func areaTable(_ sources: inout Sources) throws(CostError) -> TerminalTable {
        var table = TerminalTable([
            .init(title: "part", role: .accent), .init(title: "what it is", isFlexible: true), .init(title: "count", isRight: true), .init(title: "area", isRight: true),
            .init(title: "share", isRight: true), .init(title: "leakage", isRight: true, canGo: true), .init(title: "source", isRight: true, role: .dim),
        ])
        let whole = try machine.area().area.squareMillimetres
        for part in machine.parts where part.component.area > .zero {
            let component = part.component
            let area = try component.totalArea().area.squareMillimetres
            table.rows.append([
                component.name, component.kind, QuantityText.integer(component.count), mark(component.areaProvenance) + QuantityText.area(squareMillimetres: area),
                part.category.isOnChip && whole > 0 ? QuantityText.percent(area / whole) : QuantityText.missing,
                mark(component.leakageProvenance) + QuantityText.power(watts: try component.totalLeakage().power.watts), sources.number(component.areaProvenance),
            ])
        }
        return table
    }

    private func energyTable(_ sources: inout Sources) -> TerminalTable {
        var table = TerminalTable([
            .init(title: "part", role: .accent), .init(title: "action"), .init(title: "energy", isRight: true), .init(title: "per", isFlexible: true),
            .init(title: "source", isRight: true, role: .dim),
        ])
        for part in machine.parts {
            for (index, (action, unit)) in zip(part.component.actions, part.units).enumerated() {
                table.rows.append([
                    index == 0 ? part.component.name : "", action.name, mark(action.provenance) + QuantityText.energy(joules: action.energy.energy.joules), unit,
                    sources.number(action.provenance),
                ])
            }
        }
        return table
    }

    private func mark(_ provenance: Provenance?) -> String { provenance?.isEstimate == true ? "~" : "" }
}
