import Architecture
import GraphImport
import Lowering
import Reporting
import Simulation

/// What the process tells its caller, numbered as in sysexits.h.
package enum ExitStatus: Int32, Sendable {
    case success = 0
    /// The run is complete, and its values are not those of the reference.
    case mismatch = 1
    /// The arguments are wrong.
    case usage = 64
    /// An input file is wrong, or asks for what cannot be.
    case data = 65
    /// An input file cannot be read.
    case noInput = 66
    /// A fault of the program.
    case software = 70
    /// An output file or folder cannot be made.
    case cannotCreate = 73
    /// Reading or writing failed on the way.
    case inputOutput = 74
    /// Control-C ended the work early, with what there was: 128 + SIGINT.
    case interrupted = 130
    /// The output's reader went away: 128 + SIGPIPE.
    case brokenPipe = 141
}

/// Why a command stopped, one line for each problem.
package struct CommandFailure: Error, Sendable, Equatable {
    package var status: ExitStatus
    package var lines: [String]

    /// Stands in front of every line.
    package static let prefix = "cyclewright: error: "

    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        // A line of a message is a line on the terminal, whatever a name in a file holds.
        lines = message.split(whereSeparator: \.isNewline).map { TerminalText.visible(String($0)) }
    }

    package init(_ error: ArchitectureError) {
        let isAboutArguments = error.problems.allSatisfy { $0.file == "--set" }
        self.init(isAboutArguments ? .usage : .data, error.description)
    }

    package init(_ error: ImportError) {
        switch error.category {
        case .data: self.init(.data, error.description)
        case .unreadable: self.init(.noInput, error.description)
        case .usage: self.init(.usage, error.description)
        }
    }

    package init(_ error: LoweringError, workload: String, architecture: String) {
        self.init(.data, error.isAboutMapping ? error.description : "\(workload) on \(architecture): \(error.description)")
    }

    package init(_ error: SimulationError) {
        switch error {
        case .invalidProgram, .deadlock: self.init(.software, "\(error); please report this with the two input files")
        case .unsupported, .order, .limit: self.init(.data, error.description)
        }
    }

    package init(_ error: ServiceOrderError) { self.init(.data, error.description) }

    package init(_ error: ReportError) {
        switch error {
        case .cannotWrite: self.init(.cannotCreate, error.description)
        case .template: self.init(.software, error.description)
        }
    }
}
