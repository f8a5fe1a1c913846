import NumberFormats
import OperatorGraph

/// Cosines and sines of the positions of this step, and the row that belongs to each token.
struct RotaryTables {
    var cosines: Graph.ValueID
    var sines: Graph.ValueID
    var rows: Graph.ValueID
}

// Attention as separate operators.
//
// Grouped queries: the `group` query heads that share a key/value head are stacked along the rows of one matrix
// product, `[batch, kv heads, group · tokens, head dimension]`, so that keys and values are read once for the group
// and never copied. Heads of a group are neighbours, so the stacking is a reshape that moves nothing.
extension DecoderBuilder {
    mutating func attention(_ input: Graph.ValueID, layer: Int) -> Graph.ValueID {
        let prefix = "layers.\(layer).attention"
        let (batch, tokens, head) = (settings.batch, settings.tokens, model.headDimension)
        let (heads, shared) = (model.heads, model.keyValueHeads)
        let group = heads / shared
        let (query, key, value) = projections(input, prefix: prefix)
        var queries = perHead(prefix + ".query", query, heads: heads)
        var keys = perHead(prefix + ".key", key, heads: shared)
        var values = perHead(prefix + ".value", value, heads: shared, isNormalized: false)
        if case .rotary(let scheme) = model.positions {
            queries = rotate(prefix + ".query.rotate", queries, scheme)
            keys = rotate(prefix + ".key.rotate", keys, scheme)
        }
        keys = cache("layers.\(layer).key_cache", keys, layer: layer)
        values = cache("layers.\(layer).value_cache", values, layer: layer)

        let attended = builder.shape(keys)[2]
        let stacked = [batch, shared, group * tokens]
        let rows = builder.reshape(prefix + ".query.stack", queries, to: stacked + [head])
        let columns = builder.transpose(prefix + ".scores.columns", keys, by: [0, 1, 3, 2])
        var scores = builder.node(prefix + ".scores", "MatMul", [rows, columns], shape: stacked + [attended])
        let scale = model.attentionScale ?? 1 / Double(head).squareRoot()
        if scale != 1 { scores = builder.multiply(prefix + ".scale", scores, builder.scalar(scale)) }
        if let cap = model.attentionCap { scores = builder.softCap(prefix + ".cap", scores, cap: cap) }
        if settings.phase == .prefill && tokens > 1 {
            let mask = causalMask(window: model.window(ofLayer: layer))
            scores = builder.reshape(prefix + ".scores.unstack", scores, to: [batch, heads, tokens, attended])
            scores = builder.add(prefix + ".mask", scores, mask)
        }
        let weights = builder.node(
            prefix + ".softmax", "Softmax", [scores], shape: builder.shape(scores), attributes: ["axis": .int(-1)])
        let weightRows = builder.reshape(prefix + ".softmax.stack", weights, to: stacked + [attended])
        var mixed = builder.node(prefix + ".mix", "MatMul", [weightRows, values], shape: stacked + [head])
        mixed = builder.reshape(prefix + ".mix.unstack", mixed, to: [batch, heads, tokens, head])
        mixed = builder.transpose(prefix + ".mix.transpose", mixed, by: [0, 2, 1, 3])
        mixed = builder.reshape(prefix + ".mix.join", mixed, to: [batch, tokens, heads * head])
        return builder.linear(prefix + ".output", mixed, columns: model.hidden, bias: model.attentionOutputBias)
    }

    /// Query, key and value of all heads, side by side.
    private mutating func projections(
        _ input: Graph.ValueID, prefix: String
    ) -> (query: Graph.ValueID, key: Graph.ValueID, value: Graph.ValueID) {
        let query = model.heads * model.headDimension
        let key = model.keyValueHeads * model.headDimension
        let bias = model.queryKeyValueBias
        if model.fusesQueryKeyValue {
            let joined = builder.linear(prefix + ".query_key_value", input, columns: query + 2 * key, bias: bias)
            let parts = builder.split(
                prefix + ".split", joined, widths: [("query", query), ("key", key), ("value", key)])
            return (parts[0], parts[1], parts[2])
        }
        return (
            builder.linear(prefix + ".query", input, columns: query, bias: bias),
            builder.linear(prefix + ".key", input, columns: key, bias: bias),
            builder.linear(prefix + ".value", input, columns: key, bias: bias)
        )
    }

