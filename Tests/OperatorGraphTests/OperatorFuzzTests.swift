import NumberFormats
import OperatorGraph
import Testing

/// Operators with inputs and attributes drawn without sense: an error or a result of the inferred type, never a trap.
@Suite struct OperatorFuzzTests {
    static let shapes: [[Int]] = [
        [], [0], [1], [3], [4], [2, 2], [3, 4], [4, 3], [2, 3, 4], [1, 4, 6], [1, 4, 5, 5], [2, 4, 1, 1], [4, 4, 3, 3], [1, 3, 0, 2],
        [1, 2, 3, 3, 3], [2, 3, 4, 5],
    ]
    static let elements: [ElementType] = [.fp32, .fp32, .fp32, .int64, .int64, .int8, .uint8, .int32, .bool, .fp16, .fp64, .int4, .fp8E4M3, .uint64]
    static let integers: [Int] = [-1, 0, 1, 2, 3, -2, 4, 7, -5, 1 << 20, 1 << 40, .max, .min]
    static let names: [(name: String, kinds: [Int])] = [
        ("axis", [0]), ("axes", [1]), ("keepdims", [0]), ("kernel_shape", [1]), ("strides", [1]), ("pads", [1]), ("dilations", [1]),
        ("group", [0]), ("auto_pad", [2]), ("ceil_mode", [0]), ("perm", [1]), ("to", [0]), ("num_groups", [0]), ("size", [0]),
        ("blocksize", [0]), ("mode", [2]), ("output_padding", [1]), ("output_shape", [1]), ("epsilon", [3]), ("alpha", [3]),
        ("k", [0]), ("num_outputs", [0]), ("split", [1]), ("starts", [1]), ("ends", [1]), ("scales", [4]), ("batch_dims", [0]),
        ("block_size", [0]), ("hidden_size", [0]), ("direction", [2]), ("q_num_heads", [0]), ("kv_num_heads", [0]), ("num_heads", [0]),
        ("equation", [2]), ("transA", [0]), ("transB", [0]), ("reduction", [2]), ("start", [0]), ("end", [0]), ("value_ints", [1]),
        ("p", [0]), ("batch_axis", [0]), ("time_axis", [0]), ("storage_order", [0]), ("stash_type", [0]), ("dtype", [0]),
        ("rotary_embedding_dim", [0]), ("seed", [0]), ("training_mode", [0]), ("output_datatype", [0]), ("lambd", [3]), ("layout", [0]),
    ]
    static let texts = [
        "SAME_UPPER", "SAME_LOWER", "VALID", "linear", "cubic", "nearest", "reflect", "edge", "wrap", "constant", "add", "mul", "ij,jk->ik",
        "...i->...", "ii->i", "bidirectional", "reverse", "circular", "none", "mean", "LEFT", "RIGHT", "CRD", "tanh", "",
    ]

    @Test func nothingTraps() {
        var random = SplitMix64(state: 2024)
        func pick<T>(_ list: [T]) -> T { list[Int(random.next(below: UInt64(list.count)))] }
        let limits = GraphLimits(maximumElements: 1 << 16, maximumBytes: 1 << 20)
        var evaluated = 0
        for entry in OperatorRegistry.supported {
            for _ in 0..<60 {
                let base = pick(Self.shapes), element = pick(Self.elements)
                let types = (0..<Int(random.next(below: 6))).map { _ -> TensorType? in
                    switch random.next(below: 8) {
                    case 0...2: TensorType(element, base)
                    case 3: TensorType(.int64, [Int(random.next(below: 5))])
                    case 4: TensorType(element, pick(Self.shapes))
                    case 5: base.count > 1 ? TensorType(element, [base[1]]) : nil
                    default: TensorType(pick(Self.elements), pick(Self.shapes))
                    }
                }
                var attributes: [String: Attribute] = [:]
                for _ in 0..<Int(random.next(below: 6)) {
                    let (name, kinds) = pick(Self.names)
                    attributes[name] = switch kinds[0] {
                    case 0: .int(pick(Self.integers))
                    case 1: .ints((0..<Int(random.next(below: 6))).map { _ in pick(Self.integers) })
                    case 2: .string(pick(Self.texts))
                    case 3: .float(pick([0, 1, -1, 0.5, .nan, .infinity, 1e30]))
                    default: .floats((0..<Int(random.next(below: 5))).map { _ in pick([0, 1, 2, -1, .nan, 1e30]) })
                    }
                }
                let node = Graph.Node(
                    name: "n", operation: entry.name, domain: entry.domain, version: max(entry.since, pick([7, 11, 13, 18, 21, 24, 28])),
                    inputs: types.indices.map { types[$0] == nil ? nil : $0 }, outputs: (0..<(1 + Int(random.next(below: 3)))).map { 100 + $0 },
                    attributes: attributes)
                let tensors = types.map { type in
                    type.map { type in
                        Tensor(type.element, type.shape, integers: (0..<type.shape.reduce(1, *)).map { _ in
                            random.next(below: 4) == 0 ? pick(Self.integers) : Int(random.next(below: 5)) - 1
                        })
                    }
                }
                guard let inferred = try? Operators.inferTypes(of: node, inputs: types, constants: tensors, limits: limits) else { continue }
                // What only needs types must come out the same without values, or be refused.
                if let blind = try? Operators.inferTypes(of: node, inputs: types, constants: [], limits: limits) { #expect(blind == inferred, "\(node)") }
                guard let results = try? Operators.evaluate(node, inputs: tensors, limits: limits) else { continue }
                evaluated += 1
                for (result, type) in zip(results, inferred) {
                    guard let result, let type else { continue }
                    #expect(result.type == type && result.storage.count == type.count && result.storage.holds(type.element), "\(node)")
                }
            }
        }
        #expect(evaluated > 1000)
    }
}
