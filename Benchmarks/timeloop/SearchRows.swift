import Architecture
import Foundation
import MappingSearch
import TimeloopFiles

/// Searches of the same mapspaces, Timeloop's best mapping beside ours.
enum SearchRows {
    /// - Returns: how many of ours are worse.
    static func run(_ folder: String, _ filter: String) -> Int {
        var worse = 0
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
        print("case                                              objective      Timeloop          ours   ratio       bound  gap %   cycles  energy uJ  skeletons  labels  CPU s")
        for name in names where name.hasSuffix(".in.yaml") && (filter.isEmpty || name.contains(filter)) {
            let base = "\(folder)/\(name.dropLast(8))"
            guard let text = try? String(contentsOfFile: base + ".stats.txt", encoding: .utf8) else { continue }
            let theirs = StatisticsFile(text)
            do {
                let start = clock()
                let specification = try TimeloopSpecification(files: [(base + ".in.yaml", try ArchitectureFile.read(path: base + ".in.yaml"))])
                let objective = specification.metrics.first.flatMap { MappingObjective(rawValue: $0.rawValue) } ?? .energyDelay
                let search = MapspaceSearch(specification.problem, on: specification.hierarchy, constraints: specification.constraints)
                let outcome = try search.run(objective)
                let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
                let energy = (theirs.energyPerCompute["Total"] ?? 0) / 1000 * Double(specification.problem.computes)
                let value: Double =
                    switch objective {
                    case .energyDelay: energy * Double(theirs.cycles)
                    case .energy: energy
                    case .delay: Double(theirs.cycles)
                    }
                if outcome.value > value * 1.000001 { worse += 1 }
                let cells = [
                    String(name.dropLast(8)).padding(toLength: 50, withPad: " ", startingAt: 0), objective.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0),
                    String(format: "%13.5e %13.5e %7.3f", value, outcome.value, outcome.value / value), String(format: "%11.4e %6.3f", outcome.bound, 100 * outcome.gap),
                    String(format: "%9d %10.2f", outcome.report.cycles, outcome.report.energy / 1e6),
                    "\(outcome.searchedSkeletons)/\(outcome.skeletons)", "\(outcome.labels)", String(format: "%.2f", seconds),
                ]
                print(cells.joined(separator: " "))
                fflush(nil)
            } catch {
                print("\(name): \(error)")
                worse += 1
            }
        }
        return worse
    }
}
