/// A drawing under construction, in user units that are pixels at full size.
///
/// Colours and fonts come from classes, so that one style sheet serves light and dark.
struct SVG {
    enum Anchor: String { case start, middle, end }

    let width: Double
    let height: Double
    private var body = ""

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// What was drawn, without the element around it.
    var content: String { body }

    /// The element, with the name that assistive technology reads.
    func element(id: String, label: String) -> String {
        """
        <svg id="\(Markup.escape(id))" role="img" aria-label="\(Markup.escape(label))" \
        viewBox="0 0 \(SVG.number(width)) \(SVG.number(height))" xmlns="http://www.w3.org/2000/svg">\(body)</svg>
        """
    }

    /// Elements that `contents` draws, as one group with a tooltip for all of them.
    mutating func group(_ style: String, title: String? = nil, contents: (inout SVG) -> Void) {
        body += "<g class=\"\(style)\">"
        if let title { body += "<title>\(Markup.escape(title))</title>" }
        contents(&self)
        body += "</g>\n"
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, style: String, radius: Double = 0, title: String? = nil
    ) {
        body += "<rect class=\"\(style)\"" + SVG.attributes([("x", x), ("y", y), ("width", max(0, width)), ("height", max(0, height))])
        if radius > 0 { body += SVG.attributes([("rx", radius)]) }
        close("rect", title)
    }

    mutating func line(x1: Double, y1: Double, x2: Double, y2: Double, style: String) {
        body += "<line class=\"\(style)\"" + SVG.attributes([("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)]) + "/>"
    }

    mutating func circle(x: Double, y: Double, radius: Double, style: String, title: String? = nil) {
        body += "<circle class=\"\(style)\"" + SVG.attributes([("cx", x), ("cy", y), ("r", radius)])
        close("circle", title)
    }

    mutating func path(_ commands: String, style: String, title: String? = nil) {
        body += "<path class=\"\(style)\" d=\"\(commands)\""
        close("path", title)
    }

    mutating func text(_ text: String, x: Double, y: Double, style: String, anchor: Anchor = .start, turned: Bool = false) {
        body += "<text class=\"\(style)\"" + SVG.attributes([("x", x), ("y", y)])
        if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
        if turned { body += " transform=\"rotate(-90 \(SVG.number(x)) \(SVG.number(y)))\"" }
        body += ">\(Markup.escape(text))</text>"
    }

    private mutating func close(_ name: String, _ title: String?) {
        body += title.map { "><title>\(Markup.escape($0))</title></\(name)>" } ?? "/>"
    }

    private static func attributes(_ pairs: [(String, Double)]) -> String {
        var text = ""
        for (name, value) in pairs { text += " \(name)=\"\(number(value))\"" }
        return text
    }

    /// A coordinate to a hundredth of a pixel; what is not finite lands on 0.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "0" }
        let hundredths = Int((value * 100).rounded())
        if hundredths % 100 == 0 { return String(hundredths / 100) }
        let magnitude = hundredths.magnitude
        let fraction = magnitude % 100
        let tail = fraction % 10 == 0 ? "\(fraction / 10)" : fraction < 10 ? "0\(fraction)" : "\(fraction)"
        return (hundredths < 0 ? "-" : "") + "\(magnitude / 100).\(tail)"
    }
}
