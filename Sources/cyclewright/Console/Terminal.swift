import Foundation
import Reporting

/// What a stream is connected to.
struct Terminal {
    /// True for a terminal that understands escape sequences.
    let isInteractive: Bool
    /// Columns; 100 where there is no terminal.
    let width: Int
    private let allowsColour: Bool

    static let output = Terminal(descriptor: STDOUT_FILENO, environment: ProcessInfo.processInfo.environment)
    static let errors = Terminal(descriptor: STDERR_FILENO, environment: ProcessInfo.processInfo.environment)

    private init(descriptor: Int32, environment: [String: String]) {
        isInteractive = isatty(descriptor) == 1 && environment["TERM"] != "dumb"
        // https://no-color.org: any value but the empty one forbids colour.
        allowsColour = (environment["NO_COLOR"] ?? "").isEmpty
        var size = winsize()
        if isInteractive, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            width = Int(size.ws_col)
        } else {
            width = TerminalStyle.plain.width
        }
    }

    var style: TerminalStyle { TerminalStyle(isColoured: isInteractive && allowsColour, width: width) }
}
