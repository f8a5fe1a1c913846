import MappingSearch

/// Graphs of networks' shapes, in KiB.
package enum ScheduleGraphs {
    /// Puts operators together; each makes one tensor.
    private struct Builder {
        var tensors: [ScheduleTensor] = []
        var operators: [ScheduleOperator] = []

        mutating func input(_ name: String, _ size: Int) -> Int {
            tensors.append(ScheduleTensor(name: name, size: size))
            return tensors.count - 1
        }

        mutating func run(_ name: String, _ inputs: [Int], _ size: Int) -> Int {
            tensors.append(ScheduleTensor(name: name, size: size))
            operators.append(ScheduleOperator(name: name, inputs: inputs, outputs: [tensors.count - 1]))
            return tensors.count - 1
        }

        func problem(outputs: [Int], capacity: Int) throws -> ScheduleProblem {
            var tensors = tensors
            for output in outputs { tensors[output].isOutput = true }
            return try ScheduleProblem(tensors: tensors, operators: operators, capacity: capacity)
        }
    }

    /// Levels of convolution and pooling, then of upsampling and merging with the level's convolution.
    package static func uNet(levels: Int, capacity: Int) throws -> ScheduleProblem {
        var builder = Builder()
        var last = builder.input("image", 64)
        var skips: [Int] = []
        for level in 0..<levels {
            let convolution = builder.run("convolution \(level)", [last], 64)
            skips.append(convolution)
            last = builder.run("pool \(level)", [convolution], 64)
        }
        for level in (0..<levels).reversed() {
            let up = builder.run("up \(level)", [last], 64)
            last = builder.run("merge \(level)", [up, skips[level]], 64)
        }
        return try builder.problem(outputs: [last], capacity: capacity)
    }

    /// Residual blocks of two convolutions; the skip connection stays live across both. Weights come from off chip.
    package static func resNet(blocks: Int, capacity: Int) throws -> ScheduleProblem {
        var builder = Builder()
        var last = builder.input("image", 64)
        for block in 0..<blocks {
            let weights = (0..<2).map { builder.input("weights \(block).\($0)", 36) }
            let first = builder.run("convolution \(block).0", [last, weights[0]], 64)
            let second = builder.run("convolution \(block).1", [first, weights[1]], 64)
            last = builder.run("add \(block)", [last, second], 64)
        }
        return try builder.problem(outputs: [last], capacity: capacity)
    }

    /// Cells of four branches, 1×1, 1×1 then 3×3, 1×1 then 5×5, pool then 1×1, and their concatenation: 8 operators and 6
    /// weights each.
    package static func inception(cells: Int, capacity: Int) throws -> ScheduleProblem {
        var builder = Builder()
        var last = builder.input("image", 96)
        for cell in 0..<cells {
            func convolve(_ name: String, _ input: Int, _ size: Int, weights: Int) -> Int {
                let weights = builder.input("weights \(cell).\(name)", weights)
                return builder.run("\(name) \(cell)", [input, weights], size)
            }
            let a = convolve("1x1", last, 32, weights: 12)
            let b = convolve("3x3", convolve("1x1 before 3x3", last, 48, weights: 18), 64, weights: 54)
            let c = convolve("5x5", convolve("1x1 before 5x5", last, 8, weights: 4), 16, weights: 13)
            let d = convolve("1x1 after pool", builder.run("pool \(cell)", [last], 96), 16, weights: 6)
            last = builder.run("concatenation \(cell)", [a, b, c, d], 128)
        }
        return try builder.problem(outputs: [last], capacity: capacity)
    }

    /// NASNet-A's normal cell: five sums of two operators each, on the results of the two cells before and of each other, and
    /// their concatenation.
    package static func nasNet(cells: Int, capacity: Int) throws -> ScheduleProblem {
        var builder = Builder()
        var (before, last) = (builder.input("image 0", 64), builder.input("image 1", 64))
        for cell in 0..<cells {
            func block(_ name: String, _ a: Int, _ b: Int) -> Int {
                let left = builder.run("\(name) left \(cell)", [a], 32)
                let right = builder.run("\(name) right \(cell)", [b], 32)
                return builder.run("\(name) sum \(cell)", [left, right], 32)
            }
            let blocks = [
                block("separable 3x3", last, last), block("separable 5x5", before, last), block("pool", last, before),
                block("pool twice", before, before), block("separable 3x3 before", before, before),
            ]
            let next = builder.run("concatenation \(cell)", blocks, 160)
            (before, last) = (last, next)
        }
        return try builder.problem(outputs: [last], capacity: capacity)
    }

    /// The same cell with squeezed inputs, and the five sums added up instead of put side by side: what is live depends on
    /// the order more than anywhere else. The operators are listed level by level.
    package static func accumulatingNASNet(cells: Int, capacity: Int) throws -> ScheduleProblem {
        var builder = Builder()
        var (before, last) = (builder.input("image 0", 64), builder.input("image 1", 64))
        for cell in 0..<cells {
            let squeezed = [builder.run("squeeze before \(cell)", [before], 48), builder.run("squeeze \(cell)", [last], 48)]
            let pairs = [(1, 1), (0, 1), (1, 0), (0, 0)]
            let sides = pairs.enumerated().map { index, pair in
                [builder.run("left \(cell).\(index)", [squeezed[pair.0]], 32), builder.run("right \(cell).\(index)", [squeezed[pair.1]], 32)]
            }
            let sums = sides.enumerated().map { index, side in builder.run("sum \(cell).\(index)", side, 32) }
            let half = builder.run("half \(cell)", [sums[0], sums[1]], 64)
            let other = builder.run("other half \(cell)", [sums[2], sums[3]], 64)
            let next = builder.run("whole \(cell)", [half, other], 64)
            (before, last) = (last, next)
        }
        return try builder.problem(outputs: [last], capacity: capacity)
    }

    /// Transformer blocks of four heads, 33 operators each.
    package static func transformer(blocks: Int, capacity: Int) throws -> ScheduleProblem {
        var builder = Builder()
        var last = builder.input("tokens", 128)
        for block in 0..<blocks {
            let normal = builder.run("norm \(block).0", [last], 128)
            let heads = (0..<4).map { head in
                let parts = ["query", "key", "value"].map { builder.run("\($0) \(block).\(head)", [normal], 32) }
                let scores = builder.run("scores \(block).\(head)", [parts[0], parts[1]], 32)
                let weights = builder.run("softmax \(block).\(head)", [scores], 32)
                return builder.run("context \(block).\(head)", [weights, parts[2]], 32)
            }
            let joined = builder.run("heads \(block)", heads, 128)
            let projected = builder.run("projection \(block)", [joined], 128)
            let sum = builder.run("add \(block).0", [last, projected], 128)
            let second = builder.run("norm \(block).1", [sum], 128)
            let wide = builder.run("up \(block)", [second], 192)
            let active = builder.run("gelu \(block)", [wide], 192)
            let narrow = builder.run("down \(block)", [active], 128)
            last = builder.run("add \(block).1", [sum, narrow], 128)
        }
        return try builder.problem(outputs: [last], capacity: capacity)
    }
}
