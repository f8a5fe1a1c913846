import Simulation

/// Bytes read from and written to every memory.
enum TrafficPlot {
    static let limit = 40

    static func plot(_ report: RunReport) -> Plot {
        // DRAM first: it is the level that costs most.
        let all = report.record.memories.filter { $0.kind != .sram } + report.record.memories.filter { $0.kind == .sram }
        let memories = all.prefix(limit)
        let labels = PlotLayout.column(for: memories.map(\.name) + memories.map(filled)), values = 190.0, rowHeight = 46.0, top = 6.0
        let length = PlotLayout.width - labels - values
        let largest = memories.map { max($0.readBytes, $0.writeBytes) }.max() ?? 0
        let scale = LinearScale(maximum: Double(largest), length: length)
        let bottom = top + Double(max(1, memories.count)) * rowHeight
        var svg = SVG(width: PlotLayout.width, height: bottom + 44)
        for bytes in ticks(scale) {
            let position = labels + scale.position(bytes)
            svg.line(x1: position, y1: top, x2: position, y2: bottom, style: "grid")
            svg.text(
                QuantityText.round(QuantityText.bytes(Int(bytes))), x: position, y: bottom + 16, style: "tick", anchor: .middle)
        }
        svg.text("bytes moved", x: labels + length / 2, y: bottom + 34, style: "axis", anchor: .middle)
        for (index, memory) in memories.enumerated() {
            let y = top + Double(index) * rowHeight
            svg.group("row", title: title(memory, report)) { svg in
                svg.rectangle(x: 0, y: y, width: PlotLayout.width, height: rowHeight, style: "hit")
                svg.text(PlotLayout.fitted(memory.name, width: labels - 12), x: labels - 10, y: y + 19, style: "label strong", anchor: .end)
                svg.text(filled(memory), x: labels - 10, y: y + 34, style: "tick", anchor: .end)
                for (offset, bytes, style, word) in [
                    (4.0, memory.readBytes, "traffic-read", "read"), (22.0, memory.writeBytes, "traffic-write", "written"),
                ] {
                    let width = scale.position(Double(bytes))
                    svg.rectangle(x: labels, y: y + offset, width: bytes > 0 ? max(0.75, width) : 0, height: 15, style: style)
                    let rate = QuantityText.bandwidth(bytesPerSecond: ratio(Double(bytes), report.seconds))
                    svg.text("\(QuantityText.bytes(bytes)) \(word) · \(rate)", x: labels + width + 8, y: y + offset + 12, style: "value")
                }
            }
        }
        if memories.isEmpty { svg.text("no memories", x: labels, y: top + 19, style: "label") }
        let hidden = all.count - memories.count
        return Plot(
            id: "plot-traffic", heading: "Memory traffic",
            lead: "Bytes that every memory delivered and took in the whole run, and the rate over it."
                + (hidden > 0 ? " \(hidden) more memories are in summary.json." : ""),
            legend: [(style: "traffic-read", text: "read"), (style: "traffic-write", text: "written")], drawing: svg)
    }

    /// Round numbers of the binary unit that suits the maximum.
    private static func ticks(_ scale: LinearScale) -> [Double] {
        var unit = 1.0
        while scale.maximum >= unit * 1024 { unit *= 1024 }
        return LinearScale(maximum: scale.maximum / unit, length: 1).ticks(6).map { ($0 * unit).rounded() }
    }

    private static func filled(_ memory: MemoryRecord) -> String {
        "\(QuantityText.bytes(memory.allocatedBytes)) of \(QuantityText.bytes(memory.capacityBytes)) used"
    }

    private static func title(_ memory: MemoryRecord, _ report: RunReport) -> String {
        let total = Double(memory.readBytes) + Double(memory.writeBytes)
        let achieved = ratio(total, report.seconds)
        var text = "\(memory.name) (\(memory.kind.rawValue)): \(QuantityText.bandwidth(bytesPerSecond: achieved))"
        if memory.peakBytesPerSecond > 0, memory.peakBytesPerSecond.isFinite {
            text += " of \(QuantityText.bandwidth(bytesPerSecond: memory.peakBytesPerSecond))"
            text += " (\(QuantityText.percent(achieved / memory.peakBytesPerSecond)))"
        }
        return text + ", \(filled(memory))"
    }
}
