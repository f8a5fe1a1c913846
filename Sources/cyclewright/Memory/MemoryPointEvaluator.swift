import Architecture
import Exploration
import MemorySystem

/// Evaluates points of a space of memory controllers, as `cyclewright memory` runs a standard under traffic.
///
/// A parameter's target is what `cyclewright memory --set` takes ("controller.page-policy", "timing.tFAW", "organization.ranks"), or one of
/// "channels", "mapping" and "policy", which are its options. A workload is a pattern ("random", "stride512") or the file of a trace; "requests"
/// and "capacity" of it are set as in `{ workload: random, set: { requests: 20000 } }`, and by parameters for all.
struct MemoryPointEvaluator: PointEvaluator {
    private let standard: String
    /// By path, of all points.
    private let fixed: [(target: String, value: Exploration.ParameterValue)]
    private let workloads: [Workload]
    /// What figures depend on beside the space.
    let files: [SweepHeader.Input]

    private struct Workload {
        var name: String
        /// A pattern's name or a trace's path.
        var traffic: String
        var weight: Double
        var settings: [(target: String, value: Exploration.ParameterValue)]
    }

    private static let options = ["channels", "mapping", "policy"]
    private static let trafficOptions = ["requests", "capacity"]
    /// Accesses of a pattern of which neither the space nor the point says how many.
    static let defaultRequests = 100_000

    /// Names of what is measured, for each workload with its name in front where there are several.
    private static let names = [
        "cycles", "seconds", "bandwidth", "utilization", "rowHitRate", "readLatency", "readLatency99", "energy", "power", "picojoulesPerBit",
    ]

    var figureNames: [String] { Self.names + (workloads.count > 1 ? workloads.flatMap { work in Self.names.map { "\(work.name).\($0)" } } : []) }

    /// - Parameters:
    ///   - space: whose subject is a memory.
    ///   - path: of the space's file, beside which traces and standards are looked for.
    /// - Throws: for a standard, traffic or target that does not exist.
    init(_ space: DesignSpace, path: String) throws(CommandFailure) {
        func resolved(_ name: String) -> String {
            let folder = FilePath.folder(path), beside = folder.isEmpty ? name : folder + "/" + name
            return !name.hasPrefix("/") && ShippedFiles.exists(beside) && !ShippedFiles.isFolder(beside) ? beside : name
        }
        standard = resolved(space.architecture)
        try MemoryInputs.checkName(standard)
        fixed = space.fixedSettings.map { ($0.target, $0.value) }
        var workloads: [Workload] = [], files: [SweepHeader.Input] = []
        if ShippedFiles.exists(standard) { files.append(.init(name: space.architecture, hash: try InputFiles.hash(standard))) }
        for workload in space.workloads {
            let traffic = TrafficPattern(name: workload.workload) == nil ? resolved(workload.workload) : workload.workload
            guard TrafficPattern(name: traffic) != nil || ShippedFiles.exists(traffic) else {
                throw CommandFailure(
                    .noInput, "\(path): workload \"\(workload.workload.prefix(80))\" is neither a pattern (\(TrafficPattern.names.joined(separator: ", "))) nor the file of a trace")
            }
            if TrafficPattern(name: traffic) == nil { files.append(.init(name: workload.workload, hash: try InputFiles.hash(traffic))) }
            for setting in workload.settings where !Self.trafficOptions.contains(setting.target) {
                throw CommandFailure(.data, "\(path): workload \(workload.name): \"\(setting.target.prefix(80))\" is not of traffic; there are \(Self.trafficOptions.joined(separator: " and "))")
            }
            workloads.append(
                Workload(name: workload.name, traffic: traffic, weight: workload.weight, settings: workload.settings.map { ($0.target, $0.value) }))
        }
        self.workloads = workloads
        self.files = files
        // A target that does not exist fails at once, not at every point.
        for parameter in space.parameters {
            for target in parameter.targets { try check(target, path: path, parameter: parameter.name) }
        }
    }

    private func check(_ target: String, path: String, parameter: String) throws(CommandFailure) {
        let known = Self.options + Self.trafficOptions + DRAMControllerConfiguration.settings.map { "controller.\($0.name)" }
        if known.contains(target) || target.hasPrefix("timing.") || target.hasPrefix("organization.") || target == "rate" || target == "clock" { return }
        let advice = Suggestion.closestPath(to: target, among: known).map { "did you mean \"\($0)\"?" }
        throw CommandFailure(
            .data, "\(path): parameters.\(parameter): there is no \"\(target.prefix(80))\" of a memory; "
                + (advice ?? "there are channels, mapping, policy, requests, capacity, controller.…, timing.… and organization.…"))
    }

