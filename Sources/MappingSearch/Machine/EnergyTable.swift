import Mapping

/// What moving a word costs against multiplying one, until components are priced one by one.
///
/// Relative figures of one paper, so that mappings can be compared and nothing else: they say nothing about joules of a machine.
public struct EnergyTable: Sendable, Hashable {
    /// For 16 bits each.
    public var multiply: Double
    public var onChip: Double
    public var offChip: Double
    public var source: String

    /// Chen et al., ISCA 2016 (Eyeriss), Figure on normalised energy: a multiply-accumulate of 16 bits is 1, an access of the global
    /// buffer 6, of DRAM 200.
    public static let eyeriss = EnergyTable(
        multiply: 1, onChip: 6, offChip: 200, source: "Chen et al., ISCA 2016: 16-bit MAC 1, global buffer 6, DRAM 200")

    /// In multiply-accumulates of 16 bits, of a product's multiplications and the bits that it moves.
    func energy(macs: Int, onChipBits: Double, offChipBytes: Int) -> Double {
        Double(macs) * multiply + onChipBits / 16 * onChip + Double(offChipBytes) / 2 * offChip
    }
}

extension MatmulMapping {
    /// Bits that the array takes from its memories and puts there, and the vector unit takes from there: what folds make of a product.
    func onChipBits(_ problem: MatmulProblem, _ resources: MatmulResources) -> Double {
        func folds(_ extent: Int, _ tile: Int, _ side: Int) -> Int {
            let (whole, rest) = extent.quotientAndRemainder(dividingBy: tile)
            return whole * ((tile + side - 1) / side) + (rest + side - 1) / side
        }
        let (r, c) = (resources.rows, resources.columns)
        let left = Double(problem.m) * Double(problem.k) * Double(problem.leftBits)
        let right = Double(problem.k) * Double(problem.n) * Double(problem.rightBits)
        let sums = Double(problem.m) * Double(problem.n) * Double(problem.sumBits)
        var moved: Double
        switch resources.dataflow {
        case .weightStationary:
            moved = left * Double(folds(problem.n, tileN, c)) + right * Double(tilesM(of: problem)) + sums * Double(2 * folds(problem.k, tileK, r) - 1)
        case .inputStationary:
            moved = left * Double(tilesN(of: problem)) + right * Double(folds(problem.m, tileM, c)) + sums * Double(2 * folds(problem.k, tileK, r) - 1)
        case .outputStationary:
            moved = left * Double(folds(problem.n, tileN, c)) + right * Double(folds(problem.m, tileM, r)) + sums * Double(2 * tilesK(of: problem) - 1)
        }
        moved += sums + Double(problem.m) * Double(problem.n) * Double(problem.outBits)
        return moved * Double(problem.batch)
    }
}
