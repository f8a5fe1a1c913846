/// What the fields of one ONNX message hold on the wire: enough to walk a file without decoding it.
///
/// Field numbers as in Sources/ONNXSchema/onnx.proto.
struct ONNXWireSchema {
    /// The messages of the format.
    enum Message: Int, CaseIterable {
        case model, operatorSet, entry, graph, node, function, attribute, valueInfo, tensor, segment
        case sparseTensor, shape, dimension, type, tensorType, sequenceType, mapType, optionalType
    }

    /// Content of a length-delimited field.
    enum Content {
        case message(Message)
        case text
        case bytes
        /// Packed numbers: the bytes that each takes in memory and the fewest that it takes in the file.
        case packed(memory: Int, file: Int)
    }

    /// Bytes of a decoded message without its fields' contents: a generous estimate of Swift's layout.
    static func memory(of message: Message) -> Int {
        switch message {
        case .attribute, .tensor, .sparseTensor: 400
        case .node, .function: 240
        default: 120
        }
    }

    /// The contents of a length-delimited field; `nil` for fields that are not read.
    static func content(of message: Message, field: Int) -> Content? {
        switch (message, field) {
        case (.model, 2), (.model, 3), (.model, 4): .text
        case (.model, 7): .message(.graph)
        case (.model, 8): .message(.operatorSet)
        case (.model, 14): .message(.entry)
        case (.model, 25): .message(.function)
        case (.operatorSet, 1), (.entry, 1), (.entry, 2): .text
        case (.graph, 1): .message(.node)
        case (.graph, 2): .text
        case (.graph, 5): .message(.tensor)
        case (.graph, 11), (.graph, 12), (.graph, 13): .message(.valueInfo)
        case (.graph, 15): .message(.sparseTensor)
        case (.node, 1), (.node, 2), (.node, 3), (.node, 4), (.node, 7), (.node, 8): .text
        case (.node, 5): .message(.attribute)
        case (.function, 1), (.function, 4), (.function, 5), (.function, 6), (.function, 10), (.function, 13): .text
        case (.function, 7): .message(.node)
        case (.function, 9): .message(.operatorSet)
        case (.function, 11): .message(.attribute)
        case (.function, 12): .message(.valueInfo)
        case (.attribute, 1), (.attribute, 21): .text
        case (.attribute, 4), (.attribute, 9): .bytes
        case (.attribute, 5), (.attribute, 10): .message(.tensor)
        case (.attribute, 6), (.attribute, 11): .message(.graph)
        case (.attribute, 7): .packed(memory: 4, file: 4)
        case (.attribute, 8): .packed(memory: 8, file: 1)
        case (.attribute, 14), (.attribute, 15): .message(.type)
        case (.attribute, 22), (.attribute, 23): .message(.sparseTensor)
        case (.valueInfo, 1): .text
        case (.valueInfo, 2): .message(.type)
        case (.tensor, 1), (.tensor, 7), (.tensor, 11): .packed(memory: 8, file: 1)
        case (.tensor, 3): .message(.segment)
        case (.tensor, 4): .packed(memory: 4, file: 4)
        case (.tensor, 5): .packed(memory: 4, file: 1)
        case (.tensor, 10): .packed(memory: 8, file: 8)
        case (.tensor, 6), (.tensor, 9): .bytes
        case (.tensor, 8): .text
        case (.tensor, 13): .message(.entry)
        case (.sparseTensor, 1), (.sparseTensor, 2): .message(.tensor)
        case (.sparseTensor, 3): .packed(memory: 8, file: 1)
        case (.shape, 1): .message(.dimension)
        case (.dimension, 2), (.dimension, 3): .text
        case (.type, 1), (.type, 8): .message(.tensorType)
        case (.type, 4): .message(.sequenceType)
        case (.type, 5): .message(.mapType)
        case (.type, 9): .message(.optionalType)
        case (.type, 6): .text
        case (.tensorType, 2): .message(.shape)
        case (.sequenceType, 1), (.optionalType, 1), (.mapType, 2): .message(.type)
        default: nil
        }
    }
}