    /// `[batch, tokens, heads · head]` → `[batch, heads, tokens, head]`.
    private mutating func perHead(
        _ name: String, _ value: Graph.ValueID, heads: Int, isNormalized: Bool = true
    ) -> Graph.ValueID {
        var split = builder.reshape(
            name + ".heads", value, to: [settings.batch, settings.tokens, heads, model.headDimension])
        if model.normalizesQueryAndKey && isNormalized { split = normalize(name + ".norm", split) }
        return builder.transpose(name + ".transpose", split, by: [0, 2, 1, 3])
    }

    private mutating func rotate(_ name: String, _ value: Graph.ValueID, _ scheme: RotaryScheme) -> Graph.ValueID {
        let tables = tables(of: scheme)
        var attributes: [String: Attribute] = ["interleaved": .int(0)]
        if scheme.dimensions != model.headDimension { attributes["rotary_embedding_dim"] = .int(scheme.dimensions) }
        return builder.node(
            name, "RotaryEmbedding", [value, tables.cosines, tables.sines, tables.rows], shape: builder.shape(value),
            attributes: attributes)
    }

    /// Row 0 of the tables belongs to the first token of this step: the cache holds rotated keys, so the positions
    /// before it are not needed.
    private mutating func tables(of scheme: RotaryScheme) -> RotaryTables {
        if let rotaryTables { return rotaryTables }
        let (batch, tokens) = (settings.batch, settings.tokens)
        let values = scheme.tables(positions: settings.cached..<settings.cached + tokens)
        let shape = [tokens, scheme.dimensions / 2]
        var rows: [Int] = []
        for _ in 0..<batch { rows.append(contentsOf: 0..<tokens) }
        let tables = RotaryTables(
            cosines: builder.reals("rotary.cosines", values.cosines, shape: shape),
            sines: builder.reals("rotary.sines", values.sines, shape: shape),
            rows: builder.integers(rows, shape: [batch, tokens]))
        rotaryTables = tables
        return tables
    }

    /// All keys (or values) that this step attends to: the cached ones and `new`.
    private mutating func cache(_ name: String, _ new: Graph.ValueID, layer: Int) -> Graph.ValueID {
        guard settings.phase == .decode else {
            pendingOutputs.append(new)
            return new
        }
        var attended = settings.context
        if let window = model.window(ofLayer: layer) { attended = min(attended, window) }
        if attended == 1 {
            pendingOutputs.append(new)
            return new
        }
        let leading = [settings.batch, model.keyValueHeads]
        let old = builder.input(name, settings.element, leading + [attended - 1, model.headDimension])
        let all = builder.node(
            name + ".next", "Concat", [old, new], shape: leading + [attended, model.headDimension],
            attributes: ["axis": .int(2)])
        builder.state(input: old, output: all)
        pendingOutputs.append(all)
        return all
    }

    /// `[tokens, tokens]`: 0 where a token (row) attends to another (column), −∞ where it does not.
    ///
    /// Up to 2,048 tokens the mask is a constant. A longer one is computed once from the positions, so that the
    /// graph stays small.
    private mutating func causalMask(window: Int?) -> Graph.ValueID {
        let tokens = settings.tokens
        let limit = window.map { $0 < tokens ? $0 : 0 } ?? 0
        if let known = masks[limit] { return known }
        let name = limit == 0 ? "causal_mask" : "causal_mask.window_\(limit)"
        let mask: Graph.ValueID
        if tokens <= 2048 {
            var numbers = [Float](repeating: 0, count: tokens * tokens)
            for row in 0..<tokens {
                for column in 0..<tokens where column > row || (limit > 0 && row - column >= limit) {
                    numbers[row * tokens + column] = -.infinity
                }
            }
            mask = builder.reals(name, numbers, shape: [tokens, tokens])
        } else {
            let rows = builder.integers(Array(0..<tokens), shape: [tokens, 1])
            let columns = builder.integers(Array(0..<tokens), shape: [1, tokens])
            let flags = TensorType(.bool, [tokens, tokens])
            var hidden = builder.node(name + ".later", "Greater", [columns, rows], types: [(name + ".later", flags)])[0]
            if limit > 0 {
                let distance = builder.node(
                    name + ".distance", "Sub", [rows, columns],
                    types: [(name + ".distance", TensorType(.int64, [tokens, tokens]))])[0]
                let bound = builder.integers([limit - 1])
                let old = builder.node(
                    name + ".earlier", "Greater", [distance, bound], types: [(name + ".earlier", flags)])[0]
                hidden = builder.node(name + ".hidden", "Or", [hidden, old], types: [(name + ".hidden", flags)])[0]
            }
            let never = builder.scalar(-.infinity)
            let zero = builder.scalar(0)
            mask = builder.node(name, "Where", [hidden, never, zero], shape: [tokens, tokens])
        }
        masks[limit] = mask
        return mask
    }
}
