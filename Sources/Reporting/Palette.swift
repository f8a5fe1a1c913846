/// The colours of the HTML report, for light and dark surfaces.
///
/// The eight states of a unit are apart by at least 0.10 in OKLab (Ottosson 2020), each pair, for normal vision and for
/// protanopia, deuteranopia and tritanopia as simulated by Machado et al. 2009; a test holds them to it.
public struct Palette: Sendable {
    public var surface: String
    /// In the order of `UnitState`: busy, operands, bank conflict, DRAM, DMA, buffer free, dependency, nothing to do.
    public var states: [String]
    /// Names and values of the remaining custom properties of the style sheet.
    var roles: [(name: String, colour: String)]

    public static let light = Palette(
        surface: "#ffffff",
        states: ["#1668b3", "#7bb9ff", "#a16dff", "#b0490e", "#e58600", "#ffbb59", "#0fa08e", "#d3d7dd"],
        roles: [
            ("page", "#f5f6f8"), ("ink", "#16191f"), ("muted", "#5b6472"), ("faint", "#dfe3e8"), ("line", "#c3c9d2"),
            ("accent", "#1668b3"), ("wash", "#eef4fb"), ("second", "#e58600"), ("warm", "#b0490e"), ("idle", "#8b94a3"),
        ])
    public static let dark = Palette(
        surface: "#171b22",
        states: ["#3d8fe0", "#a7fbfd", "#c0b1ff", "#e35341", "#f99a00", "#f4eb74", "#2fd29c", "#4a525e"],
        roles: [
            ("page", "#0e1116"), ("ink", "#e8ebf0"), ("muted", "#9aa4b2"), ("faint", "#2a313b"), ("line", "#414a57"),
            ("accent", "#5aa5ee"), ("wash", "#1b2633"), ("second", "#f99a00"), ("warm", "#e8705f"), ("idle", "#7b8594"),
        ])

    /// The declarations of the custom properties, one a line.
    var declarations: String {
        var lines = ["--surface: \(surface);"]
        lines += roles.map { "--\($0.name): \($0.colour);" }
        lines += zip(UnitState.allCases, states).map { "--\($0.styleClass): \($1);" }
        return lines.joined(separator: "\n")
    }
}
