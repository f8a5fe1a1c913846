import Architecture
import Logging
import MemorySystem
import Reporting

/// One run of `cyclewright network`, from a name to a report.
struct NetworkSession {
    private let command: NetworkCommand
    private let loads: [Double]?
    private let logger: Logger
    private let progress: ProgressBar

    /// - Parameter loads: in flits per terminal and cycle; `nil` for those that suit the network.
    init(_ command: NetworkCommand, loads: [Double]?) {
        self.command = command
        self.loads = loads
        logger = command.common.logger
        progress = ProgressBar(command.common, isQuiet: command.quiet)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        var overrides = try Assignment.values(command.assignments, example: "topology.columns=16")
        if let pattern = command.pattern { overrides["traffic.pattern"] = pattern }
        let network = try NetworkInputs.network(command.network, overrides)
        let folder = command.output ?? "reports/network-\(FilePath.safe(network.name))--\(FilePath.safe(network.patternName))"
        // Better now than after a long run.
        try OutputFolder.check(folder)
        let analysis = try NetworkSession.analysis(network)
        logger.info("read the network", metadata: ["routers": "\(analysis.routers)", "terminals": "\(analysis.terminals)"])

        progress.begin("simulating")
        let curve: NetworkCurve
        do throws(NetworkExperiment.Failure) {
            curve = try network.experiment.curve(
                loads: loads, findsSaturation: command.load == nil, analysis: analysis, progress: { [progress] in progress.update($0) })
        } catch {
            switch error {
            case .network(let error): throw CommandFailure(.data, "\(network.name): \(error)")
            case .deadlock(let error): throw CommandFailure(.data, "\(network.name): \(error)")
            }
        }
        logger.info("simulated", metadata: ["points": "\(curve.points.count)"])

        let report = NetworkReport(network: network, analysis: analysis, curve: curve)
        let files = try write(report, to: folder)
        progress.finish()
        guard !command.quiet else { return }
        let page = files.first { $0.hasSuffix(".html") } ?? ""
        try Console.write(NetworkText.text(of: report, style: Terminal.output.style) + "\nReport written to \(page)\n")
    }

    private func write(_ report: NetworkReport, to folder: String) throws(CommandFailure) -> [String] {
        do throws(ReportError) {
            return try Interruption.shared.protect(folder) { () throws(ReportError) in try ReportFolder.write(report, to: folder) }
        } catch {
            throw CommandFailure(error)
        }
    }

    /// What `cyclewright describe` prints of a network.
    static func description(_ path: String, _ overrides: [String: String]) throws(CommandFailure) -> String {
        let network = try NetworkInputs.load(path, overrides)
        return NetworkText.text(of: NetworkReport(network: network, analysis: try analysis(network)), style: Terminal.output.style)
    }

    private static func analysis(_ network: NetworkDescription) throws(CommandFailure) -> NetworkAnalysis {
        do throws(NetworkError) {
            return try NetworkAnalysis(network.experiment)
        } catch {
            throw CommandFailure(.data, "\(network.name): \(error)")
        }
    }
}
