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
        } catch where error.status == .noInput && size(argument) != nil {
            throw CommandFailure(.noInput, "\(argument): is not a shipped network; \(size(argument) ?? "")")
        } catch where error.status == .noInput && !ShippedFiles.isFolder(argument) && !ShippedFiles.exists(argument) {
            throw resolver.missing(argument, [.network], others: others + NetworkDescription.kindNames)
        }
    }

    /// Advice for "mesh-8x9": a kind whose sizes are settings.
    private static func size(_ argument: String) -> String? {
        let parts = argument.split(separator: "-")
        guard let last = parts.last, parts.count > 1 else { return nil }
        let kind = parts.dropLast().joined(separator: "-"), sizes = last.split(separator: "x").compactMap { Int($0) }
        let names: [String: [String]] = [
            "mesh": ["columns", "rows", "layers"], "torus": ["columns", "rows", "layers"], "ring": ["routers"], "crossbar": ["terminals"], "bus": ["terminals"],
        ]
        guard let parameters = names[kind], !sizes.isEmpty, sizes.count <= parameters.count else { return nil }
        return "write \(kind) " + zip(parameters, sizes).map { "--set topology.\($0)=\($1)" }.joined(separator: " ")
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
}
