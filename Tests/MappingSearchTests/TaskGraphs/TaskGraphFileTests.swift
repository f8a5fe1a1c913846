import Architecture
import MappingSearch
import Testing

@Suite("Task-graph files")
struct TaskGraphFileTests {
    private let good = """
        task-graph: small
        processors: [a, b]
        links: { bandwidth: 2, latency: 1, between: [{ from: a, to: b, bandwidth: 5 }] }
        graphs:
          g:
            tasks:
              y: { a: 3 }
              x: [4, -]
              z: [1, 2]
            edges:
              x: { y: 10 }
              y: { z: 1 }
        jobs:
          - { graph: g, arrival: 7 }
          - { graph: g, arrival: 2 }
        """

    @Test func isReadAsWritten() throws {
        let problem = try TaskGraphDescription.decode(text: good, file: "t.yaml").problem
        // In the order in which they can run, by arrival.
        #expect(problem.tasks.map(\.name) == ["0.x", "0.y", "0.z", "1.x", "1.y", "1.z"])
        #expect(problem.arrivals == [2, 7] && problem.tasks[3].release == 7)
        #expect(problem.tasks[0].costs == [4, nil] && problem.tasks[1].costs == [3, nil])
        // Latency and bandwidth of the link, rounded up; nothing on the same processor.
        #expect(problem.transfer(11, from: 0, to: 1) == 1 + 3 && problem.transfer(11, from: 1, to: 0) == 1 + 6 && problem.transfer(11, from: 1, to: 1) == 0)
    }

    @Test(arguments: [
        ("links: {", "lines: {", "t.yaml:3: lines: is not known here", "links"),
        ("{ a: 3 }", "{ c: 3 }", "t.yaml:7: graphs.g.tasks.y.c: \"c\" is not a processor", ""),
        ("[4, -]", "[4]", "t.yaml:8: graphs.g.tasks.x: has 1 times for 2 processors", ""),
        ("[4, -]", "[-, -]", "t.yaml:8: graphs.g.tasks.x: runs on no processor", ""),
        ("[1, 2]", "[1, 2.5]", "t.yaml:9: graphs.g.tasks.z[1]: \"2.5\" is not a whole number", ""),
        ("y: { z: 1 }", "y: { x: 1 }", "t.yaml:5: graphs.g.edges: go round in a circle", ""),
        ("x: { y: 10 }", "x: { yy: 10 }", "t.yaml:11: graphs.g.edges.x.yy: \"yy\" is not a task of g", "y"),
        ("{ graph: g, arrival: 2 }", "{ graph: h }", "t.yaml:15: jobs[1].graph: \"h\" is not a graph", ""),
        ("arrival: 2 }", "count: 3 }", "t.yaml:15: jobs[1]: has a count and no interval", ""),
        ("arrival: 2 }", "interval: 3 }", "t.yaml:15: jobs[1].interval: is for several jobs", ""),
        ("arrival: 2 }", "count: 30000, interval: 1 }", "t.yaml:15: jobs[1].count: is 30000", ""),
        ("to: b, bandwidth: 5", "to: a, bandwidth: 5", "leads from a to itself", ""),
        ("bandwidth: 2", "bandwidth: 0", "t.yaml:3: links.bandwidth: \"0\" is not a whole number from 1", ""),
        ("[a, b]", "[a, a]", "t.yaml:2: processors[1]: \"a\" is listed twice", ""),
    ])
    func mistakesAreExplained(_ old: String, _ new: String, _ message: String, _ suggestion: String) throws {
        let text = good.replacing(old, with: new)
        try #require(text != good)
        let error = #expect(throws: ArchitectureError.self) { try TaskGraphDescription.decode(text: text, file: "t.yaml") }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
        if !suggestion.isEmpty { #expect(error?.description.contains("did you mean \"\(suggestion)\"?") == true, "\(String(describing: error))") }
    }

    @Test func arrivalsFollowTheirLaw() {
        #expect(TaskArrivals.periodic(first: 3, count: 4, interval: 5).times == [3, 8, 13, 18])
        let count = 50_000
        for mean in [3, 25, 400] {
            let times = TaskArrivals.random(first: 0, count: count + 1, meanInterval: mean, seed: 9).times
            #expect(times.first == 0 && zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
            // An exponential rounded down is geometric: mean 1/(e^(1/m) - 1), and its deviation is close to m.
            var power = 1.0, expansion = 0.0
            for step in 1...20 { power *= 1 / (Double(mean) * Double(step)); expansion += power }
            let expected = 1 / expansion, found = Double(times[count]) / Double(count)
            #expect(abs(found - expected) < 4 * Double(mean) / Double(count).squareRoot(), "\(found) and not \(expected)")
        }
        #expect(TaskArrivals.random(first: 0, count: 9, meanInterval: 9, seed: 1).times != TaskArrivals.random(first: 0, count: 9, meanInterval: 9, seed: 2).times)
    }

    @Test(arguments: ["canonical", "arrivals", "soc"])
    func examplesRun(_ name: String) throws {
        let problem = try TaskGraphs.example(name).problem
        for heuristic in TaskHeuristic.allCases { #expect(heuristic.schedule(problem).violations(problem) == [], "\(heuristic)") }
    }
}
