import Architecture
import MappingSearch
import NumberFormats
import OperatorGraph

/// Turns a graph into a problem of the scheduler.
///
/// A view of a tensor is that tensor. A node that works element by element joins the operator that makes its operand, when it
/// is the operand's only reader and all else that it reads exists by then, as it would in an epilogue. Floating-point tensors
/// have the width of the machine's arrays.
struct ScheduleConversion {
    private(set) var tensors: [ScheduleTensor] = []
    private(set) var operators: [ScheduleOperator] = []
    /// Parameters that pass by.
    private(set) var streamedBytes = 0
    let floatBits: Int?

    private let graph: Graph
    private let isStreamed: Bool
    /// By value: the tensor that holds it; `nil` for constants and what is streamed.
    private var tensorOfValue: [Int?]
    private var producerOfTensor: [Int?] = []
    private var readers: [Int]
    /// Values that are parameters, or made of nothing but parameters and constants.
    private var isParameter: [Bool]
    /// Of values made of parameters: the bytes that are stored for them.
    private var derivedBytes: [Graph.ValueID: Int] = [:]

    private static let views: Set<String> = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"]
    private static let pointwise: Set<String> = [
        "Relu", "LeakyRelu", "Clip", "Sigmoid", "Tanh", "HardSwish", "HardSigmoid", "Gelu", "Erf", "Elu", "Exp", "Sqrt", "Neg", "Pow", "Softplus", "Silu",
        "Add", "Sub", "Mul", "Div", "Max", "Min", "BatchNormalization", "Cast", "QuantizeLinear", "DequantizeLinear", "Where",
    ]

    init(_ graph: Graph, on architecture: Architecture, weights: ScheduleCommand.Weights) {
        self.graph = graph
        isStreamed = weights == .streamed
        let array = architecture.engines.lazy.compactMap { engine -> SystolicArray? in
            if case .systolicArray(let array) = engine.kind { array } else { nil }
        }.first
        floatBits = array?.input.bits
        tensorOfValue = Array(repeating: nil, count: graph.values.count)
        readers = Array(repeating: 0, count: graph.values.count)
        isParameter = graph.values.map { $0.kind == .parameter || $0.kind == .constant }
        for node in graph.nodes { for case let input? in Set(node.inputs) { readers[input] += 1 } }
        for output in graph.outputs { readers[output] += 1 }
        for state in graph.states { readers[state.output] += 1 }
        for value in graph.inputs { _ = tensor(value) }
        for node in graph.nodes { add(node) }
        for output in graph.outputs + graph.states.map(\.output) {
            if let tensor = tensorOfValue[output] { tensors[tensor].isOutput = true }
        }
    }

    private func bytes(_ value: Graph.ValueID) -> Int {
        if let derived = derivedBytes[value] { return derived }
        let type = graph.values[value].type
        guard let floatBits, type.element.isFloatingPoint else { return type.bytes }
        return (type.count * floatBits + 7) / 8
    }

    private mutating func tensor(_ value: Graph.ValueID) -> Int? {
        if let known = tensorOfValue[value] { return known }
        let size = bytes(value)
        guard size > 0 else { return nil }
        tensors.append(ScheduleTensor(name: graph.values[value].name, size: size))
        producerOfTensor.append(nil)
        tensorOfValue[value] = tensors.count - 1
        return tensors.count - 1
    }

    private mutating func add(_ node: Graph.Node) {
        if node.inputs.allSatisfy({ $0.map { isParameter[$0] } ?? true }) { return derive(node) }
        var inputs: [Int] = []
        for case let value? in node.inputs {
            if isParameter[value], isStreamed {
                streamedBytes += graph.values[value].kind == .constant ? 0 : bytes(value)
            } else if graph.values[value].kind != .constant, let tensor = tensor(value) {
                inputs.append(tensor)
            }
        }
        if Self.views.contains(node.operation), let source = node.inputs.first ?? nil, let output = node.outputs.first ?? nil, let tensor = tensorOfValue[source] {
            tensorOfValue[output] = tensor
            return
        }
        let outputs = node.outputs.compactMap { $0 }
        if outputs.count == 1, Self.pointwise.contains(node.operation), join(node, inputs, outputs[0]) { return }
        let made = outputs.filter { readers[$0] > 0 }.compactMap { tensor($0) }
        for tensor in made { producerOfTensor[tensor] = operators.count }
        operators.append(ScheduleOperator(name: node.name.isEmpty ? node.operation : node.name, inputs: inputs, outputs: made))
    }

    /// A node on parameters alone, such as their dequantisation: they are read as they are stored.
    private mutating func derive(_ node: Graph.Node) {
        let sources = node.inputs.compactMap { $0 }.filter { graph.values[$0].kind != .constant }
        for case let output? in node.outputs {
            isParameter[output] = true
            derivedBytes[output] = sources.reduce(0) { $0 + bytes($1) }
        }
    }

    /// Has the node done by the operator that makes one of its operands.
    private mutating func join(_ node: Graph.Node, _ inputs: [Int], _ output: Graph.ValueID) -> Bool {
        for case let value? in node.inputs {
            guard graph.values[value].kind == .intermediate, readers[value] == 1, graph.values[value].type.shape == graph.values[output].type.shape else { continue }
            guard let tensor = tensorOfValue[value], let producer = producerOfTensor[tensor], operators[producer].outputs == [tensor] else { continue }
            let others = inputs.filter { $0 != tensor }
            guard others.allSatisfy({ producerOfTensor[$0].map { $0 < producer } ?? true }) else { continue }
            operators[producer].inputs += others
            tensors[tensor] = ScheduleTensor(name: graph.values[output].name, size: max(1, bytes(output)))
            tensorOfValue[output] = tensor
            return true
        }
        return false
    }
}
