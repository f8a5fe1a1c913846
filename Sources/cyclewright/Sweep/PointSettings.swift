import Exploration

/// The settings of one point, divided by what they belong to.
struct PointSettings {
    /// By path, without those of all points.
    private(set) var architecture: [String: String] = [:]
    /// By workload and name.
    private(set) var workloads: [[String: String]]
    private(set) var mapping = MappingSettings()
    /// Of all that the machine depends on, and of that alone on which its timing does.
    private(set) var machineKey = ""
    private(set) var timingKey = ""
    private(set) var mappingKey = ""
    private var workloadKeys: [String]

    /// - Parameter settings: all of them, in the order of the space; of two for the same target the later counts.
    init(_ settings: [(target: String, value: ParameterValue)], _ inputs: SweepInputs) throws(PointFailure) {
        workloads = Array(repeating: [:], count: inputs.workloads.count)
        var last: [String: Int] = [:]
        for (index, setting) in settings.enumerated() { last[setting.target] = index }
        workloadKeys = Array(repeating: "", count: inputs.workloads.count)
        for (index, setting) in settings.enumerated() where last[setting.target] == index {
            let text = setting.value.description
            let line = "\(setting.target)=\(text)\n"
            switch inputs.targets.places[setting.target] {
            case .architecture(let isPriceOnly)?:
                architecture[setting.target] = text
                machineKey += line
                if !isPriceOnly { timingKey += line }
            case .workloads(let reached, let name)?:
                for workload in reached {
                    workloads[workload][name] = text
                    workloadKeys[workload] += line
                }
            case .mapping?:
                try mapping.set(setting.target, text)
                mappingKey += line
            case nil: preconditionFailure("a target of the space has its place")
            }
        }
    }

    func workloadKey(_ index: Int) -> String { workloadKeys[index] }
}
