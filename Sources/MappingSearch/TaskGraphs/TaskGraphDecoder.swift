import Architecture

/// Reads a task-graph file.
struct TaskGraphDecoder {
    private let reader: DocumentReader

    init(file: String) { reader = DocumentReader(file: file) }

    func decode(_ root: DocumentNode) throws(ArchitectureError) -> TaskGraphDescription {
        try reader.checkKeys(root, "", ["task-graph", "source", "unit", "processors", "links", "graphs", "jobs"])
        let name = try reader.text(try reader.required("task-graph", root, "", "give the file a name"), "task-graph")
        let processors = try processors(try reader.required("processors", root, "", "list what tasks run on, such as [cpu, dsp]"))
        let graphs = try graphs(try reader.required("graphs", root, "", "give at least one graph of tasks"), processors)
        let description = TaskGraphDescription(
            name: name, source: try root["source"].map { node throws(ArchitectureError) in try reader.text(node, "source") } ?? "",
            unit: try root["unit"].map { node throws(ArchitectureError) in try reader.text(node, "unit") } ?? "", processors: processors,
            links: try links(root["links"], processors), graphs: graphs, jobs: try jobs(root["jobs"], graphs))
        let count = description.arrivals.reduce(0) { $0 + graphs[$1.graph].tasks.count }
        guard count <= TaskGraphDescription.maximumTasks else {
            throw reader.failure(root["jobs"] ?? root, "jobs", "are \(count) tasks together; at most \(TaskGraphDescription.maximumTasks) are scheduled")
        }
        return description
    }

    private func processors(_ node: DocumentNode) throws(ArchitectureError) -> [String] {
        var names: [String] = []
        for (index, item) in try reader.list(node, "processors").enumerated() {
            let name = try reader.text(item, "processors[\(index)]")
            guard !names.contains(name) else { throw reader.failure(item, "processors[\(index)]", "\"\(name.excerpt)\" is listed twice") }
            names.append(name)
        }
        guard !names.isEmpty else { throw reader.failure(node, "processors", "is empty; tasks have to run somewhere") }
        guard names.count <= TaskGraphDescription.maximumProcessors else {
            throw reader.failure(node, "processors", "are \(names.count); at most \(TaskGraphDescription.maximumProcessors) are scheduled")
        }
        return names
    }

    // MARK: Links

    private func links(_ node: DocumentNode?, _ processors: [String]) throws(ArchitectureError) -> [[TaskProblem.Link]] {
        let row = [TaskProblem.Link](repeating: .init(), count: processors.count)
        guard let node else { return Array(repeating: row, count: processors.count) }
        try reader.checkKeys(node, "links", ["bandwidth", "latency", "between"])
        let common = try link(node, "links", TaskProblem.Link())
        var links = Array(repeating: row.map { _ in common }, count: processors.count)
        let exceptions = try node["between"].map { list throws(ArchitectureError) in try reader.list(list, "links.between") } ?? []
        for (index, item) in exceptions.enumerated() {
            let path = "links.between[\(index)]"
            try reader.checkKeys(item, path, ["from", "to", "bandwidth", "latency"])
            let from = try named(try reader.required("from", item, path, "name a processor"), "\(path).from", processors, "a processor")
            let to = try named(try reader.required("to", item, path, "name a processor"), "\(path).to", processors, "a processor")
            guard from != to else { throw reader.failure(item, path, "leads from \(processors[from]) to itself, where nothing has to be sent") }
            links[from][to] = try link(item, path, common)
        }
        return links
    }

    private func link(_ node: DocumentNode, _ path: String, _ common: TaskProblem.Link) throws(ArchitectureError) -> TaskProblem.Link {
        TaskProblem.Link(
            latency: try node["latency"].map { item throws(ArchitectureError) in try whole(item, "\(path).latency") } ?? common.latency,
            bandwidth: try node["bandwidth"].map { item throws(ArchitectureError) in try whole(item, "\(path).bandwidth", from: 1) } ?? common.bandwidth)
    }

    // MARK: Graphs

