/// What the points of a space are.
public enum SpaceSubject: Sendable, Hashable {
    /// Machines that run workloads one after the other.
    case architecture
    /// A DRAM memory alone under patterns and traces.
    case memory
    /// Machines side by side that share the layers of the workloads; a target begins with the accelerator's name: "first.engines.mesh.rows".
    case accelerators([Accelerator])

    public struct Accelerator: Sendable, Hashable {
        public var name: String
        public var architecture: String
        public init(name: String, architecture: String) { self.name = name; self.architecture = architecture }
    }
}

/// A workload of a space.
public struct SpaceWorkload: Sendable, Hashable, Codable {
    /// Of a shipped workload, or a file.
    public var workload: String
    /// Prefix of its figures: "resnet18" of "resnet18.cycles".
    public var name: String
    /// What its figures count for in those of the whole: `cycles` is the sum of weight × cycles.
    public var weight: Double
    /// For it alone, such as ("context", 4096).
    public var settings: [SpaceSetting]

    public init(workload: String, name: String, weight: Double = 1, settings: [SpaceSetting] = []) {
        self.workload = workload; self.name = name; self.weight = weight; self.settings = settings
    }
}

/// A setting and its value, as `--set TARGET=VALUE` of the command line.
public struct SpaceSetting: Sendable, Hashable, Codable {
    public var target: String
    public var value: ParameterValue
    public init(target: String, value: ParameterValue) { self.target = target; self.value = value }
}

/// How a space is searched.
public struct StrategyDescription: Sendable, Hashable, Codable {
    /// "genetic".
    public var name: String
    /// In the order of the file.
    public var options: [StrategyOption]
    /// Points to evaluate; `nil` for all, until the strategy ends by itself.
    public var points: Int?
    /// Points asked for at a time: what a strategy sees depends on it, and not on the number of jobs.
    public var batch: Int
    public var seed: UInt64

    public init(name: String = "grid", options: [StrategyOption] = [], points: Int? = nil, batch: Int = 16, seed: UInt64 = 1) {
        self.name = name; self.options = options; self.points = points; self.batch = batch; self.seed = seed
    }
}

/// An option of a strategy: one value, or a list.
public struct StrategyOption: Sendable, Hashable, Codable {
    public var name: String
    public var values: [String]
    public init(_ name: String, _ values: [String]) { self.name = name; self.values = values }
}
