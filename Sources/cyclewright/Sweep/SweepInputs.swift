import Architecture
import Exploration
import GraphImport
import OperatorGraph

/// The architecture of a sweep: its file is read once, so that all points mean the same file.
struct SweepArchitecture: Sendable {
    let path: String
    let text: String
    /// Settings of all points.
    let fixed: [String: String]

    func decode(_ overrides: [String: String]) throws(ArchitectureError) -> Architecture {
        try Architecture.decode(text: text, file: path, overrides: fixed.merging(overrides) { $1 })
    }
}

/// A workload of a sweep.
struct SweepWorkload: Sendable {
    /// Prefix of its figures.
    let name: String
    let path: String
    let weight: Double
    /// What its settings are called.
    let names: [String]
    /// Of this workload, as "name=value".
    let fixed: [String: String]

    func graph(_ settings: [String: String], for architecture: Architecture?) throws(CommandFailure) -> Graph {
        let all = fixed.merging(settings) { $1 }
        let assignments = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return try InputFiles.workload(path, try Settings(assignments), architecture: architecture, readsWeights: false)
    }
}

/// The files of a sweep, found and read.
struct SweepInputs: Sendable {
    let space: DesignSpace
    let spacePath: String
    let spaceText: String
    let architecture: SweepArchitecture
    let workloads: [SweepWorkload]
    let targets: SweepTargets
    /// Of the machine before any parameter is set.
    let base: Architecture
    /// What figures depend on beside the space.
    let files: [SweepHeader.Input]

    init(_ path: String) throws(CommandFailure) {
        spacePath = path
        do throws(ArchitectureError) {
            spaceText = try ArchitectureFile.read(path: path, kind: "space")
            space = try DesignSpace.decode(text: spaceText, file: path)
        } catch {
            throw CommandFailure(error)
        }
        let space = self.space
        let resolver = InputResolver()
        // What a space names is a file of its folder, of the current one, or shipped.
        func resolve(_ name: String, _ kind: InputKind) throws(CommandFailure) -> String {
            try resolver.path(Self.path(name, beside: path), kind)
        }
        let architecturePath = try resolve(space.architecture, .architecture)
        var fixed: [String: String] = [:]
        for setting in space.fixedSettings where Settings.architectureSections.contains(String(setting.target.prefix { $0 != "." })) {
            fixed[setting.target] = setting.value.description
        }
        let text: String, base: Architecture
        do throws(ArchitectureError) {
            text = try ArchitectureFile.read(path: architecturePath)
            base = try Architecture.decode(text: text, file: architecturePath, overrides: fixed)
        } catch {
            throw CommandFailure(error)
        }
        architecture = SweepArchitecture(path: architecturePath, text: text, fixed: fixed)
        self.base = base
        var workloads: [SweepWorkload] = [], files = [SweepHeader.Input(name: space.architecture, hash: ContentHash.text(text))]
        for workload in space.workloads {
            let file = try resolve(workload.workload, .workload)
            let names: [String]
            do throws(ImportError) { names = try Settings.WorkloadNames(path: file).names } catch { throw CommandFailure(error) }
            var own: [String: String] = [:]
            for setting in workload.settings {
                guard names.contains(setting.target) else {
                    let suggestion = Suggestion.closest(to: setting.target, among: names).map { "; did you mean \"\($0)\"?" }
                    throw CommandFailure(
                        .usage,
                        "workload \(workload.name) has no setting \"\(setting.target.excerpt)\""
                            + (suggestion ?? (names.isEmpty ? "; it has none" : "; it has \(wordList(names, conjunction: "and"))")))
                }
                own[setting.target] = setting.value.description
            }
            workloads.append(SweepWorkload(name: workload.name, path: file, weight: workload.weight, names: names, fixed: own))
            files.append(SweepHeader.Input(name: workload.workload, hash: try InputFiles.hash(file)))
        }
        for name in Self.mappingFiles(space) {
            let file = Self.path(name, beside: path)
            files.append(SweepHeader.Input(name: name, hash: try InputFiles.hash(file)))
        }
        self.workloads = workloads
        self.files = files
        targets = try SweepTargets(
            space.parameters, fixed: space.fixedSettings.map(\.target), architecture: architecture, base: base, workloads: workloads)
    }

    /// A file that the space names: one of its own folder, or else of the current one.
    private static func path(_ name: String, beside space: String) -> String {
        let folder = FilePath.folder(space)
        let local = folder.isEmpty || name.hasPrefix("/") ? name : folder + "/" + name
        return ShippedFiles.exists(local) && !ShippedFiles.isFolder(local) ? local : name
    }

    func mappingPath(_ name: String) -> String { Self.path(name, beside: spacePath) }

    private static func mappingFiles(_ space: DesignSpace) -> [String] {
        let fixed = space.fixedSettings.filter { $0.target == MappingSettings.fileTarget }.map(\.value)
        return (fixed + space.parameters.filter { $0.targets == [MappingSettings.fileTarget] }.flatMap(\.values)).map(\.description)
    }

    /// What the database records of the sweep.
    func header(_ strategy: StrategyDescription) -> SweepHeader {
        SweepHeader(
            name: space.name, architecture: base.name, workloads: workloads.map { .init(name: $0.name, weight: $0.weight) },
            parameters: space.parameters, constraints: space.constraints, objectives: space.objectives, limits: space.limits,
            strategy: strategy.name, strategyOptions: strategy.options.map { "\($0.name)=\($0.values.joined(separator: " "))" },
            seed: strategy.seed, batchSize: strategy.batch, plannedPoints: strategy.points, settings: settings, inputs: files, version: CyclewrightVersion.text,
            spaceText: spaceText)
    }

    /// Settings that all points share, those of single workloads, and what parameters make of their values.
    private var settings: [String] {
        space.fixedSettings.map { "\($0.target)=\($0.value)" }
            + space.workloads.flatMap { workload in workload.settings.map { "\(workload.name).\($0.target)=\($0.value)" } }
            + space.assignmentTexts
    }
}
