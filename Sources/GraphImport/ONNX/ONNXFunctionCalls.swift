import ONNXSchema
import OperatorGraph

/// Calls of functions that the model file defines.
extension ONNXFlattener {
    /// Writes out the body of `function` in place of the node that calls it.
    mutating func call(
        _ function: ONNXFunctionProto, from proto: ONNXNodeProto, name: String, in scope: inout Scope
    ) throws(ImportError) {
        let place = "node \"\(name)\" (function \(function.name))"
        if scope.depth >= limits.functionDepth {
            throw ImportError(
                file: file, place: place, message: "functions call each other deeper than \(limits.functionDepth)",
                suggestion: "a function must not call itself")
        }
        if proto.input.count > function.input.count || proto.output.count > function.output.count {
            throw ImportError(
                file: file, place: place,
                message: "the call has \(proto.input.count) inputs and \(proto.output.count) outputs, the function \(function.input.count) and \(function.output.count)")
        }
        var body = Scope(
            prefix: name + "/",
            operatorSets: try ONNXOperatorSets(function.opsetImport, file: file, place: "function \"\(function.name)\"")
                .versions.merging(scope.operatorSets) { own, _ in own },
            attributes: try attributes(of: function, call: proto, in: scope, place), depth: scope.depth + 1)
        for (position, formal) in function.input.enumerated() {
            let actual = position < proto.input.count ? value(proto.input[position], in: &scope) : nil
            body.values[formal] = .some(actual)
        }
        for (position, formal) in function.output.enumerated() where position < proto.output.count {
            guard let actual = value(proto.output[position], in: &scope) else { continue }
            if body.values[formal] != nil {
                throw ImportError(
                    file: file, place: place, message: "the function names \"\(formal)\" as input and as output")
            }
            body.values[formal] = .some(actual)
        }
        for node in function.node {
            if nodes.count >= limits.expandedNodes {
                throw ImportError(
                    file: file, place: place, message: "functions write out to more than \(limits.expandedNodes) nodes")
            }
            try add(node, in: &body)
        }
    }

    /// The values of a function's attributes at a call: given there, or the default.
    private func attributes(
        of function: ONNXFunctionProto, call: ONNXNodeProto, in scope: Scope, _ place: String
    ) throws(ImportError) -> [String: ONNXAttributeProto] {
        var values: [String: ONNXAttributeProto] = [:]
        for attribute in function.attributeProto { values[attribute.name] = attribute }
        for attribute in resolved(call.attribute, in: scope) { values[attribute.name] = attribute }
        return values
    }

    /// The attributes of a node, with references to the surrounding function's attributes replaced by their
    /// values; a reference to an attribute that the call leaves out leaves this one out, too.
    func resolved(_ attributes: [ONNXAttributeProto], in scope: Scope) -> [ONNXAttributeProto] {
        guard let given = scope.attributes, attributes.contains(where: { !$0.refAttrName.isEmpty }) else {
            return attributes
        }
        return attributes.compactMap { attribute in
            if attribute.refAttrName.isEmpty { return attribute }
            guard var value = given[attribute.refAttrName] else { return nil }
            value.name = attribute.name
            return value
        }
    }
}
