import Architecture
import Mapping
import OperatorGraph
import Programs

/// A mapping file on its way through lowering: what it says, checked against the workload and the machine.
extension Lowerer {
    /// Where something stands in the mapping file, as the subject of a message.
    private func place(_ line: Int?, _ path: String) -> String {
        let file = mapping?.file ?? "the mapping"
        return line.map { "\(file):\($0): \(path)" } ?? "\(file): \(path)"
    }

    private func refusal(_ line: Int?, _ path: String, _ message: String, suggestion: String = "") -> LoweringError {
        LoweringError(mappingPlace: place(line, path), message, suggestion: suggestion)
    }

    /// Refuses a mapping for another machine or workload, and names that the workload does not have.
    func checkMapping() throws(LoweringError) {
        guard let mapping else { return }
        if !mapping.architecture.isEmpty, mapping.architecture != architecture.name {
            throw refusal(
                nil, "architecture", "the mapping is for \(mapping.architecture), and this is \(architecture.name)",
                suggestion: "make one with `cyclewright map`")
        }
        if !mapping.workload.isEmpty, mapping.workload != graph.name {
            throw refusal(
                nil, "workload", "the mapping is for \(mapping.workload), and this is \(graph.name)", suggestion: "make one with `cyclewright map`")
        }
        if let checks = mapping.checks {
            let found = MappingChecks(architecture, original)
            let advice = "make a new one with `cyclewright map`, or take the checks out of the file to try this one as it is"
            if checks.architecture != found.architecture {
                throw refusal(
                    nil, "checks.architecture",
                    "the mapping was made for a \(architecture.name) with other cores, engines or memory sizes (\(checks.architecture); this one has \(found.architecture))",
                    suggestion: advice)
            }
            if checks.workload != found.workload {
                throw refusal(
                    nil, "checks.workload",
                    "the mapping was made for a \(graph.name) with other operators or shapes (\(checks.workload); this one has \(found.workload))", suggestion: advice)
            }
        }
        let products = productNames.withBases
        for entry in mapping.operators where !products.contains(entry.name) { throw unknown(entry.name, entry.line, "operators", products) }
        for entry in mapping.constraints.operators where entry.name != OperatorConstraint.all && !products.contains(entry.name) {
            throw unknown(entry.name, entry.requirements.first?.line, "constraints.operators", products)
        }
        for entry in mapping.units where !eitherUnitNames.withBases.contains(entry.name) {
            guard products.contains(entry.name) || graph.nodes.contains(where: { $0.name == entry.name }) else { throw unknown(entry.name, entry.line, "units", eitherUnitNames) }
            throw refusal(
                entry.line, "units.\(entry.name)", "the operator has no choice of units: only depthwise convolutions run on an array or on the vector unit",
                suggestion: "leave it out")
        }
        let tensors = graph.values.map(\.name)
        for (list, path) in [(mapping.tensors, "tensors"), (mapping.constraints.tensors, "constraints.tensors")] {
            for tensor in list where !tensors.contains(tensor.name) {
                throw refusal(
                    tensor.line, path, "the workload has no tensor \"\(tensor.name)\"",
                    suggestion: Suggestion.closest(to: tensor.name, among: tensors).map { "did you mean \"\($0)\"?" } ?? "`cyclewright map` writes a file with all that can be placed")
            }
        }
    }

    private func unknown(_ name: String, _ line: Int?, _ path: String, _ products: [String]) -> LoweringError {
        if graph.nodes.contains(where: { $0.name == name }) {
            return refusal(
                line, "\(path).\(name)", "the operator is no product on the arrays, so that it has no tiles",
                suggestion: products.first.map { "products are operators such as \"\($0)\"" } ?? "the workload has no products")
        }
        return refusal(
            line, path, "the workload has no operator \"\(name)\"",
            suggestion: Suggestion.closest(to: name, among: products).map { "did you mean \"\($0)\"?" }
                ?? (products.first.map { "products are operators such as \"\($0)\"" } ?? "it has no products"))
    }

