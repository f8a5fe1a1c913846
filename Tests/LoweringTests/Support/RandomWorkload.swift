import NumberFormats
import OperatorGraph

/// A random small graph, and what is known about its numbers.
struct RandomWorkload {
    var family: Family
    var graph: Graph
    /// Format that the arrays need.
    var input: ElementType
    /// True when floating-point inputs are to be reals: sums then depend on the order of additions. Otherwise they are small
    /// integers, whose sums are exact in fp32 in any order.
    var usesReals = false

    enum Family: String, CaseIterable {
        case convolution, integerConvolution, gemm, matmul, integerMatmul, realMatmul, quantizedChain, pointwise, integerPointwise
        case normalization, pooling, reduction, movement, productsOfViews, gather, append, attention, branches, gluedProducts, layers, choice, rotary
    }

    init(_ family: Family, _ graph: Graph, input: ElementType) {
        self.family = family; self.graph = graph; self.input = input
    }

    /// - Throws: what shape inference has against the draw, which is then a mistake of the generator.
    init(_ family: Family, seed: Int) throws {
        var random = RandomStream(seed &* 31 &+ 7)
        var writer = GraphWriter("\(family.rawValue)-\(seed)")
        self.family = family
        input = random.pick([.fp32, .fp32, .bf16, .fp16])
        var states: [Graph.State] = []
        var also: [Graph.ValueID] = []
        switch family {
        case .convolution: try Self.convolutions(&writer, &random, input)
        case .integerConvolution:
            input = random.pick([.int8, .int8, .int16])
            try Self.integerConvolution(&writer, &random, input)
        case .gemm: try Self.gemm(&writer, &random, input)
        case .matmul: try Self.matmul(&writer, &random, input)
        case .realMatmul:
            usesReals = true
            let operands = Self.matmulShapes(&random)
            let a = writer.input(input, operands.left)
            let product = try writer.node("MatMul", [a, writer.parameter(input, operands.right)])
            if random.oneIn(2) { _ = try writer.node("Relu", [product]) }
        case .integerMatmul:
            input = random.pick([.int8, .int8, .int16, .int4])
            try Self.integerMatmul(&writer, &random, input)
        case .quantizedChain:
            input = .int8
            try Self.quantizedChain(&writer, &random)
        case .pointwise: try Self.pointwise(&writer, &random, input)
        case .integerPointwise:
            input = .int8
            try Self.integerPointwise(&writer, &random)
        case .normalization: try Self.normalization(&writer, &random, input)
        case .pooling: try Self.pooling(&writer, &random, input)
        case .reduction: try Self.reduction(&writer, &random, input)
        case .movement: also = try Self.movement(&writer, &random, random.pick([input, .int8, .int32]))
        case .productsOfViews: try Self.productsOfViews(&writer, &random, input)
        case .gather: try Self.gather(&writer, &random, input)
        case .append: (states, also) = try Self.append(&writer, &random, input)
        case .attention:
            try Self.attention(&writer, &random, input)
            usesReals = true
        case .branches: also = try Self.branches(&writer, &random, input)
        case .layers: try Self.layers(&writer, &random, input)
        case .gluedProducts: try Self.gluedProducts(&writer, &random, input)
        case .choice: try Self.choice(&writer, &random, input)
        case .rotary: try Self.rotary(&writer, &random, input)
        }
        graph = try writer.finished(states: states, also: also)
    }

    static func shape(_ random: inout RandomStream, rank: ClosedRange<Int>, most: Int = 7) -> [Int] {
        (0..<random.int(rank)).map { _ in random.oneIn(6) ? 1 : random.int(1...most) }
    }

    /// A shape that broadcasts to `target`.
    static func broadcasting(_ random: inout RandomStream, to target: [Int]) -> [Int] {
        let kept = Array(target.suffix(random.int(0...target.count)))
        return kept.map { random.oneIn(3) ? 1 : $0 }
    }

    /// A pointwise node of small integers behind a product keeps their sums exact.
    static func follow(
        _ writer: inout GraphWriter, _ random: inout RandomStream, _ value: Graph.ValueID
    ) throws -> Graph.ValueID {
        let element = writer.element(value)
        switch random.int(0...5) {
        case 0: return try writer.node("Relu", [value])
        case 1:
            let other = writer.input(element, broadcasting(&random, to: writer.shape(value)))
            return try writer.node("Add", random.oneIn(2) ? [value, other] : [other, value])
        case 2: return try writer.node("Sub", [value, writer.parameter(element, [])])
        case 3: return try writer.node("Clip", [value, writer.scalar(element, -20), writer.scalar(element, 20)])
        case 4:
            let other = writer.input(element, writer.shape(value))
            return try writer.node("Relu", [try writer.node("Add", [value, other])])
        default: return value
        }
    }
}
