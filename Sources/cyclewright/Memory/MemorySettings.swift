import Architecture
import MemorySystem

/// The `--set path=value` of `cyclewright memory`, told apart by what they belong to.
package struct MemorySettings: Sendable {
    /// By dotted path: "timing.tFAW".
    package var standard: [String: String] = [:]
    package var controller: DRAMControllerConfiguration

    private static let prefix = "controller."

    /// - Parameter controller: what the settings change.
    /// - Throws: `.usage` for text that is no assignment and for settings that the controller does not have.
    package init(_ assignments: [String], controller: DRAMControllerConfiguration) throws(CommandFailure) {
        self.controller = controller
        for assignment in assignments {
            guard let equals = assignment.firstIndex(of: "="), equals > assignment.startIndex else {
                throw CommandFailure(.usage, "--set \(assignment.prefix(200)): is not of the form path=value; write something like timing.tFAW=40")
            }
            let path = String(assignment[..<equals])
            let value = String(assignment[assignment.index(after: equals)...])
            guard !value.isEmpty else { throw CommandFailure(.usage, "--set \(path.prefix(200)): has no value; write \(path.prefix(200))=…") }
            if path.hasPrefix(MemorySettings.prefix) {
                try set(String(path.dropFirst(MemorySettings.prefix.count)), value)
            } else if DRAMControllerConfiguration.settings.contains(where: { $0.name == path }) {
                throw CommandFailure(.usage, "--set \(path): is a setting of the controller; write controller.\(path)=\(value.prefix(40))")
            } else {
                standard[path] = value
            }
        }
    }

    private mutating func set(_ name: String, _ value: String) throws(CommandFailure) {
        do throws(ControllerSettingError) {
            try controller.set(name, to: value)
        } catch {
            throw CommandFailure(.usage, "--set \(MemorySettings.prefix)\(error)")
        }
    }
}
