import MappingSearch
import Testing

@Suite("Tilings of convolutions")
struct ConvolutionEnumeratorTests {
    static func machine(rows: Int = 3, columns: Int = 2, bytes: Int = 4000, bandwidth: Int = 5) -> MatmulMachine {
        MatmulMachine(
            rows: rows, columns: columns, scratchpadBytes: bytes, bytesPerCycle: bandwidth, energyOfMultiply: 200, energyOfScratchpadByte: 1000, energyOfOffChipByte: 40_000)
    }

    static let bytes = ConvolutionBytes(input: 2, weight: 1, sum: 4)

    /// One group, walked tile by tile: which inputs are there, as a set of coordinates, which are brought, what goes through the array.
    private struct Walk {
        var traffic = 0, local = 0, compute = 0, largestTile = 0

        init(_ layer: LoopNestProblem.Convolution, _ machine: MatmulMachine, _ tiling: ConvolutionTiling) {
            func ceiling(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }
            // 0 images, 1 rows, 2 columns, 3 output channels, 4 input channels, 5 kernel rows, 6 kernel columns
            let extents = [
                layer.batch, layer.outputHeight, layer.outputWidth, layer.outputChannels / layer.groups, layer.inputChannels / layer.groups, layer.kernelHeight, layer.kernelWidth,
            ]
            let tiles = [
                tiling.tileBatch, tiling.tileOutputHeight, tiling.tileOutputWidth, tiling.tileOutputChannels, tiling.tileInputChannels, tiling.tileKernelHeight,
                tiling.tileKernelWidth,
            ]
            let sliding = [ConvolutionSliding.outputHeight: 1, .outputWidth: 2, .kernelHeight: 5, .kernelWidth: 6][tiling.sliding] ?? 0
            let isPixel = sliding < 3
            // Innermost first.
            let pixels = [0, 1, 2].filter { $0 != sliding }, sums = [4, 5, 6].filter { $0 != sliding }
            let images = [0, 1, 2], channels = [4, 5, 6]
            var order: [Int] = []
            switch tiling.innermost {
            case .m: for loop in [[sliding], pixels, [3], channels] { order += loop }
            case .n: for loop in isPixel ? [[3, sliding], pixels, channels] : [[3, sliding], sums, images] { order += loop }
            case .k: for loop in [[sliding], sums, [3], images] { order += loop }
            }
            let rounds = order.map { ceiling(extents[$0], tiles[$0]) }
            var index = [Int](repeating: 0, count: 7)
            var heldInputs: Set<[Int]> = [], inputKey: [Int] = [], weightKey: [Int] = [], resultKey: [Int] = []
            var written: Set<[Int]> = []
            let fill = machine.rows + machine.columns - 2
            while true {
                func range(_ loop: Int) -> Range<Int> { index[loop] * tiles[loop]..<min(extents[loop], (index[loop] + 1) * tiles[loop]) }
                let size = (0..<7).map { range($0).count }
                let m = size[0] * size[1] * size[2], n = size[3], k = size[4] * size[5] * size[6]
                let key = [index[0], index[1], index[2], index[4], index[5], index[6]]
                if !tiling.bypassing.contains(.left), key != inputKey {
                    var needed: Set<[Int]> = []
                    func coordinates(_ output: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> ClosedRange<Int> {
                        let first = range(output).lowerBound * stride + range(kernel).lowerBound * dilation
                        return first...((range(output).upperBound - 1) * stride + (range(kernel).upperBound - 1) * dilation)
                    }
                    for image in range(0) {
                        for channel in range(4) {
                            for y in coordinates(1, 5, layer.strideHeight, layer.dilationHeight) {
                                for x in coordinates(2, 6, layer.strideWidth, layer.dilationWidth) { needed.insert([image, channel, y, x]) }
                            }
                        }
                    }
                    // What is there is used again when the tile has moved on by one along the sliding loop and in no other way.
                    var before = key
                    before[[1: 1, 2: 2, 5: 4, 6: 5][sliding] ?? 0] -= 1
                    let brought = before == inputKey ? needed.subtracting(heldInputs).count : needed.count
                    traffic += 2 * brought
                    local += 2 * brought
                    (heldInputs, inputKey) = (needed, key)
                    largestTile = max(largestTile, needed.count)
                }
                if !tiling.bypassing.contains(.right), weightKey != [index[3], index[4], index[5], index[6]] {
                    weightKey = [index[3], index[4], index[5], index[6]]
                    traffic += n * k
                    local += n * k
                }
                if !tiling.bypassing.contains(.result), resultKey != [index[0], index[1], index[2], index[3]] {
                    resultKey = [index[0], index[1], index[2], index[3]]
                    let times = written.insert(resultKey).inserted ? 1 : 2
                    traffic += times * 4 * m * n
                    local += times * 4 * m * n
                }
                var (left, right, result) = (0, 0, 0)
                switch tiling.dataflow {
                case .outputStationary:
                    (left, right, result) = (ceiling(n, machine.columns), ceiling(m, machine.rows), 2)
                    compute += ceiling(m, machine.rows) * ceiling(n, machine.columns) * (k + fill)
                case .weightStationary:
                    (left, right, result) = (ceiling(n, machine.columns), 1, 2 * ceiling(k, machine.rows))
                    compute += ceiling(k, machine.rows) * ceiling(n, machine.columns) * (m + fill)
                case .inputStationary:
                    (left, right, result) = (1, ceiling(m, machine.columns), 2 * ceiling(k, machine.rows))
                    compute += ceiling(k, machine.rows) * ceiling(m, machine.columns) * (n + fill)
                }
                // The first partial sum of an element finds nothing to be read.
                if index[4] == 0, index[5] == 0, index[6] == 0 { result -= 1 }
                for (tensor, bytes) in [(MatmulTensors.left, 2 * m * k * left), (.right, k * n * right), (.result, 4 * m * n * result)] {
                    if tiling.bypassing.contains(tensor) { traffic += bytes } else { local += bytes }
                }
                var position = 0
                while position < 7 {
                    index[order[position]] += 1
                    if index[order[position]] < rounds[position] { break }
                    index[order[position]] = 0
                    position += 1
                }
                if position == 7 { break }
            }
        }
    }

