import Exploration
import Foundation

/// Why a file is not a sweep that can be reported on.
public struct SweepFileError: Error, Equatable, CustomStringConvertible {
    public var description: String
    init(_ description: String) { self.description = description }
}

extension SweepDocument {
    /// Reads `sweep.json`, or the plain encoding of `SweepResults`.
    ///
    /// - Parameters:
    ///   - data: the whole file.
    ///   - file: for messages.
    public static func results(_ data: Data, file: String) throws(SweepFileError) -> SweepResults {
        let results: SweepResults
        if let head = try? JSONDecoder().decode(Head.self, from: data), head.schemaVersion != nil || head.kind != nil {
            guard head.kind == kind else {
                throw SweepFileError("\(file): is not a sweep (no \"kind\": \"\(kind)\"); name a sweep's database or the sweep.json of a report")
            }
            guard head.schemaVersion == schemaVersion else {
                throw SweepFileError(
                    "\(file): was written in version \(head.schemaVersion.map(String.init) ?? "–") of the format, and this is version \(schemaVersion); "
                        + "write it again with this version of Cyclewright, or read it with its own")
            }
            results = try decoded(File.self, data, file).results
        } else {
            results = try decoded(SweepResults.self, data, file)
        }
        try check(results, file: file)
        return results
    }

    private static func decoded<Value: Decodable>(_ type: Value.Type, _ data: Data, _ file: String) throws(SweepFileError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw SweepFileError("\(file): \(explanation(error))")
        } catch {
            throw SweepFileError("\(file): is not JSON")
        }
    }

    private static func explanation(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.reduce("") { text, key in key.intValue.map { "\(text)[\($0)]" } ?? (text.isEmpty ? key.stringValue : text + "." + key.stringValue) }
        }
        switch error {
        case .keyNotFound(let key, let context):
            let path = place(context)
            return "is not a sweep: \"\(key.stringValue)\" is missing\(path.isEmpty ? "" : " in \(path)")"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let path = place(context)
            return path.isEmpty ? "is not a sweep" : "\(path): has a value of the wrong kind"
        case .dataCorrupted(let context):
            let path = place(context)
            return path.isEmpty ? "is not JSON" : "\(path): \(context.debugDescription)"
        @unknown default: return "is not a sweep"
        }
    }

    /// Refuses what the types promise and a file may not keep: choices that are none, points without their objectives, no points at all.
    ///
    /// - Parameter file: for messages.
    public static func check(_ results: SweepResults, file: String) throws(SweepFileError) {
        for parameter in results.parameters where parameter.values.isEmpty {
            throw SweepFileError("\(file): parameter \"\(parameter.name)\" has no values")
        }
        guard !results.points.isEmpty else { throw SweepFileError("\(file): has no points yet; there is nothing to report on") }
        for point in results.points {
            let place = "\(file): point \(point.number)"
            guard point.point.choices.count == results.parameters.count else {
                throw SweepFileError("\(place): has \(point.point.choices.count) choices for \(results.parameters.count) parameters")
            }
            for (choice, parameter) in zip(point.point.choices, results.parameters) where !parameter.values.indices.contains(choice) {
                throw SweepFileError("\(place): choice \(choice) of \"\(parameter.name)\", which has \(parameter.values.count) values")
            }
            guard point.status == .failed || point.objectives.count == results.objectives.count else {
                throw SweepFileError("\(place): has \(point.objectives.count) values for \(results.objectives.count) objectives")
            }
        }
    }

    private struct Head: Decodable {
        var kind: String?
        var schemaVersion: Int?
    }

    /// The layout of the file.
    private struct File: Decodable {
        var version: String, name: String, architecture: String
        var workloads: [SweepResults.Workload]
        var strategy: String, seed: String
        var parameters: [Parameter]
        var constraints: [String]
        var objectives: [SweepObjective]
        var limits: [String], figures: [String]
        var points: [Point]

        struct Parameter: Decodable {
            var name: String, targets: [String], isOrdered: Bool, values: [Value]
        }

        struct Value: Decodable {
            var value: ParameterValue
            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let integer = try? container.decode(Int.self) {
                    value = .integer(integer)
                } else if let number = try? container.decode(Double.self) {
                    value = .number(number)
                } else {
                    value = .text(try container.decode(String.self))
                }
            }
        }

        struct Point: Decodable {
            var number: Int
            var choices: [Int]
            var status: EvaluatedPoint.Status
            var reason: String
            var objectives: [Double?]
            var figures: [Double?]
        }

        var results: SweepResults {
            SweepResults(
                name: name, architecture: architecture, workloads: workloads,
                parameters: parameters.map {
                    SpaceParameter(name: $0.name, targets: $0.targets, values: $0.values.map(\.value), isOrdered: $0.isOrdered)
                },
                constraints: constraints, objectives: objectives, limits: limits.map { SweepLimit(text: $0) }, strategy: strategy,
                seed: UInt64(seed) ?? 0, version: version,
                points: points.map { point in
                    EvaluatedPoint(
                        number: point.number, point: DesignPoint(choices: point.choices), status: point.status, reason: point.reason,
                        objectives: point.objectives.map { $0 ?? .nan },
                        figures: zip(figures, point.figures).compactMap { name, value in value.map { EvaluatedPoint.Figure(name, $0) } })
                })
        }
    }
}
