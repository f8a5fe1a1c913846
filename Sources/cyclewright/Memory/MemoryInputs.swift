import Architecture
import Foundation
import MemorySystem
import Quantities

/// Reads what `cyclewright memory` is asked to run, with failures in the terms of the command line.
enum MemoryInputs {
    /// The standard of a shipped name, in any case of letters, or of a file.
    static func standard(_ name: String, overrides: [String: String]) throws(CommandFailure) -> DRAMStandard {
        try checkName(name)
        do throws(ArchitectureError) {
            if let shipped = shippedName(name) { return try DRAMStandard(named: shipped, overrides: overrides) }
            return try DRAMStandard.load(path: name, overrides: overrides)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The shipped standard of that name, in any case of letters.
    static func shippedName(_ name: String) -> String? {
        DRAMStandard.shippedNames.first { $0.lowercased() == name.lowercased() }
    }

    /// Refuses a name that is neither a file that can be read nor a shipped standard.
    static func checkName(_ name: String) throws(CommandFailure) {
        if shippedName(name) != nil { return }
        guard name.contains("/") || ["yaml", "yml"].contains(FilePath.suffix(name)) else {
            if let kind = InputResolver().kind(of: name) {
                throw CommandFailure(.usage, "\(name.prefix(200)): is \(kind.article), not a memory standard; \(kind.advice)")
            }
            throw CommandFailure(.noInput, "\(name.prefix(200)): is neither a YAML file nor a shipped memory standard; \(advice(for: name))")
        }
        if ShippedFiles.isFolder(name) { throw CommandFailure(.noInput, "\(name): is a folder; name a file in it") }
        guard access(name, R_OK) == 0 else {
            throw CommandFailure(.noInput, "\(name.prefix(200)): cannot be read: \(String(cString: strerror(errno)))")
        }
        if let kind = InputKind.declared(inFile: name) {
            throw CommandFailure(.usage, "\(name.prefix(200)): is \(kind.article), not a memory standard; \(kind.advice)")
        }
    }

    /// "DDR4" and "DDR4-9999" are standards of a family whose members are few.
    private static func advice(for name: String) -> String {
        if let close = Suggestion.closest(to: name, among: DRAMStandard.shippedNames.filter { $0.contains("-") == name.contains("-") }) {
            return "did you mean \"\(close)\"?"
        }
        let family = name.lowercased().prefix { $0 != "-" }
        let members = DRAMStandard.shippedNames.filter { $0.lowercased().hasPrefix(family + "-") }
        if !family.isEmpty, !members.isEmpty { return "of \(family.uppercased()) there \(members.count == 1 ? "is" : "are") \(wordList(members, conjunction: "and"))" }
        return "`cyclewright memory --list` prints the shipped ones"
    }

    static func controller(preset name: String) throws(CommandFailure) -> DRAMControllerConfiguration {
        do throws(DRAMControllerError) {
            return try DRAMControllerConfiguration(preset: name)
        } catch {
            throw CommandFailure(.usage, "--policy: \(error)")
        }
    }

    static func mapping(_ scheme: String, _ organization: DRAMOrganization, channels: Int) throws(CommandFailure) -> AddressMapping {
        do throws(AddressMappingError) {
            return try AddressMapping(scheme, organization: organization, channels: channels)
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
    }

    static func driver(
        _ standard: DRAMStandard, _ mapping: AddressMapping, _ configuration: DRAMControllerConfiguration, recordsCommands: Bool
    ) throws(CommandFailure) -> TrafficDriver {
        do throws(DRAMControllerError) {
            return try TrafficDriver(standard: standard, mapping: mapping, configuration: configuration, recordsCommands: recordsCommands)
        } catch {
            throw CommandFailure(.usage, error.description)
        }
    }

    /// - Parameter option: that `text` is the value of.
    static func bytes(_ text: String, option: String) throws(CommandFailure) -> Int {
        do throws(QuantityError) {
            return try Bytes(parsing: text).count
        } catch {
            throw CommandFailure(.usage, "\(option) \(text.prefix(80)): \(error)")
        }
    }
}

extension CommandFailure {
    init(_ error: TrafficError) {
        switch error {
        case .pattern: self.init(.usage, error.description)
        case .unreadable: self.init(.noInput, error.description)
        case .line: self.init(.data, error.description)
        }
    }
}
