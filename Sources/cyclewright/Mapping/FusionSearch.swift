import Architecture
import Lowering
import Mapping
import MappingSearch
import OperatorGraph

/// Chains of a workload's operators that could run block by block, and what their blocks would do.
struct FusionSearch {
    struct Found {
        var group: FusedOperators
        var candidate: FusedCandidate
        /// Of the tensors inside, by their place in the candidate.
        var tensorNames: [String]
        /// Depthwise convolutions of the chain, which run on the vector unit.
        var onVector: [String]
    }

    private(set) var found: [Found] = []
    private static let longest = 4

    /// - Parameters:
    ///   - steps: of the workload without fusion; `index` says which of the composition's tensors a value's name is.
    ///   - lower: lowers with a fusion, with everything off chip.
    init(
        _ lowered: LoweredWorkload, _ composition: WorkloadComposition, _ graph: Graph, _ architecture: Architecture, either: [String],
        lower: ([FusedOperators]) throws(LoweringError) -> LoweredWorkload
    ) {
        let windows = Self.windows(lowered, composition, either)
        let asked = windows.flatMap { window in
            [FusedOperators.Dimension.heads, .rows].map { dimension in
                (window, FusedOperators(operators: window.map { lowered.steps[$0].name ?? "" }, dimension: dimension, blocks: 1))
            }
        }
        let answers = Lowering.fusible(asked.map(\.1), in: graph, for: architecture)
        // By window the dimension that works, heads before rows, and numbers of blocks that fit.
        var ways: [Range<Int>: (group: FusedOperators, counts: [Int])] = [:]
        for ((window, group), answer) in zip(asked, answers) where ways[window] == nil {
            guard let answer else { continue }
            // Half of the room for blocks, and half for tiles.
            let least = max(2, (2 * answer.bytes + composition.capacity - 1) / max(1, composition.capacity))
            let counts = (2...max(2, min(answer.extent, 128))).filter { answer.extent % $0 == 0 && $0 >= least }.prefix(2)
            if !counts.isEmpty { ways[window] = (group, Array(counts)) }
        }
        let names = Dictionary(composition.tensors.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        for level in 0..<2 {
            var chosen: [(window: Range<Int>, group: FusedOperators)] = []
            for window in windows {
                guard let way = ways[window], way.counts.indices.contains(level) else { continue }
                var group = way.group
                group.blocks = way.counts[level]
                chosen.append((window, group))
            }
            guard !chosen.isEmpty, let blocks = try? lower(chosen.map(\.group)) else { continue }
            for (window, group) in chosen {
                if let made = Self.candidate(window, group, lowered, blocks, names, either) { found.append(made) }
            }
        }
    }

    /// Successive steps of which each reads what the one before makes, and nothing else does; one after the other.
    private static func windows(_ lowered: LoweredWorkload, _ composition: WorkloadComposition, _ either: [String]) -> [Range<Int>] {
        let steps = composition.steps
        var readers = [[Int]](repeating: [], count: composition.tensors.count)
        for (index, step) in steps.enumerated() { for tensor in step.reads { readers[tensor].append(index) } }
        func isProduct(_ index: Int) -> Bool { steps[index].product != nil || lowered.steps[index].node.map { either.contains($0) } ?? false }
        func isWindow(_ window: Range<Int>) -> Bool {
            guard isProduct(window.lowerBound), isProduct(window.upperBound - 1), window.allSatisfy({ lowered.steps[$0].name != nil }) else { return false }
            var bytes = 0
            for index in window.dropLast() {
                guard let made = steps[index].makes, !composition.tensors[made].isPinned, !readers[made].isEmpty, readers[made].allSatisfy({ window.contains($0) && $0 > index }), readers[made].contains(index + 1) else { return false }
                bytes += composition.tensors[made].bytes
            }
            // What is small can stay as a whole.
            return 4 * bytes > composition.capacity
        }
        var windows: [Range<Int>] = []
        var start = 0
        while start < steps.count {
            let ends = (start + 2...max(start + 2, min(steps.count, start + longest))).reversed().filter { $0 <= steps.count }
            if let end = ends.first(where: { isWindow(start..<$0) }) {
                windows.append(start..<end)
                start = end
            } else {
                start += 1
            }
        }
        return windows
    }

    private static func candidate(
        _ window: Range<Int>, _ group: FusedOperators, _ lowered: LoweredWorkload, _ blocks: LoweredWorkload, _ names: [String: Int], _ either: [String]
    ) -> Found? {
        let nodes = Set(window.compactMap { lowered.steps[$0].node })
        func tensor(_ value: Graph.ValueID) -> Int? {
            let name = blocks.graph.values[value].name
            return names[name] ?? BlockName.base(of: name).flatMap { names[$0] }
        }
        let insideNames = window.dropLast().compactMap { lowered.steps[$0].makes.map { lowered.graph.values[$0].name } }
        let inside = insideNames.compactMap { names[$0] }
        guard inside.count == window.count - 1 else { return nil }
        var largest = [Int](repeating: 0, count: inside.count)
        for value in blocks.graph.values {
            guard let base = BlockName.base(of: value.name), let position = insideNames.firstIndex(of: base) else { continue }
            largest[position] = max(largest[position], value.type.bytes)
        }
        let products = Dictionary(blocks.products.map { ($0.operatorIndex, $0) }) { first, _ in first }
        let placements = Dictionary(blocks.program.tensors.map { ($0.value, $0) }) { first, _ in first }
        var found: [WorkloadComposition.Product] = []
        var vectorCycles = 0.0
        var vectorTensors: Set<Int> = []
        for step in blocks.steps {
            guard let node = step.node, let base = BlockName.base(of: node), nodes.contains(base) else { continue }
            guard let mapped = step.operators.lazy.compactMap({ products[$0] }).first, let layout = mapped.request.problem.layout,
                layout.streams.count == mapped.request.problem.streams.count
            else {
                vectorCycles += step.vectorCycles
                for value in step.reads + (step.makes.map { [$0] } ?? []) { if let index = tensor(value), !inside.contains(index) { vectorTensors.insert(index) } }
                continue
            }
            func at(_ block: ProductLayout.Block?) -> Int? {
                guard let block else { return nil }
                return step.reads.first { value in placements[value].map { ($0.address..<$0.address + max(1, $0.bytes)).contains(block.address) } ?? false }.flatMap(tensor)
            }
            var left: ProductLayout.Block?
            switch layout.left {
            case .block(let block), .image(let block, _): left = block
            case nil: break
            }
            found.append(
                WorkloadComposition.Product(
                    request: mapped.request, left: at(left), right: layout.rightIsElsewhere ? nil : at(layout.right?.block), streams: layout.streams.map { at($0) },
                    out: layout.out == nil ? nil : step.makes.flatMap(tensor)))
        }
        guard !found.isEmpty || vectorCycles > 0 else { return nil }
        return Found(
            group: group,
            candidate: FusedCandidate(
                steps: window, inside: inside, blockBytes: largest, products: found, vectorCycles: vectorCycles, vectorTensors: vectorTensors.sorted()),
            tensorNames: insideNames, onVector: nodes.filter { either.contains($0) }.sorted())
    }
}
