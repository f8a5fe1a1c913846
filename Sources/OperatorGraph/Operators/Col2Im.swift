import NumberFormats

/// Col2Im: columns of patches added back into images; the inverse walk of a convolution's im2col.
struct Col2ImOperator: OperatorDefinition {
    let name = "Col2Im"
    let since = 18

    private struct Plan {
        let image: [Int], block: [Int], positions: [Int]
        let strides: [Int], dilations: [Int], pads: [Int]
        let batch: Int, channels: Int

        init(_ context: OperatorContext) throws(GraphError) {
            let input = try context.shape(0)
            image = try context.tensor(1).intValues
            block = try context.tensor(2).intValues
            let rank = image.count
            let ones = Array(repeating: 1, count: rank)
            strides = try context.optionalInts("strides") ?? ones
            dilations = try context.optionalInts("dilations") ?? ones
            pads = try context.optionalInts("pads") ?? Array(repeating: 0, count: 2 * rank)
            guard input.count == 3, rank > 0, block.count == rank, strides.count == rank, dilations.count == rank,
                pads.count == 2 * rank, (image + block + strides + dilations).allSatisfy({ $0 > 0 && $0 < 1 << 31 }),
                pads.allSatisfy({ $0 >= 0 && $0 < 1 << 31 }), let size = block.checkedProduct, input[1] % size == 0
            else { throw context.error("image, block, strides, dilations and pads do not fit \(input)") }
            var positions: [Int] = []
            for axis in 0..<rank {
                let room = image[axis] + pads[axis] + pads[rank + axis] - (block[axis] - 1) * dilations[axis] - 1
                positions.append(room < 0 ? 0 : room / strides[axis] + 1)
            }
            self.positions = positions
            batch = input[0]
            channels = input[1] / size
            guard positions.checkedProduct == input[2] else {
                throw context.error("\(input[2]) columns do not fit \(positions) positions of the block")
            }
        }
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let plan = try Plan(context)
        return [TensorType(try context.type(0).element, [plan.batch, plan.channels] + plan.image)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let plan = try Plan(context)
        let input = try context.tensor(0)
        let values = input.doubleValues
        let columns = plan.positions.product, blockSize = plan.block.product, imageSize = plan.image.product
        let imageStrides = Broadcasting.strides(of: plan.image)
        let positions = (0..<columns).map { unravel($0, plan.positions) }
        var result = Array(repeating: 0.0, count: plan.batch * plan.channels * imageSize)
        for blockIndex in 0..<blockSize {
            let offset = unravel(blockIndex, plan.block)
            let targets = positions.map { position -> Int in
                var target = 0
                for axis in plan.image.indices {
                    let coordinate = position[axis] * plan.strides[axis] + offset[axis] * plan.dilations[axis] - plan.pads[axis]
                    if coordinate < 0 || coordinate >= plan.image[axis] { return -1 }
                    target += coordinate * imageStrides[axis]
                }
                return target
            }
            for plane in 0..<(plan.batch * plan.channels) {
                let source = (plane * blockSize + blockIndex) * columns
                for (column, target) in targets.enumerated() where target >= 0 {
                    result[plane * imageSize + target] += values[source + column]
                }
            }
        }
        return [Tensor(input.element, [plan.batch, plan.channels] + plan.image, doubles: result)]
    }
}
