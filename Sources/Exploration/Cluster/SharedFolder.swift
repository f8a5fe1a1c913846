import Foundation

/// The folder through which the head of a sweep and its tasks on a cluster talk: nothing but files that appear and vanish by renaming,
/// which network file systems do as a whole.
///
/// - `todo/SHARD` holds points that nobody has taken;
/// - `taken/SHARD@TASK` is the same file once a task has renamed it, which only one can;
/// - `done/NUMBER` is what became of a point;
/// - `heart` says that the head of a run is alive: "RUN BEAT";
/// - `stop` tells tasks to end.
package struct SharedFolder: Sendable {
    /// Points that one task takes together.
    struct Shard: Codable {
        struct Point: Codable {
            var number: Int
            var choices: [Int]
        }
        var points: [Point]
    }

    /// What became of a point.
    struct Outcome: Codable {
        /// `SweepHeader.hash` of the sweep, so that no other's result is taken.
        var sweep: String
        var number: Int
        var choices: [Int]
        /// As `FigureText` writes them; `nil` for a point that failed.
        var figures: String?
        var reason: String?

        init(sweep: String, _ request: PointRequest, _ outcome: PointOutcome) {
            self.sweep = sweep
            number = request.number
            choices = request.point.choices
            switch outcome {
            case .success(let values): figures = FigureText.text(values)
            case .failure(let failure): reason = failure.reason
            }
        }

        var outcome: PointOutcome? {
            if let reason { return .failure(PointFailure(reason)) }
            return figures.flatMap { FigureText.figures($0) }.map { .success($0) }
        }
    }

    package let path: String

    package init(path: String) { self.path = path }

    private static let parts = ["todo", "taken", "done", "log"]

    func create() throws(SweepError) {
        for part in Self.parts {
            do {
                try FileManager.default.createDirectory(atPath: "\(path)/\(part)", withIntermediateDirectories: true)
            } catch {
                throw SweepError.cluster("\(path): the shared folder cannot be made: \(error.localizedDescription)")
            }
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Names in a part of the folder, in order, without files that are being written.
    func names(_ part: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(part)")) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    func text(_ name: String) -> String? { try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    func delete(_ name: String) { unlink("\(path)/\(name)") }

    func exists(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }

    /// - Returns: whether this process was the one that moved it.
    func move(_ name: String, _ target: String) -> Bool { rename("\(path)/\(name)", "\(path)/\(target)") == 0 }

    /// Writes a file that appears complete.
    func write(_ text: String, _ name: String) throws(SweepError) {
        let parts = name.split(separator: "/")
        let staged = "\(path)/" + (parts.dropLast() + [".\(parts.last ?? "").\(getpid())"]).joined(separator: "/")
        do {
            try text.write(toFile: staged, atomically: false, encoding: .utf8)
        } catch {
            unlink(staged)
            throw SweepError.cluster("\(path)/\(name): cannot be written: \(error.localizedDescription)")
        }
        guard rename(staged, "\(path)/\(name)") == 0 else {
            throw SweepError.cluster("\(path)/\(name): cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    func write(_ value: some Encodable, as name: String) throws(SweepError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(value) else { throw SweepError.cluster("\(path)/\(name): holds what JSON cannot") }
        try write(String(decoding: data, as: UTF8.self), name)
    }

    func read<Value: Decodable>(_ type: Value.Type, _ name: String) -> Value? {
        text(name).flatMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
    }
}
