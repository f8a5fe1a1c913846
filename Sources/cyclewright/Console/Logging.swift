import Logging

/// Log messages as lines on the error stream, in the form of the program's other messages and without times, so that two
/// runs can be compared.
struct ErrorStreamLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        Console.note("cyclewright: \(event.level): \(event.message)\(details)")
    }
}

extension Logger {
    /// The program's logger: silent below warnings unless `isVerbose`.
    static func command(isVerbose: Bool) -> Logger {
        var logger = Logger(label: "cyclewright") { _ in ErrorStreamLogHandler() }
        logger.logLevel = isVerbose ? .debug : .warning
        return logger
    }
}
