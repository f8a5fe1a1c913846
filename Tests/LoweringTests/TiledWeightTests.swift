import Architecture
import Lowering
import NumberFormats
import OperatorGraph
import Programs
import Quantities
import Simulation
import Testing

/// Weights lie in DRAM tile after tile, and nothing but their addresses changes.
@Suite struct TiledWeightTests {
    static let products: [RandomWorkload.Family] = [
        .convolution, .integerConvolution, .gemm, .matmul, .integerMatmul, .realMatmul, .quantizedChain, .productsOfViews, .gluedProducts, .layers,
    ]

    /// Byte addresses of a region's points, in no order.
    private func addresses(_ region: Region, _ variables: [String: Int]) -> [Int] {
        let extents = region.extents.map { $0.evaluate(variables) ?? 0 }
        let base = region.base.evaluate(variables) ?? 0
        var points: [[Int]] = [[]]
        for extent in extents { points = points.flatMap { point in (0..<extent).map { point + [$0] } } }
        return points.map { base + (region.index.evaluate(variables, at: $0) ?? 0) * region.element.bits / 8 }
    }

    @Test("A tile is one run, and all tiles together are the tensor", arguments: products)
    func tilesAreRuns(_ family: RandomWorkload.Family) {
        var tiled = 0
        TimingLawTests.forEach(family, seeds: 1100..<1130) { law in
            let tensors = law.program.tensors.filter { $0.tiling != nil }
            tiled += tensors.count
            var covered: [Int: Set<Int>] = [:]
            _ = ProgramWalk(law.program) { _, command, variables in
                guard command.opcode == "copy", let source = command[operand: "from"], source.memory == "dram" else { return }
                let places = addresses(source, variables).sorted()
                guard let first = places.first, let last = places.last else { return }
                for tensor in tensors where tensor.address <= first && first < tensor.address + tensor.bytes {
                    let size = tensor.element.bits / 8
                    #expect(places.count == Set(places).count && last - first == (places.count - 1) * size, "\(law.name): \(tensor.name) \(source)")
                    covered[tensor.value, default: []].formUnion(places)
                }
            }
            for tensor in tensors {
                let size = tensor.element.bits / 8
                #expect(
                    covered[tensor.value] == Set(stride(from: tensor.address, to: tensor.address + tensor.bytes, by: size)),
                    "\(law.name): \(tensor.name)")
            }
        }
        #expect(tiled >= 3, "\(family) has tiled weights in \(tiled) tensors")
    }

    @Test("Both layouts do the same multiplications, move the same bytes and leave the same values", arguments: products)
    func layoutsAgree(_ family: RandomWorkload.Family) throws {
        for seed in 1200..<1212 {
            let tiled = try LawCase(family, seed: seed)
            var plain = tiled
            plain.lowered = try Lowering.lower(tiled.workload.graph, to: tiled.machine, options: LoweringOptions(tilesWeights: false))
            #expect(plain.program.tensors.allSatisfy { $0.tiling == nil })
            var machine = tiled.machine
            for index in machine.memories.indices {
                guard case .dram(var dram) = machine.memories[index].kind else { continue }
                dram.accessGranularity = Bytes(1)
                machine.memories[index].kind = .dram(dram)
            }
            let tensors = tiled.tensors()
            let ours = try tiled.run(machine, values: tensors)
            let theirs = try plain.run(machine, values: tensors)
            #expect(ours.record.macs == theirs.record.macs, "\(tiled.name)")
            for (one, other) in zip(ours.record.memories, theirs.record.memories) where one.kind == .dram {
                // Cores that share a tensor agree on its tiles, which may not be those that each would take.
                if machine.cores == 1 { #expect(one.readBytes == other.readBytes, "\(tiled.name)") }
                #expect(one.writeBytes == other.writeBytes, "\(tiled.name)")
            }
            let reference = try tiled.reference(tensors)
            #expect(tiled.difference(of: ours, from: reference) == nil, "\(tiled.name)")
            #expect(plain.difference(of: theirs, from: reference) == nil, "\(tiled.name)")
            #expect(try Program(text: tiled.program.text, file: tiled.name) == tiled.program, "\(tiled.name)")
        }
    }

    /// Lowered for a machine of three cores with 8 × 8 arrays.
    private func lowered(_ graph: Graph, cores: Int, buffer: Int) throws -> Program {
        let machine = Architecture(
            name: "small", clock: Frequency(hertz: 1e9), cores: cores,
            memories: [
                Memory(name: "dram", scope: .shared, capacity: Bytes(1 << 24), kind: .dram(DRAM(bandwidth: Bandwidth(bytesPerSecond: 1e9)))),
                Memory(name: "spad", scope: .core, capacity: Bytes(buffer), kind: .sram(SRAM(banks: 8, width: Bytes(32), ports: 4, latency: 1))),
            ],
            engines: [
                Engine(
                    name: "mxu",
                    kind: .systolicArray(
                        SystolicArray(
                            rows: 8, columns: 8, dataflow: .weightStationary, preload: .overlapped, drain: .bus, input: .bf16,
                            weight: .bf16, accumulator: .fp32)), reads: ["spad"], writes: "spad"),
                Engine(name: "vpu", kind: .vector(VectorUnit(lanes: 8, chain: 1, costs: VectorUnit.defaultCosts)), reads: ["spad"], writes: "spad"),
                Engine(
                    name: "load", kind: .dma(DMAEngine(width: Bytes(32), request: Bytes(256), outstanding: 4, startup: 1)),
                    reads: ["dram"], writes: "spad"),
                Engine(
                    name: "store", kind: .dma(DMAEngine(width: Bytes(32), request: Bytes(256), outstanding: 4, startup: 1)),
                    reads: ["spad"], writes: "dram"),
            ])
        return try Lowering.lower(graph, to: machine).program
    }

    @Test("What several operators read, and what one reads whole, keeps its order")
    func sharedTensorsStayPlain() throws {
        var writer = GraphWriter("tied")
        let weight = writer.parameter(.bf16, [64, 64])
        let own = writer.parameter(.bf16, [64, 64])
        let narrow = writer.parameter(.bf16, [64, 8])
        let first = try writer.node("MatMul", [writer.input(.bf16, [4, 64]), weight])
        let second = try writer.node("MatMul", [first, own])
        _ = try writer.node("MatMul", [try writer.node("MatMul", [second, weight]), narrow])
        let program = try lowered(try writer.finished(), cores: 1, buffer: 4096)
        func tiling(_ value: Graph.ValueID) -> Tiling? { program.tensors.first { $0.value == value }?.tiling }
        #expect(tiling(weight) == nil)
        #expect(tiling(narrow) == nil)
        let tiles = try #require(tiling(own))
        #expect(tiles.extents == [64, 64] && tiles.blocks.count == 1)
        #expect(tiles.blocks[0][1] < 64)
    }

    @Test("A vector that is multiplied comes in one piece, not tile of k by tile of k")
    func vectorsComeWhole() throws {
        var writer = GraphWriter("vector")
        let vector = writer.input(.bf16, [1, 64])
        let weight = writer.parameter(.bf16, [64, 80])
        _ = try writer.node("MatMul", [vector, weight])
        let program = try lowered(try writer.finished(), cores: 2, buffer: 4096)
        let place = try #require(program.tensors.first { $0.value == vector })
        var copies: [String: [Int]] = [:]
        _ = ProgramWalk(program) { unit, command, variables in
            guard command.opcode == "copy", let source = command[operand: "from"], source.memory == "dram",
                let address = source.base.evaluate(variables), address < place.address + place.bytes, address >= place.address
            else { return }
            copies[unit, default: []].append(source.bytes(variables))
        }
        #expect(program.tensors.first { $0.value == weight }?.tiling?.blocks.last.map { $0[0] < 64 } == true)
        #expect(copies == ["core0.load": [128], "core1.load": [128]])
    }

    @Test("Large tensors begin at multiples of 4 KiB, and none meets another")
    func largeTensorsAreAligned() throws {
        var writer = GraphWriter("sizes")
        var value = writer.input(.bf16, [40, 24])
        var width = 24
        for size in [40, 8, 72, 88, 8] {
            value = try writer.node("Add", [try writer.node("MatMul", [value, writer.parameter(.bf16, [width, size])]), writer.parameter(.bf16, [size])])
            width = size
        }
        let program = try lowered(try writer.finished(), cores: 2, buffer: 1 << 14)
        let offChip = program.tensors.filter { $0.memory == "dram" }
        let large = offChip.filter { $0.bytes >= 4096 }
        #expect(large.count >= 3 && large.count < offChip.count)
        for tensor in large { #expect(tensor.address % 4096 == 0, "\(tensor.name) at \(tensor.address)") }
        let lasting = offChip.filter { $0.role != .intermediate }.sorted { $0.address < $1.address }
        for (one, next) in zip(lasting, lasting.dropFirst()) { #expect(one.address + one.bytes <= next.address) }
        let end = try #require(lasting.last.map { $0.address + $0.bytes })
        for tensor in offChip where tensor.role == .intermediate { #expect(tensor.address >= end) }
    }
}
