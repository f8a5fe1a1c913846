import Quantities

extension SRAMModel {
    /// Takes figures to another node and voltage, and says so.
    func scale(_ figures: inout SRAMFigures, from: ProcessPoint, to: ProcessPoint, _ notes: inout Provenance) throws(CostError) {
        var target = to
        // A calibrated technology is used at the voltage that it was calibrated at, unless told otherwise.
        if target.voltage == nil, target.node == from.node { target.voltage = from.voltage }
        if target.voltage == from.voltage, target.node == from.node { return }
        let energy = try scaling.energy(from: from, to: target)
        let delay = try scaling.delay(from: from, to: target)
        let leakage = try scaling.leakage(from: from, to: target)
        figures.read *= energy.value
        figures.write *= energy.value
        figures.access *= delay.value
        figures.leakage *= leakage.value
        notes = notes + energy.provenance + delay.provenance + leakage.provenance
        guard target.node != from.node else { return }
        let area: Sourced<Double>
        if let cells = scaling.cellArea(from: from.node, to: target.node) { area = cells } else { area = try scaling.area(from: from.node, to: target.node) }
        figures.area *= area.value
        notes = notes + area.provenance
    }

    /// Says where the price goes beyond what was calibrated.
    func note(_ array: SRAMArray, slices: Int, words: Double, widthBits: Double, _ notes: inout Provenance) {
        if slices > 1 { notes = notes.adding("\(slices) slices of \(Int(widthBits / 8)) B side by side, all of which answer", isEstimate: true) }
        if words * widthBits < 2048 * 8 || words < 32 {
            notes = notes.adding("smaller than the smallest array that CACTI prices (2 KiB, 32 words): extrapolated", isEstimate: true)
        }
        if words * widthBits > Double(4 << 20) * 8 { notes = notes.adding("a bank larger than the largest that was calibrated (4 MiB): extrapolated", isEstimate: true) }
        if widthBits < 64 { notes = notes.adding("narrower than the narrowest array that was calibrated (8 B): extrapolated", isEstimate: true) }
        if array.readWritePorts + array.readPorts + array.writePorts > 1 {
            notes = notes.adding("ports beyond the first lengthen bit and word lines by two local wires each (CACTI 5.1, 4.2); not calibrated", isEstimate: true)
        }
        if array.banks > 1 { notes = notes.adding("\(array.banks) banks, of which one answers over wires to the edge of their square", isEstimate: true) }
    }
}
