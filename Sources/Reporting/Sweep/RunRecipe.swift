import Exploration

/// How points of a sweep run alone: what `cyclewright simulate` has to be told.
public struct RunRecipe: Sendable {
    /// A workload and the argument that names it.
    public struct Workload: Sendable {
        /// Prefix of its settings: "bert" of "bert.context".
        public var name: String
        /// As the command takes it: a shipped name, or a file.
        public var argument: String
        public init(name: String, argument: String) { self.name = name; self.argument = argument }
    }

    /// A target of the sweep and the value it has.
    public struct Setting: Sendable {
        public var target: String
        public var value: String
        public init(target: String, value: String) { self.target = target; self.value = value }
    }

    public var architecture: String
    public var workloads: [Workload]
    /// All settings of a point, those that all points share included, in order; of two for one target the later counts.
    public var settings: @Sendable (EvaluatedPoint) -> [Setting]

    public init(architecture: String, workloads: [Workload], settings: @escaping @Sendable (EvaluatedPoint) -> [Setting]) {
        self.architecture = architecture
        self.workloads = workloads
        self.settings = settings
    }

    /// For points that are runs already made: their reports say what they ran.
    public static let none = RunRecipe(architecture: "", workloads: []) { _ in [] }

    /// What the results alone tell: every parameter's value for its targets.
    public init(_ results: SweepResults) {
        self.init(architecture: results.architecture, workloads: results.workloads.map { Workload(name: $0.name, argument: $0.name) }) { point in
            results.parameters.enumerated().flatMap { index, parameter in
                parameter.targets.map { Setting(target: $0, value: results.value(index, at: point).description) }
            }
        }
    }

    /// The commands of one point, one for each workload: `cyclewright simulate gemmini resnet18 --set engines.mesh.rows=32`.
    public func commands(_ point: EvaluatedPoint) -> [String] {
        let settings = settings(point)
        return workloads.indices.map { workload in
            var order: [String] = [], last: [String: String] = [:]
            for setting in settings {
                guard let argument = argument(setting, workload) else { continue }
                if last.updateValue(argument, forKey: setting.target) == nil { order.append(setting.target) }
            }
            return head(workload, settings) + order.map { last[$0] ?? "" }.joined()
        }
    }

    /// The command up to its options.
    func head(_ workload: Int, _ settings: [Setting]) -> String {
        let architecture = settings.last { $0.target == "architecture" }?.value ?? self.architecture
        let argument = settings.last { $0.target == "workload" }?.value ?? workloads[workload].argument
        return "cyclewright simulate \(Self.quoted(architecture)) \(Self.quoted(argument))"
    }

    /// A setting as an option of the command, with a space in front; `nil` for one that is none of this workload's.
    func argument(_ setting: Setting, _ workload: Int) -> String? {
        var target = setting.target
        switch target {
        case "architecture", "workload": return nil
        case "mapper", "mapping.mapper": return " --mapper " + Self.quoted(setting.value)
        case "mapping.file": return " --mapping " + Self.quoted(setting.value)
        case "mapping.row-major-weights": return ["true", "yes", "on", "1"].contains(setting.value) ? " --row-major-weights" : ""
        default: break
        }
        for (index, other) in workloads.enumerated() where target.hasPrefix(other.name + ".") {
            guard index == workload else { return nil }
            target = String(target.dropFirst(other.name.count + 1))
        }
        return " --set " + Self.quoted("\(target)=\(setting.value)")
    }

    /// As a shell takes it: in single quotes where a character means something to it.
    package static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "_-./=:,+@%".utf8.contains(byte)
            }
        }
        return isPlain ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
