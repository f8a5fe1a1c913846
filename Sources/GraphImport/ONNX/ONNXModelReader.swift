import ONNXSchema
import OperatorGraph

/// Turns the messages of a model file into a flat graph with resolved names.
package enum ONNXModelReader {
    /// - Parameter readsWeights: false leaves out the values of large initializers.
    package static func graph(
        _ model: ONNXModelProto, file: String, readsWeights: Bool = true, limits: ONNXLimits = .standard
    ) throws(ImportError) -> ONNXModelGraph {
        let sets = try ONNXOperatorSets(model.opsetImport, file: file, place: "opset_import").versions
        var flattener = ONNXFlattener(
            file: file, limits: limits, functions: try functions(model, file: file),
            decoder: ONNXTensorDecoder(file: file, limits: limits))
        var scope = ONNXFlattener.Scope(operatorSets: sets)
        let graph = model.graph

        var inputs: [Int] = []
        for input in graph.input {
            if input.name.isEmpty { throw ImportError(file: file, message: "a graph input has no name") }
            let id = try flattener.addGiven(ONNXModelGraph.Value(name: input.name, kind: .input), to: &scope)
            flattener.declare(id, input.type)
            inputs.append(id)
        }
        try addInitializers(graph, to: &flattener, &scope, inputs: inputs, readsWeights: readsWeights)
        flattener.reserve(nodes: graph.node.count, in: &scope)
        for node in graph.node { try flattener.add(node, in: &scope) }

        var outputs: [Int] = []
        for output in graph.output {
            guard let id = scope.values[output.name] ?? nil else {
                throw ImportError(
                    file: file, place: "output \"\(output.name)\"", message: "no node, input or initializer has this name")
            }
            flattener.declare(id, output.type)
            outputs.append(id)
        }
        if outputs.isEmpty { throw ImportError(file: file, message: "the graph has no outputs") }
        try checkOrigins(flattener, outputs: outputs)
        return ONNXModelGraph(
            name: graph.name, operatorSets: sets, values: flattener.values, nodes: try ordered(flattener),
            inputs: inputs.filter { flattener.values[$0].kind == .input }, outputs: outputs,
            unsupported: flattener.unsupportedOperators)
    }

    private static func functions(
        _ model: ONNXModelProto, file: String
    ) throws(ImportError) -> [ONNXFlattener.FunctionKey: ONNXFunctionProto] {
        var functions: [ONNXFlattener.FunctionKey: ONNXFunctionProto] = [:]
        for function in model.functions {
            let key = ONNXFlattener.FunctionKey(
                domain: ONNXOperatorSets.normalized(function.domain), name: function.name, overload: function.overload)
            if functions.updateValue(function, forKey: key) != nil {
                throw ImportError(file: file, place: "function \"\(function.name)\"", message: "the function is defined twice")
            }
        }
        return functions
    }

    /// An initializer of the same name as an input gives it its value (every one did before IR version 4).
    private static func addInitializers(
        _ graph: ONNXGraphProto, to flattener: inout ONNXFlattener, _ scope: inout ONNXFlattener.Scope, inputs: [Int],
        readsWeights: Bool
    ) throws(ImportError) {
        var pending = Dictionary(uniqueKeysWithValues: inputs.map { (flattener.values[$0].name, $0) })
        func place(_ name: String) -> String { "initializer \"\(name)\"" }
        func define(_ name: String, _ type: TensorType, _ data: Tensor?) throws(ImportError) {
            let kind = kind(of: type, isText: data?.isText ?? false)
            if let input = pending.removeValue(forKey: name) {
                flattener.initialize(input, type: type, data: data, kind: kind)
            } else {
                let value = ONNXModelGraph.Value(name: name, kind: kind, type: type, data: data)
                _ = try flattener.addGiven(value, to: &scope)
            }
        }
        for tensor in graph.initializer {
            if tensor.name.isEmpty { throw ImportError(file: file(flattener), message: "an initializer has no name") }
            let type = try flattener.decoder.type(of: tensor, place: place(tensor.name))
            let isLeftOut = !readsWeights && type.count > mostAlwaysRead && kind(of: type, isText: false) == .parameter
            let data = isLeftOut || !ONNXTensorDecoder.hasValues(tensor)
                ? nil : try flattener.decode(tensor, place: place(tensor.name))
            try define(tensor.name, type, data)
        }
        for sparse in graph.sparseInitializer {
            let name = sparse.values.name
            let data = try flattener.decodeSparse(sparse, place: place(name))
            try define(name, data.type, data)
        }
    }

    private static func file(_ flattener: ONNXFlattener) -> String { flattener.file }

    /// Values of this many elements or fewer are read even when weights are not: shapes may depend on them.
    private static let mostAlwaysRead = 4096

    /// Exporters turn both trained weights and the constants of the code into initializers. Scalars, 64-bit
    /// integers, truth values and text are taken for the latter.
    static func kind(of type: TensorType, isText: Bool) -> Graph.Value.Kind {
        type.shape.isEmpty || type.element == .int64 || type.element == .bool || isText ? .constant : .parameter
    }

    private static func checkOrigins(_ flattener: ONNXFlattener, outputs: [Int]) throws(ImportError) {
        for node in flattener.nodes {
            for input in node.inputs {
                guard let input, flattener.producers[input] == ONNXFlattener.noProducer else { continue }
                throw ImportError(
                    file: flattener.file, place: ONNXFlattener.place(of: node),
                    message: "nothing defines its input \"\(flattener.values[input].name)\"",
                    suggestion: "an input must be a graph input, an initializer or another node's output")
            }
        }
        for output in outputs where flattener.producers[output] == ONNXFlattener.noProducer {
            throw ImportError(
                file: flattener.file, place: "output \"\(flattener.values[output].name)\"",
                message: "no node, input or initializer has this name")
        }
    }

    private static func ordered(_ flattener: ONNXFlattener) throws(ImportError) -> [Graph.Node] {
        switch ONNXTopologicalOrder.order(flattener.nodes, producers: flattener.producers) {
        case .success(let order): return order.map { flattener.nodes[$0] }
        case .failure(let cycle):
            let shown = cycle.nodes.prefix(5).map { "\"\(flattener.nodes[$0].name)\"" }.joined(separator: ", ")
            let more = cycle.nodes.count > 5 ? " and \(cycle.nodes.count - 5) more" : ""
            throw ImportError(
                file: flattener.file, message: "the graph has a cycle through the nodes \(shown)\(more)",
                suggestion: "a graph must be acyclic")
        }
    }
}
