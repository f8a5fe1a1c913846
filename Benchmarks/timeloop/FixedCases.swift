import Architecture
import Foundation
import MappingSearch
import TimeloopFiles

/// Fixed mappings: every figure of Timeloop's statistics beside ours.
enum FixedCases {
    /// - Returns: how many figures differ.
    static func run(_ folder: String) -> Int {
        var differences = 0
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
        for name in names where name.hasSuffix(".in.yaml") {
            let base = "\(folder)/\(name.dropLast(8))"
            guard let statistics = try? String(contentsOfFile: base + ".stats.txt", encoding: .utf8) else {
                print("\(name): \(rejection(base + ".in.yaml"))")
                continue
            }
            var files = [base + ".in.yaml"]
            if FileManager.default.fileExists(atPath: base + ".map.yaml") { files.append(base + ".map.yaml") }
            do {
                let specification = try TimeloopSpecification(files: files.map { ($0, try ArchitectureFile.read(path: $0)) })
                guard let mapping = specification.mapping else { continue }
                let found = compare(specification, mapping, StatisticsFile(statistics))
                differences += found.count
                print("\(name): \(found.isEmpty ? "equal" : "\(found.count) differ")")
                for line in found { print("    \(line)") }
            } catch {
                print("\(name): \(error)")
                differences += 1
            }
        }
        return differences
    }

    private static func rejection(_ path: String) -> String {
        do {
            let specification = try TimeloopSpecification(files: [(path, try ArchitectureFile.read(path: path))])
            guard let mapping = specification.mapping else { return "has no mapping" }
            _ = try LoopNestAnalysis(specification.problem, on: specification.hierarchy).report(mapping)
            return "NOT REJECTED"
        } catch {
            return "rejected: \(error)"
        }
    }

    private static func compare(_ specification: TimeloopSpecification, _ mapping: LoopNestMapping, _ theirs: StatisticsFile) -> [String] {
        let report: LoopNestReport
        do throws(LoopNestError) {
            report = try LoopNestAnalysis(specification.problem, on: specification.hierarchy).report(mapping)
        } catch {
            return ["\(error)"]
        }
        var found: [String] = []
        func check(_ name: String, _ ours: Double, _ theirs: Double?, _ tolerance: Double) {
            guard let theirs else { return found.append("\(name): missing there") }
            if abs(ours - theirs) > tolerance + 1e-9 * abs(theirs) { found.append("\(name): \(ours), there \(theirs)") }
        }
        check("cycles", Double(report.cycles), Double(theirs.cycles), 0)
        var compared = 0
        for (level, entry) in zip(specification.hierarchy.levels, report.levels) {
            for (space, tensor) in zip(specification.problem.dataSpaces, entry.tensors) {
                guard let tensor else { continue }
                let path = "\(level.name)/\(space.name)/"
                check(path + "partition", Double(tensor.partitionSize), theirs.figures[path + "Partition size"], 0)
                check(path + "tile", Double(tensor.tileSize), theirs.figures[path + "Utilized capacity"], 0)
                check(path + "instances", Double(entry.instances), theirs.figures[path + "Utilized instances (max)"], 0)
                check(path + "clusters", Double(entry.clusters), theirs.figures[path + "Utilized clusters (max)"], 0)
                check(path + "reads", Double(tensor.reads), theirs.figures[path + "Scalar reads (per-instance)"], 0)
                check(path + "fills", Double(tensor.fills), theirs.figures[path + "Scalar fills (per-instance)"], 0)
                check(path + "updates", Double(tensor.updates), theirs.figures[path + "Scalar updates (per-instance)"], 0)
                check(path + "reductions", Double(tensor.temporalReductions), theirs.figures[path + "Temporal reductions (per-instance)"], 0)
                check(path + "addresses", Double(tensor.addressGenerations), theirs.figures[path + "Address generations (per-cluster)"], 0)
                check(path + "energy", tensor.energy, theirs.figures[path + "Energy (total)"], 0.0051)
                compared += 1
            }
            if level.holdsData, let total = theirs.energyPerCompute[level.name] {
                check(level.name, entry.energy / Double(report.computes) * 1000, total, 0.0051)
            }
        }
        check("tensors", Double(compared * 21), Double(theirs.figures.count), Double(compared) * 2)
        check("total", report.energy / Double(report.computes) * 1000, theirs.energyPerCompute["Total"], 0.0051)
        return found
    }
}
