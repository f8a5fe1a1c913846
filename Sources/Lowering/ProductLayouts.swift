import Architecture
import Mapping
import Programs

extension ConvolutionAccess {
    /// The image as a mapper sees it.
    var rows: MatmulProblem.ImageRows {
        MatmulProblem.ImageRows(
            stride: stride.height, halo: halo, paddingTop: padding.top, height: input.height, width: input.width, channels: channels,
            kernelArea: kernel.height * kernel.width)
    }
}

extension MatrixAccess {
    /// The batch index's part of an address.
    var batchSteps: [ProductLayout.BatchStep] {
        var divisor = 1
        var steps: [ProductLayout.BatchStep] = []
        for (extent, stride) in batch.reversed() {
            if stride != 0 { steps.append(.init(divisor: divisor, modulus: extent, stride: stride)) }
            divisor *= max(1, extent)
        }
        return steps
    }
}

extension MatmulProduct {
    var extents: ProductExtents { ProductExtents(batch: batch, m: m, k: k, n: n) }

    /// What a tile needs of an operand of the epilogue.
    func stream(of location: TensorLocation, follows: [Int?]) -> MatmulProblem.EpilogueStream {
        var stream = MatmulProblem.EpilogueStream(bits: location.element.bits, rowUnits: [], columnDimensions: 0, constant: 1)
        for dimension in location.shape.indices {
            guard let result = follows[dimension] else { stream.constant *= location.shape[dimension]; continue }
            switch resultAxes[result] {
            case .batch: continue
            case .rows(let unit): stream.rowUnits.append(unit)
            case .withinRow: stream.constant *= resultShape[result]
            case .columns: stream.columnDimensions += 1
            }
        }
        return stream
    }

    /// Where a tensor lies whose dimensions follow those of the result.
    func block(_ location: TensorLocation, follows: [Int?], _ share: ProductShare, request: Int) -> ProductLayout.Block {
        var first = location.offset
        var steps: [ProductLayout.BatchStep] = []
        var dimensions: [ProductLayout.Block.Dimension] = []
        for dimension in location.shape.indices {
            let stride = location.strides[dimension]
            guard let result = follows[dimension] else {
                dimensions.append(.init(.fixed(location.shape[dimension]), stride: stride))
                continue
            }
            switch resultAxes[result] {
            case .batch(let divisor): steps.append(.init(divisor: divisor, modulus: max(1, resultShape[result]), stride: stride))
            case .rows(let unit):
                first += share.m.lowerBound / unit * stride
                dimensions.append(.init(.rows(unit: unit), stride: stride))
            case .withinRow: dimensions.append(.init(.fixed(resultShape[result]), stride: stride))
            case .columns(let groups):
                first += share.n.lowerBound * stride
                if groups > 1 { steps.append(.init(divisor: 1, modulus: groups, stride: n * stride)) }
                dimensions.append(.init(.columns, stride: stride))
            }
        }
        return ProductLayout.Block(
            address: location.address + first * location.element.bits / 8, bits: location.element.bits, batch: steps, dimensions: dimensions, request: request)
    }
}

extension DRAM {
    /// Bytes that one access moves. Channels that are simulated command by command have bursts of their standard: 64 bytes of a
    /// DDR channel (JESD79-3F, JESD79-4B, JESD79-5: 64 bits × 8 or 32 × 16), 32 of all others (JESD209-4, JESD250, JESD235, JESD238).
    var bytesPerAccess: Int {
        guard model == .banks, let standard else { return accessGranularity.count }
        return standard.uppercased().hasPrefix("DDR") ? 64 : 32
    }
}

extension Lowerer {
    func engine(_ name: String?) -> DMAEngine? {
        guard let name, case .dma(let engine)? = instances.unit(named: name)?.description.kind else { return nil }
        return engine
    }

    /// Where a core's share of a product lies off chip; `nil` where that is not known.
    func layout(
        of product: MatmulProduct, _ share: ProductShare, _ operands: [EpilogueOperand], _ output: TensorLocation, mayTile: Bool, on core: CoreUnits
    ) -> ProductLayout? {
        guard case .dram(let dram) = core.dram.description.kind else { return nil }
        let leftRequest = max(1, core.leftRequestBytes)
        let rightRequest = engine(core.loadRight)?.request.count ?? 1
        var layout = ProductLayout(
            left: nil, right: nil, streams: [], wholes: [], out: nil, granularity: dram.bytesPerAccess, firstBatch: share.batch.lowerBound,
            rightIsElsewhere: product.right.location.memory != core.dram.name)
        if product.leftLocation.isDRAM {
            switch product.left {
            case .matrix(let access):
                let first = access.location.offset + share.m.lowerBound * access.rowStride
                layout.left = .block(
                    ProductLayout.Block(
                        address: access.location.address + first * access.location.element.bits / 8, bits: access.location.element.bits,
                        batch: access.batchSteps,
                        dimensions: [.init(.rows(unit: 1), stride: access.rowStride), .init(.depth(unit: 1), stride: access.columnStride)], request: leftRequest))
            case .convolution(let access):
                let strides = access.location.strides
                var steps = [ProductLayout.BatchStep(divisor: access.groups, modulus: nil, stride: strides[0])]
                if access.groups > 1 { steps.append(.init(divisor: 1, modulus: access.groups, stride: access.channels * strides[1])) }
                var rows = access.rows
                // Output rows of this core begin further down.
                rows.paddingTop -= share.m.lowerBound / product.rowUnit * rows.stride
                layout.left = .image(
                    ProductLayout.Block(
                        address: access.location.address + access.location.offset * access.location.element.bits / 8,
                        bits: access.location.element.bits, batch: steps,
                        dimensions: [strides[2], strides[3], strides[1]].map { .init(.fixed(0), stride: $0) }, request: leftRequest), rows)
            }
        }
        let right = product.right
        if right.location.memory != core.rightMemory {
            let bits = right.location.element.bits
            let first = right.location.offset + share.n.lowerBound * right.columnStride
            var block = ProductLayout.Block(
                address: right.location.address + first * bits / 8, bits: bits, batch: right.batchSteps,
                dimensions: [.init(.depth(unit: 1), stride: right.rowStride), .init(.columns, stride: right.columnStride)],
                request: rightRequest)
            layout.right = ProductLayout.Right(block: block, cutByChannels: nil, tiles: nil)
            if product.kernelArea > 1 {
                let area = product.kernelArea
                block.dimensions = [
                    .init(.fixed(area), stride: product.k / area * right.rowStride), .init(.depth(unit: area), stride: right.rowStride),
                    .init(.columns, stride: right.columnStride),
                ]
                layout.right?.cutByChannels = block
            }
            if mayTile {
                layout.right?.tiles = ProductLayout.Tiles(
                    address: right.location.address, elementBytes: bits / 8, batch: right.batchSteps, rowStride: right.rowStride,
                    columns: product.n, firstColumn: share.n.lowerBound)
            }
        }
        for operand in operands where operand.location.isDRAM {
            if operand.isWhole {
                let whole: [Int?] = operand.follows.map { _ in nil }
                layout.wholes.append(product.block(operand.location, follows: whole, share, request: leftRequest))
            } else {
                layout.streams.append(product.block(operand.location, follows: operand.follows, share, request: leftRequest))
            }
        }
        if output.isDRAM {
            guard let view = output.shape == product.resultShape ? output : output.reshaped(to: product.resultShape) else { return nil }
            layout.out = product.block(view, follows: view.shape.indices.map { $0 }, share, request: engine(core.store)?.request.count ?? 1)
        }
        return layout
    }
}
