import Exploration
import Foundation
import Logging
import Reporting

/// One run of `cyclewright report`, from files to files.
struct ReportSession {
    private let command: ReportCommand
    private let logger: Logger
    private let progress: ProgressBar

    init(_ command: ReportCommand) {
        self.command = command
        logger = command.common.logger
        progress = ProgressBar(command.common, isQuiet: command.quiet)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        progress.begin("reading")
        let (results, file, recipe) = try read()
        logger.info("read the sweep", metadata: ["points": "\(results.points.count)"])
        let folder = command.output ?? "reports/sweep-\(FilePath.safe(results.name))"
        try OutputFolder.check(folder)
        let report = SweepReport(results, recipe: recipe, runPages: pages(results, file: file, folder: folder))
        let files: ReportFolder.SweepFiles
        do throws(ReportError) {
            files = try Interruption.shared.protect(folder) { () throws(ReportError) in try ReportFolder.write(report, to: folder) }
        } catch {
            throw CommandFailure(error)
        }
        if command.png {
            progress.begin("drawing")
            let problem = PlotPictures.write(files.plots) { [progress] in progress.update($0) }
            progress.finish()
            if let problem { Console.note("cyclewright: warning: \(problem)") }
        }
        progress.finish()
        guard !command.quiet else { return }
        try Console.write(SweepSummary.text(of: report, style: Terminal.output.style) + "\nReport written to \(folder)/report.html\n")
    }

    /// The sweep, and the file it came from (`nil` for runs), and how its points run alone where more is known than the results say.
    private func read() throws(CommandFailure) -> (SweepResults, file: String?, recipe: RunRecipe?) {
        var sweeps: [RunInputs.Sweep] = []
        var runs: [RunSummary] = []
        for path in command.inputs {
            if let sweep = try RunInputs.sweep(path) { sweeps.append(sweep) } else { runs.append(try RunInputs.run(path)) }
        }
        if let sweep = sweeps.first {
            guard sweeps.count == 1, runs.isEmpty else {
                throw CommandFailure(.usage, "a report is about one sweep, or about runs; \(command.inputs.count) inputs were given, \(sweeps.count) of them sweeps")
            }
            return (sweep.results, sweep.file, sweep.recipe)
        }
        return (RunSet.results(runs, version: CyclewrightVersion.text), nil, RunRecipe.none)
    }

    private func pages(_ results: SweepResults, file: String?, folder: String) -> [Int: String] {
        guard let file else {
            // Points of a set of runs are in the order of the runs.
            var pages: [Int: String] = [:]
            for (index, path) in command.inputs.enumerated() {
                let page = (ShippedFiles.isFolder(path) ? path : FilePath.folder(path).isEmpty ? "." : FilePath.folder(path)) + "/report.html"
                if ShippedFiles.exists(page) { pages[index] = RunPages.link(to: page, from: folder) }
            }
            return pages
        }
        let beside = FilePath.folder(file)
        return RunPages.links(results.points.map(\.number), in: command.runs ?? (beside.isEmpty ? "runs" : beside + "/runs"), from: folder)
    }
}
