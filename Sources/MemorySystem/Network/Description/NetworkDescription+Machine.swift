import Architecture
import Quantities

extension NetworkDescription {
    /// The network that an architecture describes.
    ///
    /// - Throws: `ArchitectureError` with the architecture's file and lines when it cannot be: disconnected, or with routing that can
    ///   deadlock.
    public init(_ network: OnChipNetwork, in architecture: Architecture) throws(ArchitectureError) {
        do throws(ArchitectureError) {
            self = try NetworkDecoder.decode(network.document, file: network.file)
        } catch {
            var error = error
            for index in error.problems.indices {
                error.problems[index].path = ["networks.\(network.name)", error.problems[index].path].filter { !$0.isEmpty }.joined(separator: ".")
            }
            throw error
        }
        if network.document["clock"] == nil { clock = architecture.clock }
    }
}
