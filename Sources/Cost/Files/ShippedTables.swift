import Architecture

/// The data files that come with Cyclewright, embedded so that they are found wherever the program runs.
enum ShippedTables {
    static var technology: String { String(decoding: PackageResources.technology_yaml, as: UTF8.self) }
    static var sram: String { String(decoding: PackageResources.sram_yaml, as: UTF8.self) }
    static var components: String { String(decoding: PackageResources.components_yaml, as: UTF8.self) }

    /// The value that a shipped file holds; that it can be read is our own responsibility, and tests read every one.
    static func load<Value>(_ body: () throws(ArchitectureError) -> Value) -> Value {
        do throws(ArchitectureError) { return try body() } catch { preconditionFailure("shipped table: \(error)") }
    }
}
