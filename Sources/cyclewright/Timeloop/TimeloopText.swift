import MappingSearch
import Reporting
import TimeloopFiles

/// What `cyclewright timeloop` prints.
struct TimeloopText {
    private let specification: TimeloopSpecification
    private let style: TerminalStyle

    init(_ specification: TimeloopSpecification, style: TerminalStyle) {
        self.specification = specification
        self.style = style
    }

    func evaluated(_ mapping: LoopNestMapping, _ report: LoopNestReport) -> String {
        table(mapping, report)
    }

    /// - Parameter summary: `nil` for the outcome's own.
    func searched(_ outcome: MapspaceOutcome, summary lines: [String]? = nil) -> String {
        table(outcome.mapping, outcome.report) + "\n" + style.paint("Search", .heading) + "\n" + (lines ?? summary(outcome)).map { "  \($0)\n" }.joined()
    }

    /// What was reached by factors that do not divide.
    ///
    /// - Parameter problem: as it was given.
    func summary(_ imperfect: ImperfectOutcome, of problem: LoopNestProblem) -> [String] {
        let value = Self.value(imperfect.outcome.value, imperfect.outcome.objective), bound = Self.value(imperfect.bound, imperfect.outcome.objective)
        let longer = zip(imperfect.problem.dimensions, problem.dimensions).filter { $0.extent != $1.extent }.map { "\($0.name)=\($0.extent) for \($1.extent)" }
        let proof = imperfect.isProved ? "proved optimal among all factors" : "no mapping with any factors is below \(bound)"
        let found = longer.isEmpty ? "none found that is better" : "\(value) with \(longer.joined(separator: ", "))"
        return ["factors that do not divide: \(found); \(proof)"]
    }

    /// What was reached, and by how much work.
    func summary(_ outcome: MapspaceOutcome) -> [String] {
        let value = Self.value(outcome.value, outcome.objective)
        let result: String
        if outcome.isProved {
            result = "\(value), proved optimal among the mappings whose factors divide the dimensions"
        } else if outcome.bound > 0, outcome.gap < 1e6 {
            let percent = (100 * outcome.gap * 1000).rounded(.up) / 1000
            result = "\(value), best found, at most \(QuantityText.significant(percent)) % above the bound \(Self.value(outcome.bound, outcome.objective))"
        } else {
            result = "\(value), best found, without a bound"
        }
        let work =
            "\(QuantityText.integer(outcome.searchedSkeletons)) of \(QuantityText.integer(outcome.skeletons)) ways to spread and to keep searched, \(QuantityText.integer(outcome.labels)) partial loop nests"
        return [result, work] + (outcome.isInterrupted ? ["interrupted: this is the best found so far"] : [])
    }

    static func value(_ value: Double, _ objective: MappingObjective) -> String {
        switch objective {
        case .edp: "\(scientific(value * 1e-6)) µJ·cycles"
        case .energy: "\(QuantityText.significant(value * 1e-6)) µJ"
        case .cycles: "\(QuantityText.fixed(value, decimals: 0)) cycles"
        case .traffic: "\(QuantityText.fixed(value, decimals: 0)) words"
        }
    }

    private static func scientific(_ value: Double) -> String {
        guard value >= 1e6, value.isFinite else { return QuantityText.significant(value) }
        var (mantissa, exponent) = (value, 0)
        while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        return "\(QuantityText.fixed(mantissa, decimals: 4))e\(exponent)"
    }

    private func table(_ mapping: LoopNestMapping, _ report: LoopNestReport) -> String {
        let problem = specification.problem, hierarchy = specification.hierarchy
        var table = TerminalTable([
            .init(title: "level", role: .accent), .init(title: "tensor"), .init(title: "instances", isRight: true), .init(title: "tile", isRight: true),
            .init(title: "reads", isRight: true), .init(title: "fills", isRight: true), .init(title: "updates", isRight: true),
            .init(title: "energy µJ", isRight: true),
        ])
        for (level, entry) in zip(hierarchy.levels, report.levels) {
            for (space, tensor) in zip(problem.dataSpaces, entry.tensors) {
                guard let tensor else { continue }
                table.rows.append([
                    level.name, space.name, QuantityText.integer(entry.instances), QuantityText.integer(tensor.tileSize), QuantityText.integer(tensor.reads),
                    QuantityText.integer(tensor.fills), QuantityText.integer(tensor.updates), QuantityText.significant(tensor.energy * 1e-6),
                ])
            }
            if entry.leakage > 0 { table.rows.append([level.name, "(leakage)", QuantityText.integer(entry.instances), "", "", "", "", QuantityText.significant(entry.leakage * 1e-6)]) }
        }
        table.rows.append([
            hierarchy.compute.name, "", QuantityText.integer(report.computeInstances), "", QuantityText.integer(report.computes), "", "",
            QuantityText.significant(report.computeEnergy * 1e-6),
        ])
        var facts = TerminalTable([.init(title: "", role: .dim), .init(title: "", isFlexible: true)])
        let limits = hierarchy.levels.indices.filter { report.throttling($0) < 1 }
        let slowed = limits.map { "\(hierarchy.levels[$0].name) delivers \(QuantityText.percent(report.throttling($0))) of what is needed" }
        facts.rows = [
            ["Cycles", QuantityText.integer(report.cycles) + (slowed.isEmpty ? "" : ", of which \(QuantityText.integer(report.computeCycles)) compute: \(slowed.joined(separator: ", "))")],
            ["Utilization", QuantityText.percent(report.utilization)],
            ["Energy", "\(QuantityText.significant(report.energy * 1e-6)) µJ, \(QuantityText.fixed(report.energy / Double(report.computes), decimals: 5)) pJ per multiplication"],
            ["EDP", "\(Self.scientific(report.energyDelay * 1e-6)) µJ·cycles"], ["Area", "\(QuantityText.significant(report.area * 1e-6)) mm²"],
        ]
        let nest = mapping.text(problem, on: hierarchy).split(separator: "\n").map { "  " + TerminalText.visible(String($0)) }
        return ([style.paint("Mapping", .heading)] + nest + ["", style.paint("Accesses", .heading) + style.paint(" (words, of one instance; energy of all)", .dim)]
            + table.lines(style) + [""] + facts.lines(style)).joined(separator: "\n") + "\n"
    }
}
