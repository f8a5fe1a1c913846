/// Looks at every tiling of a convolution's seven loops, imperfect factors and all, for groups, depthwise forms, strides and dilations:
/// exact for the model below, by enumeration with bounds.
///
/// Modelled, beyond what `MatmulCostModel` does with pixels as m, output channels as n, input channels and kernel as k: tiles of inputs are
/// boxes with the halo that kernel and dilation need; along one loop they slide, and only what is new is brought. The array is fed with
/// unrolled windows, every element of them read from the scratchpad. Groups come one after the other. Not modelled, beyond what is not
/// there: padding, which is part of the inputs.
public struct ConvolutionEnumerator {
    let layer: LoopNestProblem.Convolution
    /// The product that the array computes for one group.
    let product: MatmulCostModel
    let verticalOutput: ConvolutionCut.Term
    let horizontalOutput: ConvolutionCut.Term
    let verticalKernel: ConvolutionCut.Term
    let horizontalKernel: ConvolutionCut.Term
    let cutsOfPixels: [ConvolutionCut]
    let cutsOfOutputChannels: [MatmulCostModel.Cut]
    let cutsOfSums: [ConvolutionCut]

    public struct Point: Sendable, Hashable {
        public var tiling: ConvolutionTiling
        public var cost: MatmulCost
    }

    /// Cuts of the three loops over pixels, and of the three of a sum, that are looked at.
    public static let maximumCuts = 1 << 21

    /// - Returns: `nil` for groups that do not divide the channels, and for extents and parameters out of range: those of `MatmulEnumerator`
    ///   for the product of a group, up to 2^21 pixels and as many terms of a sum, strides and dilations from 1 to 2^10.
    public init?(_ layer: LoopNestProblem.Convolution, _ bytes: ConvolutionBytes = ConvolutionBytes(), on machine: MatmulMachine) {
        let extents = [layer.batch, layer.inputChannels, layer.outputChannels, layer.outputHeight, layer.outputWidth, layer.kernelHeight, layer.kernelWidth, layer.groups]
        guard extents.allSatisfy({ (1...MatmulEnumerator.maximumExtent).contains($0) }) else { return nil }
        guard layer.inputChannels % layer.groups == 0, layer.outputChannels % layer.groups == 0 else { return nil }
        let steps = [layer.strideHeight, layer.strideWidth, layer.dilationHeight, layer.dilationWidth]
        guard steps.allSatisfy({ (1...1024).contains($0) }) else { return nil }
        func product(_ factors: [Int]) -> Int? {
            factors.reduce(1) { (product: Int?, factor) in product.flatMap { $0 > Self.maximumCuts / factor ? nil : $0 * factor } }
        }
        let channels = layer.inputChannels / layer.groups, outputChannels = layer.outputChannels / layer.groups
        guard let pixels = product([layer.batch, layer.outputHeight, layer.outputWidth]), let sum = product([channels, layer.kernelHeight, layer.kernelWidth]) else { return nil }
        guard MatmulEnumerator.isWithin(machine), [bytes.input, bytes.weight, bytes.sum].allSatisfy((1...16).contains) else { return nil }
        let multiplications = Double(pixels) * Double(outputChannels) * Double(sum) * Double(layer.groups)
        // A box has the inputs too that strides and dilations leave out.
        let box = Double(layer.strideHeight + layer.dilationHeight) * Double(layer.strideWidth + layer.dilationWidth)
        let most = [machine.energyOfMultiply, machine.energyOfScratchpadByte, machine.energyOfOffChipByte, 1].max() ?? 1
        guard multiplications <= 0x1p42, multiplications * (box + 16) * 16 * Double(most) <= 0x1p62 else { return nil }
        self.layer = layer
        self.product = MatmulCostModel(
            layer: MatmulLayer(m: pixels, n: outputChannels, k: sum, batch: layer.groups, leftBytes: bytes.input, rightBytes: bytes.weight, sumBytes: bytes.sum), machine: machine)
        verticalOutput = .init(extent: layer.outputHeight, coefficient: layer.strideHeight, otherCoefficient: layer.dilationHeight)
        horizontalOutput = .init(extent: layer.outputWidth, coefficient: layer.strideWidth, otherCoefficient: layer.dilationWidth)
        verticalKernel = .init(extent: layer.kernelHeight, coefficient: layer.dilationHeight, otherCoefficient: layer.strideHeight)
        horizontalKernel = .init(extent: layer.kernelWidth, coefficient: layer.dilationWidth, otherCoefficient: layer.strideWidth)
        cutsOfPixels = ConvolutionCut.all(layer.batch, verticalOutput, horizontalOutput, rows: machine.rows, columns: machine.columns)
        cutsOfOutputChannels = self.product.cuts(outputChannels)
        cutsOfSums = ConvolutionCut.all(channels, verticalKernel, horizontalKernel, rows: machine.rows, columns: machine.columns)
    }

