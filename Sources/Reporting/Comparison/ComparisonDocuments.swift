import Architecture
import Mustache

/// A comparison for programs and for browsers.
public enum ComparisonDocuments {
    public static let schemaVersion = 1

    /// `comparison.csv`: a row for each figure of the runs and of each operator, exact numbers, ratios to the first run at the end.
    public static func csv(_ comparison: RunComparison) -> String {
        let others = comparison.labels.dropFirst()
        var text = SweepTables.row(["level", "name", "type", "measure"] + comparison.labels + others.map { "ratio " + $0 })
        func row(_ level: String, _ name: String, _ type: String, _ row: RunComparison.Row) {
            text += SweepTables.row(
                [level, name, type, row.measure] + row.values.map { $0.map(SweepTables.number) ?? "" }
                    + row.values.indices.dropFirst().map { row.ratio($0).map(SweepTables.number) ?? "" })
        }
        for total in comparison.totals { row("run", "", "", total) }
        for operation in comparison.operators { for measured in operation.rows { row("operator", operation.name, operation.type, measured) } }
        for (run, names) in comparison.alone.enumerated() {
            for name in names { text += SweepTables.row(["alone", name, "", ""] + comparison.labels.indices.map { $0 == run ? "1" : "" } + others.map { _ in "" }) }
        }
        return text
    }

    /// `comparison.json`.
    public static func json(_ comparison: RunComparison) -> String {
        func row(_ row: RunComparison.Row) -> JSONValue {
            .object([
                ("measure", .string(row.measure)), ("values", .array(row.values.map { .number($0 ?? .nan) })),
                ("ratios", .array(row.values.indices.dropFirst().map { .number(row.ratio($0) ?? .nan) })),
            ])
        }
        return JSONValue.object([
            ("kind", .string("cyclewright-comparison")), ("schemaVersion", .integer(schemaVersion)),
            ("runs", .array(zip(comparison.runs, comparison.labels).map { run, label in
                .object([
                    ("label", .string(label)), ("architecture", .string(run.architecture)), ("workload", .string(run.workload)),
                    ("path", .string(run.path)),
                ])
            })),
            ("totals", .array(comparison.totals.map(row))),
            ("operators", .array(comparison.operators.map {
                .object([("name", .string($0.name)), ("type", .string($0.type)), ("figures", .array($0.rows.map(row)))])
            })),
            ("withoutCounterpart", .array(comparison.alone.map { .array($0.map(JSONValue.string)) })),
        ]).document
    }

    /// `comparison.html`: one self-contained page without scripts.
    public static func html(_ comparison: RunComparison) throws(ReportError) -> String {
        let library = try ReportTemplates.library.get()
        let heads = ComparisonText.heads(comparison)
        let tables = [table("Totals", "Figure", comparison.totals.filter(ComparisonText.isWorthwhile).map { ($0.measure, $0) }, notes: [])]
            + comparison.measures.enumerated().map { measure, name in
                table(
                    "\(name) by operator", "Operator",
                    ComparisonText.order(comparison, measure).map { (comparison.operators[$0].name, comparison.operators[$0].rows[measure]) },
                    notes: ComparisonText.means(comparison, measure))
            }
        let alone = ComparisonText.aloneLines(comparison, all: true).filter { !$0.isEmpty }
        let context: [String: Any] = [
            "title": comparison.labels.joined(separator: " and "),
            "light": Palette.light.declarations, "dark": Palette.dark.declarations, "states": [[String: String]](),
            "sweepStyle": ReportTemplates.text(PackageResources.sweepstyle_css),
            "facts": comparison.runs.indices.map { run in
                ["name": run == 0 ? "Base" : "Against", "text": "\(comparison.runs[run].workload) on \(comparison.runs[run].architecture) (\(comparison.runs[run].path))"]
            },
            "heads": heads, "tables": tables, "alone": alone, "hasAlone": !alone.isEmpty,
        ]
        guard let page = library.render(context, withTemplate: "comparison") else { throw .template(name: "comparison", reason: "it is missing") }
        return page
    }

    private static func table(_ heading: String, _ first: String, _ rows: [(name: String, row: RunComparison.Row)], notes: [String]) -> [String: Any] {
        [
            "id": "table-" + FrontPlot.slug(heading), "heading": heading, "first": first, "notes": notes, "hasNotes": !notes.isEmpty,
            "rows": rows.map { name, row in
                let cells = ComparisonText.cells(row), count = row.values.count
                return [
                    "name": name,
                    "cells": cells.enumerated().map { place, text in
                        ["text": text, "style": place < count ? "n" : "n " + judgement(row, run: place - count + 1)]
                    },
                ] as [String: Any]
            },
        ]
    }

    /// The style class of a ratio: better or worse than the first run by more than one in a hundred.
    private static func judgement(_ row: RunComparison.Row, run: Int) -> String {
        guard let ratio = row.ratio(run), let isLessBetter = RunComparison.isLessBetter(row.measure), abs(ratio - 1) > 0.01 else { return "" }
        return (ratio < 1) == isLessBetter ? "ratio-better" : "ratio-worse"
    }
}

extension ReportFolder {
    /// Writes `comparison.html`, `comparison.md`, `comparison.csv` and `comparison.json` into `path`, all together.
    ///
    /// - Returns: the paths of the files, in the order above.
    @discardableResult
    public static func write(_ comparison: RunComparison, to path: String) throws(ReportError) -> [String] {
        let texts = [
            ("comparison.html", try ComparisonDocuments.html(comparison)), ("comparison.md", ComparisonText.markdown(of: comparison)),
            ("comparison.csv", ComparisonDocuments.csv(comparison)), ("comparison.json", ComparisonDocuments.json(comparison)),
        ]
        let files = try StagedFiles(folder: path)
        for (name, text) in texts { try files.write(name) { (sink) throws(ReportError) in try sink.write(text) } }
        try files.commit()
        return texts.map { path + "/" + $0.0 }
    }
}
