import Architecture
import Quantities

extension DRAMStandard {
    /// The names of the standards that come with Cyclewright, families together, slower first.
    public static var shippedNames: [String] { ShippedStandards.standards.map(\.name) }

    /// The names of the files of rules that standards share.
    public static var shippedRuleNames: [String] { ShippedStandards.rules.map(\.name) }

    /// A standard that comes with Cyclewright.
    ///
    /// - Parameter overrides: values by path, `["timing.tFAW": "49", "organization.ranks": "2"]`, as `--set` gives them.
    /// - Throws: `ArchitectureError` for a name that no file has, and for overrides that make an impossible standard.
    public init(named name: String, overrides: [String: String] = [:]) throws(ArchitectureError) {
        guard let file = ShippedStandards.standard(named: name) else {
            throw Self.unknown(name, file: "memory standards")
        }
        self = try KnownStandards.standard(named: name, overrides: overrides) { () throws(ArchitectureError) in
            try Self.decode(text: file.text, file: file.fileName, overrides: overrides)
        }
    }

    /// Reads a standard from a YAML file; Documentation/Cyclewright.docc/MemoryStandards.md describes the format.
    ///
    /// - Throws: `ArchitectureError` with up to 20 problems when the file cannot be read, is not a standard, or describes a
    ///   device that cannot be.
    public static func load(path: String, overrides: [String: String] = [:]) throws(ArchitectureError) -> DRAMStandard {
        let text = try ArchitectureFile.read(path: path, kind: "memory standard")
        return try decode(text: text, file: path, overrides: overrides)
    }

    /// Reads a standard from text; `file` is used in messages.
    public static func decode(
        text: String, file: String, overrides: [String: String] = [:]
    ) throws(ArchitectureError) -> DRAMStandard {
        var root = try StandardDocument.read(text: text, file: file)
        try StandardDocument.apply(overrides, to: &root)
        var decoder = StandardDecoder(root: root, file: file)
        return try decoder.decode()
    }

    static func unknown(_ name: String, file: String, line: Int? = nil, path: String = "") -> ArchitectureError {
        let suggestion = Suggestion.closest(to: name, among: shippedNames)
        return ArchitectureError(
            file: file, line: line, path: path,
            message: "there is no \"\(name.excerpt)\"" + (suggestion == nil ? "; there are \(quotedList(shippedNames, conjunction: "and"))" : ""),
            suggestion: suggestion)
    }
}
