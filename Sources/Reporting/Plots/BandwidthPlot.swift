import MemorySystem
import Simulation

/// Bandwidth over time of a memory whose channels were simulated: the sum as a line under the peak, and each channel as a row of a
/// heat map. Memories without channels' records have no such plot: their traffic over time is not known.
enum BandwidthPlot {
    static let id = "plot-bandwidth"
    /// Columns of the heat map, and shades of a cell.
    private static let columns = 128
    private static let shades = 8
    /// Most rows; channels beyond share a row.
    private static let rows = 64

    static func plots(_ report: RunReport) -> [Plot] {
        var plots: [Plot] = []
        for memory in report.record.memories {
            guard let history = memory.dram?.bandwidth, history.totalBytes > 0 else { continue }
            let suffix = plots.isEmpty ? "" : "-\(plots.count + 1)"
            plots.append(plot(memory, history, seconds: report.seconds, id: id + suffix))
        }
        return plots
    }

    private static func plot(_ memory: MemoryRecord, _ history: BandwidthHistory, seconds: Double, id: String) -> Plot {
        let grid = Grid(history, columns: columns, rows: rows)
        let left = 92.0, right = 110.0, top = 12.0, curve = 168.0
        let width = PlotLayout.width - left - right
        let rowHeight = max(5, min(22, 260 / Double(grid.rows)))
        let map = top + curve + 26, bottom = map + rowHeight * Double(grid.rows)
        var svg = SVG(width: PlotLayout.width, height: bottom + 44)
        let span = max(seconds, history.bucketSeconds * Double(history.usedBuckets))
        svg.timeAxis(LinearScale(maximum: span, length: width), x: left, top: top, bottom: bottom, title: "time")
        let pixels = width * ratio(grid.columnSeconds, span)
        let sums = (0..<grid.columns).map { column in (0..<grid.rows).reduce(0) { $0 + grid[$1, column] } }
        let rates = sums.map { ratio(Double($0), grid.columnSeconds) }
        let peak = memory.peakBytesPerSecond.isFinite ? memory.peakBytesPerSecond : 0
        let vertical = LinearScale(maximum: max(peak, rates.max() ?? 0) * 1.06, length: curve)
        line(&svg, rates, peak, vertical, left: left, width: width, pixels: pixels, bottom: top + curve)
        let perChannel = ratio(peak, Double(history.channels))
        for row in 0..<grid.rows {
            let y = map + Double(row) * rowHeight
            let bytes = (0..<grid.columns).reduce(0) { $0 + grid[row, $1] }
            let mean = ratio(Double(bytes), seconds)
            let channels = grid.channels(row)
            let busiest = (0..<grid.columns).reduce(0) { max($0, grid[row, $1]) }
            let limit = perChannel * Double(channels.count) * grid.columnSeconds
            let name = channels.count == 1 ? "channel \(channels.lowerBound)" : "channels \(channels.lowerBound) to \(channels.upperBound - 1)"
            var title = "\(name): \(QuantityText.bytes(bytes)), \(QuantityText.bandwidth(bytesPerSecond: mean)) on average"
            if limit > 0 {
                title += " (\(QuantityText.percent(mean / (perChannel * Double(channels.count))))), "
                title += "at most \(QuantityText.percent(Double(busiest) / limit)) of its peak in \(QuantityText.time(seconds: grid.columnSeconds))"
            }
            svg.group("row", title: title) { svg in
                svg.rectangle(x: 0, y: y, width: PlotLayout.width, height: rowHeight, style: "hit")
                cells(&svg, grid, row, limit: limit, x: left, y: y, pixels: pixels, height: rowHeight)
                if rowHeight >= 12 || row % 4 == 0 {
                    svg.text("\(channels.lowerBound)", x: left - 10, y: y + rowHeight / 2 + 4, style: "tick", anchor: .end)
                }
                if limit > 0, rowHeight >= 12 || row % 4 == 0 {
                    svg.text(
                        QuantityText.percent(mean / (perChannel * Double(channels.count))), x: left + width + 10, y: y + rowHeight / 2 + 4, style: "value")
                }
            }
        }
        svg.text("channel", x: 14, y: (map + bottom) / 2, style: "axis", anchor: .middle, turned: true)
        var lead = "Bytes over the data buses of \(memory.name) (\(memory.dram?.standard ?? "DRAM")), in \(QuantityText.integer(grid.columns)) steps of "
        lead += "\(QuantityText.time(seconds: grid.columnSeconds)): all channels together, and each by itself with its share of its peak."
        return Plot(
            id: id, heading: "Bandwidth of \(memory.name) over time", lead: lead,
            legend: [(style: "heat-2", text: "less"), (style: "heat-5", text: "more"), (style: "heat-\(shades)", text: "the channel’s peak")],
            drawing: svg)
    }