    /// Operators in the order that the file wants, if it wants one.
    static func ordered(
        _ groups: [OperatorGroup], _ graph: Graph, _ original: Graph, _ mapping: WorkloadMapping?
    ) throws(LoweringError) -> [OperatorGroup] {
        // A file for another workload is refused as such later.
        guard let mapping, !mapping.order.isEmpty, mapping.workload.isEmpty || mapping.workload == graph.name else { return groups }
        return try GivenOrder(groups, graph).sorted(by: mapping.order, names: Set(original.nodes.map(\.name))) { line, message, suggestion in
            let file = mapping.file ?? "the mapping"
            return LoweringError(mappingPlace: (line.map { "\(file):\($0)" } ?? file) + ": order", message, suggestion: suggestion)
        }
    }

    /// The cores that the file wants operators to run on.
    static func assigned(
        _ groups: [OperatorGroup], _ graph: Graph, _ original: Graph, _ mapping: WorkloadMapping?, cores: Int, machine: String
    ) throws(LoweringError) -> GivenCores {
        let list = mapping.map { $0.workload.isEmpty || $0.workload == graph.name ? $0.cores : [] } ?? []
        return try GivenCores(list, groups, graph, cores: cores, machine: machine, names: Set(original.nodes.map(\.name))) { entry, message, suggestion in
            let file = mapping?.file ?? "the mapping"
            return LoweringError(mappingPlace: (entry.line.map { "\(file):\($0)" } ?? file) + ": cores.\(entry.name)", message, suggestion: suggestion)
        }
    }

    /// Whether the file says how an operator's tiles are, so that it runs on the arrays whatever else could do it.
    func isMapped(_ name: String) -> Bool {
        guard let mapping else { return false }
        return mapping.mapping(of: name) != nil || mapping.constraints.operators.contains { $0.name == name || $0.name == BlockName.base(of: name) }
    }

    /// The mapping that the file has for a product, if it has one.
    func given(for request: MatmulRequest, whole: ProductExtents, memories: (left: String, right: String, sums: String)) throws(LoweringError) -> MatmulMapping? {
        guard let entry = mapping?.mapping(of: request.operatorName) else { return nil }
        let path = "operators.\(entry.name)"
        let problem = request.problem
        // What is said of an operator holds for its blocks, which may be smaller.
        let isBlock = entry.name != request.operatorName
        if let product = entry.product, isBlock ? !product.covers(whole) : product != whole {
            func text(_ e: ProductExtents) -> String { (e.batch > 1 ? "\(e.batch) × " : "") + "\(e.m) × \(e.k) × \(e.n)" }
            throw refusal(
                entry.line, path + ".product", "the mapping is for a product of \(text(product)) (m × k × n), and the operator's is \(text(whole))",
                suggestion: "make a new mapping with `cyclewright map`")
        }
        let extents: [(MatmulDimension, Int)] = [(.m, whole.m), (.k, whole.k), (.n, whole.n)]
        for (dimension, extent) in extents {
            let tile = entry.mapping[dimension]
            let name = "\(path).tile.\(dimension.rawValue)"
            guard tile <= extent || isBlock && dimension != .k else {
                throw refusal(entry.line, name, "a tile of \(tile) is larger than the dimension, which is \(extent)", suggestion: "write at most \(extent)")
            }
            let unit = problem.unit(of: dimension)
            if tile < problem.extent(of: dimension), tile % unit != 0 {
                let below = tile / unit * unit
                let reason = dimension == .m ? "output rows of \(unit) pixels" : dimension == .k && problem.dividesK ? "channels at each of \(unit) kernel positions" : "whole bytes"
                throw refusal(
                    entry.line, name, "a tile of \(tile) is no multiple of \(unit): the dimension is cut into \(reason)",
                    suggestion: below > 0 ? "write \(below) or \(min(extent, below + unit))" : "write \(min(extent, unit))")
            }
            if dimension == .k, problem.dividesK, extent % tile != 0 {
                throw refusal(
                    entry.line, name, "tiles of \(tile) do not divide \(extent): the operand is cut by channels, in equal parts",
                    suggestion: "write a multiple of \(unit) that divides \(extent)")
            }
        }
        let mapping = entry.mapping.fitted(to: problem)
        let needs = MatmulAllocation(mapping, problem).needs(request.most)
        let (left, right, sums) = memories
        for (memory, bytes, room) in [(left, needs.left, request.most.leftBudget), (right, needs.right, request.most.rightBudget), (sums, needs.sums, request.most.sumBudget)]
        where bytes > room {
            throw refusal(
                entry.line, path, "its tiles do not fit: \(parts(mapping, problem, memory, memories)) take \(bytes) bytes of \(memory), which has \(room) for them",
                suggestion: "make tiles smaller, or stream operands instead of holding them")
        }
        return mapping
    }

