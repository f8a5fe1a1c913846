/// The folder of files that a run leaves behind.
public enum ReportFolder {
    /// Writes `summary.json`, `operators.csv`, `report.html` and, with `trace`, `trace.json` into `path`, which is made when
    /// missing. All appear together after all are complete; on an error the folder keeps the files it had.
    ///
    /// A `trace.json` of an earlier run goes away when this run has none, since it would describe another run.
    /// - Returns: the paths of the files, in the order above.
    @discardableResult
    public static func write(_ report: RunReport, to path: String, trace: Bool = false) throws(ReportError) -> [String] {
        let page = try HTMLReport.text(of: report)
        let files = try StagedFiles(folder: path)
        var names = ["summary.json", "operators.csv", "report.html"]
        for (name, text) in zip(names, [SummaryDocument.text(of: report), OperatorTable.text(of: report), page]) {
            try files.write(name) { (sink) throws(ReportError) in try sink.write(text) }
        }
        if trace {
            names.append("trace.json")
            try files.write("trace.json") { (sink) throws(ReportError) in try PerfettoTrace.write(report, to: &sink) }
        }
        try files.commit(removing: trace ? [] : ["trace.json"])
        return names.map { path + "/" + $0 }
    }
}