    static func layer(_ dice: inout Dice, _ most: Int) -> LoopNestProblem.Convolution {
        let groups = [1, 1, 2, 3][dice.roll(4)]
        var layer = LoopNestProblem.Convolution(
            inputChannels: groups * (1 + dice.roll(3)), outputChannels: groups * (1 + dice.roll(3)), outputHeight: 1 + dice.roll(most), outputWidth: 1 + dice.roll(most),
            kernelHeight: 1 + dice.roll(3), kernelWidth: 1 + dice.roll(3))
        (layer.groups, layer.batch) = (groups, 1 + dice.roll(2))
        (layer.strideHeight, layer.strideWidth, layer.dilationHeight, layer.dilationWidth) = (1 + dice.roll(3), 1 + dice.roll(2), 1 + dice.roll(2), 1 + dice.roll(3))
        return layer
    }

    @Test(arguments: 1...300) func costsAreThoseOfTheLoops(_ seed: UInt64) throws {
        var dice = Dice(seed)
        let layer = Self.layer(&dice, 5), machine = Self.machine()
        let enumerator = try #require(ConvolutionEnumerator(layer, Self.bytes, on: machine))
        let extents = [
            layer.batch, layer.outputHeight, layer.outputWidth, layer.outputChannels / layer.groups, layer.inputChannels / layer.groups, layer.kernelHeight, layer.kernelWidth,
        ]
        let tiles = extents.map { 1 + dice.roll($0) }
        let rounds = zip(extents, tiles).map { ($0 + $1 - 1) / $1 }
        var tiling = ConvolutionTiling(
            tileBatch: tiles[0], tileOutputChannels: tiles[3], tileInputChannels: tiles[4], tileOutputHeight: tiles[1], tileOutputWidth: tiles[2], tileKernelHeight: tiles[5],
            tileKernelWidth: tiles[6], innermost: .n, sliding: ConvolutionSliding.allCases[dice.roll(4)], dataflow: MatmulDataflow.allCases[dice.roll(3)],
            bypassing: MatmulTensors(rawValue: UInt8(dice.roll(8))), isDoubleBuffered: dice.roll(2) == 0)
        // A kind of loop of a single round is no innermost one: then the next kind's tensors stay too, as if that were innermost.
        let kinds: [MatmulInnermost] = [.m, .n, .k].filter { kind in
            switch kind {
            case .m: rounds[0] * rounds[1] * rounds[2] > 1 && tiling.sliding != .kernelHeight && tiling.sliding != .kernelWidth
            case .n: rounds[3] > 1
            case .k: rounds[4] * rounds[5] * rounds[6] > 1 && tiling.sliding != .outputHeight && tiling.sliding != .outputWidth
            }
        }
        guard !kinds.isEmpty else { return }
        tiling.innermost = kinds[dice.roll(kinds.count)]
        // A single round of the loop that slides leaves the next one to slide: another tiling.
        let slides = [ConvolutionSliding.outputHeight: rounds[1], .outputWidth: rounds[2], .kernelHeight: rounds[5], .kernelWidth: rounds[6]]
        guard slides[tiling.sliding] ?? 1 > 1 else { return }
        let walk = Walk(layer, machine, tiling), cost = enumerator.cost(of: tiling)
        #expect(cost.traffic == layer.groups * walk.traffic, "\(layer) \(tiling)")
        let multiplications = layer.batch * layer.outputHeight * layer.outputWidth * layer.outputChannels * (layer.inputChannels / layer.groups) * layer.kernelHeight * layer.kernelWidth
        #expect(cost.energy == multiplications * 200 + layer.groups * (walk.local * 1000 + walk.traffic * 40_000))
        let compute = layer.groups * walk.compute, transfer = (cost.traffic + 4) / 5
        #expect(cost.cycles == (tiling.isDoubleBuffered ? max(compute, transfer) : compute + transfer))
        if !tiling.bypassing.contains(.left) {
            var room = 2 * walk.largestTile
            if !tiling.bypassing.contains(.right) { room += tiles[3] * tiles[4] * tiles[5] * tiles[6] }
            if !tiling.bypassing.contains(.result) { room += 4 * tiles[0] * tiles[1] * tiles[2] * tiles[3] }
            #expect(cost.bufferBytes == (tiling.isDoubleBuffered ? 2 : 1) * room)
        }
    }

