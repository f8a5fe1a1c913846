import Foundation
import MappingSearch

/// Times of searches over single operators.
enum OperatorRows {
    static func run() throws {
        let machine = MatmulMachine(
            rows: 128, columns: 128, scratchpadBytes: 256 << 10, bytesPerCycle: 64, energyOfMultiply: 200, energyOfScratchpadByte: 1000, energyOfOffChipByte: 40_000)
        if let product = MatmulEnumerator(MatmulLayer(m: 4096, n: 4096, k: 4096), on: machine) {
            for objective in MappingObjective.allCases { time("4096^3 product, all factors, \(objective)") { "\(product.best(objective)?.cost.traffic ?? 0) bytes" } }
            time("4096^3 product, table") { "\(product.paretoTable().count) rows" }
        }
        for size in [128, 512] {
            guard let product = MatmulEnumerator(MatmulLayer(m: size, n: size, k: size), on: machine) else { continue }
            time("\(size)^3 product, whole front") { "\(product.paretoFront().count) rows" }
        }
        if let attention = AttentionEnumerator(
            AttentionLayer(heads: 12, queries: 4096, keys: 4096, depth: 64), on: AttentionMachine(array: machine, lanes: 128, energyOfVectorOperation: 300))
        {
            time("attention 12 x 4096 x 4096 x 64, whole front") { "\(attention.paretoFront().count) rows" }
        }
        for layer in ConvolutionRow.allCases {
            guard let convolution = ConvolutionEnumerator(layer.shape, on: machine) else { continue }
            for objective in MappingObjective.allCases {
                time("\(layer.rawValue), all factors, \(objective)") { "\(convolution.best(objective)?.cost.traffic ?? 0) bytes" }
            }
            time("\(layer.rawValue), table") { "\(convolution.paretoTable().count) rows" }
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

    private enum ConvolutionRow: String, CaseIterable {
        case plain = "64x64x56x56x3x3 convolution", strided = "3x64x112x112x7x7 convolution, stride 2", depthwise = "512x14x14x3x3 depthwise convolution"
        case dilated = "256x256x33x33x3x3 convolution, dilation 4"

        var shape: LoopNestProblem.Convolution {
            switch self {
            case .plain: return .init(inputChannels: 64, outputChannels: 64, outputHeight: 56, outputWidth: 56, kernelHeight: 3, kernelWidth: 3)
            case .strided:
                var shape = LoopNestProblem.Convolution(inputChannels: 3, outputChannels: 64, outputHeight: 112, outputWidth: 112, kernelHeight: 7, kernelWidth: 7)
                (shape.strideHeight, shape.strideWidth) = (2, 2)
                return shape
            case .depthwise:
                var shape = LoopNestProblem.Convolution(inputChannels: 512, outputChannels: 512, outputHeight: 14, outputWidth: 14, kernelHeight: 3, kernelWidth: 3)
                shape.groups = 512
                return shape
            case .dilated:
                var shape = LoopNestProblem.Convolution(inputChannels: 256, outputChannels: 256, outputHeight: 33, outputWidth: 33, kernelHeight: 3, kernelWidth: 3)
                (shape.dilationHeight, shape.dilationWidth) = (4, 4)
                return shape
            }
        }
    }

    private static func time(_ name: String, _ body: () -> String) {
        let start = clock()
        let result = body()
        print("\(name): \(result), \(Double(clock() - start) / Double(CLOCKS_PER_SEC)) CPU s")
    }
}
