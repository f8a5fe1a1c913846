import Foundation
import MappingSearch

/// Times of searches over single operators.
enum OperatorRows {
    static func run() throws {
        let machine = MatmulMachine(
            rows: 128, columns: 128, scratchpadBytes: 256 << 10, bytesPerCycle: 64, energyOfMultiply: 200, energyOfScratchpadByte: 1000, energyOfOffChipByte: 40_000)
        if let product = MatmulEnumerator(MatmulLayer(m: 4096, n: 4096, k: 4096), on: machine) {
            for objective in MatmulObjective.allCases { time("4096^3 product, all factors, \(objective)") { "\(product.best(objective)?.cost.traffic ?? 0) bytes" } }
            time("4096^3 product, table") { "\(product.paretoTable().count) rows" }
        }
        if let product = MatmulEnumerator(MatmulLayer(m: 128, n: 128, k: 128), on: machine) {
            time("128^3 product, whole front") { "\(product.paretoFront().count) rows" }
        }
        if let attention = AttentionEnumerator(
            AttentionLayer(heads: 12, queries: 4096, keys: 4096, depth: 64), on: AttentionMachine(array: machine, lanes: 128, energyOfVectorOperation: 300))
        {
            time("attention 12 x 4096 x 4096 x 64, whole front") { "\(attention.paretoFront().count) rows" }
        }
        for units in [1, 16] {
            var memory = MemoryHierarchy.Level("memory")
            (memory.blockSize, memory.energy) = (8, .init(read: 512, write: 512))
            var buffer = MemoryHierarchy.Level("buffer", capacity: 131_072)
            (buffer.blockSize, buffer.energy) = (8, .init(read: 18, write: 14))
            var registers = MemoryHierarchy.Level("registers", capacity: 512)
            (registers.energy, registers.instances, registers.meshX) = (.init(read: 0.5, write: 0.5), units, units)
            var compute = MemoryHierarchy.Compute("mac")
            (compute.instances, compute.meshX, compute.energy) = (units, units, 0.2)
            let hierarchy = try MemoryHierarchy(levels: [memory, buffer, registers], compute: compute)
            let problem = try LoopNestProblem.convolution(
                .init(inputChannels: 64, outputChannels: 64, outputHeight: 56, outputWidth: 56, kernelHeight: 3, kernelWidth: 3))
            var constraints = MapspaceConstraints(problem, on: hierarchy)
            for level in 1..<3 { for space in 0..<3 { constraints.levels[level].keeps[space] = true } }
            for objective in MappingObjective.allCases {
                time("64x64x56x56x3x3 convolution, 3 levels, \(units) multipliers, \(objective)") {
                    guard let outcome = try? MapspaceSearch(problem, on: hierarchy, constraints: constraints).run(objective) else { return "nothing" }
                    return "\(outcome.value), gap \(outcome.gap), \(outcome.searchedSkeletons)/\(outcome.skeletons) skeletons, \(outcome.labels) labels"
                }
            }
            if units == 1 { time("the same, table") {
                guard let table = try? OperatorTable(problem, on: hierarchy, buffer: 1, constraints: constraints) else { return "nothing" }
                return "\(table.rows.count) rows, \(table.isProved ? "proved" : "not proved")"
            } }
        }
    }

    private static func time(_ name: String, _ body: () -> String) {
        let start = clock()
        let result = body()
        print("\(name): \(result), \(Double(clock() - start) / Double(CLOCKS_PER_SEC)) CPU s")
    }
}
