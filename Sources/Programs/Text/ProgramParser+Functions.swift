import NumberFormats
import OperatorGraph

/// Functions of vector commands: graph nodes with their attributes, and prices.
extension ProgramParser {
    /// `function 0 bias.relu (12, 14) -> (17)`, nodes and steps below it.
    mutating func function(index: Int) throws(ProgramError) -> Program.Function {
        try advance()
        try ordinal(index, "functions")
        var result = Program.Function(name: try name("the function's name"), nodes: [], inputs: [], outputs: [], steps: [])
        result.inputs = try sequence(.open, .close) { (parser) throws(ProgramError) in try parser.signedInteger() }
        try expect(.arrow)
        result.outputs = try sequence(.open, .close) { (parser) throws(ProgramError) in try parser.signedInteger() }
        try endOfLine()
        try block(under: 0) { (parser, indent) throws(ProgramError) in
            if try parser.accept(word: "node") {
                result.nodes.append(try parser.node(indent))
            } else if try parser.accept(word: "step") {
                var step = Program.Function.Step(try parser.name("a vector operation"))
                if try parser.accept(word: "repeats") { step.repeats = try parser.signedInteger() }
                try parser.endOfLine()
                result.steps.append(step)
            } else {
                throw parser.error("expected node or step, found \(parser.described)")
            }
        }
        return result
    }

    /// `node "add" Add domain "com.example" version 14 (12, _) -> (16)`, attributes below it.
    private mutating func node(_ indent: Int) throws(ProgramError) -> Graph.Node {
        let nodeName = try string("the node's name")
        let operation = try name("an operator")
        let domain = try accept(word: "domain") ? try string("the operator's domain") : ""
        try expect(word: "version")
        let version = try signedInteger()
        let inputs = try values()
        try expect(.arrow)
        var node = Graph.Node(
            name: nodeName, operation: operation, domain: domain, version: version, inputs: inputs, outputs: try values())
        try endOfLine()
        try block(under: indent) { (parser, _) throws(ProgramError) in
            let place = parser.token
            let attributeName = try parser.name("an attribute")
            try parser.expect(.assign)
            let value = try parser.attribute()
            guard node.attributes.updateValue(value, forKey: attributeName) == nil else {
                throw parser.error("the attribute \"\(attributeName)\" is given twice", at: place)
            }
            try parser.endOfLine()
        }
        return node
    }

    /// Values of the graph, `_` where one is left out.
    private mutating func values() throws(ProgramError) -> [Graph.ValueID?] {
        try sequence(.open, .close) { (parser) throws(ProgramError) in
            if try parser.accept(word: "_") { return nil }
            return try parser.signedInteger()
        }
    }

    private mutating func attribute() throws(ProgramError) -> Attribute {
        let kinds = ["int", "float", "string", "ints", "floats", "strings", "tensor"]
        guard token.kind == .word else { throw error("expected \(kinds.joined(separator: ", ")), found \(described)") }
        let kind = lexer.text(token)
        let place = token
        try advance()
        switch kind {
        case "int": return .int(try signedInteger())
        case "float": return .float(try float())
        case "string": return .string(try string("a text"))
        case "ints": return .ints(try list { (parser) throws(ProgramError) in try parser.signedInteger() })
        case "floats": return .floats(try list { (parser) throws(ProgramError) in try parser.float() })
        case "strings": return .strings(try list { (parser) throws(ProgramError) in try parser.string("a text") })
        case "tensor": return .tensor(try tensor())
        default:
            throw error(
                "\"\(kind)\" is no kind of attribute",
                Spelling.suggestion(for: kind, among: kinds) ?? "one of \(kinds.joined(separator: ", "))", at: place)
        }
    }

    /// `fp16[2 x 2] as float [0.5, 1.0, -0.0, inf]`
    private mutating func tensor() throws(ProgramError) -> Tensor {
        let element = try elementType()
        let shape = try shape()
        try expect(word: "as")
        let kinds = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float", "double", "string"]
        guard token.kind == .word else { throw error("expected the Swift type of the values, found \(described)") }
        let kind = lexer.text(token)
        let place = token
        try advance()
        let storage: Tensor.Storage
        switch kind {
        case "bool":
            storage = .bool(try list { (parser) throws(ProgramError) in
                let place = parser.token
                let value = try parser.signedInteger(UInt8.self)
                guard value < 2 else { throw parser.error("a bool is 0 or 1", at: place) }
                return value == 1
            })
        case "int8": storage = .int8(try integers())
        case "uint8": storage = .uint8(try integers())
        case "int16": storage = .int16(try integers())
        case "uint16": storage = .uint16(try integers())
        case "int32": storage = .int32(try integers())
        case "uint32": storage = .uint32(try integers())
        case "int64": storage = .int64(try integers())
        case "uint64": storage = .uint64(try integers())
        case "float": storage = .float(try list { (parser) throws(ProgramError) in try parser.float() })
        case "double": storage = .double(try list { (parser) throws(ProgramError) in try parser.double() })
        case "string": storage = .string(try list { (parser) throws(ProgramError) in try parser.string("a text") })
        default:
            throw error(
                "\"\(kind)\" holds no tensor values",
                Spelling.suggestion(for: kind, among: kinds) ?? "one of \(kinds.joined(separator: ", "))", at: place)
        }
        return Tensor(element, shape, storage)
    }

    private mutating func integers<Value: FixedWidthInteger>() throws(ProgramError) -> [Value] {
        try list { (parser) throws(ProgramError) in try parser.signedInteger(Value.self) }
    }

    private mutating func float() throws(ProgramError) -> Float {
        let isNegative = try accept(.minus)
        if let bits = try notANumber(UInt32.self) { return Float(bitPattern: bits) }
        let magnitude = try infinity() ? Float.infinity : Float(try decimal())
        guard let magnitude else { throw error("expected a number, found \(described)") }
        return isNegative ? -magnitude : magnitude
    }

    private mutating func double() throws(ProgramError) -> Double {
        let isNegative = try accept(.minus)
        if let bits = try notANumber(UInt64.self) { return Double(bitPattern: bits) }
        let magnitude = try infinity() ? Double.infinity : Double(try decimal())
        guard let magnitude else { throw error("expected a number, found \(described)") }
        return isNegative ? -magnitude : magnitude
    }

    private mutating func infinity() throws(ProgramError) -> Bool { try accept(word: "inf") }

    /// `nan(2143289344)`: the bits.
    private mutating func notANumber<Bits: FixedWidthInteger>(_ type: Bits.Type) throws(ProgramError) -> Bits? {
        guard try accept(word: "nan") else { return nil }
        try expect(.open)
        let bits = try integer(type)
        try expect(.close)
        return bits
    }

    private mutating func decimal() throws(ProgramError) -> String {
        guard token.kind == .integer || token.kind == .decimal else { throw error("expected a number, found \(described)") }
        let digits = lexer.text(token)
        try advance()
        return digits
    }
}
