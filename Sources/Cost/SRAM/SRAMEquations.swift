import Foundation

/// The model's equations for one bank of one organization.
///
/// With R rows and C columns in a subarray, W bits in an access and F the node:
/// - **bit lines**: two subarrays of the active mat are opened, and each of their 2C columns loses charge to R cells, so that a read takes
///   energy in proportion to 2C·R; a write swings W of them all the way (CACTI 5.1, 4.4; Rabaey 12.3).
/// - **columns**: precharge, sense amplifiers and the word line grow with 2C.
/// - **output**: W bits run along a mat that is W tracks of the node high: W²·F.
/// - **tree**: data and address in an H-tree of repeated wires as long as the bank is high and wide beyond its first mat.
/// - **delay**: a decoder of logarithmic depth (Amrutur and Horowitz 2001), bit and word lines as RC that grow with length and with its
///   square (Rabaey 4.4), the tree's wires, whose repeaters make delay linear.
/// - **leakage**: cells, the periphery of each mat, and repeaters.
struct SRAMEquations {
    let parameters: SRAMParameters
    let corner: SRAMParameters.Corner
    /// Ports beyond the first.
    let additionalPorts: Int

    /// Millimetres.
    private var f: Double { corner.nanometres * 1e-6 }
    private var cellHeight: Double { parameters.cellHeight + 2 * parameters.wirePitch * Double(additionalPorts) }
    private var cellWidth: Double { parameters.cellWidth + 2 * parameters.wirePitch * Double(additionalPorts) }

    /// - Parameters:
    ///   - bits: capacity of the bank.
    ///   - width: bits of one access.
    func figures(bits: Double, width: Double, _ organization: SRAMOrganization) -> SRAMFigures {
        let rows = organization.rows
        let columns = organization.columns
        let multiplexing = Double(organization.columnMultiplexing)
        let matsWide = Double(organization.subarraysWide) / 2
        let matsHigh = Double(organization.subarraysHigh) / 2
        let h = parameters.height
        let w = parameters.width
        let peripheryHeight =
            h.mat * matsHigh + h.bit * matsHigh * width + h.multiplexing * matsHigh * multiplexing
            + h.rowsOfMats * width * (1 - 1 / matsHigh) + h.columnsOfMats * width * (1 - 1 / matsWide)
        let peripheryWidth =
            w.column * matsWide * columns + w.rootOfColumns * matsWide * columns.squareRoot() + w.rowsOfMats * width * (1 - 1 / matsHigh)
            + w.columnsOfMats * width * (1 - 1 / matsWide)
        let height = (rows * Double(organization.subarraysHigh) * cellHeight + peripheryHeight) * f
        let wide = (columns * Double(organization.subarraysWide) * cellWidth + peripheryWidth) * f
        let treeLength = height * (1 - 1 / matsHigh) + wide * (1 - 1 / matsWide)
        let active = 2 * columns
        let lines = width + log2(bits / width)
        // A longer cell is a longer bit line, a wider one a longer word line.
        let longer = cellHeight / parameters.cellHeight
        let wider = cellWidth / parameters.cellWidth
        var figures = SRAMFigures()
        let read = corner.read
        figures.read =
            read.fixed + read.cell * longer * active * rows + read.column * wider * active + read.output * width * width * f
            + read.tree * lines * treeLength
        let write = corner.write
        figures.write =
            write.fixed + write.writtenCell * longer * width * rows + write.cell * longer * active * rows + write.column * wider * active
            + write.output * width * width * f + write.tree * lines * treeLength
        let access = corner.access
        let bitLine = rows * longer
        let wordLine = columns * wider
        figures.access =
            access.fixed + access.decoder * max(0, log2(rows * multiplexing * matsHigh)) + access.row * bitLine + access.rowSquared * bitLine * bitLine
            + access.column * wordLine + access.columnSquared * wordLine * wordLine + access.tree * treeLength
        figures.leakage =
            corner.leakage.cell * bits * (1 + parameters.portLeakage * Double(additionalPorts)) + corner.leakage.mat * matsWide * matsHigh
            + corner.leakage.tree * width * (height + wide)
        figures.area = height * wide
        return figures
    }

    /// What the wires between a bank and the edge of its memory add to an access: data and address over a length in millimetres.
    func route(_ length: Double, width: Double, words: Double) -> SRAMFigures {
        let lines = width + log2(max(2, words))
        return SRAMFigures(
            read: corner.read.tree * lines * length, write: corner.write.tree * lines * length, access: corner.access.tree * length,
            leakage: corner.leakage.tree * width * length, area: parameters.width.rowsOfMats * width * f * length)
    }
}
