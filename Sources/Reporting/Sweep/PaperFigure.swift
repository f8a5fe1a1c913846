/// A drawing as a file of its own, for papers: light colours, white background, no style sheet from elsewhere.
enum PaperFigure {
    private static let margin = 12.0

    /// The text of an SVG file. Colours are written out: few programs beside browsers know custom properties.
    static func text(of plot: Plot) throws(ReportError) -> String {
        let legendHeight = plot.legend.isEmpty ? 0 : legendRows(plot) * 20 + 8
        let width = plot.drawing.width + 2 * margin, height = plot.drawing.height + legendHeight + 2 * margin
        var legend = SVG(width: plot.drawing.width, height: legendHeight)
        drawLegend(plot, on: &legend)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(SVG.number(width))" height="\(SVG.number(height))" \
            viewBox="0 0 \(SVG.number(width)) \(SVG.number(height))" font-family="Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif">
            <title>\(Markup.escape(plot.heading))</title>
            <style>
            \(try style.get())
            </style>
            <rect width="100%" height="100%" fill="#ffffff"/>
            <g transform="translate(\(SVG.number(margin)) \(SVG.number(margin)))">\(legend.content)</g>
            <g transform="translate(\(SVG.number(margin)) \(SVG.number(margin + legendHeight)))">\(plot.drawing.content)</g>
            </svg>

            """
    }

    private static func legendRows(_ plot: Plot) -> Double {
        var rows = 1.0, x = 0.0
        for entry in plot.legend {
            let width = entryWidth(entry.text)
            if x > 0 && x + width > plot.drawing.width { (rows, x) = (rows + 1, 0) }
            x += width
        }
        return rows
    }

    private static func drawLegend(_ plot: Plot, on svg: inout SVG) {
        var x = 0.0, y = 0.0
        for entry in plot.legend {
            let width = entryWidth(entry.text)
            if x > 0 && x + width > plot.drawing.width { (x, y) = (0, y + 20) }
            svg.rectangle(x: x, y: y + 2, width: 12, height: 12, style: entry.style, radius: 2)
            svg.text(entry.text, x: x + 18, y: y + 12, style: "value")
            x += width
        }
    }

    private static func entryWidth(_ text: String) -> Double { Double(TerminalText.width(text)) * PlotLayout.characterWidth + 40 }

    /// The rules for drawings of the page's style sheets, with the light colours in place of custom properties.
    private static let style: Result<String, ReportError> = {
        do throws(ReportError) {
            let library = try ReportTemplates.library.get()
            let states = UnitState.allCases.map { ["style": $0.styleClass] }
            let context: [String: Any] = ["light": "", "dark": "", "states": states]
            let sheet = (library.render(context, withTemplate: "style") ?? "") + "\n" + ReportTemplates.text(PackageResources.sweepstyle_css)
            var colours = Palette.light.roles.map { ("var(--\($0.name))", $0.colour) }
            colours += zip(UnitState.allCases, Palette.light.states).map { ("var(--\($0.styleClass))", $1) }
            colours.append(("var(--surface)", Palette.light.surface))
            let rules = sheet.split(separator: "\n").map(String.init).filter { rule in
                guard let selector = rule.split(separator: "{", maxSplits: 1).first, rule.contains("}") else { return false }
                return rule.hasPrefix("svg ") && !selector.contains(":hover") || rule.hasPrefix(".") && rule.contains("{ fill:") && !selector.contains(" .")
            }
            return .success(rules.map { rule in
                colours.reduce(rule) { text, colour in text.split(separator: colour.0, omittingEmptySubsequences: false).joined(separator: colour.1) }
            }.joined(separator: "\n"))
        } catch {
            return .failure(error)
        }
    }()
}
