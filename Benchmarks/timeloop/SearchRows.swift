import Architecture
import Foundation
import MappingSearch
import TimeloopFiles

/// Searches of the same mapspaces by all three objectives, Timeloop's best mapping beside ours.
enum SearchRows {
    /// - Parameter anyFactors: whether mappings whose factors do not divide are searched too.
    /// - Returns: how many of ours are worse.
    static func run(_ folder: String, _ filter: String, anyFactors: Bool) -> Int {
        var worse = 0
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
        print("Timeloop: of its mapping in this objective; * where it searched for another one. Bound and gap: of all mappings whose factors divide the")
        print("dimensions, which are Timeloop's.")
        if anyFactors { print("Any factors: the best found whose last rounds may be partly empty, and the bound of all of these.") }
        let header = "case                                              objective      Timeloop          ours   ratio       bound  gap %   cycles  energy uJ  skeletons  labels  CPU s"
        print(header + (anyFactors ? "  any factors    its bound  gap %  CPU s" : ""))
        for name in names where name.hasSuffix(".in.yaml") && (filter.isEmpty || name.contains(filter)) {
            let base = "\(folder)/\(name.dropLast(8))"
            guard let text = try? String(contentsOfFile: base + ".stats.txt", encoding: .utf8) else { continue }
            do {
                let specification = try TimeloopSpecification(files: [(base + ".in.yaml", try ArchitectureFile.read(path: base + ".in.yaml"))])
                let wanted = specification.metrics.first.flatMap { MappingObjective(timeloopName: $0.rawValue) } ?? .edp
                // What it found by one objective stands in the others too, where it did not search by them.
                for objective in wanted == .edp ? [.edp, .energy, .cycles] : [wanted] {
                    if try !row(String(name.dropLast(8)), specification, objective, wanted, StatisticsFile(text), anyFactors) { worse += 1 }
                }
            } catch {
                print("\(name): \(error)")
                worse += 1
            }
        }
        return worse
    }

    /// - Returns: whether ours is as good.
    private static func row(
        _ name: String, _ specification: TimeloopSpecification, _ objective: MappingObjective, _ wanted: MappingObjective, _ theirs: StatisticsFile, _ anyFactors: Bool
    ) throws -> Bool {
        let start = clock()
        let outcome = try MapspaceSearch(specification.problem, on: specification.hierarchy, constraints: specification.constraints).run(objective)
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        let energy = (theirs.energyPerCompute["Total"] ?? 0) / 1000 * Double(specification.problem.computes)
        let value: Double =
            switch objective {
            case .edp: energy * Double(theirs.cycles)
            case .energy, .traffic: energy
            case .cycles: Double(theirs.cycles)
            }
        let cells = [
            name.padding(toLength: 50, withPad: " ", startingAt: 0), (objective.rawValue + (objective == wanted ? "" : "*")).padding(toLength: 8, withPad: " ", startingAt: 0),
            String(format: "%13.5e %13.5e %7.3f", value, outcome.value, outcome.value / value), String(format: "%11.4e %6.3f", outcome.bound, 100 * outcome.gap),
            String(format: "%9d %10.2f", outcome.report.cycles, outcome.report.energy / 1e6),
            "\(outcome.searchedSkeletons)/\(outcome.skeletons)", "\(outcome.labels)", String(format: "%.2f", seconds),
        ] + (anyFactors ? [imperfect(specification, outcome)] : [])
        print(cells.joined(separator: " "))
        fflush(nil)
        return outcome.value <= value * 1.000001
    }

    private static func imperfect(_ specification: TimeloopSpecification, _ perfect: MapspaceOutcome) -> String {
        let start = clock()
        let search = ImperfectSearch(specification.problem, on: specification.hierarchy, constraints: specification.constraints)
        guard let found = try? search.run(perfect.objective, from: perfect) else { return "-" }
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        return String(format: "%12.4e %12.4e %6.1f %.2f", found.outcome.value, found.bound, 100 * found.gap, seconds)
    }
}
