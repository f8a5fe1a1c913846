import Foundation
import NumberFormats

/// LinearAttention: a recurrent state for each head, decayed by gates and corrected by the delta rule.
struct LinearAttentionOperator: OperatorDefinition {
    let name = "LinearAttention"
    let since = 27

    private struct Shape {
        let batch: Int, tokens: Int, queryHeads: Int, keyHeads: Int, size: Int, valueSize: Int
        let isGated: Bool, corrects: Bool

        init(_ context: OperatorContext) throws(GraphError) {
            let q = try context.shape(0), k = try context.shape(1), v = try context.shape(2)
            queryHeads = try context.requiredInt("q_num_heads")
            keyHeads = try context.requiredInt("kv_num_heads")
            guard q.count == 3, k.count == 3, v.count == 3, queryHeads > 0, keyHeads > 0,
                queryHeads <= 1 << 20, queryHeads % keyHeads == 0,
                q[2] % queryHeads == 0, v[2] % keyHeads == 0, k[2] == q[2] / queryHeads * keyHeads,
                Array(q[..<2]) == Array(k[..<2]), Array(k[..<2]) == Array(v[..<2])
            else { throw context.error("query \(q), key \(k) and value \(v) do not fit \(queryHeads) and \(keyHeads) heads") }
            (batch, tokens, size, valueSize) = (q[0], q[1], q[2] / queryHeads, v[2] / keyHeads)
            let rule = try context.string("update_rule", "gated_delta")
            guard ["linear", "gated", "delta", "gated_delta"].contains(rule) else {
                throw context.error("update_rule \"\(rule)\" is not known")
            }
            isGated = rule.hasPrefix("gated")
            corrects = rule.hasSuffix("delta")
            guard context.has(4) == isGated, context.has(5) == corrects else {
                throw context.error("update_rule \(rule) does not fit the decay and beta inputs")
            }
            if isGated {
                let last = try context.shape(4).last ?? 0
                guard last == keyHeads || last == keyHeads * size else { throw context.error("decay has \(last) values a token") }
            }
            if corrects {
                let last = try context.shape(5).last ?? 0
                guard last == keyHeads || last == 1 else { throw context.error("beta has \(last) values a token") }
            }
        }

        var state: [Int] { [batch, keyHeads, size, valueSize] }
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let shape = try Shape(context)
        let element = try context.realType(0).element
        if context.has(3), try context.shape(3) != shape.state { throw context.error("past_state is not \(shape.state)") }
        let stateElement = context.has(3) ? try context.type(3).element : element
        return [
            TensorType(element, [shape.batch, shape.tokens, shape.queryHeads * shape.valueSize]),
            TensorType(stateElement, shape.state),
        ]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let shape = try Shape(context)
        let types = try inferTypes(context)
        let q = try context.reals(0), k = try context.reals(1), v = try context.reals(2)
        let decay = context.optionalReals(4), beta = context.optionalReals(5)
        var state = context.optionalReals(3) ?? Array(repeating: 0, count: shape.state.product)
        let given = Double(try context.float("scale", 0))
        let scale = given == 0 ? 1 / Double(shape.size).squareRoot() : given
        let (size, width) = (shape.size, shape.valueSize)
        var output = Array(repeating: 0.0, count: shape.batch * shape.tokens * shape.queryHeads * width)
        for image in 0..<shape.batch {
            for token in 0..<shape.tokens {
                let row = image * shape.tokens + token
                for head in 0..<shape.keyHeads {
                    let base = (image * shape.keyHeads + head) * size * width
                    let key = (row * shape.keyHeads + head) * size
                    if let decay {
                        let perHead = decay.count == shape.batch * shape.tokens * shape.keyHeads
                        for d in 0..<size {
                            let factor = exp(decay[perHead ? row * shape.keyHeads + head : key + d])
                            for m in 0..<width { state[base + d * width + m] *= factor }
                        }
                    }
                    for m in 0..<width {
                        var value = v[(row * shape.keyHeads + head) * width + m]
                        if let beta {
                            var retrieved = 0.0
                            for d in 0..<size { retrieved += state[base + d * width + m] * k[key + d] }
                            let perToken = beta.count == shape.batch * shape.tokens
                            value = beta[perToken ? row : row * shape.keyHeads + head] * (value - retrieved)
                        }
                        for d in 0..<size { state[base + d * width + m] += k[key + d] * value }
                    }
                }
                for head in 0..<shape.queryHeads {
                    let keyHead = head / (shape.queryHeads / shape.keyHeads)
                    let base = (image * shape.keyHeads + keyHead) * size * width
                    let query = (row * shape.queryHeads + head) * size
                    for m in 0..<width {
                        var sum = 0.0
                        for d in 0..<size { sum += q[query + d] * state[base + d * width + m] }
                        output[(row * shape.queryHeads + head) * width + m] = scale * sum
                    }
                }
            }
        }
        return [
            types[0].map { Tensor($0.element, $0.shape, doubles: output) },
            types[1].map { Tensor($0.element, $0.shape, doubles: state) },
        ]
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        let shape = try Shape(context)
        let updates = shape.keyHeads * (shape.corrects ? 2 : 1) + shape.queryHeads
        return shape.batch * shape.tokens * updates * shape.size * shape.valueSize
    }
}

/// CausalConvWithState: a depthwise convolution over past and present positions; the last ones are the new state.
struct CausalConvolutionOperator: OperatorDefinition {
    let name = "CausalConvWithState"
    let since = 27

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.realType(0), weights = try context.shape(1)
        guard input.shape.count == 3, weights.count == 3, weights[0] == input.shape[1], weights[1] == 1, weights[2] > 0 else {
            throw context.error("weights \(weights) do not fit \(input.shape)")
        }
        let state = [input.shape[0], input.shape[1], weights[2] - 1]
        if context.has(3), try context.shape(3) != state { throw context.error("past_state is not \(state)") }
        if context.has(2), try context.shape(2) != [input.shape[1]] { throw context.error("bias is not [\(input.shape[1])]") }
        return [input, TensorType(input.element, state)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        guard let stateType = try inferTypes(context)[1] else { throw context.error("has no output type") }
        let activation = try context.string("activation", "none")
        guard ["none", "silu", "swish"].contains(activation) else { throw context.error("activation \"\(activation)\" is not known") }
        let values = try context.reals(0), weights = try context.reals(1)
        let bias = context.optionalReals(2), past = context.optionalReals(3)
        let (channels, length, width) = (input.shape[1], input.shape[2], stateType.shape[2])
        let step = StepRounding(input.element)
        var output: [Double] = [], state: [Double] = []
        for row in 0..<(input.shape[0] * channels) {
            let channel = row % channels
            var line = past.map { Array($0[(row * width)..<((row + 1) * width)]) } ?? Array(repeating: 0, count: width)
            line += values[(row * length)..<((row + 1) * length)]
            for position in 0..<length {
                var sum = bias?[channel] ?? 0
                for tap in 0...width { sum += line[position + tap] * weights[channel * (width + 1) + tap] }
                sum = step(sum)
                output.append(activation == "none" ? sum : sum * sigmoid(sum))
            }
            state += line.suffix(width)
        }
        return [Tensor(input.element, input.shape, doubles: output), Tensor(stateType.element, stateType.shape, doubles: state)]
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        try context.type(0).count * context.shape(1)[2]
    }
}
