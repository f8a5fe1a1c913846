extension Architecture {
    /// What a user should know about the description: parameters that have no effect beside others.
    public var notes: [String] {
        memories.compactMap { memory in
            guard case .dram(let dram) = memory.kind else { return nil }
            let without: [String]
            switch dram.model {
            case .bandwidth:
                without = dram.settingsOfBanks
            case .banks:
                let isGiven = parameters.contains { $0.path == "memories.\(memory.name).bandwidth" && !$0.isDefault }
                without = isGiven ? ["bandwidth"] : []
            }
            guard !without.isEmpty else { return nil }
            return "\(memory.name): \(without.joined(separator: ", ")) \(without.count == 1 ? "has" : "have") no effect with model: \(dram.model.rawValue)"
        }
    }
}

extension DRAM {
    /// The names of given parameters that only `model: banks` knows.
    var settingsOfBanks: [String] {
        let own: [(String, Bool)] = [("mapping", mapping != nil), ("front-end", frontEnd != nil), ("policy", policy != nil)]
        return own.filter(\.1).map(\.0) + DRAM.controllerSettings.filter { controller[$0] != nil }
    }
}
