import Exploration
import Reporting

/// What a sweep found, for people.
struct SweepText {
    /// Points of the front that are listed.
    static let frontCount = 20
    /// Reasons that are listed.
    static let reasonCount = 5

    private let reader: SweepReader
    private let summary: SweepRunner.Summary
    private let known: Int
    private let style: TerminalStyle
    private var header: SweepHeader { reader.header }

    /// - Parameter known: points that the file had before.
    init(_ reader: SweepReader, _ summary: SweepRunner.Summary, known: Int, style: TerminalStyle) {
        self.reader = reader; self.summary = summary; self.known = known; self.style = style
    }

    func text() throws(CommandFailure) -> String {
        var found = FrontCollector(header.objectives)
        do {
            try reader.forEachPoint { found.add($0) }
        } catch {
            throw CommandFailure(.inputOutput, "\(error)")
        }
        let title = "\(header.name): \(header.workloads.map(\.name).joined(separator: ", ")) on \(header.architecture)"
        var lines = [style.paint(TerminalText.visible(title), .heading), ""] + facts(found).lines(style)
        if header.objectives.count > 1 {
            let front = found.front.sorted { cost($0) < cost($1) }
            lines += ["", style.paint("Pareto front", .heading) + style.paint(" of \(list(header.objectives.map(\.name)))", .dim)]
            lines += table(Array(front.prefix(Self.frontCount)), titles: nil).lines(style)
            if front.count > Self.frontCount { lines.append("  and \(QuantityText.integer(front.count - Self.frontCount)) more") }
        }
        let best = zip(header.objectives, found.best).compactMap { objective, point in
            point.map { ((objective.goal == .minimize ? "least " : "most ") + objective.name, $0) }
        }
        if !best.isEmpty {
            lines += ["", style.paint("Best", .heading)]
            lines += table(best.map(\.1), titles: best.map(\.0)).lines(style)
        }
        lines += reasons(found)
        lines += ["", "Results are in \(TerminalText.visible(reader.path))"]
        return lines.joined(separator: "\n") + "\n"
    }

    private func cost(_ point: EvaluatedPoint) -> Double { header.objectives[0].cost(point.objectives[0]) }

    private func facts(_ found: FrontCollector) -> TerminalTable {
        var table = TerminalTable([.init(title: "", role: .dim), .init(title: "", isFlexible: true)])
        let all = found.counts.reduce(0, +)
        var points = QuantityText.integer(all)
        if known > 0 { points += ", of which \(QuantityText.integer(known)) were known before" }
        table.rows = [["Strategy", "\(header.strategy), seed \(header.seed)"], ["Points", points]]
        let parts = EvaluatedPoint.Status.allCases.filter { found.count($0) > 0 }.map { status in
            "\(QuantityText.integer(found.count(status))) \(status == .beyondLimit ? "beyond a limit" : status.rawValue)"
        }
        if !parts.isEmpty { table.rows.append(["", list(parts)]) }
        switch summary.ending {
        case .complete: break
        case .exhausted: table.rows.append(["Ended", "the strategy has no more points"])
        case .repeating: table.rows.append(["Ended", "the strategy asks for points again that it knows"])
        case .interrupted: table.rows.append(["Ended", "interrupted; the same command goes on"])
        }
        return table
    }

    private func table(_ points: [EvaluatedPoint], titles: [String]?) -> TerminalTable {
        var columns: [TerminalTable.Column] = titles == nil ? [] : [.init(title: "")]
        columns.append(.init(title: "point", isRight: true, role: .dim))
        columns += header.parameters.map { .init(title: $0.name, isRight: $0.isOrdered, canGo: true) }
        columns += header.objectives.map { .init(title: $0.unit.isEmpty ? $0.name : "\($0.name) (\($0.unit))", isRight: true, role: .accent) }
        var table = TerminalTable(columns)
        for (index, point) in points.enumerated() {
            let values = zip(header.parameters, point.point.choices).map { $0.values[$1].description }
            table.rows.append(
                (titles.map { [$0[index]] } ?? []) + ["\(point.number)"] + values + point.objectives.map(QuantityText.significant))
        }
        return table
    }

    private func reasons(_ found: FrontCollector) -> [String] {
        guard !found.reasons.isEmpty else { return [] }
        let order = found.reasons.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
        var lines = ["", style.paint("Why points have no part in this", .heading)]
        for (reason, count) in order.prefix(Self.reasonCount) {
            lines += TerminalText.wrapped("\(QuantityText.integer(count)) × \(TerminalText.visible(reason))", columns: style.width - 2).map { "  " + style.paint($0, .warning) }
        }
        if order.count > Self.reasonCount { lines.append("  and \(QuantityText.integer(order.count - Self.reasonCount)) more reasons") }
        return lines
    }

    private func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
