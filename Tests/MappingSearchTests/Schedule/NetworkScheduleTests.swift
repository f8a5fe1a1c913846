import MappingSearch
import SearchInstances
import SMT
import Testing

/// The five kinds of networks that the problem is known for, each against something that shares nothing with the search.
@Suite("Schedules of ResNet, Inception, NASNet, U-Net and transformer blocks")
struct NetworkScheduleTests {
    enum Kind: String, CaseIterable, Sendable { case resNet, inception, nasNet, uNet, transformer }

    private func problem(_ kind: Kind, size: Int, capacity: Int) throws -> ScheduleProblem {
        switch kind {
        case .resNet: try ScheduleGraphs.resNet(blocks: size, capacity: capacity)
        case .inception: try ScheduleGraphs.inception(cells: size, capacity: capacity)
        case .nasNet: try ScheduleGraphs.accumulatingNASNet(cells: size, capacity: capacity)
        case .uNet: try ScheduleGraphs.uNet(levels: size, capacity: capacity)
        case .transformer: try ScheduleGraphs.transformer(blocks: size, capacity: capacity)
        }
    }

    /// From the least capacity on, where much is reloaded, up to where nothing is.
    private func tightened(_ kind: Kind, size: Int) throws -> [ScheduleProblem] {
        let roomy = try problem(kind, size: size, capacity: 1 << 20)
        return try [0, 16, 40, 80, 200].map { try roomy.with(capacity: roomy.leastCapacity + $0) }
    }

    private func check(_ outcome: ScheduleOutcome, _ problem: ScheduleProblem, bytes: Int?) throws {
        #expect(outcome.isOptimal && outcome.bytes == bytes)
        #expect(try problem.replay(outcome.plan) == outcome.bytes)
    }

    private var scheduler: Scheduler {
        var scheduler = Scheduler()
        // Bytes alone: some of the best plans have no places, which is another question.
        scheduler.placesTensors = false
        return scheduler
    }

    /// The listed order: every choice of what stays, where those can be counted, and Z3's optimum.
    @Test(arguments: Kind.allCases)
    func listedOrder(_ kind: Kind) throws {
        var reloads = 0
        for problem in try tightened(kind, size: kind == .transformer || kind == .nasNet ? 1 : 2) {
            let order = problem.topologicalOrder
            let answer = try ResidencyEncoding(problem, order: order).solve(Minimizer())
            let bytes = answer.cost.map { problem.compulsoryBytes + $0 }
            #expect(answer.cost == answer.lowerBound)
            if problem.operators.count <= 17 { #expect(ScheduleBruteForce(problem: problem).fewestBytes(order: order) == bytes) }
            let listed = try scheduler.schedule(problem, order: .fixed)
            if order == Array(problem.operators.indices) { try check(listed, problem, bytes: bytes) }
            reloads += listed.bytes > problem.compulsoryBytes ? 1 : 0
        }
        #expect(reloads > 0)
    }

    /// All orders, by brute force where a graph has few, by Z3's encoding of orders where it has many.
    @Test(arguments: Kind.allCases)
    func allOrders(_ kind: Kind) throws {
        // Small enough for every order to be tried: U-Net and ResNet have one or few, a cell of Inception 630.
        for problem in try tightened(kind, size: kind == .resNet || kind == .uNet ? 2 : 1) {
            let outcome = try scheduler.schedule(problem, order: .joint)
            switch kind {
            case .resNet, .inception, .uNet:
                try check(outcome, problem, bytes: ScheduleBruteForce(problem: problem).fewestBytes())
            case .nasNet:
                let answer = try OrderEncoding(problem).solve(Minimizer())
                #expect(answer.cost == answer.lowerBound)
                try check(outcome, problem, bytes: answer.cost.map { problem.compulsoryBytes + $0 })
            case .transformer:
                // Too many orders for either: a cheaper one would contradict the bound of any, and the listed one is among them.
                let listed = try scheduler.schedule(problem, order: .fixed)
                #expect(outcome.isOptimal && outcome.bytes <= listed.bytes && outcome.bytes >= problem.compulsoryBytes)
                #expect(try problem.replay(outcome.plan) == outcome.bytes)
            }
        }
    }

    /// The figures of the study in which the graphs are (CP-SAT and Z3 agreed on them): order fixed and joint, in KiB.
    @Test func studiedFigures() throws {
        let rows: [(problem: ScheduleProblem, fixed: Int?, joint: Int?)] = [
            (try ScheduleGraphs.uNet(levels: 3, capacity: 256), nil, 256), (try ScheduleGraphs.uNet(levels: 8, capacity: 320), 768, nil),
            (try ScheduleGraphs.nasNet(cells: 1, capacity: 384), nil, 288), (try ScheduleGraphs.transformer(blocks: 1, capacity: 384), 640, 640),
        ]
        for row in rows {
            if let fixed = row.fixed { try check(scheduler.schedule(row.problem, order: .fixed), row.problem, bytes: fixed) }
            if let joint = row.joint { try check(scheduler.schedule(row.problem, order: .joint), row.problem, bytes: joint) }
        }
    }
}
