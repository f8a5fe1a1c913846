import Cost

/// The chip as tiles to scale: every part of the machine in proportion to its area, parts of one component side by side. No floor plan: where
/// parts lie is not known.
enum AreaPlot {
    static func plots(_ report: RunReport) -> [Plot] { report.cost.map { plots($0.machine) } ?? [] }

    static func plots(_ machine: MachineCost) -> [Plot] {
        let parts = machine.parts.filter { $0.category.isOnChip && $0.component.area > .zero && $0.component.count > 0 }
        guard !parts.isEmpty else { return [] }
        let areas = parts.map { part in ((try? part.component.totalArea()) ?? .zero).area.squareMillimetres }
        let total = areas.reduce(0, +)
        let order = areas.indices.sorted { (-areas[$0], $0) < (-areas[$1], $1) }
        let width = PlotLayout.width, height = 420.0
        var svg = SVG(width: width, height: height + 26)
        let tiles = Treemap.tiles(order.map { areas[$0] }, width: width, height: height)
        for (number, tile) in zip(order, tiles) {
            let part = parts[number]
            let share = QuantityText.percent(ratio(areas[number], total))
            let source = part.component.areaProvenance?.description ?? ""
            let each = part.component.count == 1 ? "" : ", \(QuantityText.integer(part.component.count)) of \(QuantityText.area(squareMillimetres: part.component.area.area.squareMillimetres))"
            svg.group(
                "row", title: "\(part.component.name): \(QuantityText.area(squareMillimetres: areas[number])), \(share)\(each). \(part.component.kind). \(source)"
            ) { svg in
                svg.rectangle(x: tile.x + 0.75, y: tile.y + 0.75, width: tile.width - 1.5, height: tile.height - 1.5, style: "tile-area " + CostText.style(part.category), radius: 2)
                guard tile.width > 60, tile.height > 34 else { return }
                svg.text(PlotLayout.fitted(part.component.name, width: tile.width - 16), x: tile.x + 9, y: tile.y + 20, style: "tile-name")
                svg.text(
                    PlotLayout.fitted("\(QuantityText.area(squareMillimetres: areas[number])) · \(share)", width: tile.width - 16), x: tile.x + 9, y: tile.y + 36, style: "tile-line")
            }
        }
        // A square of this side has as many pixels as one, four, … of its unit.
        let pixelsPerMillimetre = (width * height / max(total, .leastNonzeroMagnitude)).squareRoot()
        let unit = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20].last { $0 * pixelsPerMillimetre <= 240 } ?? 0.001
        svg.rectangle(x: 1, y: height + 12, width: unit * pixelsPerMillimetre, height: 4, style: "bound-none")
        svg.text("\(QuantityText.round(QuantityText.significant(unit))) mm", x: unit * pixelsPerMillimetre + 10, y: height + 19, style: "tick")
        let used = Set(parts.map(\.category))
        return [
            Plot(
                id: "plot-area", heading: "Area",
                lead: "\(QuantityText.area(squareMillimetres: total)) at \(machine.process), to scale: tiles are as large as what they stand for, and lie where there is room. Off-chip memory, pads, interfaces and sequencers are not in it.",
                legend: CostCategory.allCases.filter(used.contains).map { (style: CostText.style($0), text: $0.rawValue) }, drawing: svg)
        ]
    }
}