    /// What a mapping puts into a memory, for a message.
    private func parts(_ mapping: MatmulMapping, _ problem: MatmulProblem, _ memory: String, _ memories: (left: String, right: String, sums: String)) -> String {
        let allocation = MatmulAllocation(mapping, problem)
        var parts: [String] = []
        func add(_ name: String, _ bytes: Int, _ home: String) { if bytes > 0, home == memory { parts.append("\(name) (\(bytes))") } }
        add("left tiles", allocation.left, memories.left)
        add("right tiles", allocation.right, memories.right)
        add("sums", allocation.sums, memories.sums)
        add("operands of the epilogue", allocation.epilogue, memories.left)
        add("results", allocation.out, memories.left)
        return wordList(parts, conjunction: "and")
    }

    /// Whether a depthwise convolution is to run on the vector unit; `nil` where the file does not say.
    func wantsVector(_ name: String) -> Bool? { ofBase(name) { name in mapping?.units.first { $0.name == name }.map { $0.kind == .vector } } }

    // MARK: Tensors

    /// Where the file wants a result, if it says.
    func wantedPlace(of value: Graph.ValueID) -> PlacedTensor? {
        guard let mapping else { return nil }
        return ofBase(graph.values[value].name) { name in
            mapping.tensors.first { $0.name == name } ?? mapping.constraints.tensors.first { $0.name == name }
                ?? mapping.preferences.first { $0.name == name && $0.place == .offChip }
        }
    }

    /// A tensor that the file wants on chip cannot be there.
    func cannotPlace(_ tensor: PlacedTensor, _ reason: String) -> LoweringError {
        refusal(tensor.line, "tensors.\(tensor.name)", "the tensor cannot stay on chip: \(reason)", suggestion: "write off-chip, or leave it out")
    }

    /// Results that had a choice, in the order of their numbers, and what it was.
    var placedTensors: [PlacedTensor] {
        choices.sorted { $0.key < $1.key }.map { PlacedTensor(name: graph.values[$0.key].name, place: $0.value, address: buffers == .shared && $0.value == .onChip ? locations[$0.key]?.address : nil) }
    }

    /// Refuses places for tensors that never had one to choose.
    func checkPlaces() throws(LoweringError) {
        guard let mapping else { return }
        let placed = Set(Array(choices.keys.map { graph.values[$0].name }).withBases)
        for tensor in mapping.tensors + mapping.constraints.tensors where !placed.contains(tensor.name) {
            let value = graph.values.first { $0.name == tensor.name }
            let reason =
                switch value?.kind {
                case .input: "it is an input of the workload, which lies off chip"
                case .parameter, .constant: "it comes with the workload and lies off chip"
                default: "it is a view of another tensor, or it exists only within an operator"
                }
            throw refusal(tensor.line, "tensors.\(tensor.name)", "the tensor has no place to choose: \(reason)", suggestion: "leave it out")
        }
    }
}
