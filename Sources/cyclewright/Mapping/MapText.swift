import Mapping
import MappingSearch
import Reporting

/// What `cyclewright map` says about the mapping that it found.
struct MapText {
    private let found: FoundMapping
    private let objective: MappingObjective
    private let title: String
    private let style: TerminalStyle

    init(_ found: FoundMapping, objective: MappingObjective, title: String, style: TerminalStyle) {
        self.found = found
        self.objective = objective
        self.title = title
        self.style = style
    }

    static func figure(_ value: Double) -> String { QuantityText.integer(Int(min(value, 1e18).rounded())) }

    /// How far the whole search got, in one line.
    static func reached(_ found: FoundMapping) -> String {
        let open = found.products.filter { $0.verdict != .optimal }.count
        let all = found.products.count
        if found.isInterrupted { return "interrupted; \(all - open) of \(all) products proved optimal under the model" }
        if open == 0 { return "every product proved optimal under the model" }
        let worst = found.products.map(\.verdict.share).min() ?? 1
        return "\(all - open) of \(all) products proved optimal under the model; the others at most \(QuantityText.fixed(100 * (1 - worst), decimals: 1)) % above the bound"
    }

    var summary: String {
        var lines = [style.paint(title, .heading) + ", objective \(objective.rawValue)", ""]
        lines += table.lines(style)
        lines.append("")
        lines.append("Reached: " + found.mapping.reached)
        if let residency = found.residency { lines.append("Results on chip: " + residency) }
        if let cores = found.cores { lines.append("Cores: " + cores) }
        lines += found.fused.map { FusionText.line($0) }
        if let cycles = found.cycles { lines.append("Simulated: \(QuantityText.integer(cycles)) cycles for the whole workload") }
        for other in found.alternatives where found.alternatives.count > 1 { lines.append("  with \(other.name): \(QuantityText.integer(other.cycles)) cycles, \(QuantityText.integer(other.bytes)) bytes off chip") }
        lines += times
        if objective == .energy || objective == .edp { lines.append("Energy is relative: \(EnergyTable.eyeriss.source)") }
        if !found.caveats.isEmpty { lines.append("Not in the model of times: \(found.caveats.joined(separator: "; "))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// How the simulated time compares with the predicted one, and the products that are furthest off.
    private var times: [String] {
        guard let check = found.check, !check.rows.isEmpty else { return [] }
        var lines = ["Predicted: " + check.summary, "Off-chip bytes: " + check.traffic(found.architecture)]
        let off = check.rows.filter { !$0.isClose }.sorted { (abs($0.difference), $1.name) > (abs($1.difference), $0.name) }
        guard !off.isEmpty else { return lines }
        lines.append("  more than 1 % from their prediction, \(off.count) of \(check.rows.count), largest first:")
        var table = TerminalTable([
            .init(title: "PRODUCT", role: .accent), .init(title: "PREDICTED", isRight: true), .init(title: "SIMULATED", isRight: true), .init(title: "CAUSE"),
        ])
        for row in off.prefix(Self.shownDifferences) {
            table.rows.append([TerminalText.visible(row.name), Self.figure(row.predicted), QuantityText.integer(row.simulated), row.cause ?? ""])
        }
        lines += table.lines(style).map { "  " + $0 }
        return lines
    }

    private static let shownDifferences = 8

    /// Equal products once.
    private var table: TerminalTable {
        var table = TerminalTable([
            .init(title: "PRODUCT", role: .accent), .init(title: "×", isRight: true), .init(title: "M × K × N", isRight: true),
            .init(title: "TILE", isRight: true), .init(title: "ORDER"), .init(title: "LEFT"), .init(title: "RIGHT"), .init(title: "CYCLES", isRight: true),
            .init(title: "BYTES", isRight: true), .init(title: "REACHED"),
        ])
        struct Row: Hashable {
            var whole: ProductExtents
            var mapping: MatmulMapping
            var bytes: Int?
        }
        var order: [Row] = []
        var groups: [Row: [FoundProduct]] = [:]
        for product in found.products {
            let row = Row(whole: product.product.whole, mapping: product.product.mapping, bytes: product.cost?.traffic.total)
            if groups[row] == nil { order.append(row) }
            groups[row, default: []].append(product)
        }
        for row in order {
            guard let products = groups[row], let first = products.first else { continue }
            let mapping = row.mapping, problem = first.product.request.problem
            let batch = row.whole.batch > 1 ? "\(row.whole.batch) × " : ""
            table.rows.append([
                TerminalText.visible(first.product.request.operatorName), "\(products.count)", "\(batch)\(row.whole.m) × \(row.whole.k) × \(row.whole.n)",
                "\(mapping.tileM) × \(mapping.tileK) × \(mapping.tileN)", mapping.order.rawValue,
                problem.leftIsResident ? "on chip" : mapping.left.rawValue, problem.rightIsResident ? "on chip" : mapping.right.rawValue,
                first.cost.map { Self.figure($0.cycles) } ?? QuantityText.missing, row.bytes.map { QuantityText.integer($0) } ?? QuantityText.missing,
                verdict(first.verdict),
            ])
        }
        return table
    }

    private func verdict(_ verdict: SearchVerdict) -> String {
        switch verdict {
        case .optimal: "optimal"
        case .bounded(0): "not searched"
        case .bounded(let share): "within \(QuantityText.fixed(100 * (1 / share - 1), decimals: 1)) %"
        case .interrupted: "interrupted"
        }
    }
}
