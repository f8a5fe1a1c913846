import NumberFormats

/// An Einstein summation such as "bij,bjk->bik", with "..." for broadcast axes.
struct EinsumEquation {
    /// A label for each axis of each operand, then of the result: letters, or numbers for the axes of an ellipsis.
    let operands: [[String]]
    let output: [String]
    let extents: [String: Int]

    init(_ context: OperatorContext) throws(GraphError) {
        let text = try context.string("equation", "").filter { $0 != " " }
        let sides = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        guard terms.count == context.types.count, sides.count == 1 || sides[1].hasPrefix(">") else {
            throw context.error("equation \"\(text)\" does not fit \(context.types.count) inputs")
        }
        var extents: [String: Int] = [:]
        var operands: [[String]] = []
        var ellipsisRank = 0
        for (index, term) in terms.enumerated() {
            let shape = try context.shape(index)
            let labels = try Self.labels(context, term, rank: shape.count)
            for (label, extent) in zip(labels, shape) {
                let known = extents[label] ?? 1
                guard known == 1 || extent == 1 || known == extent else {
                    throw context.error("label \(label) is \(known) and \(extent)")
                }
                extents[label] = known == 1 ? extent : known
            }
            ellipsisRank = max(ellipsisRank, labels.count { $0.count > 1 })
            operands.append(labels)
        }
        // Axes of an ellipsis are numbered from the innermost, as broadcasting aligns them.
        let ellipsis = (0..<ellipsisRank).reversed().map { "#\($0)" }
        if sides.count == 2 {
            output = try Self.labels(context, String(sides[1].dropFirst()), rank: nil, ellipsis: ellipsis)
        } else {
            let letters = operands.joined().filter { $0.count == 1 }
            output = ellipsis + Set(letters).filter { letter in letters.count { $0 == letter } == 1 }.sorted()
        }
        for label in output where extents[label] == nil { throw context.error("label \(label) of the result is in no input") }
        guard Set(output).count == output.count else { throw context.error("the result of \"\(text)\" repeats a label") }
        self.operands = operands
        self.extents = extents
    }

    private static func labels(
        _ context: OperatorContext, _ term: String, rank: Int?, ellipsis: [String] = []
    ) throws(GraphError) -> [String] {
        var before: [String] = [], after: [String] = []
        var rest = Substring(term)
        var hasEllipsis = false
        while let letter = rest.first {
            if rest.hasPrefix("...") && !hasEllipsis {
                hasEllipsis = true
                rest = rest.dropFirst(3)
                continue
            }
            guard letter.isLetter, letter.isASCII else { throw context.error("\"\(term)\" is not a term of an equation") }
            if hasEllipsis { after.append(String(letter)) } else { before.append(String(letter)) }
            rest = rest.dropFirst()
        }
        guard let rank else { return before + (hasEllipsis ? ellipsis : []) + after }
        let missing = rank - before.count - after.count
        guard hasEllipsis ? missing >= 0 : missing == 0 else {
            throw context.error("term \"\(term)\" does not name the \(rank) axes of its input")
        }
        return before + (0..<missing).reversed().map { "#\($0)" } + after
    }

    var outputShape: [Int] { output.map { extents[$0] ?? 1 } }
    /// Labels that are summed over, in alphabetical order.
    var summed: [String] { extents.keys.filter { !output.contains($0) }.sorted() }

    /// Strides of an operand over (output labels, summed labels); a repeated label walks the diagonal.
    func strides(of operand: Int, shape: [Int]) -> [Int] {
        let own = Broadcasting.strides(of: shape)
        return (output + summed).map { label in
            var stride = 0
            for (axis, name) in operands[operand].enumerated() where name == label && shape[axis] != 1 { stride += own[axis] }
            return stride
        }
    }
}

/// Einsum: sums of products over labelled axes, in binary64 for real numbers and wrapping around for integers.
struct EinsumOperator: OperatorDefinition {
    let name = "Einsum"
    let since = 12

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try context.type(0).element, try EinsumEquation(context).outputShape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let equation = try EinsumEquation(context)
        // The result is within the limits; the sums may still be endless.
        guard let work = equation.extents.values.map({ $0 }).checkedProduct, work <= 1 << 36,
            equation.summed.map({ equation.extents[$0] ?? 1 }).product <= 1 << 28
        else { throw context.error("sums more products than can be computed") }
        let element = try context.type(0).element
        if element.isFloatingPoint {
            var operands: [[Double]] = []
            for index in context.tensors.indices { operands.append(try context.tensor(index).doubleValues) }
            return [Tensor(element, equation.outputShape, doubles: contract(equation, operands, context, 1, 0, *, +))]
        }
        var operands: [[Int]] = []
        for index in context.tensors.indices { operands.append(try context.tensor(index).intValues) }
        return [Tensor(element, equation.outputShape, integers: contract(equation, operands, context, 1, 0, &*, &+))]
    }

    private func contract<T>(
        _ equation: EinsumEquation, _ operands: [[T]], _ context: OperatorContext, _ one: T, _ zero: T,
        _ times: (T, T) -> T, _ plus: (T, T) -> T
    ) -> [T] {
        let outputShape = equation.outputShape
        let summedShape = equation.summed.map { equation.extents[$0] ?? 1 }
        let rank = outputShape.count
        let strides = operands.indices.map { equation.strides(of: $0, shape: context.types[$0]?.shape ?? []) }
        let bases = strides.map { Broadcasting.indices(shape: outputShape, strides: Array($0[..<rank])) }
        let offsets = strides.map { Broadcasting.indices(shape: summedShape, strides: Array($0[rank...])) }
        return (0..<outputShape.product).map { position in
            var sum = zero
            for step in 0..<summedShape.product {
                var product = one
                for index in operands.indices {
                    product = times(product, operands[index][bases[index][position] + offsets[index][step]])
                }
                sum = plus(sum, product)
            }
            return sum
        }
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        guard context.types.count > 1 else { return 0 }
        return try EinsumEquation(context).extents.values.map { $0 }.checkedProduct ?? .max
    }
}