    private func graphs(_ node: DocumentNode, _ processors: [String]) throws(ArchitectureError) -> [TaskGraphDescription.Graph] {
        guard let entries = node.entries, !entries.isEmpty else {
            throw reader.failure(node, "graphs", "is \(node.kindDescription) and has to be a group of graphs by name")
        }
        var graphs: [TaskGraphDescription.Graph] = []
        for entry in entries { graphs.append(try graph(entry, processors)) }
        return graphs
    }

    private func graph(_ entry: DocumentNode.Entry, _ processors: [String]) throws(ArchitectureError) -> TaskGraphDescription.Graph {
        let path = "graphs.\(entry.key)"
        try reader.checkKeys(entry.value, path, ["tasks", "edges"])
        let node = try reader.required("tasks", entry.value, path, "give each task its time on each processor")
        guard let items = node.entries, !items.isEmpty else {
            throw reader.failure(node, "\(path).tasks", "is \(node.kindDescription) and has to be a group of tasks by name")
        }
        var tasks: [TaskGraphDescription.Graph.Task] = []
        for item in items { tasks.append(.init(name: item.key, costs: try costs(item.value, "\(path).tasks.\(item.key)", processors))) }
        let names = tasks.map(\.name)
        var edges: [TaskProblem.Edge] = []
        for from in try group(entry.value["edges"], "\(path).edges") {
            let fromPath = "\(path).edges.\(from.key)"
            let sender = try named(DocumentNode(content: .scalar(from.key), origin: from.origin), fromPath, names, "a task of \(entry.key)")
            for to in try group(from.value, fromPath) {
                let receiver = try named(
                    DocumentNode(content: .scalar(to.key), origin: to.origin), "\(fromPath).\(to.key)", names, "a task of \(entry.key)")
                edges.append(.init(from: sender, to: receiver, amount: try whole(to.value, "\(fromPath).\(to.key)")))
            }
        }
        return try sorted(.init(name: entry.key, tasks: tasks, edges: edges), entry)
    }

    /// A list in the order of the processors, or a group by processor; what is left out, or "-", cannot run there.
    private func costs(_ node: DocumentNode, _ path: String, _ processors: [String]) throws(ArchitectureError) -> [Int?] {
        var costs = [Int?](repeating: nil, count: processors.count)
        if case .sequence(let items) = node.content {
            guard items.count == processors.count else {
                throw reader.failure(node, path, "has \(items.count) times for \(processors.count) processors; write - where it cannot run")
            }
            for (index, item) in items.enumerated() where item.scalar != "-" { costs[index] = try whole(item, "\(path)[\(index)]") }
        } else {
            for entry in try group(node, path) {
                let key = DocumentNode(content: .scalar(entry.key), origin: entry.origin)
                costs[try named(key, "\(path).\(entry.key)", processors, "a processor")] = try whole(entry.value, "\(path).\(entry.key)")
            }
        }
        guard costs.contains(where: { $0 != nil }) else { throw reader.failure(node, path, "runs on no processor; give a time for at least one") }
        return costs
    }

    /// With every task behind those that it needs, otherwise in the order of the file.
    private func sorted(_ graph: TaskGraphDescription.Graph, _ entry: DocumentNode.Entry) throws(ArchitectureError) -> TaskGraphDescription.Graph {
        var missing = [Int](repeating: 0, count: graph.tasks.count)
        var followers = [[Int]](repeating: [], count: graph.tasks.count)
        for edge in graph.edges {
            missing[edge.to] += 1
            followers[edge.from].append(edge.to)
        }
        var order: [Int] = []
        var ready = graph.tasks.indices.filter { missing[$0] == 0 }
        while let next = ready.min() {
            ready.removeAll { $0 == next }
            order.append(next)
            for follower in followers[next] {
                missing[follower] -= 1
                if missing[follower] == 0 { ready.append(follower) }
            }
        }
        guard order.count == graph.tasks.count else {
            let names = graph.tasks.indices.filter { missing[$0] > 0 }.map { "\"\(graph.tasks[$0].name.excerpt)\"" }
            throw reader.failure(
                DocumentNode(content: .scalar(""), origin: entry.origin), "graphs.\(entry.key).edges",
                "go round in a circle: \(wordList(Array(names.prefix(8)), conjunction: "and")) need each other or what does; remove an edge")
        }
        var place = [Int](repeating: 0, count: order.count)
        for (position, task) in order.enumerated() { place[task] = position }
        return .init(
            name: graph.name, tasks: order.map { graph.tasks[$0] },
            edges: graph.edges.map { .init(from: place[$0.from], to: place[$0.to], amount: $0.amount) }
                .sorted { ($0.from, $0.to) < ($1.from, $1.to) })
    }

