#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Maps the range of a measure to a length, linearly or in decades, with round ticks.
///
/// The page's script (`Templates/sweepdata.js`) follows the same rules.
struct PlotAxis {
    let minimum: Double
    let maximum: Double
    let isLogarithmic: Bool
    let length: Double

    /// Decades where all values are positive and the largest is at least `logarithmicRatio` times the smallest.
    ///
    /// - Parameters:
    ///   - values: those that are not finite are left out.
    ///   - includesZero: for bars and shares.
    init(_ values: some Sequence<Double>, length: Double, includesZero: Bool = false) {
        var least = Double.infinity, most = -Double.infinity
        for value in values where value.isFinite {
            least = min(least, value)
            most = max(most, value)
        }
        if least > most { (least, most) = (0, 1) }
        if includesZero { (least, most) = (min(0, least), max(0, most)) }
        isLogarithmic = !includesZero && least > 0 && most / least >= Self.logarithmicRatio
        if isLogarithmic {
            let margin = pow(most / least, 0.03)
            (least, most) = (least / margin, most * margin)
        } else {
            // A single value stands in the middle.
            let span = most > least ? most - least : most == 0 ? 1 : abs(most)
            let margin = span * (most > least ? 0.04 : 0.5)
            if !(includesZero && least == 0) { least -= margin }
            most += margin
        }
        minimum = least
        maximum = most
        self.length = length
    }

    static let logarithmicRatio = 30.0

    func position(_ value: Double) -> Double {
        let share = isLogarithmic
            ? (log10(max(value, minimum)) - log10(minimum)) / (log10(maximum) - log10(minimum))
            : (value - minimum) / (maximum - minimum)
        return min(1, max(0, share)) * length
    }

    /// At most about `count` values.
    func ticks(_ count: Int) -> [Double] { isLogarithmic ? logarithmicTicks(count) : linearTicks(count) }

    private func linearTicks(_ count: Int) -> [Double] {
        let rough = (maximum - minimum) / Double(max(1, count))
        let power = pow(10, floor(log10(rough)))
        guard let step = [1, 2, 5, 10].map({ $0 * power }).first(where: { $0 >= rough * 0.999 }), step > 0, step.isFinite else { return [] }
        let first = (minimum / step).rounded(.up), last = (maximum / step).rounded(.down)
        guard last >= first, last - first < 1000 else { return [] }
        return (0...Int(last - first)).map { tick in
            // A quotient of whole numbers is the nearest double to a round value; a product with 0.1 is not.
            let whole = first + Double(tick)
            return step >= 1 ? whole * step : whole / (1 / step).rounded()
        }
    }

    private func logarithmicTicks(_ count: Int) -> [Double] {
        let low = Int(floor(log10(minimum))), high = Int(ceil(log10(maximum)))
        let every = max(1, (high - low + count - 1) / max(1, count))
        let decades = log10(maximum / minimum)
        let factors: [Double] = decades <= 2 ? [1, 2, 5] : decades <= 4 ? [1, 3] : [1]
        var ticks: [Double] = []
        for exponent in stride(from: low, through: high, by: every) {
            let power = pow(10, Double(abs(exponent)))
            for factor in factors {
                let tick = exponent < 0 ? factor / power : factor * power
                if tick >= minimum && tick <= maximum { ticks.append(tick) }
            }
        }
        return ticks
    }
}

/// The frame of a drawing with two axes: grid, tick labels, titles.
struct PlotFrame {
    var left: Double, top: Double, width: Double, height: Double
    var x: PlotAxis, y: PlotAxis

    func point(_ xValue: Double, _ yValue: Double) -> (x: Double, y: Double) { (left + x.position(xValue), top + height - y.position(yValue)) }

    /// - Parameter ticks: about how many in each direction.
    func draw(
        on svg: inout SVG, xText: MeasureText, yText: MeasureText, xTitle: String, yTitle: String, ticks: (x: Int, y: Int) = (8, 6),
        titleDistance: Double = 58
    ) {
        for tick in y.ticks(ticks.y) {
            let position = top + height - y.position(tick)
            svg.line(x1: left, y1: position, x2: left + width, y2: position, style: "grid")
            svg.text(yText.tick(tick), x: left - 8, y: position + 4, style: "tick", anchor: .end)
        }
        for tick in x.ticks(ticks.x) {
            let position = left + x.position(tick)
            svg.line(x1: position, y1: top, x2: position, y2: top + height, style: "grid")
            svg.text(xText.tick(tick), x: position, y: top + height + 17, style: "tick", anchor: .middle)
        }
        svg.line(x1: left, y1: top + height, x2: left + width, y2: top + height, style: "frame-line")
        svg.line(x1: left, y1: top, x2: left, y2: top + height, style: "frame-line")
        if !xTitle.isEmpty { svg.text(xTitle, x: left + width / 2, y: top + height + 38, style: "axis", anchor: .middle) }
        if !yTitle.isEmpty { svg.text(yTitle, x: left - titleDistance, y: top + height / 2, style: "axis", anchor: .middle, turned: true) }
    }
}
