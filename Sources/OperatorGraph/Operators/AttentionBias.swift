import NumberFormats

/// What Attention adds to the score of each query and key: its mask, causality, windows and the length of the cache.
struct AttentionBias {
    private let mask: (values: [Double], strides: [Int], keys: Int)?
    private let isCausal: Bool
    /// Per batch entry: how many keys precede the first query.
    private let offsets: [Int]
    /// Per batch entry: keys that are not padding; `nil` when all are valid.
    private let validKeys: [Int]?
    private let leftWindow: Int, rightWindow: Int

    init(_ context: OperatorContext, _ shape: AttentionShape) throws(GraphError) {
        isCausal = try context.flag("is_causal")
        leftWindow = try context.int("left_window_size", -1)
        rightWindow = try context.int("right_window_size", -1)
        validKeys = try context.optionalIntegers(6)
        if let validKeys, validKeys.count != shape.batch || context.has(4) {
            throw context.error("nonpad_kv_seqlen needs \(shape.batch) values and no past keys")
        }
        offsets = validKeys?.map { $0 - shape.queries } ?? Array(repeating: shape.pastKeys, count: shape.batch)
        guard let mask = context.optionalTensor(3) else {
            self.mask = nil
            return
        }
        let keys = mask.shape.last ?? shape.keys
        let values = mask.element == .bool ? mask.boolValues.map { $0 ? 0 : -Double.infinity } : mask.doubleValues
        let target = [shape.batch, shape.queryHeads, shape.queries, keys]
        self.mask = (values, Broadcasting.strides(of: mask.shape, broadcastTo: target), keys)
    }

    /// The sum of the biases; −∞ where the query may not see the key.
    func value(_ image: Int, _ head: Int, _ query: Int, _ key: Int) -> Double {
        let position = query + offsets[image]
        if isCausal && key > position { return -.infinity }
        if leftWindow >= 0 && key < position - leftWindow { return -.infinity }
        if rightWindow >= 0 && key > position + rightWindow { return -.infinity }
        if let validKeys, key >= validKeys[image] { return -.infinity }
        guard let mask else { return 0 }
        if key >= mask.keys { return -.infinity }
        let strides = mask.strides
        return mask.values[image * strides[0] + head * strides[1] + query * strides[2] + key * strides[3]]
    }
}
