import Exploration

/// Floor areas to one scale: the front's best point in each objective as a square of its area, cut into tiles of its components' areas.
///
/// A map of sizes, not of places: tiles lie where they fit.
enum AreaMapPlot {
    static let id = "plot-area-map"
    private static let most = 4

    static func plot(_ report: SweepReport) -> Plot? {
        guard let areas = report.areas else { return nil }
        var chosen: [(index: Int, names: [String])] = []
        for (objective, measure) in report.objectives.enumerated() {
            guard let best = report.ranking(objective).first, areas.total(best) > 0 else { continue }
            if let place = chosen.firstIndex(where: { $0.index == best }) { chosen[place].names.append(measure.name) } else { chosen.append((best, [measure.name])) }
        }
        chosen = Array(chosen.prefix(most))
        guard !chosen.isEmpty else { return nil }
        let gap = 28.0
        let sides = chosen.map { areas.total($0.index).squareRoot() }
        // Every square has a column of one width, so that its caption has room however small it is.
        let captionWidth = (PlotLayout.width - gap * Double(chosen.count - 1)) / Double(chosen.count)
        let scale = min(300, captionWidth) / (sides.max() ?? 1)
        let tallest = (sides.max() ?? 0) * scale
        var svg = SVG(width: PlotLayout.width, height: tallest + 74)
        let text = MeasureText(unit: areas.unit)
        for (column, entry) in chosen.enumerated() {
            let side = sides[column] * scale, x = Double(column) * (captionWidth + gap), y = 40 + tallest - side
            let point = report.results.points[entry.index]
            svg.text("Point \(point.number): \(text(areas.total(entry.index)))", x: x, y: 14, style: "strong")
            svg.text(PlotLayout.fitted("best \(entry.names.joined(separator: ", "))", width: captionWidth), x: x, y: 30, style: "tick")
            draw(areas, entry.index, text, x: x, y: y, side: side, on: &svg)
        }
        scaleBar(length: sides.max() ?? 1, scale: scale, y: tallest + 58, on: &svg)
        return Plot(
            id: id, heading: "Area, to scale",
            lead: "The best point in each objective as a square of its area, cut into its components; all squares have one scale. Sizes only: "
                + "where components lie on a chip is not modelled.",
            legend: areas.components.indices.map { (areas.style($0), areas.components[$0]) }, drawing: svg)
    }

    private static func draw(_ areas: SweepBreakdown, _ index: Int, _ text: MeasureText, x: Double, y: Double, side: Double, on svg: inout SVG) {
        let parts = areas.parts(index).sorted { ($1.value, $0.component) < ($0.value, $1.component) }
        let total = areas.total(index)
        for (part, tile) in zip(parts, Treemap.tiles(parts.map(\.value), width: side, height: side)) {
            let name = areas.components[part.component]
            svg.rectangle(
                x: x + tile.x, y: y + tile.y, width: tile.width, height: tile.height, style: areas.style(part.component) + " tile-edge",
                title: "\(name): \(text(part.value)), \(QuantityText.percent(part.value / total))")
        }
    }

    /// A bar of a round length in millimetres.
    private static func scaleBar(length: Double, scale: Double, y: Double, on svg: inout SVG) {
        let axis = PlotAxis([0, length / 2], length: 1, includesZero: true)
        guard let round = axis.ticks(1).last(where: { $0 > 0 }) ?? axis.ticks(2).last(where: { $0 > 0 }) else { return }
        svg.line(x1: 0, y1: y, x2: round * scale, y2: y, style: "mean-line")
        svg.line(x1: 0, y1: y - 4, x2: 0, y2: y + 4, style: "mean-line")
        svg.line(x1: round * scale, y1: y - 4, x2: round * scale, y2: y + 4, style: "mean-line")
        svg.text("\(QuantityText.round(QuantityText.significant(round))) mm", x: round * scale + 8, y: y + 4, style: "value")
    }
}
