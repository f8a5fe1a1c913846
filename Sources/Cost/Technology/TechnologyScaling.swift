import Architecture
import Foundation
import Quantities

/// Ratios of energy, delay and area between technology nodes and voltages.
///
/// Source: A. Stillmaker and B. Baas, Integration 58 (2017): polynomials in the voltage, fitted by the authors to circuit simulations of
/// predictive models from 180 nm to 7 nm. Between published nodes factors are interpolated geometrically; 5 nm and 3 nm are extrapolated from
/// the foundry's claims. Each factor says in its text which of these it is.
///
/// Not modelled: threshold voltages of a library, wires that shrink less than transistors, temperature.
public struct TechnologyScaling: Sendable {
    let table: TechnologyTable

    public static let shipped = TechnologyScaling(
        table: ShippedTables.load { () throws(ArchitectureError) in try TechnologyTable.decode(ShippedTables.technology, file: "technology.yaml") })

    init(table: TechnologyTable) { self.table = table }

    /// Reads another table.
    public init(text: String, file: String) throws(ArchitectureError) { table = try TechnologyTable.decode(text, file: file) }

    public var source: String { table.source }
    /// The nodes that have a row, in nanometres, from the largest to the smallest.
    public var nodes: [Double] { table.nodes.map(\.nanometres) }

    /// The voltage at which circuits of a node are used unless told otherwise.
    public func nominalVoltage(_ node: Length) throws(CostError) -> Voltage {
        let (upper, lower, share) = try neighbours(node)
        return Voltage(volts: upper.nominal + (lower.nominal - upper.nominal) * share)
    }

    /// Energy there over energy here, of the same circuit.
    public func energy(from: ProcessPoint, to: ProcessPoint) throws(CostError) -> Sourced<Double> {
        let factor = try energyIndex(to) / energyIndex(from)
        return Sourced(factor, try provenance("energy", resolved(from), resolved(to), factor))
    }

    /// Delay there over delay here.
    public func delay(from: ProcessPoint, to: ProcessPoint) throws(CostError) -> Sourced<Double> {
        let factor = try delayIndex(to) / delayIndex(from)
        return Sourced(factor, try provenance("delay", resolved(from), resolved(to), factor))
    }

    /// Area there over area here, of logic.
    public func area(from: Length, to: Length) throws(CostError) -> Sourced<Double> {
        let factor = try areaIndex(to) / areaIndex(from)
        return Sourced(factor, try provenance("area", ProcessPoint(node: from), ProcessPoint(node: to), factor))
    }

    /// Area there over area here, of memory: the ratio of published bit cells, which shrink less than logic.
    func cellArea(from: Length, to: Length) -> Sourced<Double>? {
        guard let here = cell(from.nanometres), let there = cell(to.nanometres) else { return nil }
        let factor = there.area / here.area
        return Sourced(factor, Provenance("area scaled from \(from) to \(to) with the bit cell: × \(Self.text(factor)) (\(there.source))"))
    }

    /// Leakage there over leakage here: as wide a transistor leaks about as much at any node, transistors get narrower with the node, and power
    /// is current times voltage. An estimate; the publication's equations have no static power.
    func leakage(from: ProcessPoint, to: ProcessPoint) throws(CostError) -> Sourced<Double> {
        let factor = try to.node.nanometres / from.node.nanometres * volts(to) / volts(from)
        return Sourced(
            factor, Provenance("leakage scaled from \(try resolved(from)) to \(try resolved(to)) with node and voltage: × \(Self.text(factor))", isEstimate: true))
    }

    static func text(_ factor: Double) -> String { String(format: "%.4g", factor) }

    func volts(_ point: ProcessPoint) throws(CostError) -> Double {
        if let voltage = point.voltage { return voltage.volts }
        return try nominalVoltage(point.node).volts
    }

    /// The point with its voltage.
    func resolved(_ point: ProcessPoint) throws(CostError) -> ProcessPoint {
        var point = point
        point.voltage = Voltage(volts: try volts(point))
        return point
    }

