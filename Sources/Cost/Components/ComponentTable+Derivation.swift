import Foundation
import Quantities

extension ComponentTable {
    /// A figure at one node: published, or derived there.
    struct Site {
        /// `nil` for a figure that does not change with the technology.
        var process: ProcessPoint?
        var value: Double
        var provenance: Provenance
    }

    /// The figures of a format: its own, and at nodes where it has none the one on the power law through two formats of its kind there.
    ///
    /// A multiplier is an array of as many cells as its operands have significant bits, squared, and an adder a row of them; published figures
    /// lie between, and two of them tell where. (Google's fp16 and fp32 at 7 nm give a multiplier of bf16 within 7 % of its own figure.)
    /// A figure derived at a near node is taken before one published at a far one: sources differ by more than the rule errs.
    ///
    /// - Parameters:
    ///   - own: entries of the format.
    ///   - related: entries of all formats of its kind.
    func sites(_ own: [Entry], _ related: [Entry], _ format: ArithmeticFormat?, _ value: (Entry) -> Double?) -> [Site] {
        var sites = own.compactMap { entry in value(entry).map { Site(process: entry.process, value: $0, provenance: entry.provenance) } }
        guard let format else { return sites }
        var points: [ProcessPoint] = []
        for entry in related where value(entry) != nil {
            guard let point = entry.process, !points.contains(point), !sites.contains(where: { $0.process?.node == point.node }) else { continue }
            points.append(point)
        }
        for point in points {
            guard let (low, high) = pair(related.filter { $0.process == point && value($0) != nil }, format), let a = value(low), let b = value(high) else { continue }
            let (derived, note) = powerLaw(format, low, a, high, b)
            sites.append(Site(process: point, value: derived, provenance: (low.provenance + high.provenance).adding(note, isEstimate: true)))
        }
        return sites
    }

    /// The two formats of one node that are nearest in significant bits, the narrower one first.
    private func pair(_ entries: [Entry], _ format: ArithmeticFormat) -> (Entry, Entry)? {
        func bits(_ entry: Entry) -> Int { entry.format?.significandBits ?? 1 }
        func distance(_ entry: Entry) -> Double { abs(log(Double(bits(entry)) / Double(format.significandBits))) }
        let sorted = entries.sorted { (distance($0), $0.format?.name ?? "") < (distance($1), $1.format?.name ?? "") }
        guard let first = sorted.first, let second = sorted.first(where: { bits($0) != bits(first) }) else { return nil }
        return bits(first) < bits(second) ? (first, second) : (second, first)
    }

    private func powerLaw(_ format: ArithmeticFormat, _ low: Entry, _ a: Double, _ high: Entry, _ b: Double) -> (Double, String) {
        let bits = (low: Double(low.format?.significandBits ?? 1), high: Double(high.format?.significandBits ?? 1))
        // What is free stays free.
        guard a > 0, b > 0 else { return (max(a, b), "\(format) priced as its neighbour") }
        let exponent = log(b / a) / log(bits.high / bits.low)
        let value = a * pow(Double(format.significandBits) / bits.low, exponent)
        return (
            value,
            "\(format) derived from \(low.format?.name ?? "") and \(high.format?.name ?? ""): bits of the significand to the power of \(TechnologyScaling.text(exponent))"
        )
    }
}
