import Programs

/// How a dimension is cut: into tiles, and tiles into folds, the last of each smaller.
struct DimensionCut: Hashable, CustomStringConvertible {
    /// What the operator calls it: the loop over its tiles.
    var name: String
    var tile: Int
    /// 0 for none.
    var fold: Int

    var description: String { fold > 0 ? "\(name) by \(tile) by \(fold)" : "\(name) by \(tile)" }

    /// The cuts of an operator's products and results, and how many loops are of another form.
    ///
    /// A loop over tiles of a dimension D runs to ⌈D/T⌉, and its tiles have min(T, D − T·t) indices; within a tile of r indices, a loop over
    /// folds runs to ⌈r/F⌉, and its folds have min(F, r − F·l). D stands for nothing but itself: any other size gives the same text.
    static func all(of text: OperatorText) -> (cuts: [DimensionCut], others: Int) {
        var cuts: [DimensionCut] = []
        var others = 0
        for site in text.commands {
            guard let command = site.command, command.opcode == "matmul" || command.opcode == "apply" else { continue }
            for operand in command.operands where operand.name.hasPrefix("out") || operand.name == "right" {
                for extent in operand.region.extents where extent.constantValue == nil {
                    if let cut = cut(extent, site) {
                        if !cuts.contains(cut) { cuts.append(cut) }
                    } else {
                        others += 1
                    }
                }
            }
        }
        return (cuts, others)
    }

    /// min(T, D − T·t) with t below ⌈D/T⌉.
    private static func tiles(_ extent: Expression, _ loops: [LoopFrame]) -> (variable: String, size: Int, total: Int)? {
        guard case .minimum(.constant(let size), let rest) = extent else { return nil }
        let form = AffineForm(rest)
        guard form.terms.count == 1, case .variable(let name) = form.terms[0].atom, form.terms[0].factor == -size, size > 0,
            let bound = loops.first(where: { $0.variable == name })?.bound.constantValue, bound == ceilingDivide(form.constant, size)
        else { return nil }
        return (name, size, form.constant)
    }

    static func cut(_ extent: Expression, _ site: Site) -> DimensionCut? {
        if let tiles = tiles(extent, site.loops) { return DimensionCut(name: tiles.variable, tile: tiles.size, fold: 0) }
        // min(F, r − F·l), where r is the tile's extent and l runs to ⌈r/F⌉.
        guard case .minimum(.constant(let fold), let rest) = extent, fold > 0 else { return nil }
        let form = AffineForm(rest)
        guard let inner = form.terms.first(where: { if case .minimum = $0.atom { true } else { false } }), inner.factor == 1, form.constant == 0,
            let tiles = tiles(inner.atom, site.loops)
        else { return nil }
        if form.terms.count == 1, fold >= tiles.size { return DimensionCut(name: tiles.variable, tile: tiles.size, fold: 0) }
        guard form.terms.count == 2, let step = form.terms.first(where: { $0.atom != inner.atom }), case .variable(let name) = step.atom, step.factor == -fold,
            let bound = site.loops.first(where: { $0.variable == name })?.bound, AffineForm(bound) == AffineForm((inner.atom + .constant(fold - 1)) / fold)
        else { return nil }
        return DimensionCut(name: tiles.variable, tile: tiles.size, fold: fold)
    }
}