    /// Every tile of the seven loops from 1 to their extents, every order, sliding loop, dataflow, bypass and buffering.
    @Test(arguments: 1...24) func nothingIsBetter(_ seed: UInt64) throws {
        var dice = Dice(seed)
        var layer = Self.layer(&dice, 4)
        layer.batch = 1
        let capacity = 30 + dice.roll(200)
        let enumerator = try #require(ConvolutionEnumerator(layer, Self.bytes, on: Self.machine(bytes: capacity)))
        var least = [Double](repeating: .infinity, count: 4)
        var all: Set<MatmulCost> = []
        let c = layer.inputChannels / layer.groups, m = layer.outputChannels / layer.groups
        for q in 1...layer.outputHeight { for p in 1...layer.outputWidth { for tileM in 1...m { for tileC in 1...c { for s in 1...layer.kernelHeight { for r in 1...layer.kernelWidth {
            for innermost in MatmulInnermost.allCases { for sliding in ConvolutionSliding.allCases {
                let isKernel = sliding == .kernelHeight || sliding == .kernelWidth
                if innermost == .m && isKernel || innermost == .k && !isKernel { continue }
                for dataflow in MatmulDataflow.allCases { for bypass in 0..<8 { for isDouble in [true, false] {
                    let cost = enumerator.cost(
                        of: ConvolutionTiling(
                            tileBatch: 1, tileOutputChannels: tileM, tileInputChannels: tileC, tileOutputHeight: q, tileOutputWidth: p, tileKernelHeight: s, tileKernelWidth: r,
                            innermost: innermost, sliding: sliding, dataflow: dataflow, bypassing: MatmulTensors(rawValue: UInt8(bypass)), isDoubleBuffered: isDouble))
                    if cost.bufferBytes > capacity { continue }
                    all.insert(cost)
                    let figures = [Double(cost.cycles), Double(cost.energy), Double(cost.traffic), Double(cost.cycles) * Double(cost.energy)]
                    for index in 0..<4 { least[index] = min(least[index], figures[index]) }
                } } }
            } }
        } } } } } }
        #expect(enumerator.best(.cycles).map { Double($0.cost.cycles) } == least[0])
        #expect(enumerator.best(.energy).map { Double($0.cost.energy) } == least[1])
        #expect(enumerator.best(.traffic).map { Double($0.cost.traffic) } == least[2])
        #expect(enumerator.best(.edp).map { Double($0.cost.cycles) * Double($0.cost.energy) } == least[3])
        // The whole front: of each figure for which there is a tiling, all that none beats.
        var front: [MatmulCost] = []
        for cost in all.sorted(by: { ($0.bufferBytes, $0.cycles, $0.energy, $0.traffic) < ($1.bufferBytes, $1.cycles, $1.energy, $1.traffic) })
        where !front.contains(where: { $0.dominates(cost) }) { front.append(cost) }
        #expect(Set(enumerator.paretoFront().map(\.cost)) == Set(front))
        let table = enumerator.paretoTable()
        #expect(table.contains { Double($0.cost.cycles) == least[0] } && table.contains { Double($0.cost.traffic) == least[2] })
        for point in table {
            #expect(enumerator.cost(of: point.tiling) == point.cost && point.cost.bufferBytes <= capacity)
            #expect(!table.contains { $0.cost.dominates(point.cost) })
        }
    }

