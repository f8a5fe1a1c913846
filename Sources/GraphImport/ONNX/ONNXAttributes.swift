import Foundation
import ONNXSchema
import OperatorGraph

/// Turns the attributes of a node into ours.
struct ONNXAttributes {
    let file: String

    /// The attributes by name; an attribute that holds a graph or a type has no counterpart and is refused.
    func convert(
        _ attributes: [ONNXAttributeProto], decoder: inout ONNXTensorDecoder, place: String
    ) throws(ImportError) -> [String: Attribute] {
        var result: [String: Attribute] = [:]
        for attribute in attributes {
            guard result[attribute.name] == nil else { throw error(place, "attribute \(attribute.name) is given twice") }
            result[attribute.name] = try convert(attribute, &decoder, place)
        }
        return result
    }

    private func convert(
        _ attribute: ONNXAttributeProto, _ decoder: inout ONNXTensorDecoder, _ place: String
    ) throws(ImportError) -> Attribute {
        switch Self.kind(of: attribute) {
        case .float: return .float(attribute.f)
        case .int: return .int(Int(attribute.i))
        case .string: return .string(try text(attribute.s, attribute, place))
        case .floats: return .floats(attribute.floats)
        case .ints: return .ints(attribute.ints.map { Int($0) })
        case .strings:
            var strings: [String] = []
            for data in attribute.strings { strings.append(try text(data, attribute, place)) }
            return .strings(strings)
        case .tensor:
            guard attribute.hasT else { throw error(place, "attribute \(attribute.name) has no value") }
            return .tensor(try decoder.tensor(attribute.t, place: "\(place), attribute \(attribute.name)"))
        case .sparseTensor:
            guard attribute.hasSparseTensor else { throw error(place, "attribute \(attribute.name) has no value") }
            return .tensor(
                try decoder.dense(attribute.sparseTensor, place: "\(place), attribute \(attribute.name)"))
        default:
            throw error(place, "attribute \(attribute.name) holds a kind of value that is not supported here")
        }
    }

    /// The declared type, or what the filled field says where an old exporter left the type out.
    private static func kind(of attribute: ONNXAttributeProto) -> ONNXAttributeProto.AttributeType {
        if attribute.type != .undefined { return attribute.type }
        if attribute.hasF { return .float }
        if attribute.hasI { return .int }
        if attribute.hasS { return .string }
        if attribute.hasT { return .tensor }
        if !attribute.floats.isEmpty { return .floats }
        if !attribute.ints.isEmpty { return .ints }
        return attribute.strings.isEmpty ? .undefined : .strings
    }

    private func text(_ data: Data, _ attribute: ONNXAttributeProto, _ place: String) throws(ImportError) -> String {
        if let text = String(validating: data, as: UTF8.self) { return text }
        throw error(place, "attribute \(attribute.name) is not UTF-8 text")
    }

    private func error(_ place: String, _ message: String) -> ImportError {
        ImportError(file: file, place: place, message: message)
    }
}
