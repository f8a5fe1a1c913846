import Foundation

/// A run as its `summary.json` tells it: every number of the run and of its operators, by name.
public struct RunSummary: Sendable {
    /// An operator of the run.
    public struct Operator: Sendable {
        public var name: String
        public var type: String
        /// "cycles", "seconds", "dramBytes", "energy.…": all that the file has as numbers.
        public var figures: [String: Double]
    }

    /// Where it was read.
    public var path: String
    public var architecture: String
    public var workload: String
    /// Numbers of the whole run; those inside objects with a dotted path.
    public var figures: [String: Double]
    public var operators: [Operator]
    /// The page of the run, if it lies beside the summary.
    public var page: String?

    /// Reads a run.
    ///
    /// - Parameter path: `summary.json`, or the folder that a run left it in.
    public init(path: String) throws(RunFileError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw RunFileError(.missing, "\(path): there is no such file or folder; name the folder that `cyclewright simulate` wrote, or its summary.json")
        }
        let file = isFolder.boolValue ? path + "/summary.json" : path
        guard FileManager.default.fileExists(atPath: file) else {
            throw RunFileError(.missing, "\(path): has no summary.json; name the folder that `cyclewright simulate` wrote")
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
        guard size <= Self.mostBytes else { throw RunFileError(.data, "\(file): is larger than \(Self.mostBytes >> 20) MiB, which is the most that is read") }
        guard let data = FileManager.default.contents(atPath: file) else { throw RunFileError(.missing, "\(file): cannot be read") }
        try self.init(data, path: file)
        let beside = (file as NSString).deletingLastPathComponent + "/report.html"
        let near = beside.hasPrefix("/report") && !file.hasPrefix("/") ? "report.html" : beside
        page = FileManager.default.fileExists(atPath: near) ? near : nil
    }

    static let mostBytes = 1 << 29

    /// - Parameter path: for messages.
    init(_ data: Data, path: String) throws(RunFileError) {
        guard let any = try? JSONSerialization.jsonObject(with: data) else { throw RunFileError(.data, "\(path): is not JSON") }
        guard let object = any as? [String: Any], let architecture = object["architecture"] as? String, let workload = object["workload"] as? String,
            let operators = object["operators"] as? [[String: Any]]
        else { throw RunFileError(.data, "\(path): is not the summary.json of a run (no architecture, workload and operators)") }
        let version = (object["schemaVersion"] as? NSNumber)?.intValue
        guard version == SummaryDocument.schemaVersion else {
            throw RunFileError(
                .data, "\(path): was written in version \(version.map(String.init) ?? "–") of the format, and this is version "
                    + "\(SummaryDocument.schemaVersion); run it again with this version of Cyclewright")
        }
        self.path = path
        self.architecture = architecture
        self.workload = workload
        figures = Self.numbers(object)
        // Neither is a figure of the run.
        figures["schemaVersion"] = nil
        figures["cost.power.secondsPerStretch"] = nil
        for (component, joules) in Self.energies(object) { figures["energy." + component] = joules }
        figures["dramBytes"] = Self.sum(figures["dramReadBytes"], figures["dramWriteBytes"])
        let period = ratio(figures["seconds"] ?? 0, figures["cycles"] ?? 0)
        self.operators = try operators.map { (entry) throws(RunFileError) in
            guard let name = entry["name"] as? String else { throw RunFileError(.data, "\(path): has an operator without a name") }
            var figures = Self.numbers(entry)
            // Runs at different clocks compare in seconds, not in cycles.
            figures["seconds"] = figures["cycles"].map { $0 * period }
            figures["dramBytes"] = Self.sum(figures["dramReadBytes"], figures["dramWriteBytes"])
            return Operator(name: name, type: entry["type"] as? String ?? "", figures: figures)
        }
    }

    /// Energy by component: what the cost of the run lists action by action.
    private static func energies(_ object: [String: Any]) -> [String: Double] {
        var sums: [String: Double] = [:]
        for item in (object["cost"] as? [String: Any])?["items"] as? [[String: Any]] ?? [] {
            guard let component = item["component"] as? String, let joules = (item["joules"] as? NSNumber)?.doubleValue else { continue }
            sums[component, default: 0] += joules
        }
        return sums
    }

    private static func sum(_ first: Double?, _ second: Double?) -> Double? { first.flatMap { first in second.map { first + $0 } } }

    /// The numbers of an object and of the objects in it; arrays are left out.
    private static func numbers(_ object: [String: Any], prefix: String = "") -> [String: Double] {
        var result: [String: Double] = [:]
        for (key, value) in object {
            if let inner = value as? [String: Any] {
                result.merge(numbers(inner, prefix: prefix + key + ".")) { $1 }
            } else if let number = value as? NSNumber, number.doubleValue.isFinite {
                result[prefix + key] = number.doubleValue
            }
        }
        return result
    }
}

/// Why a run cannot be read or compared.
public struct RunFileError: Error, Equatable, CustomStringConvertible {
    public enum Kind: Sendable { case missing, data }
    public var kind: Kind
    public var description: String
    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
