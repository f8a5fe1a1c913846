import Architecture
import Lowering
import Mapping
import NumberFormats
import OperatorGraph
import Programs
import Quantities
import Simulation
import Synchronization
import Testing

/// Nothing is computed or moved twice, and nothing is left out.
@Suite struct ConservationLawTests {
    static let products: [RandomWorkload.Family] = [
        .convolution, .integerConvolution, .gemm, .matmul, .integerMatmul, .realMatmul, .quantizedChain, .productsOfViews,
        .attention, .gluedProducts,
    ]

    @Test(arguments: products)
    func everyMultiplyAccumulateIsExecutedOnce(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 700..<710) { law in
            var expected = 0
            let graph = law.lowered.graph
            for node in graph.nodes where ["Conv", "ConvInteger", "MatMul", "MatMulInteger", "Gemm"].contains(node.operation) {
                // Depthwise convolutions may run on vector units, which count operations of their own.
                let runs = law.program.operators.first { $0.name == node.name }
                if runs?.unit.hasSuffix("vpu") ?? false { continue }
                expected += Operators.multiplyAccumulates(of: node, in: graph)
            }
            let record = try law.run().record
            #expect(record.macs == expected, "\(law.name)")
            #expect(record.units.reduce(0) { $0 + $1.macs } == expected, "\(law.name)")
        }
    }

    /// Bytes in and out of every memory, counted from the program's text.
    @Test(arguments: RandomWorkload.Family.allCases)
    func memoriesCountWhatTheProgramMoves(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 800..<805) { law in
            var machine = law.machine
            for index in machine.memories.indices {
                guard case .dram(var dram) = machine.memories[index].kind else { continue }
                dram.accessGranularity = Bytes(1)
                machine.memories[index].kind = .dram(dram)
            }
            var read: [String: Int] = [:], written: [String: Int] = [:]
            _ = ProgramWalk(law.program) { _, command, variables in
                for operand in command.operands {
                    let bytes = operand.region.bytes(variables)
                    switch (command.opcode, operand.name) {
                    case ("gather", "from"):
                        // As many elements of the table as the result has.
                        read[operand.region.memory, default: 0] += command[operand: "to"]?.bytes(variables) ?? 0
                    case ("gather", "indices"): break
                    case ("copy", "to"), ("gather", "to"): written[operand.region.memory, default: 0] += bytes
                    case ("matmul", "out"):
                        written[operand.region.memory, default: 0] += bytes
                        if command[attribute: "accumulate"]?.evaluate(variables) != 0 { read[operand.region.memory, default: 0] += bytes }
                    case (_, let name) where name.hasPrefix("out"): written[operand.region.memory, default: 0] += bytes
                    default: read[operand.region.memory, default: 0] += bytes
                    }
                }
            }
            for memory in try law.run(machine).record.memories {
                #expect(memory.readBytes == read[memory.name, default: 0], "\(law.name): read of \(memory.name)")
                #expect(memory.writeBytes == written[memory.name, default: 0], "\(law.name): written to \(memory.name)")
            }
        }
    }

    /// Traffic of a single product, from its mapping, the request size and the access granularity alone.
    @Test func offChipTrafficIsWhatTheMappingImplies() throws {
        for seed in 0..<40 {
            var random = RandomStream(seed &+ 9000)
            let (m, k, n) = (random.int(1...60), random.int(1...50), random.int(1...60))
            var writer = GraphWriter("product")
            _ = try writer.node("MatMul", [writer.input(.fp32, [m, k]), writer.parameter(.fp32, [k, n])])
            let graph = try writer.finished()
            for machine in RandomMachine.draws(seed: seed, input: .fp32) where machine.cores == 1 {
                // Weights straight from DRAM do not go through a DMA engine.
                guard case .systolicArray? = machine.engine(named: "mxu")?.kind, machine.engine(named: "mxu")?.reads.last != "dram" else { continue }
                let mapper = RecordingMapper()
                guard let lowered = try? Lowering.lower(graph, to: machine, options: LoweringOptions(mapper: mapper)) else { continue }
                let mapping = try #require(mapper.last)
                let record = try Simulation.run(lowered.program, on: machine).record
                let memory = try #require(record.memories.first { $0.kind == .dram })
                let expected = Traffic(mapping, m: m, k: k, n: n, machine, lowered.program)
                #expect(memory.readBytes == expected.read, "\(seed): \(m) × \(k) × \(n), \(mapping)")
                #expect(memory.writeBytes == expected.written, "\(seed): \(m) × \(k) × \(n), \(mapping)")
                #expect(memory.readBytes >= 4 * (m * k + k * n) && memory.writeBytes >= 4 * m * n)
                break
            }
        }
    }
}

