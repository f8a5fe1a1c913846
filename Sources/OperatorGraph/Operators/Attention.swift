import Foundation
import NumberFormats

/// Shapes of Attention's inputs, from 4-dimensional (batch, heads, sequence, size) or 3-dimensional tensors.
struct AttentionShape {
    let batch: Int, queryHeads: Int, keyHeads: Int
    let queries: Int, newKeys: Int, pastKeys: Int
    let size: Int, valueSize: Int
    let isFlat: Bool

    /// Keys that a query may see: cached ones and new ones.
    var keys: Int { pastKeys + newKeys }

    init(_ context: OperatorContext) throws(GraphError) {
        let q = try context.shape(0), k = try context.shape(1), v = try context.shape(2)
        guard q.count == k.count, k.count == v.count, q.count == 3 || q.count == 4, q[0] == k[0], k[0] == v[0] else {
            throw context.error("Q \(q), K \(k) and V \(v) do not fit each other")
        }
        isFlat = q.count == 3
        batch = q[0]
        if isFlat {
            queryHeads = try context.requiredInt("q_num_heads")
            keyHeads = try context.requiredInt("kv_num_heads")
            guard queryHeads > 0, keyHeads > 0, max(queryHeads, keyHeads) <= 1 << 20, q[2] % queryHeads == 0, k[2] % keyHeads == 0, v[2] % keyHeads == 0 else {
                throw context.error("\(queryHeads) and \(keyHeads) heads do not divide Q \(q), K \(k) and V \(v)")
            }
            (queries, newKeys) = (q[1], k[1])
            (size, valueSize) = (q[2] / queryHeads, v[2] / keyHeads)
            guard size == k[2] / keyHeads, v[1] == newKeys else { throw context.error("Q \(q), K \(k) and V \(v) do not fit each other") }
        } else {
            (queryHeads, keyHeads) = (q[1], k[1])
            (queries, newKeys) = (q[2], k[2])
            (size, valueSize) = (q[3], v[3])
            guard size == k[3], v[1] == keyHeads, v[2] == newKeys, keyHeads > 0 else {
                throw context.error("Q \(q), K \(k) and V \(v) do not fit each other")
            }
        }
        guard queryHeads % keyHeads == 0 else { throw context.error("\(queryHeads) query heads share \(keyHeads) key heads unevenly") }
        var past = 0
        if context.has(4) {
            let key = try context.shape(4)
            guard key.count == 4 else { throw context.error("past_key \(key) has no 4 dimensions") }
            past = key[2]
            guard key == [batch, keyHeads, past, size], try context.shape(5) == [batch, keyHeads, past, valueSize] else {
                throw context.error("past keys or values do not fit")
            }
        }
        pastKeys = past
    }

    var output: [Int] {
        isFlat ? [batch, queries, queryHeads * valueSize] : [batch, queryHeads, queries, valueSize]
    }
}

