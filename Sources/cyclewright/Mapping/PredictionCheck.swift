import Architecture
import Mapping
import MappingSearch
import Lowering
import Reporting
import Simulation

/// What the mapper predicted for a workload's products, beside what the simulation counted; and why, where that differs.
///
/// A prediction is of one product by itself. In the run products overlap, and share memories with others: causes are what the
/// simulation measured of things that the prediction does not know.
struct PredictionCheck {
    struct Row {
        var name: String
        var predicted: Double
        /// Cycles by which the operator pushed out the end of the run.
        var simulated: Int
        var predictedTraffic: MatmulTraffic
        var counted: (read: Int, written: Int)
        /// What the simulation measured that the prediction leaves out, and cycles of it; `nil` within 1 %.
        var cause: String?

        var difference: Double { Double(simulated) - predicted }
        var isClose: Bool { abs(difference) <= 0.01 * predicted }
        var trafficIsExact: Bool { counted.read == predictedTraffic.read && counted.written == predictedTraffic.written }
    }

    /// Products in the order in which they run.
    let rows: [Row]

    init(_ products: [MappedProduct], _ record: ExecutionRecord, _ architecture: Architecture) {
        let report = RunReport(
            record: record, architecture: architecture,
            workload: WorkloadFacts(name: record.workload, origin: "", parameterCount: 0, operatorCount: 0))
        let dram = record.memories.firstIndex { $0.kind == .dram }
        // By operator: all cores' parts together; the slowest core's time.
        var costs: [Int: ProductCost] = [:]
        for product in products {
            guard let cost = ProductSearch.cost(of: product.mapping, for: product.request, .cycles) else { continue }
            guard var sum = costs[product.operatorIndex] else {
                costs[product.operatorIndex] = cost
                continue
            }
            sum.cycles = max(sum.cycles, cost.cycles)
            sum.traffic = sum.traffic + cost.traffic
            costs[product.operatorIndex] = sum
        }
        var rows: [Row] = []
        var end = 0
        for (index, operation) in record.operators.enumerated() {
            let overlap = max(0, end - operation.start)
            end = max(end, operation.end)
            guard let cost = costs[index], let dram else { continue }
            var row = Row(
                name: operation.name, predicted: cost.cycles, simulated: operation.cycles, predictedTraffic: cost.traffic,
                counted: (operation.readBytes[dram], operation.writeBytes[dram]))
            if !row.isClose { row.cause = Self.cause(row, operation, report.operators[index].roofline, overlap: overlap, architecture) }
            rows.append(row)
        }
        self.rows = rows
    }

    private static func cause(
        _ row: Row, _ operation: OperatorRecord, _ distance: RooflineDistance?, overlap: Int, _ architecture: Architecture
    ) -> String {
        var measured: [(text: String, cycles: Int)] = []
        if row.difference < 0 {
            // Of the cycles in which it overlapped, those that it was not charged for.
            measured.append(("overlap with the operators before it", min(overlap, Int((-row.difference).rounded()))))
        } else {
            let waits = operation.activity[.dram] + operation.transferActivity[.dram]
            // Time in which data moved, or in which nobody asked, is not the memory's.
            measured = (distance?.lostToDRAM ?? []).filter { !["data bus", "no request under way"].contains($0.group) }.map { ($0.group, $0.cycles) }
            measured.append(("conflicts for banks or ports on chip", operation.activity[.bankConflict]))
            if distance?.lostToDRAM.isEmpty ?? true {
                if architecture.cores > 1 { measured.append(("other cores at the memory", waits)) }
                if !architecture.caches.isEmpty { measured.append(("the cache before the memory", waits)) }
                if !architecture.networks.isEmpty { measured.append(("the network to the memory", waits)) }
            }
            measured.append(("the vector unit", operation.activity[.dependency]))
        }
        guard let most = measured.max(by: { $0.cycles < $1.cycles }), most.cycles > 0 else {
            return "engines that meet at the memory in another order"
        }
        return "\(most.text) (\(QuantityText.integer(most.cycles)) cycles)"
    }

    var predicted: Double { rows.reduce(0) { $0 + $1.predicted } }
    var simulated: Int { rows.reduce(0) { $0 + $1.simulated } }

    /// All products together, in one line.
    var summary: String {
        guard !rows.isEmpty else { return "no product has a prediction" }
        var text = "products take \(QuantityText.integer(simulated)) cycles of the run, \(MapText.figure(predicted)) predicted one by one"
        guard predicted > 0 else { return text }
        let difference = 100 * (Double(simulated) / predicted - 1)
        text += " (\(difference < 0 ? "−" : "+")\(QuantityText.fixed(abs(difference), decimals: 1)) %)"
        if abs(difference) > 1, let cause { text += ", mostly \(cause)" }
        return text
    }

    /// Whether the bytes that were counted are those that were predicted, in one line.
    func traffic(_ architecture: Architecture) -> String {
        let exact = rows.count(where: \.trafficIsExact)
        if exact == rows.count { return "as predicted for all \(exact) products, to the byte" }
        return "as predicted for \(exact) of \(rows.count) products" + (architecture.caches.isEmpty ? "" : ": a cache before the memory keeps some away")
    }

    /// The cause that stands behind most of the difference.
    private var cause: String? {
        let sign = Double(simulated) < predicted
        var sums: [String: Double] = [:]
        for row in rows where (row.difference < 0) == sign {
            guard let cause = row.cause else { continue }
            sums[cause.components(before: " ("), default: 0] += abs(row.difference)
        }
        return sums.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
}

extension String {
    /// The part before the first occurrence of another text.
    fileprivate func components(before text: String) -> String { firstRange(of: text).map { String(self[..<$0.lowerBound]) } ?? self }
}
