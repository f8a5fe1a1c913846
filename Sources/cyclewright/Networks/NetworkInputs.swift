import Architecture
import MemorySystem

/// Reads the networks that users name, with failures in the terms of the command line.
enum NetworkInputs {
    /// The network of a file, of a shipped name or of a kind of topology.
    ///
    /// - Parameter others: names that the caller understands as well, for messages.
    static func network(
        _ argument: String, _ overrides: [String: String], others: [String] = []
    ) throws(CommandFailure) -> NetworkDescription {
        let resolver = InputResolver()
        do throws(CommandFailure) {
            return try load(try resolver.path(argument, .network), overrides)
        } catch where error.status == .noInput && NetworkDescription.kindNames.contains(argument) {
            return try ofKind(argument, overrides)
        } catch where error.status == .noInput && !ShippedFiles.isFolder(argument) && !ShippedFiles.exists(argument) {
            throw resolver.missing(argument, [.network], others: others + NetworkDescription.kindNames)
        }
    }

    static func load(_ path: String, _ overrides: [String: String]) throws(CommandFailure) -> NetworkDescription {
        do throws(ArchitectureError) {
            return try NetworkDescription.load(path: path, overrides: overrides)
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func ofKind(_ kind: String, _ overrides: [String: String]) throws(CommandFailure) -> NetworkDescription {
        do throws(ArchitectureError) {
            return try NetworkDescription.ofKind(kind, overrides: overrides)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The `--set path=value` of a command line, by path; of two for the same path the later counts.
    ///
    /// - Parameter example: an assignment, for messages.
    static func overrides(_ assignments: [String], example: String = "topology.columns=16") throws(CommandFailure) -> [String: String] {
        var result: [String: String] = [:]
        for assignment in assignments {
            guard let equals = assignment.firstIndex(of: "="), equals > assignment.startIndex else {
                throw CommandFailure(.usage, "--set \(assignment.prefix(200)): is not of the form path=value; write something like \(example)")
            }
            let path = String(assignment[..<equals])
            let value = String(assignment[assignment.index(after: equals)...])
            guard !value.isEmpty else { throw CommandFailure(.usage, "--set \(path.prefix(200)): has no value; write \(path.prefix(200))=…") }
            result[path] = value
        }
        return result
    }
}
