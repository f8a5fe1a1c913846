import MappingSearch
import Reporting

/// A schedule as a drawing: a row for each processor, a bar for each task, a colour for each job.
enum GanttChart {
    private static let rowHeight = 34.0, left = 110.0, right = 20.0, top = 44.0, width = 960.0

    /// A file of its own: colours and fonts are in it. At most one bar for each task, with its name where there is room and in its tooltip.
    static func svg(_ problem: TaskProblem, _ schedule: TaskSchedule, title: String, unit: String) -> String {
        let height = top + Double(problem.processors.count) * rowHeight + 44
        let whole = Double(max(1, schedule.makespan)), plot = width - left - right
        func x(_ time: Int) -> Double { left + Double(time) / whole * plot }
        var body = text(title, x: left, y: 24, size: 15, weight: "600")
        for (processor, name) in problem.processors.enumerated() {
            let y = top + Double(processor) * rowHeight
            body += "<rect x=\"\(number(left))\" y=\"\(number(y))\" width=\"\(number(plot))\" height=\"\(number(rowHeight - 6))\" fill=\"#eef1f5\"/>"
            body += text(name, x: left - 8, y: y + 18, size: 13, anchor: "end")
        }
        for (task, placement) in zip(problem.tasks, schedule.placements) where placement.end > placement.start {
            let y = top + Double(placement.processor) * rowHeight, begin = x(placement.start), length = x(placement.end) - x(placement.start)
            let label = "\(task.name): \(placement.start) to \(placement.end)" + (unit.isEmpty ? "" : " \(unit)")
            body += "<rect x=\"\(number(begin))\" y=\"\(number(y))\" width=\"\(number(length))\" height=\"\(number(rowHeight - 6))\" rx=\"2\" fill=\"\(colour(task.job))\" stroke=\"#ffffff\"><title>\(Markup.escape(label))</title></rect>"
            if length > Double(task.name.count) * 7 + 4 { body += text(task.name, x: begin + length / 2, y: y + 18, size: 12, anchor: "middle", fill: "#ffffff") }
        }
        let bottom = top + Double(problem.processors.count) * rowHeight
        for step in ticks(schedule.makespan) {
            body += "<line x1=\"\(number(x(step)))\" y1=\"\(number(bottom))\" x2=\"\(number(x(step)))\" y2=\"\(number(bottom + 5))\" stroke=\"#5b6472\"/>"
            body += text(String(step), x: x(step), y: bottom + 19, size: 12, anchor: "middle")
        }
        if !unit.isEmpty { body += text(unit, x: width - right, y: bottom + 36, size: 12, anchor: "end") }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" role="img" \
            aria-label="\(Markup.escape(title))" font-family="system-ui, sans-serif"><rect width="100%" height="100%" fill="#ffffff"/>\(body)</svg>

            """
    }

    /// The first colours are those of the report; more jobs go round the circle by the golden angle.
    private static func colour(_ job: Int) -> String {
        let first = ["#1668b3", "#b0490e", "#0f7f71", "#7d4fd0", "#8a5a00"]
        return job < first.count ? first[job] : "hsl(\(job * 137 % 360) 45% 40%)"
    }

    /// Round numbers, up to about ten.
    private static func ticks(_ end: Int) -> [Int] {
        var step = 1
        for factor in [2, 5, 10].cycled(9) where end / step > 10 { step = factor.base * factor.scale }
        return Array(stride(from: 0, through: end, by: step))
    }

    private static func text(
        _ text: String, x: Double, y: Double, size: Int, weight: String = "400", anchor: String = "start", fill: String = "#16191f"
    ) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(size)\" font-weight=\"\(weight)\" text-anchor=\"\(anchor)\" fill=\"\(fill)\">\(Markup.escape(text))</text>"
    }


    /// To a hundredth of a pixel.
    private static func number(_ value: Double) -> String { QuantityText.fixed(value, decimals: 2).replacing(",", with: "") }
}

extension [Int] {
    /// The factors at scale 1, 10, 100 and so on.
    fileprivate func cycled(_ times: Int) -> [(base: Int, scale: Int)] {
        var scale = 1
        return (0..<times).flatMap { _ in
            defer { scale *= 10 }
            return map { (base: $0, scale: scale) }
        }
    }
}
