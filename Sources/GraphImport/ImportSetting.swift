/// One setting (`--set NAME=VALUE`) that a workload format reads, for help texts and for telling users about
/// misspelt names. Importers ignore settings that they do not know: they may belong to the architecture.
public struct ImportSetting: Sendable, Hashable {
    public var name: String
    /// What it takes when it is not given.
    public var defaultValue: String
    /// What it does and which values it takes.
    public var help: String

    public init(name: String, defaultValue: String, help: String) {
        self.name = name; self.defaultValue = defaultValue; self.help = help
    }
}
