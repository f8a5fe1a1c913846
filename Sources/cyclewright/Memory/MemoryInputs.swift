import Architecture
import Foundation
import MemorySystem
import Quantities

/// Reads what `cyclewright memory` is asked to run, with failures in the terms of the command line.
enum MemoryInputs {
    /// The standard of a shipped name, in any case of letters, or of a file.
    static func standard(_ name: String, overrides: [String: String]) throws(CommandFailure) -> DRAMStandard {
        let isFile = name.contains("/") || ["yaml", "yml"].contains(FilePath.suffix(name))
        if isFile {
            if ShippedFiles.isFolder(name) { throw CommandFailure(.noInput, "\(name): is a folder; name a file in it") }
            guard access(name, R_OK) == 0 else {
                throw CommandFailure(.noInput, "\(name.prefix(200)): cannot be read: \(String(cString: strerror(errno)))")
            }
        }
        let shipped = DRAMStandard.shippedNames.first { $0.lowercased() == name.lowercased() }
        guard isFile || shipped != nil else {
            let advice = Suggestion.closest(to: name, among: DRAMStandard.shippedNames).map { "did you mean \"\($0)\"?" }
                ?? "`cyclewright memory --list` prints the shipped ones"
            throw CommandFailure(.noInput, "\(name.prefix(200)): is neither a YAML file nor a shipped memory standard; \(advice)")
        }
        do throws(ArchitectureError) {
            if let shipped { return try DRAMStandard(named: shipped, overrides: overrides) }
            return try DRAMStandard.load(path: name, overrides: overrides)
        } catch {
            throw CommandFailure(error)
        }
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
