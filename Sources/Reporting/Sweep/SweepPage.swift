import Exploration
import Mustache

/// `report.html` of a sweep: one self-contained page. What stands still comes from Swift, what answers the mouse from the scripts in
/// `Templates/sweep*.js`, which draw the data that the page carries; nothing is fetched.
public enum SweepPage {
    /// Rows of a table of points, and numbers listed for a reason of failure.
    private static let rows = 10, frontRows = 50, listed = 12

    public static func text(of report: SweepReport) throws(ReportError) -> String {
        let library = try ReportTemplates.library.get()
        guard let page = library.render(context(report), withTemplate: "sweep") else { throw .template(name: "sweep", reason: "it is missing") }
        return page
    }

    /// Drawings that stand still in the page.
    static func plots(_ report: SweepReport) -> [Plot] {
        var plots: [Plot] = []
        if let sensitivity = SensitivityPlot.plot(report) { plots.append(sensitivity) }
        plots += ValueCurvesPlot.plots(report) + ConvergencePlot.plots(report)
        for breakdown in [report.areas, report.energies, report.powers].compactMap({ $0 }) {
            if let plot = BreakdownPlot.plot(report, breakdown) { plots.append(plot) }
        }
        if let map = AreaMapPlot.plot(report) { plots.append(map) }
        return plots
    }

    private static func context(_ report: SweepReport) -> [String: Any] {
        [
            "title": report.title, "version": report.results.version,
            "light": Palette.light.declarations, "dark": Palette.dark.declarations, "states": stateClasses,
            "sweepStyle": ReportTemplates.text(PackageResources.sweepstyle_css),
            "facts": report.facts.map { ["name": $0.name, "text": $0.text] },
            "tiles": tiles(report).map { ["name": $0, "value": $1, "detail": $2] },
            "tables": tables(report),
            "plots": plots(report).map { plot in
                [
                    "id": plot.id, "heading": plot.heading, "lead": plot.lead, "hasStates": false,
                    "legend": plot.legend.map { ["style": $0.style, "text": $0.text] },
                    "drawing": plot.drawing.element(id: plot.id, label: plot.heading),
                ] as [String: Any]
            },
            "hasFailures": !report.failures.isEmpty, "failures": failures(report), "failureLead": failureLead(report),
            "data": SweepPageData.text(of: report),
            "scripts": [
                PackageResources.sweepdata_js, PackageResources.sweepfront_js, PackageResources.sweeppanel_js, PackageResources.sweepparallel_js,
                PackageResources.sweepstart_js,
            ].map(ReportTemplates.text).joined(separator: "\n"),
        ]
    }

    /// Components of a breakdown wear the colours of a unit's states.
    static let stateClasses = UnitState.allCases.map { ["style": $0.styleClass] }

    private static func tiles(_ report: SweepReport) -> [(String, String, String)] {
        let results = report.results
        let share = report.convergence.hypervolume
        // The last improvement says whether the search had come to rest.
        let settled = share.first { $0.value >= (share.last?.value ?? 0) * 0.999 }
        return [
            ("Points", QuantityText.integer(results.points.count), "\(QuantityText.integer(report.finished)) feasible"),
            ("Pareto front", QuantityText.integer(report.front.count), "points in \(count(results.objectives.count, "objective"))"),
        ] + report.objectives.enumerated().map { index, measure in
            let best = report.ranking(index).first
            return (
                "Best \(measure.name)", best.map { measure.text(measure.values[$0]) } ?? QuantityText.missing,
                best.map { "point \(results.points[$0].number)" } ?? "no feasible point"
            )
        } + (settled.map { [("Search at rest", QuantityText.integer($0.points), "points until 99.9 % of the final hypervolume")] } ?? [])
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(QuantityText.integer(number)) \(noun)\(number == 1 ? "" : "s")" }

    // MARK: Tables

    private static func tables(_ report: SweepReport) -> [[String: Any]] {
        let front = report.alongFront(frontRows)
        let part = front.count < report.front.count ? ": \(front.count) of \(QuantityText.integer(report.front.count)), evenly along it" : ""
        var tables = [table(report, "Pareto front of all objectives\(part)", front)]
        for (index, objective) in report.results.objectives.enumerated() {
            tables.append(table(report, "\(objective.goal == .minimize ? "Least" : "Most") \(objective.name)", Array(report.ranking(index).prefix(rows))))
        }
        return tables
    }

    private static func table(_ report: SweepReport, _ heading: String, _ indices: [Int]) -> [String: Any] {
        let results = report.results, varied = report.varied
        return [
            "heading": heading, "objectives": report.objectives.map(\.name), "parameters": varied.map { results.parameters[$0].name },
            "rows": indices.map { index in
                [
                    "index": String(index), "number": String(results.points[index].number),
                    "objectives": report.objectives.map { $0.text($0.values[index]) },
                    "parameters": varied.map { results.value($0, at: results.points[index]).description },
                ] as [String: Any]
            },
        ]
    }

    private static func failures(_ report: SweepReport) -> [[String: String]] {
        report.failures.prefix(frontRows).map { group in
            let numbers = group.points.prefix(listed).map { String(report.results.points[$0].number) }.joined(separator: ", ")
            return [
                "count": QuantityText.integer(group.points.count), "status": group.status == .failed ? "failed" : "beyond a limit",
                "reason": group.reason, "numbers": numbers + (group.points.count > listed ? ", …" : ""),
            ]
        }
    }

    private static func failureLead(_ report: SweepReport) -> String {
        let hidden = report.failures.count - min(report.failures.count, frontRows)
        return "Points that could not be built or run, and points beyond a limit, by reason; reasons that differ only in their numbers are one, "
            + "with the numbers of the first point." + (hidden > 0 ? " \(count(hidden, "rarer reason")) left out; points.csv has them." : "")
    }
}

extension ReportTemplates {
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
