import Architecture

extension DRAM {
    /// The settings of its controllers.
    ///
    /// - Throws: `ControllerSettingError` and `DRAMControllerError` for settings that no controller of `standard` can have.
    public func configuration(for standard: DRAMStandard) throws -> DRAMControllerConfiguration {
        var configuration = try DRAMControllerConfiguration(preset: policy ?? DRAMControllerConfiguration.presetNames[0])
        // As many as a machine's engines may ask for at once, of either half of a channel.
        configuration.requestsPerCycle = max(4, 2 * standard.organization.pseudoChannels)
        // Engines do not ask for a write before the reads are complete that it must not overtake.
        configuration.ordersWritesAfterReads = false
        for setting in DRAMControllerConfiguration.settings {
            if let value = controller[setting.name] { try configuration.set(setting.name, to: value) }
        }
        try configuration.validate(for: standard)
        return configuration
    }
}
