import Foundation
import OperatorGraph

/// Reads a language model's `config.json` in the format of the Hugging Face hub and builds the graph of one step.
///
/// Only the fields that decide the structure are read. Weights are parameters without values. Settings
/// (`ImportOptions.settings`) choose the step: see `settings`.
public enum LanguageModelImport {
    /// Settings that are read from `ImportOptions.settings`.
    public static let settings = LanguageModelSettings.described

    /// Families that are known, as `model_type` names them.
    public static var modelTypes: [String] { ModelFamily.all.map(\.modelType) }

    /// The graph of the model at `path`. Its name is the file's without extension, or its folder's for a `config.json`.
    public static func load(path: String, options: ImportOptions = ImportOptions()) throws(ImportError) -> Graph {
        let file = try WorkloadFile(path: path, limit: ConfigurationLimits.fileSize)
        return try graph(Array(file.bytes), file: path, settings: options.settings)
    }

    /// The graph of a configuration that is in memory; `file` is its name in errors.
    package static func graph(
        _ bytes: [UInt8], file: String, settings: [String: String] = [:]
    ) throws(ImportError) -> Graph {
        let fields = try ConfigurationFields(try JSONParser.parse(bytes, file: file), file: file)
        let model = try ModelFamily.configuration(fields)
        let step = try LanguageModelSettings(settings, model: model, file: file)
        var decoder = DecoderBuilder(model: model, settings: step, name: name(of: file, modelType: model.modelType))
        return decoder.build()
    }

    private static func name(of file: String, modelType: String) -> String {
        let path = file as NSString
        let stem = (path.lastPathComponent as NSString).deletingPathExtension
        if stem != "config" { return stem }
        let folder = (path.deletingLastPathComponent as NSString).lastPathComponent
        return folder.isEmpty || folder == "." || folder == "/" ? modelType : folder
    }
}
