import Exploration
import Foundation

extension ReportFolder {
    /// What `cyclewright report` left behind.
    public struct SweepFiles: Sendable {
        /// `report.html`, `report.md`, `sweep.json`, `points.csv`, `sensitivity.csv`.
        public var documents: [String]
        /// `plots/*.svg`.
        public var plots: [String]
    }

    /// Writes the report of a sweep into `path`, which is made when missing: the page, the tables, and each plot as an SVG file in `plots/`.
    /// The same sweep gives the same bytes. Files appear together after all are complete; plots of an earlier report that this one does not
    /// have go away.
    @discardableResult
    public static func write(_ report: SweepReport, to path: String) throws(ReportError) -> SweepFiles {
        let drawings = (FrontPlot.plots(report) + [ParallelPlot.plot(report)].compactMap { $0 } + SweepPage.plots(report))
        let texts = [
            ("report.html", try SweepPage.text(of: report)), ("report.md", SweepMarkdown.text(of: report, plots: drawings.map(\.id))),
            ("sweep.json", SweepDocument.text(of: report)), ("points.csv", SweepTables.points(report)),
            ("sensitivity.csv", SweepTables.sensitivity(report)),
        ]
        let files = try StagedFiles(folder: path), plots = try StagedFiles(folder: path + "/plots")
        for (name, text) in texts { try files.write(name) { (sink) throws(ReportError) in try sink.write(text) } }
        var names: [String] = []
        for plot in drawings {
            let text = try PaperFigure.text(of: plot), name = plot.id + ".svg"
            // Two objectives whose names differ only in signs would share a file.
            guard !names.contains(name) else { continue }
            try plots.write(name) { (sink) throws(ReportError) in try sink.write(text) }
            names.append(name)
        }
        let old = (try? FileManager.default.contentsOfDirectory(atPath: path + "/plots")) ?? []
        let obsolete = old.filter { name in
            // Pictures made from an earlier drawing are out of date, whatever their name.
            name.hasPrefix("plot-") && (name.hasSuffix(".png") || (name.hasSuffix(".svg") && !names.contains(name)))
        }
        try plots.commit(removing: obsolete)
        try files.commit()
        return SweepFiles(documents: texts.map { path + "/" + $0.0 }, plots: names.map { path + "/plots/" + $0 })
    }
}