/// The heuristic mapper, which remembers what it chose.
final class RecordingMapper: MatmulMapper {
    private let chosen = Mutex<MatmulMapping?>(nil)

    var last: MatmulMapping? { chosen.withLock { $0 } }

    func map(_ problem: MatmulProblem, on resources: MatmulResources) -> MatmulMapping? {
        let mapping = HeuristicMatmulMapper().map(problem, on: resources)
        if let mapping { chosen.withLock { $0 = mapping } }
        return mapping
    }
}

/// Bytes over the pins of the DRAM for one fp32 product of row-major matrices.
private struct Traffic {
    var read = 0
    var written = 0

    init(_ mapping: MatmulMapping, m: Int, k: Int, n: Int, _ machine: Architecture, _ program: Program) {
        guard case .dram(let dram)? = machine.memory(named: "dram")?.kind else { return }
        let granularity = dram.accessGranularity.count
        func request(_ engine: String) -> Int {
            guard case .dma(let dma)? = machine.engine(named: engine)?.kind else { return 1 }
            return dma.request.count
        }
        func accesses(_ start: Int, _ bytes: Int) -> Int {
            ((start + bytes - 1) / granularity - start / granularity + 1) * granularity
        }
        /// A block of a matrix with `width` columns: whole rows follow each other, parts of rows do not.
        func block(_ address: Int, width: Int, rows: Range<Int>, columns: Range<Int>, request: Int) -> Int {
            let whole = columns.count == width || rows.count == 1
            let runs = whole ? 1 : rows.count
            let length = 4 * (whole ? rows.count * columns.count : columns.count)
            var sum = 0
            for run in 0..<runs {
                let start = address + 4 * ((rows.lowerBound + run) * width + columns.lowerBound)
                var done = 0
                // A run longer than a request is cut at multiples of its size; shorter ones are sent whole.
                while done < length {
                    let part = length > request ? min(request - (start + done) % request, length - done) : length
                    sum += accesses(start + done, part)
                    done += part
                }
            }
            return sum
        }
        func parts(_ extent: Int, _ size: Int) -> [Range<Int>] { stride(from: 0, to: extent, by: size).map { $0..<min(extent, $0 + size) } }
        func address(_ role: Program.Placement.Role) -> Int { program.tensors.first { $0.role == role }?.address ?? 0 }
        let fetch = machine.engine(named: "fetch") == nil ? "load" : "fetch"
        // Short rows that stay come whole, with the first tile of k.
        let comeWhole = mapping.left == .held && mapping.tileK < k && 4 * mapping.tileK < request("load")
            && mapping.tileM * k <= mapping.tileN * mapping.tileK
        for (i, rows) in parts(m, mapping.tileM).enumerated() {
            for (j, columns) in parts(n, mapping.tileN).enumerated() {
                for depth in parts(k, mapping.tileK) {
                    // Held operands are fetched when the loop that they do not depend on begins.
                    if mapping.left == .streamed || j == 0, !comeWhole || depth.lowerBound == 0 {
                        read += block(address(.input), width: k, rows: rows, columns: comeWhole ? 0..<k : depth, request: request("load"))
                    }
                    if mapping.right == .streamed || i == 0 {
                        // Weights lie tile after tile, each a matrix of its own.
                        let tile = address(.parameter) + 4 * (columns.lowerBound * k + depth.lowerBound * columns.count)
                        read += block(tile, width: columns.count, rows: 0..<depth.count, columns: 0..<columns.count, request: request(fetch))
                    }
                }
                written += block(address(.output), width: n, rows: rows, columns: columns, request: request("store"))
            }
        }
    }
}