    /// The row at or above a node, the one at or below it, and how far from the first to the second it lies, geometrically.
    private func neighbours(_ node: Length) throws(CostError) -> (upper: TechnologyTable.Node, lower: TechnologyTable.Node, share: Double) {
        let size = node.nanometres
        guard let first = table.nodes.first, let last = table.nodes.last, size <= first.nanometres, size >= last.nanometres else {
            throw CostError(
                .outOfRange, "technology node \(node)", "is beyond the published scaling",
                accepted: "give a node from \(Length(nanometres: nodes.last ?? 0)) to \(Length(nanometres: nodes.first ?? 0))")
        }
        var upper = first
        for row in table.nodes {
            if row.nanometres == size { return (row, row, 0) }
            if row.nanometres < size { return (upper, row, log(upper.nanometres / size) / log(upper.nanometres / row.nanometres)) }
            upper = row
        }
        return (last, last, 0)
    }

    private func energyIndex(_ point: ProcessPoint) throws(CostError) -> Double {
        try index(point) { (row, v) throws(CostError) in
            let coefficients = row.coefficients(point.flavour)
            guard coefficients.energy(v) > 0, coefficients.energySlope(v) > 0 else { throw unusable(row, v, "energy") }
            return coefficients.energy(v) * row.energyStep
        }
    }

    private func delayIndex(_ point: ProcessPoint) throws(CostError) -> Double {
        try index(point) { (row, v) throws(CostError) in
            let coefficients = row.coefficients(point.flavour)
            guard coefficients.delay(v) > 0 else { throw unusable(row, v, "delay") }
            return coefficients.delay(v) * row.delayStep
        }
    }

    private func areaIndex(_ node: Length) throws(CostError) -> Double {
        let (upper, lower, share) = try neighbours(node)
        return upper.area * pow(lower.area / upper.area, share)
    }

    private func index(
        _ point: ProcessPoint, _ value: (TechnologyTable.Node, Double) throws(CostError) -> Double
    ) throws(CostError) -> Double {
        let (upper, lower, share) = try neighbours(point.node)
        let v = try volts(point)
        guard v >= 0.3, v <= 1.5 * upper.nominal else { throw unusable(upper, v, "energy") }
        let there = try value(upper, v)
        if share == 0 { return there }
        return there * pow(try value(lower, v) / there, share)
    }

    private func unusable(_ row: TechnologyTable.Node, _ v: Double, _ what: String) -> CostError {
        CostError(
            .outOfRange, "voltage \(Voltage(volts: v))", "is outside of the range in which the published \(what) at \(Length(nanometres: row.nanometres)) rises with the voltage as a circuit's does",
            accepted: "give a voltage near the nominal \(Voltage(volts: row.nominal))")
    }

    private func cell(_ size: Double) -> TechnologyTable.Cell? {
        guard let first = table.cells.first, let last = table.cells.last, size <= first.nanometres, size >= last.nanometres else { return nil }
        var upper = first
        for row in table.cells {
            if row.nanometres == size { return row }
            if row.nanometres < size {
                let share = log(upper.nanometres / size) / log(upper.nanometres / row.nanometres)
                return .init(
                    nanometres: size, area: upper.area * pow(row.area / upper.area, share), source: "between \(upper.source) and \(row.source)")
            }
            upper = row
        }
        return nil
    }

    private func provenance(_ what: String, _ from: ProcessPoint, _ to: ProcessPoint, _ factor: Double) throws(CostError) -> Provenance {
        var provenance = Provenance("\(what) scaled from \(from) to \(to): × \(Self.text(factor)) (Stillmaker and Baas 2017)")
        for point in [from, to] {
            let (upper, lower, share) = try neighbours(point.node)
            if share != 0 { provenance.steps.append("\(point.node) interpolated between \(Length(nanometres: upper.nanometres)) and \(Length(nanometres: lower.nanometres))") }
            if let extrapolation = lower.extrapolation {
                provenance.steps.append("\(point.node) extrapolated beyond 7 nm: \(extrapolation)")
                provenance.isEstimate = true
            }
        }
        return provenance
    }
}
