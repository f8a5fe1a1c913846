import Exploration

/// Runs as the points of a sweep, so that they get the same report: fronts, tables, plots.
public enum RunSet {
    /// What runs are ranked by, where every one of them has it.
    private static let objectives: [(figure: String, name: String, unit: String)] = [
        ("seconds", "time", "s"), ("cost.joules", "energy", "J"), ("cost.squareMillimetres", "area", "mm²"), ("dramBytes", "dramBytes", "B"),
    ]

    /// - Parameter runs: at least one.
    public static func results(_ runs: [RunSummary], version: String) -> SweepResults {
        let architectures = distinct(runs.map(\.architecture)), workloads = distinct(runs.map(\.workload)), paths = distinct(runs.map(\.path))
        var chosen: [(figure: String, name: String, unit: String)] = []
        for objective in objectives where runs.allSatisfy({ $0.figures[objective.figure] != nil }) && !chosen.contains(where: { $0.name == objective.name }) {
            chosen.append(objective)
        }
        let names = Set(runs.flatMap(\.figures.keys)).sorted()
        func parameter(_ name: String, _ values: [String]) -> SpaceParameter {
            SpaceParameter(name: name, targets: [], values: values.map { .text($0) }, isOrdered: false)
        }
        return SweepResults(
            name: runs.count == 1 ? "\(runs[0].workload) on \(runs[0].architecture)" : "\(runs.count) runs",
            architecture: architectures.joined(separator: ", "), workloads: workloads.map { SweepResults.Workload(name: $0) },
            parameters: [parameter("architecture", architectures), parameter("workload", workloads), parameter("run", paths)],
            objectives: chosen.map { SweepObjective(name: $0.name, expression: $0.figure, unit: $0.unit) }, strategy: "", seed: 0, version: version,
            points: runs.enumerated().map { number, run in
                EvaluatedPoint(
                    number: number,
                    point: DesignPoint(choices: [
                        architectures.firstIndex(of: run.architecture) ?? 0, workloads.firstIndex(of: run.workload) ?? 0, paths.firstIndex(of: run.path) ?? 0,
                    ]),
                    status: .finished, objectives: chosen.map { run.figures[$0.figure] ?? .nan },
                    figures: names.compactMap { name in run.figures[name].map { EvaluatedPoint.Figure(name, $0) } })
            })
    }

    private static func distinct(_ names: [String]) -> [String] {
        var known: Set<String> = []
        return names.filter { known.insert($0).inserted }
    }
}
