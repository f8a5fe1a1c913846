import Architecture

/// The machine as a block diagram: memories and engines as boxes from DRAM on the left to the arithmetic on the right, what each
/// engine reads and writes as arrows, components that every core has in one frame.
enum ArchitectureDiagram {
    static func plot(_ report: RunReport) -> Plot {
        let diagram = DiagramLayout(report.architecture)
        var svg = SVG(width: PlotLayout.width, height: diagram.height)
        if let frame = diagram.frame {
            svg.rectangle(x: frame.x, y: frame.y, width: frame.width, height: frame.height, style: "frame", radius: 12)
            svg.text("core, \(report.architecture.cores) of them", x: frame.x + 14, y: frame.y + 19, style: "axis")
        }
        for connection in diagram.connections {
            let style = connection.isBothWays ? "wire both" : "wire"
            svg.path(connection.path, style: style, title: connection.title)
            arrowHead(&svg, at: connection.end, pointingRight: connection.endPointsRight)
            if connection.isBothWays { arrowHead(&svg, at: connection.start, pointingRight: !connection.endPointsRight) }
        }
        for box in diagram.boxes { draw(box, &svg) }
        // Labels last, so that no wire runs through them.
        for connection in diagram.connections where !connection.label.isEmpty {
            svg.text(connection.label, x: connection.labelAt.x, y: connection.labelAt.y, style: "wire-label halo", anchor: .middle)
        }
        if diagram.boxes.isEmpty { svg.text("no components", x: 20, y: 30, style: "label") }
        return Plot(
            id: "plot-architecture", heading: "Architecture",
            lead: "Arrows are what engines read and write; a width stands where a link or a DMA engine sets one.",
            legend: [
                (style: "kind-memory", text: "memory"), (style: "kind-engine", text: "arithmetic"),
                (style: "kind-mover", text: "data movement"),
            ],
            drawing: svg)
    }

    private static func draw(_ box: DiagramLayout.Box, _ svg: inout SVG) {
        svg.group("box kind-\(box.kind.rawValue)", title: ([box.name] + box.lines).joined(separator: ", ")) { svg in
            if box.count > 1 {
                svg.rectangle(x: box.x + 6, y: box.y - 6, width: box.width, height: box.height, style: "box-body", radius: 8)
            }
            svg.rectangle(x: box.x, y: box.y, width: box.width, height: box.height, style: "box-body", radius: 8)
            svg.rectangle(x: box.x, y: box.y + 8, width: 4, height: box.height - 16, style: "box-mark", radius: 2)
            let name = box.count > 1 ? "\(box.name) × \(box.count)" : box.name
            svg.text(PlotLayout.fitted(name, width: box.width - 24), x: box.x + 14, y: box.y + 22, style: "box-name")
            for (index, line) in box.lines.enumerated() {
                svg.text(
                    PlotLayout.fitted(line, width: box.width - 16), x: box.x + 14, y: box.y + 40 + Double(index) * 16, style: "box-line")
            }
        }
    }

    private static func arrowHead(_ svg: inout SVG, at point: (x: Double, y: Double), pointingRight: Bool) {
        let back = pointingRight ? point.x - 8 : point.x + 8
        let n = SVG.number
        svg.path("M\(n(point.x)) \(n(point.y))L\(n(back)) \(n(point.y - 4))V\(n(point.y + 4))Z", style: "arrow")
    }
}