    /// The sum as steps under the peak.
    private static func line(
        _ svg: inout SVG, _ rates: [Double], _ peak: Double, _ scale: LinearScale, left: Double, width: Double, pixels: Double, bottom: Double
    ) {
        for tick in scale.ticks(4) {
            let y = bottom - scale.position(tick)
            svg.line(x1: left, y1: y, x2: left + width, y2: y, style: "grid")
            svg.text(QuantityText.round(QuantityText.bandwidth(bytesPerSecond: tick)), x: left - 8, y: y + 4, style: "tick", anchor: .end)
        }
        var outline = ""
        for (column, rate) in rates.enumerated() {
            let y = SVG.number(bottom - scale.position(rate))
            outline += column == 0 ? "M\(SVG.number(left)) \(y)" : "V\(y)"
            outline += "H\(SVG.number(min(left + width, left + Double(column + 1) * pixels)))"
        }
        if !rates.isEmpty {
            svg.path(outline + "V\(SVG.number(bottom))H\(SVG.number(left))Z", style: "bandwidth-area", title: "all channels together")
            svg.path(outline, style: "bandwidth-line")
        }
        guard peak > 0 else { return }
        let y = bottom - scale.position(peak)
        svg.line(x1: left, y1: y, x2: left + width, y2: y, style: "mean")
        svg.text("peak \(QuantityText.bandwidth(bytesPerSecond: peak))", x: left + width - 4, y: y + 14, style: "value halo", anchor: .end)
    }

    /// The cells of a row, neighbours of the same shade as one rectangle.
    private static func cells(
        _ svg: inout SVG, _ grid: Grid, _ row: Int, limit: Double, x: Double, y: Double, pixels: Double, height: Double
    ) {
        func shade(_ column: Int) -> Int {
            let share = limit > 0 ? Double(grid[row, column]) / limit : grid[row, column] > 0 ? 1 : 0
            return min(shades, Int((share * Double(shades)).rounded(.up)))
        }
        let gap = height > 8 ? 1.0 : 0.5
        var paths = [String](repeating: "", count: shades + 1)
        var first = 0
        while first < grid.columns {
            let level = shade(first)
            var end = first + 1
            while end < grid.columns, shade(end) == level { end += 1 }
            if level > 0 {
                let length = SVG.number(Double(end - first) * pixels)
                paths[level] += "M\(SVG.number(x + Double(first) * pixels)) \(SVG.number(y))h\(length)v\(SVG.number(height - gap))h-\(length)z"
            }
            first = end
        }
        for level in paths.indices where !paths[level].isEmpty { svg.path(paths[level], style: "heat-\(level)") }
    }
}

/// A history in fewer columns and rows: neighbours added up.
private struct Grid {
    let rows: Int
    let columns: Int
    let columnSeconds: Double
    private let channelsPerRow: Int
    private let channelCount: Int
    private var bytes: [Int]

    init(_ history: BandwidthHistory, columns limit: Int, rows most: Int) {
        let used = max(1, history.usedBuckets)
        let perColumn = (used + limit - 1) / limit
        columns = (used + perColumn - 1) / perColumn
        columnSeconds = history.bucketSeconds * Double(perColumn)
        channelCount = history.channels
        channelsPerRow = (history.channels + most - 1) / most
        rows = (history.channels + channelsPerRow - 1) / channelsPerRow
        bytes = Array(repeating: 0, count: rows * columns)
        for channel in 0..<history.channels {
            for bucket in 0..<used {
                bytes[channel / channelsPerRow * columns + bucket / perColumn] += history.bytes(channel: channel, bucket: bucket)
            }
        }
    }

    func channels(_ row: Int) -> Range<Int> { (row * channelsPerRow)..<min(channelCount, (row + 1) * channelsPerRow) }

    subscript(row: Int, column: Int) -> Int { bytes[row * columns + column] }
}