    /// What a tiling costs; its tiles from 1 to the extents, its sliding loop one that can be innermost.
    public func cost(of tiling: ConvolutionTiling) -> MatmulCost {
        let machine = product.machine
        let pixels = ConvolutionCut(
            (layer.batch, tiling.tileBatch), (verticalOutput, tiling.tileOutputHeight), (horizontalOutput, tiling.tileOutputWidth), rows: machine.rows, columns: machine.columns)
        let sums = ConvolutionCut(
            (layer.inputChannels / layer.groups, tiling.tileInputChannels), (verticalKernel, tiling.tileKernelHeight), (horizontalKernel, tiling.tileKernelWidth),
            rows: machine.rows, columns: machine.columns)
        return cost(
            pixels, product.cut(product.layer.n, tiling.tileOutputChannels), sums.flat, inputs(pixels, sums, tiling.sliding),
            bufferBytes(pixels, tiling.tileOutputChannels, sums, tiling.bypassing, tiling.isDoubleBuffered), tiling.innermost, tiling.dataflow, tiling.bypassing,
            tiling.isDoubleBuffered)
    }

    /// The best tiling of all.
    ///
    /// - Parameter bytes: of the scratchpad that may be used; `nil` for all of it.
    /// - Returns: `nil` when not even single elements fit.
    public func best(_ objective: MappingObjective, within bytes: Int? = nil, constraints: MatmulConstraints = MatmulConstraints()) -> Point? {
        var best = Incumbents<ConvolutionTiling>([objective])
        improve(&best, within: min(bytes ?? .max, product.machine.scratchpadBytes), constraints)
        return best.points[0].map { Point(tiling: $0.tiling, cost: $0.cost) }
    }

    /// The best tilings by each objective within ever smaller parts of the scratchpad, without those that another one dominates; by buffer
    /// bytes, ascending.
    ///
    /// - Parameter steps: sizes of the scratchpad that are looked at, each half of the one before.
    public func paretoTable(steps: Int = 8) -> [Point] {
        Incumbents<ConvolutionTiling>.table(product.machine.scratchpadBytes, steps) { improve(&$0, within: $1, MatmulConstraints()) }
            .map { Point(tiling: $0.tiling, cost: $0.cost) }
            .sorted(by: Self.isBefore)
    }

    /// All tilings that no other one beats in cycles, energy, traffic and buffer bytes; by buffer bytes, ascending. One tiling for each
    /// combination of the four figures.
    ///
    /// There are thousands of them where small tiles fit, and it takes accordingly long: `paretoTable` has the best of each size.
    public func paretoFront(constraints: MatmulConstraints = MatmulConstraints()) -> [Point] {
        var selection = TilingFront<ConvolutionTiling>()
        // The best of each size first: what these beat is seen at once.
        for point in Incumbents<ConvolutionTiling>.table(product.machine.scratchpadBytes, 16, { improve(&$0, within: $1, constraints) }) where selection.mayImprove(point.cost) {
            selection.improve(point.cost, point.tiling)
        }
        improve(&selection, within: product.machine.scratchpadBytes, constraints)
        return selection.front.payloads.map { Point(tiling: $0.tiling, cost: $0.cost) }.sorted(by: Self.isBefore)
    }

    /// One order for all machines, so that tables are the same everywhere.
    private static func isBefore(_ a: Point, _ b: Point) -> Bool {
        (a.cost.bufferBytes, a.cost.cycles, a.cost.energy, a.cost.traffic) < (b.cost.bufferBytes, b.cost.cycles, b.cost.energy, b.cost.traffic)
    }

