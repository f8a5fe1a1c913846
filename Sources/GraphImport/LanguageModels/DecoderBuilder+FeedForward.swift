import NumberFormats
import OperatorGraph

extension DecoderBuilder {
    mutating func feedForward(_ input: Graph.ValueID, layer: Int) -> Graph.ValueID {
        let prefix = "layers.\(layer).feed_forward"
        let (width, bias) = (model.intermediate, model.feedForwardBias)
        switch model.feedForward {
        case .plain(let function):
            let up = builder.linear(prefix + ".up", input, columns: width, bias: bias)
            let active = builder.activation(prefix + ".activation", up, function)
            return builder.linear(prefix + ".down", active, columns: model.hidden, bias: bias)
        case .gated(let function, let fused):
            return gated(input, prefix: prefix, parameters: prefix, function: function, fused: fused)
        case .mixture(let function, let experts, let active, let sharesAddUpToOne):
            return mixture(
                input, layer: layer, function: function, experts: experts, active: active, normalized: sharesAddUpToOne)
        }
    }

    /// `down(activation(gate(x)) · up(x))`.
    private mutating func gated(
        _ input: Graph.ValueID, prefix: String, parameters: String, function: DecoderConfiguration.Activation, fused: Bool
    ) -> Graph.ValueID {
        let (width, bias) = (model.intermediate, model.feedForwardBias)
        let gate: Graph.ValueID
        let up: Graph.ValueID
        if fused {
            let joined = builder.linear(
                prefix + ".gate_up", input, columns: 2 * width, bias: bias, parameters: parameters + ".gate_up")
            let parts = builder.split(prefix + ".split", joined, widths: [("gate", width), ("up", width)])
            (gate, up) = (parts[0], parts[1])
        } else {
            gate = builder.linear(
                prefix + ".gate", input, columns: width, bias: bias, parameters: parameters + ".gate")
            up = builder.linear(prefix + ".up", input, columns: width, bias: bias, parameters: parameters + ".up")
        }
        let active = builder.activation(prefix + ".activation", gate, function)
        let product = builder.multiply(prefix + ".multiply", active, up)
        return builder.linear(
            prefix + ".down", product, columns: model.hidden, bias: bias, parameters: parameters + ".down")
    }

    /// A mixture of experts (Jiang et al., "Mixtral of Experts", arXiv:2401.04088): softmax over the router's
    /// logits, the `active` largest for each token, made to add up to one where `normalized`.
    ///
    /// Which experts a token takes depends on values. The graph fixes it beforehand (`ExpertRouting`), so that every
    /// expert's matrix product has a known number of rows; the router runs all the same, and its probabilities
    /// weigh the experts' results. Names of an expert's nodes say how many of the tokens it gets. Experts without
    /// tokens have parameters and no nodes.
    private mutating func mixture(
        _ input: Graph.ValueID, layer: Int, function: DecoderConfiguration.Activation, experts: Int, active: Int,
        normalized: Bool
    ) -> Graph.ValueID {
        let prefix = "layers.\(layer).feed_forward"
        let (batch, sequence, hidden, width) = (settings.batch, settings.tokens, model.hidden, model.intermediate)
        let tokens = batch * sequence
        let rows = builder.reshape(prefix + ".rows", input, to: [tokens, hidden])
        let logits = builder.linear(prefix + ".router", rows, columns: experts, bias: false)
        let probabilities = builder.node(
            prefix + ".router.softmax", "Softmax", [logits], shape: [tokens, experts], attributes: ["axis": .int(-1)])
        let count = builder.integers([active])
        let chosen = builder.node(
            prefix + ".router.top", "TopK", [probabilities, count],
            types: [
                (prefix + ".router.top", TensorType(settings.element, [tokens, active])),
                (prefix + ".router.top.experts", TensorType(.int64, [tokens, active])),
            ],
            attributes: ["axis": .int(-1), "largest": .int(1), "sorted": .int(1)])[0]
        let axis = builder.integers([1])
        var shares = chosen
        if normalized {
            let sum = builder.node(
                prefix + ".router.sum", "ReduceSum", [chosen, axis], shape: [tokens, 1], attributes: ["keepdims": .int(1)])
            shares = builder.node(prefix + ".router.shares", "Div", [chosen, sum], shape: [tokens, active])
        }

        let routing = ExpertRouting(settings.routing, tokens: tokens, experts: experts, active: active, layer: layer)
        var results: [Graph.ValueID] = []
        for expert in 0..<experts {
            let slots = routing.slots[expert]
            let owner = prefix + ".experts.\(expert)"
            if slots.isEmpty {
                // Trained and stored, but not read in this step.
                for (part, shape) in [("gate", [hidden, width]), ("up", [hidden, width]), ("down", [width, hidden])] {
                    _ = builder.parameter("\(owner).\(part).weight", shape)
                }
                continue
            }
            let name = owner + " (\(slots.count) of \(tokens) tokens)"
            let indices = builder.integers(slots.map { $0 / active })
            let part = builder.node(
                name + ".gather", "Gather", [rows, indices], shape: [slots.count, hidden], attributes: ["axis": .int(0)])
            results.append(gated(part, prefix: name, parameters: owner, function: function, fused: false))
        }
        let joined =
            results.count == 1
            ? results[0]
            : builder.node(
                prefix + ".join", "Concat", results, shape: [tokens * active, hidden], attributes: ["axis": .int(0)])
        let order = builder.integers(routing.positions)
        let sorted = builder.node(
            prefix + ".sort", "Gather", [joined, order], shape: [tokens * active, hidden], attributes: ["axis": .int(0)])
        let factors = builder.reshape(prefix + ".router.column", shares, to: [tokens * active, 1])
        let weighed = builder.multiply(prefix + ".weigh", sorted, factors)
        let perToken = builder.reshape(prefix + ".per_token", weighed, to: [tokens, active, hidden])
        let total = builder.node(
            prefix + ".sum", "ReduceSum", [perToken, axis], shape: [tokens, hidden], attributes: ["keepdims": .int(0)])
        return builder.reshape(prefix + ".sequences", total, to: [batch, sequence, hidden])
    }
}