    /// Without a kernel, a stride or groups a convolution is a product of pixels, output and input channels.
    @Test(arguments: [(60, 7, 6, 5), (200, 12, 3, 8)]) func pointwiseIsAProduct(_ bytes: Int, _ pixels: Int, _ outputs: Int, _ inputs: Int) throws {
        let layer = LoopNestProblem.Convolution(inputChannels: inputs, outputChannels: outputs, outputHeight: 1, outputWidth: pixels, kernelHeight: 1, kernelWidth: 1)
        let convolution = try #require(ConvolutionEnumerator(layer, Self.bytes, on: Self.machine(bytes: bytes)))
        let product = try #require(
            MatmulEnumerator(MatmulLayer(m: pixels, n: outputs, k: inputs, leftBytes: 2, rightBytes: 1, sumBytes: 4), on: Self.machine(bytes: bytes)))
        for objective in MappingObjective.allCases {
            let ours = try #require(convolution.best(objective)?.cost), theirs = try #require(product.best(objective)?.cost)
            switch objective {
            case .cycles: #expect(ours.cycles == theirs.cycles)
            case .energy: #expect(ours.energy == theirs.energy)
            case .traffic: #expect(ours.traffic == theirs.traffic)
            case .edp: #expect(Double(ours.cycles) * Double(ours.energy) == Double(theirs.cycles) * Double(theirs.energy))
            }
        }
    }

    /// A layer of ResNet-50 in room for all of it: everything moves once. In less room a factor that does not divide is the best.
    @Test func aLargeLayer() throws {
        let layer = LoopNestProblem.Convolution(inputChannels: 64, outputChannels: 64, outputHeight: 56, outputWidth: 56, kernelHeight: 3, kernelWidth: 3)
        let enumerator = try #require(ConvolutionEnumerator(layer, on: Self.machine(rows: 128, columns: 128, bytes: 4 << 20, bandwidth: 64)))
        let once = 64 * 58 * 58 + 64 * 64 * 9 + 4 * 64 * 56 * 56
        #expect(enumerator.best(.traffic)?.cost.traffic == once)
        let small = try #require(enumerator.best(.traffic, within: 16 << 10))
        #expect(small.cost.traffic > once && small.cost.bufferBytes <= 16 << 10)
        var least = Int.max
        // Factors that divide, the kernel whole, by hand.
        for q in [1, 2, 4, 7, 8, 14, 28, 56] { for p in [1, 2, 4, 7, 8, 14, 28, 56] { for m in [1, 2, 4, 8, 16, 32, 64] { for c in [1, 2, 4, 8, 16, 32, 64] {
            for innermost in MatmulInnermost.allCases {
                for sliding in innermost == .k ? [ConvolutionSliding.kernelWidth] : [.outputHeight, .outputWidth] {
                    for bypass in 0..<8 { for isDouble in [true, false] {
                        let cost = enumerator.cost(
                            of: ConvolutionTiling(
                                tileBatch: 1, tileOutputChannels: m, tileInputChannels: c, tileOutputHeight: q, tileOutputWidth: p, tileKernelHeight: 3, tileKernelWidth: 3,
                                innermost: innermost, sliding: sliding, dataflow: .outputStationary, bypassing: MatmulTensors(rawValue: UInt8(bypass)), isDoubleBuffered: isDouble))
                        if cost.bufferBytes <= 16 << 10 { least = min(least, cost.traffic) }
                    } }
                }
            }
        } } } }
        #expect(small.cost.traffic <= least)
    }

    @Test func rangesAreChecked() {
        var layer = LoopNestProblem.Convolution(inputChannels: 4, outputChannels: 6, outputHeight: 4, outputWidth: 4, kernelHeight: 3, kernelWidth: 3)
        #expect(ConvolutionEnumerator(layer, on: Self.machine()) != nil)
        layer.groups = 4
        #expect(ConvolutionEnumerator(layer, on: Self.machine()) == nil)
        layer.groups = 1
        layer.strideWidth = 0
        #expect(ConvolutionEnumerator(layer, on: Self.machine()) == nil)
        layer.strideWidth = 1
        layer.outputHeight = .max
        #expect(ConvolutionEnumerator(layer, on: Self.machine()) == nil)
        (layer.outputHeight, layer.outputWidth) = (1 << 17, 1 << 17)
        #expect(ConvolutionEnumerator(layer, on: Self.machine()) == nil)
        (layer.outputHeight, layer.outputWidth) = (4, 4)
        #expect(ConvolutionEnumerator(layer, ConvolutionBytes(input: 0), on: Self.machine()) == nil)
        #expect(ConvolutionEnumerator(layer, on: Self.machine(rows: 0)) == nil)
    }
}