    /// Loops over tiles and what the array does, for some tiles of pixels and output channels.
    private struct Variant {
        var innermost: MatmulInnermost
        var sliding: ConvolutionSliding
        var dataflow: MatmulDataflow
    }

    /// Looks for better tilings by all that is selected at once.
    private func improve<Selection: TilingSelection>(_ best: inout Selection, within capacity: Int, _ constraints: MatmulConstraints)
    where Selection.Tiling == ConvolutionTiling {
        let slidings = ConvolutionSliding.allCases
        let leastFolds = MatmulCostModel.ceiling(product.layer.k, product.machine.rows)
        // Inputs for every cut of the sums and every sliding loop, for one cut of the pixels; and the least of them.
        var inputsOf = [Int](repeating: 0, count: cutsOfSums.count * slidings.count)
        var leastInputs = [Int](repeating: 0, count: slidings.count)
        var variants: [Variant] = []
        var fitting: [(index: Int, bytes: Int)] = []
        for pixels in cutsOfPixels {
            for (position, sliding) in slidings.enumerated() {
                leastInputs[position] = .max
                for (index, sums) in cutsOfSums.enumerated() {
                    let inputs = inputs(pixels, sums, sliding)
                    inputsOf[index * slidings.count + position] = inputs
                    leastInputs[position] = min(leastInputs[position], inputs)
                }
            }
            for bypassing in constraints.bypasses {
                // What passes by does not slide.
                let choices = bypassing.contains(.left) ? 1 : slidings.count
                for isDoubleBuffered in constraints.bufferings {
                    for channels in cutsOfOutputChannels {
                        fitting.removeAll(keepingCapacity: true)
                        var leastBytes = Int.max
                        for (index, sums) in cutsOfSums.enumerated() {
                            let bytes = bufferBytes(pixels, channels.tile, sums, bypassing, isDoubleBuffered)
                            leastBytes = min(leastBytes, bytes)
                            if bytes <= capacity { fitting.append((index, bytes)) }
                        }
                        // Everything grows with each tile.
                        guard let first = fitting.first else { break }
                        // No sums are better than as few tiles as fit, as few folds and inputs and as little room as there can be.
                        var ideal = cutsOfSums[first.index].flat
                        ideal.rowFolds = leastFolds
                        variants.removeAll(keepingCapacity: true)
                        for dataflow in constraints.dataflows {
                            for innermost in MatmulInnermost.allCases {
                                for (position, sliding) in slidings.enumerated() where choices == 1 ? position == (innermost == .k ? 2 : 0) : sliding.isPossible(innermost) {
                                    let cost = cost(pixels, channels, ideal, leastInputs[position], leastBytes, innermost, dataflow, bypassing, isDoubleBuffered)
                                    if best.mayImprove(cost) { variants.append(Variant(innermost: innermost, sliding: sliding, dataflow: dataflow)) }
                                }
                            }
                        }
                        if variants.isEmpty { continue }
                        for (index, bytes) in fitting {
                            let sums = cutsOfSums[index]
                            for variant in variants {
                                let inputs = inputsOf[index * slidings.count + variant.sliding.position]
                                let cost = cost(
                                    pixels, channels, sums.flat, inputs, bytes, variant.innermost, variant.dataflow, bypassing, isDoubleBuffered)
                                if best.mayImprove(cost) { best.improve(cost, tiling(pixels, channels, sums, variant, bypassing, isDoubleBuffered)) }
                            }
                        }
                    }
                }
            }
        }
    }

    private func tiling(
        _ pixels: ConvolutionCut, _ channels: MatmulCostModel.Cut, _ sums: ConvolutionCut, _ variant: Variant, _ bypassing: MatmulTensors, _ isDoubleBuffered: Bool
    ) -> ConvolutionTiling {
        ConvolutionTiling(
            tileBatch: pixels.outer, tileOutputChannels: channels.tile, tileInputChannels: sums.outer, tileOutputHeight: pixels.vertical.tile,
            tileOutputWidth: pixels.horizontal.tile, tileKernelHeight: sums.vertical.tile, tileKernelWidth: sums.horizontal.tile, innermost: variant.innermost,
            sliding: variant.sliding, dataflow: variant.dataflow, bypassing: bypassing, isDoubleBuffered: isDoubleBuffered)
    }
}
