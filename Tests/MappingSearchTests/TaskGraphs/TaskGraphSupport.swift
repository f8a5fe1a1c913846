import Foundation
import MappingSearch

enum TaskGraphs {
    /// A file of Examples/task-graphs.
    static func example(_ name: String) throws -> TaskGraphDescription {
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try TaskGraphDescription.load(path: checkout.appendingPathComponent("Examples/task-graphs/\(name).yaml").path)
    }

    /// Tasks, costs and edges drawn from a seed; some tasks cannot run everywhere, links are not alike, and there may be more jobs than one.
    static func random(seed: UInt64, tasks count: Int, processors: Int, jobs: Int = 1) -> TaskProblem {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func draw(_ range: Range<Int>) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return range.lowerBound + Int(state % UInt64(range.count))
        }
        let arrivals = (0..<jobs).map { $0 * draw(1..<15) }.sorted()
        var tasks: [TaskProblem.Task] = [], edges: [TaskProblem.Edge] = []
        for index in 0..<count {
            var costs: [Int?] = (0..<processors).map { _ in draw(0..<5) == 0 ? nil : draw(1..<20) }
            if costs.allSatisfy({ $0 == nil }) { costs[draw(0..<processors)] = draw(1..<20) }
            let job = index * jobs / count
            for earlier in 0..<index where tasks[earlier].job == job && draw(0..<3) == 0 {
                edges.append(.init(from: earlier, to: index, amount: draw(0..<25)))
            }
            tasks.append(.init(name: "t\(index)", job: job, release: arrivals[job], costs: costs))
        }
        let links = (0..<processors).map { _ in (0..<processors).map { _ in TaskProblem.Link(latency: draw(0..<3), bandwidth: draw(1..<4)) } }
        return TaskProblem(processors: (0..<processors).map { "p\($0)" }, links: links, tasks: tasks, edges: edges, arrivals: arrivals)
    }
}
