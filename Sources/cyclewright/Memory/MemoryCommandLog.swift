import MemorySystem
import Reporting

/// The file in which `--log-commands` puts every command, one line each: comma-separated values with a header.
///
/// Lines of one channel are in the order of issue; channels follow each other in pieces.
struct MemoryCommandLog {
    static let header = "channel,cycle,command,pseudo-channel,rank,bank-group,bank,row,column\n"

    private enum Target {
        case nothing
        case output
        case file(FileSink)
    }

    private var target: Target

    /// Runs `body` with a log at `path`: `nil` for none, "-" for the output. A file appears when `body` has succeeded.
    static func with(_ path: String?, _ body: (inout MemoryCommandLog) throws(CommandFailure) -> Void) throws(CommandFailure) {
        guard let path, path != "-" else {
            var log = MemoryCommandLog(target: path == nil ? .nothing : .output)
            try log.write(header)
            return try body(&log)
        }
        var failure: CommandFailure?
        try OutputFolder.write(to: path) { (sink) throws(ReportError) in
            var log = MemoryCommandLog(target: .file(sink))
            do throws(CommandFailure) {
                try log.write(header)
                try body(&log)
            } catch {
                failure = error
            }
            if case .file(let used) = log.target { sink = used }
            return failure == nil
        }
        if let failure { throw failure }
    }

    mutating func append(_ channel: Int, _ records: [DRAMCommandRecord]) throws(CommandFailure) {
        if case .nothing = target { return }
        var text = ""
        for record in records {
            let at = record.coordinates
            text += "\(channel),\(record.cycle),\(record.command.abbreviation),\(at.pseudoChannel),\(at.rank),\(at.bankGroup),\(at.bank),\(at.row),\(at.column)\n"
        }
        try write(text)
    }

    private mutating func write(_ text: String) throws(CommandFailure) {
        switch target {
        case .nothing: return
        case .output: try Console.write(text)
        case .file(var sink):
            // One owner at a time, so that the buffer is not copied.
            target = .nothing
            do throws(ReportError) {
                try sink.write(text)
            } catch {
                throw CommandFailure(error)
            }
            target = .file(sink)
        }
    }
}
