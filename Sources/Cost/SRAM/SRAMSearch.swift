import Foundation

/// Finds how to divide a bank, and what that costs.
///
/// All ways to cut word and bit lines by powers of two, and to share sense amplifiers, are tried. The objective is energy times delay squared,
/// as CACTI's, with a price on area and on subarrays. Organizations nearly as good as the best share the price: which of them CACTI takes
/// depends on details below this model's error, and a mean has no jumps.
struct SRAMSearch {
    let equations: SRAMEquations

    private static let powers = (1...9).map { 1 << $0 }
    private static let multiplexing = (0...12).map { 1 << $0 }

    /// The price of a bank of a power of two words of a power of two bits.
    ///
    /// - Throws: `CostError` when a user's limits leave no way to divide it.
    func price(bits: Double, width: Double) throws(CostError) -> (figures: SRAMFigures, best: SRAMOrganization) {
        let organizations = organizations(bits: bits, width: width)
        guard !organizations.isEmpty else {
            throw CostError(
                .outOfRange, "a bank of \(Int(bits)) bits read \(Int(width)) at a time", "cannot be divided within the limits of the search",
                accepted: "allow more rows or columns in the file of the model")
        }
        var figures: [SRAMFigures] = []
        var objectives: [Double] = []
        figures.reserveCapacity(organizations.count)
        objectives.reserveCapacity(organizations.count)
        var best = 0
        for (index, organization) in organizations.enumerated() {
            let price = equations.figures(bits: bits, width: width, organization)
            let subarrays = Double(organization.subarraysWide * organization.subarraysHigh)
            let objective =
                log(price.read) + 2 * log(price.access) + equations.parameters.areaExponent * log(price.area)
                + equations.parameters.subarrayExponent * log(subarrays)
            figures.append(price)
            objectives.append(objective)
            if objective < objectives[best] { best = index }
        }
        var sum = SRAMFigures()
        var weights = 0.0
        for (price, objective) in zip(figures, objectives) {
            let weight = exp(-equations.parameters.sharpness * (objective - objectives[best]))
            weights += weight
            sum = sum.combined(price) { $0 + weight * $1 }
        }
        return (sum.combined(sum) { value, _ in value / weights }, organizations[best])
    }

    /// Prices of banks of 1, 2, 4 … words, each at least that of the smaller: a memory is never cheaper than a part of it.
    func chain(width: Double, exponents: Int) throws(CostError) -> [SRAMFigures] {
        var chain: [SRAMFigures] = []
        for exponent in 0...exponents {
            let price = try price(bits: width * Double(1 << exponent), width: width).figures
            chain.append(chain.last.map { price.combined($0, max) } ?? price)
        }
        return chain
    }

    /// What may be chosen. Arrays smaller than the smallest that CACTI prices have subarrays of fewer rows, then of fewer columns.
    private func organizations(bits: Double, width: Double) -> [SRAMOrganization] {
        let limits = equations.parameters
        for (smallestRows, smallestColumns) in [(limits.smallestRows, limits.smallestColumns), (1, limits.smallestColumns), (1, 1), (0, 0)] {
            var found: [SRAMOrganization] = []
            for wide in Self.powers {
                // A row of mats is begun when there are as many below one another.
                for high in Self.powers where wide <= high {
                    for multiplexing in Self.multiplexing {
                        let columns = Double(multiplexing) * width / Double(wide)
                        let rows = bits / (Double(multiplexing) * width * Double(high))
                        guard rows >= smallestRows, rows <= limits.largestRows, columns >= smallestColumns, columns <= limits.largestColumns,
                            2 * columns >= width
                        else { continue }
                        found.append(
                            SRAMOrganization(subarraysWide: wide, subarraysHigh: high, columnMultiplexing: multiplexing, rows: rows, columns: columns))
                    }
                }
            }
            if !found.isEmpty { return found }
        }
        return []
    }
}
