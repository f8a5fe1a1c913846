import Quantities

/// How far the SRAM model is from CACTI over the grid.
public struct SRAMComparison: Sendable {
    /// Errors of one figure over some arrays: ours over CACTI's, less one.
    public struct Row: Sendable {
        public var group: String
        public var figure: String
        public var count: Int
        /// Of the errors without sign.
        public var median: Double
        public var worst: Double
        /// The worst one with its sign, and whose it is.
        public var worstSigned: Double
        public var worstArray: String
    }

    public var rows: [Row] = []

    public init(_ model: SRAMModel = .shipped, grid: CACTIGrid = .shipped) throws(CostError) {
        var errors: [(group: String, array: String, errors: [Double])] = []
        for point in grid.points {
            let ours = try model.cost(of: point.array).figures
            let array = point.array
            errors.append(
                ("\(array.process.node), \(array.process.flavour.rawValue)", "\(array.capacity) × \(array.width)", zip(ours, point.figures).map { $0 / $1 - 1 }))
        }
        var groups: [String] = []
        for entry in errors where !groups.contains(entry.group) { groups.append(entry.group) }
        for group in groups + ["all"] {
            let own = errors.filter { group == "all" || $0.group == group }
            for (index, figure) in CACTIGrid.figureNames.enumerated() {
                let sorted = own.map { (size: abs($0.errors[index]), signed: $0.errors[index], array: group == "all" ? "\($0.array), \($0.group)" : $0.array) }
                    .sorted { ($0.size, $0.array) < ($1.size, $1.array) }
                guard let worst = sorted.last else { continue }
                rows.append(
                    Row(group: group, figure: figure, count: sorted.count, median: sorted[sorted.count / 2].size, worst: worst.size, worstSigned: worst.signed, worstArray: worst.array))
            }
        }
    }

    /// The table as Markdown: `Reports/sram-model.md`, byte for byte.
    public var markdown: String {
        var text = """
            # The SRAM model against CACTI 7.0

            Written by `make reports` (`cyclewright cost --sram-table`). Cyclewright's analytical model of SRAM over \
            \(rows.first { $0.group == "all" }?.count ?? 0) arrays that CACTI 7.0 priced: 2 KiB to 4 MiB, 8 B to 256 B wide, one bank and one port. \
            An error is our figure over CACTI's, less one; limits are a median of 15 % and a worst of 40 %.

            The model's coefficients are calibrated on these arrays. Calibrated on every other size instead, the arrays that were left out have \
            medians of at most 7 % and worst errors of 35 % (read), 36 % (write), 38 % (access), 38 % (leakage) and 41 % (area): beyond the limit for \
            one figure.

            | Technology | Figure | Arrays | Median | Worst | Of |
            | --- | --- | ---: | ---: | ---: | --- |

            """
        for row in rows {
            text += "| \(row.group) | \(row.figure) | \(row.count) | \(Self.percent(row.median)) | \(row.worstSigned < 0 ? "−" : "+")\(Self.percent(row.worst)) | \(row.worstArray) |\n"
        }
        return text
    }

    /// With one decimal.
    private static func percent(_ share: Double) -> String {
        let thousandths = Int((share * 1000).rounded())
        return "\(thousandths / 10).\(thousandths % 10) %"
    }
}
