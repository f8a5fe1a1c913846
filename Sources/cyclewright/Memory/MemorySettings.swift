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
        for text in assignments {
            let assignment = try Assignment(text, example: "timing.tFAW=40")
            let (path, value) = (assignment.path, assignment.value)
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
