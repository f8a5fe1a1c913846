/// What tiles of pixels, output channels and sums cost.
extension ConvolutionEnumerator {
    func bufferBytes(_ pixels: ConvolutionCut, _ channels: Int, _ sums: ConvolutionCut, _ bypassing: MatmulTensors, _ isDoubleBuffered: Bool) -> Int {
        var bytes = 0
        if !bypassing.contains(.left) {
            let height = 1 + layer.strideHeight * (pixels.vertical.tile - 1) + layer.dilationHeight * (sums.vertical.tile - 1)
            let width = 1 + layer.strideWidth * (pixels.horizontal.tile - 1) + layer.dilationWidth * (sums.horizontal.tile - 1)
            bytes += pixels.outer * sums.outer * height * width * product.layer.leftBytes
        }
        if !bypassing.contains(.right) { bytes += sums.flat.tile * channels * product.layer.rightBytes }
        if !bypassing.contains(.result) { bytes += pixels.flat.tile * channels * product.layer.sumBytes }
        return isDoubleBuffered ? 2 * bytes : bytes
    }

    /// Inputs that are brought when the tiles of all pixels and all sums pass by once.
    func inputs(_ pixels: ConvolutionCut, _ sums: ConvolutionCut, _ sliding: ConvolutionSliding) -> Int {
        // Of one coordinate: the lengths of all boxes together.
        func lengths(_ output: ConvolutionCut.Part, _ kernel: ConvolutionCut.Part, _ term: ConvolutionCut.Term, _ kernelExtent: Int) -> Int {
            output.tiles * kernel.tiles * (1 - term.coefficient - term.otherCoefficient) + term.coefficient * term.extent * kernel.tiles
                + term.otherCoefficient * kernelExtent * output.tiles
        }
        var height = lengths(pixels.vertical, sums.vertical, verticalOutput, layer.kernelHeight)
        var width = lengths(pixels.horizontal, sums.horizontal, horizontalOutput, layer.kernelWidth)
        switch sliding {
        case .outputHeight: height -= (pixels.vertical.tiles - 1) * sums.vertical.overlaps
        case .outputWidth: width -= (pixels.horizontal.tiles - 1) * sums.horizontal.overlaps
        case .kernelHeight: height -= (sums.vertical.tiles - 1) * pixels.vertical.overlaps
        case .kernelWidth: width -= (sums.horizontal.tiles - 1) * pixels.horizontal.overlaps
        }
        return layer.batch * (layer.inputChannels / layer.groups) * height * width
    }

    /// - Parameter inputs: elements that are brought when they pass by once.
    @inline(__always)
    func cost(
        _ pixels: ConvolutionCut, _ channels: MatmulCostModel.Cut, _ sums: MatmulCostModel.Cut, _ inputs: Int, _ bufferBytes: Int, _ innermost: MatmulInnermost,
        _ dataflow: MatmulDataflow, _ bypassing: MatmulTensors, _ isDoubleBuffered: Bool
    ) -> MatmulCost {
        let (layer, machine) = (product.layer, product.machine)
        let (compute, left, right, result) = product.arrayPasses(pixels.flat, channels, sums, dataflow)
        let unrolled = layer.m * layer.k * layer.leftBytes * left
        let weights = layer.k * layer.n * layer.rightBytes, results = layer.m * layer.n * layer.sumBytes
        var traffic = 0, local = 0
        if bypassing.contains(.left) {
            traffic += unrolled
        } else {
            let brought = inputs * layer.leftBytes * (innermost == .n ? 1 : channels.tiles)
            traffic += brought
            local += brought + unrolled
        }
        if bypassing.contains(.right) {
            traffic += weights * right
        } else {
            let passes = innermost == .m ? 1 : pixels.flat.tiles
            traffic += weights * passes
            local += weights * (passes + right)
        }
        if bypassing.contains(.result) {
            traffic += results * result
        } else {
            let passes = innermost == .k ? 1 : 2 * sums.tiles - 1
            traffic += results * passes
            local += results * (passes + result)
        }
        let energy = layer.m * layer.n * layer.k * machine.energyOfMultiply + local * machine.energyOfScratchpadByte + traffic * machine.energyOfOffChipByte
        return product.whole(layer.batch, compute, traffic, energy, bufferBytes, isDoubleBuffered)
    }
}