    // MARK: Jobs

    /// One job of each graph at time 0 where the file says nothing.
    private func jobs(_ node: DocumentNode?, _ graphs: [TaskGraphDescription.Graph]) throws(ArchitectureError) -> [TaskGraphDescription.Jobs] {
        guard let node else { return graphs.indices.map { .init(graph: $0, arrivals: .at(0)) } }
        var jobs: [TaskGraphDescription.Jobs] = []
        for (index, item) in try reader.list(node, "jobs").enumerated() {
            let path = "jobs[\(index)]"
            try reader.checkKeys(item, path, ["graph", "arrival", "count", "interval", "mean-interval", "seed"])
            let graph = try named(try reader.required("graph", item, path, "name a graph of the file"), "\(path).graph", graphs.map(\.name), "a graph")
            jobs.append(.init(graph: graph, arrivals: try arrivals(item, path)))
        }
        guard !jobs.isEmpty else { throw reader.failure(node, "jobs", "is empty; leave it out for one job of each graph") }
        return jobs
    }

    private func arrivals(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> TaskArrivals {
        func number(_ key: String, from least: Int = 0) throws(ArchitectureError) -> Int? {
            try node[key].map { item throws(ArchitectureError) in try whole(item, "\(path).\(key)", from: least) }
        }
        let first = try number("arrival") ?? 0
        let interval = try number("interval"), mean = try number("mean-interval", from: 1), seed = try number("seed")
        guard let count = try number("count", from: 1) else {
            for key in ["interval", "mean-interval", "seed"] where node[key] != nil {
                throw reader.failure(node[key] ?? node, "\(path).\(key)", "is for several jobs; add their count")
            }
            return .at(first)
        }
        guard count <= TaskGraphDescription.maximumTasks else {
            throw reader.failure(node, "\(path).count", "is \(count); at most \(TaskGraphDescription.maximumTasks) jobs are scheduled")
        }
        switch (interval, mean) {
        case (let interval?, nil): return .periodic(first: first, count: count, interval: interval)
        case (nil, let mean?): return .random(first: first, count: count, meanInterval: mean, seed: UInt64(seed ?? 1))
        case (nil, nil): throw reader.failure(node, path, "has a count and no interval; give interval, or mean-interval and seed")
        case (_?, _?): throw reader.failure(node, path, "has interval and mean-interval; give one of them")
        }
    }

    // MARK: Values

    private func group(_ node: DocumentNode?, _ path: String) throws(ArchitectureError) -> [DocumentNode.Entry] {
        guard let node else { return [] }
        if let entries = node.entries { return entries }
        guard node.scalar == "" else { throw reader.failure(node, path, "is \(node.kindDescription) and has to be a group of names and numbers") }
        return []
    }

    private func named(_ node: DocumentNode, _ path: String, _ names: [String], _ what: String) throws(ArchitectureError) -> Int {
        let name = try reader.text(node, path)
        if let index = names.firstIndex(of: name) { return index }
        throw reader.failure(
            node, path, "\"\(name.excerpt)\" is not \(what); there are \(quotedList(names.prefix(12), conjunction: "and"))",
            suggestion: Suggestion.closest(to: name, among: names))
    }

    private func whole(_ node: DocumentNode, _ path: String, from least: Int = 0) throws(ArchitectureError) -> Int {
        let text = try reader.text(node, path)
        guard let value = Int(text), (least...TaskGraphDescription.maximumTime).contains(value) else {
            throw reader.failure(
                node, path, "\"\(text.excerpt)\" is not a whole number from \(least) to \(TaskGraphDescription.maximumTime); choose a finer unit for fractions")
        }
        return value
    }
}
