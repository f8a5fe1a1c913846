import Mustache

/// The templates in `Templates/`, which the build embeds in the executable.
enum ReportTemplates {
    /// Parsed once for the process.
    static let library: Result<MustacheLibrary, ReportError> = load()

    private static func load() -> Result<MustacheLibrary, ReportError> {
        MustacheContentTypes.register(MarkupContentType(), named: MarkupContentType.name)
        let sources = [
            ("report", PackageResources.report_mustache), ("style", PackageResources.style_mustache),
            ("states", PackageResources.states_mustache), ("plot", PackageResources.plot_mustache),
            ("parameters", PackageResources.parameters_mustache), ("cost", PackageResources.cost_mustache),
            ("operators", PackageResources.operators_mustache), ("network", PackageResources.network_mustache),
            ("memoryparts", PackageResources.memoryparts_mustache),
            ("sweep", PackageResources.sweep_mustache), ("comparison", PackageResources.comparison_mustache),
        ]
        var library = MustacheLibrary()
        for (name, bytes) in sources {
            do {
                try library.register(String(decoding: bytes, as: UTF8.self), named: name)
            } catch {
                return .failure(.template(name: name, reason: String(describing: error)))
            }
        }
        return .success(library)
    }
}