/// Attention: softmax(Q·Kᵀ·scale + bias)·V with grouped heads, masks, causality, windows, soft capping and a key/value cache.
///
/// Formats of 16 bits are rounded after every step of the definition, as its function body would.
struct AttentionOperator: OperatorDefinition {
    let name = "Attention"
    let since = 23

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let shape = try AttentionShape(context)
        let element = try context.realType(0).element
        let valueElement = try context.realType(2).element
        if context.has(3) {
            let mask = try context.shape(3)
            var target = [shape.batch, shape.queryHeads, shape.queries, shape.keys]
            if let last = mask.last, last < shape.keys { target[3] = last }
            guard Broadcasting.shape(of: [mask, target]) == target else {
                throw context.error("mask \(mask) does not fit \(target)")
            }
        }
        let scores = TensorType(element, [shape.batch, shape.queryHeads, shape.queries, shape.keys])
        if let objection = GraphLimits.standard.objection(to: scores) { throw context.error("scores: \(objection)") }
        func output(_ index: Int, _ type: TensorType) -> TensorType? { context.wants(index) ? type : nil }
        return [
            TensorType(element, shape.output),
            output(1, TensorType(element, [shape.batch, shape.keyHeads, shape.keys, shape.size])),
            output(2, TensorType(valueElement, [shape.batch, shape.keyHeads, shape.keys, shape.valueSize])),
            output(3, scores),
        ]
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        let shape = try AttentionShape(context)
        return [shape.batch, shape.queryHeads, shape.queries, shape.keys, shape.size + shape.valueSize].checkedProduct ?? .max
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let shape = try AttentionShape(context)
        let element = try context.type(0).element
        let query = try context.tensor(0).heads(shape.queryHeads)
        let key = try context.tensor(1).heads(shape.keyHeads).following(context.optionalTensor(4))
        let value = try context.tensor(2).heads(shape.keyHeads).following(context.optionalTensor(5))
        let step = StepRounding(element)
        let scale = step(Double(try context.optionalFloat("scale") ?? Float(1 / Double(shape.size).squareRoot())).squareRoot())
        let q = query.doubleValues.map { step($0 * scale) }
        let k = key.doubleValues.map { step($0 * scale) }
        let v = value.doubleValues
        let bias = try AttentionBias(context, shape)
        let softcap = Double(try context.float("softcap", 0))
        let mode = try context.int("qk_matmul_output_mode", 0)
        let precision = try context.int("softmax_precision", 0)
        let softmaxStep = StepRounding(precision == 0 ? element : try context.element(ofDataType: precision))
        var results: [Double] = [], exposed: [Double] = []
        results.reserveCapacity(shape.output.product)
        for image in 0..<shape.batch {
            for head in 0..<shape.queryHeads {
                let keyHead = image * shape.keyHeads + head / (shape.queryHeads / shape.keyHeads)
                var scores = Array(repeating: 0.0, count: shape.queries * shape.keys)
                let keyRange = (keyHead * shape.keys * shape.size)..<((keyHead + 1) * shape.keys * shape.size)
                accumulateProduct(
                    rows: shape.queries, depth: shape.size, columns: shape.keys,
                    q, from: (image * shape.queryHeads + head) * shape.queries * shape.size,
                    transposed(Array(k[keyRange]), rows: shape.keys, columns: shape.size), from: 0,
                    into: &scores, at: 0, stride: shape.keys)
                step.apply(&scores)
                if mode == 0 { exposed += scores }
                if softcap != 0 { for index in scores.indices { scores[index] = step(softcap * tanh(scores[index] / softcap)) } }
                if mode == 1 { exposed += scores }
                for row in 0..<shape.queries {
                    var isMasked = true
                    for column in 0..<shape.keys {
                        let addend = bias.value(image, head, row, column)
                        if addend != -.infinity { isMasked = false }
                        let index = row * shape.keys + column
                        scores[index] = step(scores[index] + addend)
                    }
                    if mode == 2 { exposed += scores[(row * shape.keys)..<((row + 1) * shape.keys)] }
                    softmax(&scores, (row * shape.keys)..<((row + 1) * shape.keys), isMasked, softmaxStep)
                }
                step.apply(&scores)
                if mode == 3 { exposed += scores }
                var output = Array(repeating: 0.0, count: shape.queries * shape.valueSize)
                accumulateProduct(
                    rows: shape.queries, depth: shape.keys, columns: shape.valueSize, scores, from: 0,
                    v, from: keyHead * shape.keys * shape.valueSize, into: &output, at: 0, stride: shape.valueSize)
                results += output
            }
        }
        var output = Tensor(element, [shape.batch, shape.queryHeads, shape.queries, shape.valueSize], doubles: results)
        if shape.isFlat { output = output.transposed([0, 2, 1, 3]).reshaped(shape.output) }
        let scores = context.wants(3)
            ? Tensor(element, [shape.batch, shape.queryHeads, shape.queries, shape.keys], doubles: exposed) : nil
        return [output, context.wants(1) ? key : nil, context.wants(2) ? value : nil, scores]
    }

    /// A row without any key to attend to becomes zeros.
    private func softmax(_ scores: inout [Double], _ row: Range<Int>, _ isMasked: Bool, _ step: StepRounding) {
        var largest = -Double.infinity
        for index in row { largest = MaximumFunction.real(largest, step(scores[index])) }
        if isMasked || largest == -.infinity {
            for index in row { scores[index] = 0 }
            return
        }
        var sum = 0.0
        for index in row {
            scores[index] = step(exp(step(step(scores[index]) - largest)))
            sum = step.runningSum(sum + scores[index])
        }
        sum = step(sum)
        for index in row { scores[index] = step(scores[index] / sum) }
    }
}

extension Tensor {
    /// (batch, sequence, heads · size) as (batch, heads, sequence, size); 4-dimensional tensors are so already.
    fileprivate func heads(_ count: Int) -> Tensor {
        if shape.count == 4 { return self }
        return reshaped([shape[0], shape[1], count, shape[2] / count]).transposed([0, 2, 1, 3])
    }

    /// The cached sequence `past` followed by this one, along axis 2.
    fileprivate func following(_ past: Tensor?) -> Tensor {
        guard let past else { return self }
        let first = past.shape[2] * past.shape[3], second = shape[2] * shape[3]
        let blocks = shape[0] * shape[1]
        let target = [shape[0], shape[1], past.shape[2] + shape[2], shape[3]]
        var indices: [Int] = []
        indices.reserveCapacity(target.product)
        for block in 0..<blocks {
            indices.append(contentsOf: (block * first)..<((block + 1) * first))
            indices.append(contentsOf: (past.count + block * second)..<(past.count + (block + 1) * second))
        }
        return past.appending(self, shape: [past.count + count])?.gathered(indices, shape: target) ?? self
    }
}