    func evaluate(_ settings: [(target: String, value: Exploration.ParameterValue)]) throws(PointFailure) -> [EvaluatedPoint.Figure] {
        var all: [[Double]] = []
        for workload in workloads { all.append(try run(workload, settings)) }
        if all.count == 1, workloads[0].weight == 1 { return zip(Self.names, all[0]).map { .init($0, $1) } }
        var figures = zip(Self.names, whole(all)).map { EvaluatedPoint.Figure($0, $1) }
        if workloads.count > 1 {
            for (workload, values) in zip(workloads, all) { figures += zip(Self.names, values).map { .init("\(workload.name).\($0)", $1) } }
        }
        return figures
    }

    /// Of all workloads one after the other, each as often as its weight says: cycles, seconds and energy are summed, power is energy by time,
    /// and what is left is the mean by time.
    private func whole(_ all: [[Double]]) -> [Double] {
        func sum(_ index: Int) -> Double { zip(all, workloads).reduce(0) { $0 + $1.0[index] * $1.1.weight } }
        let seconds = sum(1)
        return Self.names.indices.map { index in
            switch Self.names[index] {
            case "cycles", "seconds", "energy": sum(index)
            case "power": sum(7) / seconds
            default: zip(all, workloads).reduce(0) { $0 + $1.0[index] * $1.0[1] * $1.1.weight } / seconds
            }
        }
    }

    /// In the order of the names.
    private func run(_ workload: Workload, _ settings: [(target: String, value: Exploration.ParameterValue)]) throws(PointFailure) -> [Double] {
        do throws(CommandFailure) {
            var (options, assignments): ([String: String], [String]) = ([:], [])
            // A point repeats the settings of all points; those of one workload go before them.
            for setting in fixed + workload.settings + settings.dropFirst(fixed.count) {
                if Self.options.contains(setting.target) || Self.trafficOptions.contains(setting.target) {
                    options[setting.target] = setting.value.description
                } else {
                    assignments.append("\(setting.target)=\(setting.value)")
                }
            }
            let controller = try MemorySettings(assignments, controller: try MemoryInputs.controller(preset: options["policy"] ?? "default"))
            let standard = try MemoryInputs.standard(standard, overrides: controller.standard)
            let mapping = try MemoryInputs.mapping(
                options["mapping"] ?? AddressMapping.defaultScheme, standard.organization, channels: try number(options, "channels") ?? 1)
            var driver = try MemoryInputs.driver(standard, mapping, controller.controller, recordsCommands: false)
            try make(workload, options, mapping, &driver)
            return values(MemoryFigures(driver, traffic: workload.name, checkedCommands: nil))
        } catch {
            throw PointFailure(error.lines.map { $0.replacing("--set ", with: "") }.joined(separator: "; "))
        }
    }

    private func make(_ workload: Workload, _ options: [String: String], _ mapping: AddressMapping, _ driver: inout TrafficDriver) throws(CommandFailure) {
        let capacity = try options["capacity"].map { (text) throws(CommandFailure) in try MemoryInputs.bytes(text, option: "capacity") }
        let requests = try number(options, "requests")
        do throws(TrafficError) {
            if let pattern = TrafficPattern(name: workload.traffic) {
                var generator = try TrafficGenerator(
                    pattern, count: requests ?? Self.defaultRequests, accessBytes: mapping.organization.accessBytes,
                    capacity: min(capacity ?? mapping.capacity, mapping.capacity))
                if !driver.makeAtOnce(generator) { while let access = generator.next() { driver.make(access) } }
            } else {
                let reader = try TraceReader(path: workload.traffic, capacity: mapping.capacity, wrapsAddresses: true)
                while driver.accesses != requests, let access = try reader.next() { driver.make(access) }
            }
        } catch {
            throw CommandFailure(error)
        }
        guard driver.accesses > 0 else { throw CommandFailure(.data, "\(workload.name): has no access") }
        driver.finish()
    }

    private func number(_ options: [String: String], _ name: String) throws(CommandFailure) -> Int? {
        guard let text = options[name] else { return nil }
        guard let value = Int(text), value >= 1 else { throw CommandFailure(.data, "\(name): \"\(text.prefix(40))\" is not a whole number from 1 on") }
        return value
    }

    private func values(_ figures: MemoryFigures) -> [Double] {
        [
            Double(figures.cycles), figures.seconds, figures.bandwidth, figures.utilization, figures.total.rowHitRate,
            figures.total.readLatency.average * figures.clockSeconds, Double(figures.total.readLatency.percentile(0.99)) * figures.clockSeconds,
            figures.energy?.joules ?? .nan, figures.averagePower ?? .nan, figures.picojoulesPerBit ?? .nan,
        ]
    }
}
