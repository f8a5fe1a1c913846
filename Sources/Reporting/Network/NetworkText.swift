import MemorySystem

/// A network and its curve as lines of text for a terminal, a pipe or a log.
public enum NetworkText {
    public static func text(of report: NetworkReport, style: TerminalStyle) -> String {
        var lines = [style.paint(TerminalText.visible(report.title), .heading), ""]
        var facts = TerminalTable([.init(title: "", role: .dim), .init(title: "", isFlexible: true)])
        for fact in report.facts {
            for (index, line) in TerminalText.wrapped(TerminalText.visible(fact.text), columns: style.width - 16).enumerated() {
                facts.rows.append([index == 0 ? fact.name : "", line])
            }
        }
        lines += facts.lines(style)
        if let curve = report.curve {
            lines += ["", style.paint("Latency against load", .heading) + style.paint(" (flits per terminal and cycle; cycles from creation to delivery)", .dim)]
            lines += table(curve.points).lines(style)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func table(_ points: [NetworkMeasurement]) -> TerminalTable {
        var table = TerminalTable([
            .init(title: "load", isRight: true, role: .accent), .init(title: "offered", isRight: true), .init(title: "accepted", isRight: true),
            .init(title: "mean", isRight: true), .init(title: "p50", isRight: true, canGo: true), .init(title: "p99", isRight: true),
            .init(title: "max", isRight: true, canGo: true), .init(title: "hops", isRight: true), .init(title: "packets", isRight: true, canGo: true),
            .init(title: ""),
        ])
        let decimals = NetworkReport.decimals(points.map(\.load).min() ?? 1)
        func load(_ value: Double) -> String { QuantityText.fixed(value, decimals: decimals) }
        func cycles(_ value: Int?) -> String { value.map(QuantityText.integer) ?? QuantityText.missing }
        func real(_ value: Double?) -> String { value.map { QuantityText.fixed($0, decimals: 2) } ?? QuantityText.missing }
        for point in points {
            // Latencies of a saturated network say how long it was measured, and nothing of the network.
            let hasLatency = !point.isSaturated
            table.rows.append([
                load(point.load), load(point.offered), load(point.accepted),
                real(hasLatency ? point.meanLatency : nil), cycles(hasLatency ? point.medianLatency : nil),
                cycles(hasLatency ? point.percentile99Latency : nil), cycles(hasLatency ? point.largestLatency : nil), real(point.meanHops),
                QuantityText.integer(point.packets), point.isSaturated ? "saturated" : "",
            ])
        }
        return table
    }
}
