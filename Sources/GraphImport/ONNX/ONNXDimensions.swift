import ONNXSchema
import OperatorGraph

/// Gives the symbolic dimensions of a model's inputs the sizes that the user chose.
package struct ONNXDimensions {
    let file: String
    /// Sizes by name, as given.
    let sizes: [String: Int]

    private init(file: String, sizes: [String: Int]) {
        self.file = file
        self.sizes = sizes
    }

    /// The names that must be bound, in the order of the inputs.
    package static func names(_ graph: ONNXModelGraph) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for input in graph.inputs {
            for name in Self.names(graph.values[input]) where seen.insert(name).inserted { names.append(name) }
        }
        return names
    }

    /// Sizes from `ImportOptions`: those of `dimensions`, and those settings that name a dimension of the model.
    /// Other settings may belong to the architecture.
    init(file: String, options: ImportOptions, graph: ONNXModelGraph) throws(ImportError) {
        var sizes = options.dimensions
        let accepted = Self.accepted(graph)
        for (name, text) in options.settings.sorted(by: { $0.key < $1.key }) where sizes[name] == nil && accepted.contains(name) {
            guard let size = Int(text) else {
                throw ImportError(
                    file: file, message: "the dimension \"\(name)\" cannot be \"\(text)\"",
                    suggestion: "give a number: --set \(name)=1", category: .usage)
            }
            sizes[name] = size
        }
        self.init(file: file, sizes: sizes)
        try checkNames(graph)
    }

    /// Every name that a size may be given for: a position and a whole formula as well, and names that only
    /// outputs have do no harm.
    private static func accepted(_ graph: ONNXModelGraph) -> Set<String> {
        var accepted = Set(names(graph))
        for value in graph.inputs + graph.outputs {
            for (axis, dimension) in (shape(graph.values[value]) ?? []).enumerated() where !dimension.dimParam.isEmpty {
                accepted.insert("\(graph.values[value].name).\(axis)")
                accepted.insert(dimension.dimParam)
                accepted.formUnion(ONNXDimensionExpression(dimension.dimParam)?.names ?? [])
            }
        }
        return accepted
    }

    /// Sizes must name dimensions of the model, so that a misspelt one is noticed.
    private func checkNames(_ graph: ONNXModelGraph) throws(ImportError) {
        let known = Self.names(graph)
        let accepted = Self.accepted(graph)
        for (name, size) in sizes.sorted(by: { $0.key < $1.key }) {
            if !accepted.contains(name) {
                throw ImportError(
                    file: file, message: "no input has a dimension \"\(name)\"",
                    suggestion: known.isEmpty
                        ? "all dimensions of this model are fixed" : "its dimensions are \(known.joined(separator: ", "))",
                    category: .usage)
            }
            if size < 0 {
                throw ImportError(file: file, message: "the dimension \"\(name)\" cannot be \(size)", category: .usage)
            }
        }
    }

    /// The type of a graph input.
    package func type(of value: ONNXModelGraph.Value) throws(ImportError) -> TensorType {
        let place = "input \"\(value.name)\""
        guard let declared = value.declared, case .tensorType(let tensor)? = declared.value else {
            throw ImportError(
                file: file, place: place, message: "the input is not a tensor",
                suggestion: "sequences, maps and optional values are not supported")
        }
        guard let element = ONNXElementType.element(tensor.elemType) else {
            throw ImportError(
                file: file, place: place,
                message: "the element type \(ONNXElementType.name(tensor.elemType)) is not supported")
        }
        guard tensor.hasShape else {
            throw ImportError(
                file: file, place: place, message: "the model does not say how many dimensions the input has",
                suggestion: "export it again with input shapes")
        }
        var shape: [Int] = []
        for (axis, dimension) in tensor.shape.dim.enumerated() {
            shape.append(try size(dimension, named: "\(value.name).\(axis)", place: "\(place), dimension \(axis)"))
        }
        let type = TensorType(element, shape)
        if let objection = GraphLimits.standard.objection(to: type) {
            throw ImportError(file: file, place: place, message: objection, suggestion: "use smaller dimensions")
        }
        return type
    }

    private func size(
        _ dimension: ONNXTensorShapeProto.Dimension, named anonymous: String, place: String
    ) throws(ImportError) -> Int {
        var missing = anonymous
        switch dimension.value {
        case .dimValue(let value)? where value >= 0: return Int(value)
        case .dimValue(let value)?:
            throw ImportError(file: file, place: place, message: "a dimension of \(value) is not a size")
        case .dimParam(let name)? where !name.isEmpty:
            if let size = sizes[name] ?? sizes[anonymous] { return size }
            missing = name
            if let expression = ONNXDimensionExpression(name) {
                switch expression.evaluate(sizes) {
                case .success(let size) where size >= 0: return size
                case .success(let size):
                    throw ImportError(file: file, place: place, message: "\(name) comes to \(size), which is not a size")
                case .failure(let unbound): missing = unbound.name
                }
            }
        default: if let size = sizes[anonymous] { return size }
        }
        throw ImportError(
            file: file, place: place, message: "the size of the symbolic dimension \"\(missing)\" is not given",
            suggestion: "add --set \(Self.quoted(missing))=1", category: .usage)
    }

    private static func quoted(_ name: String) -> String {
        name.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) } ? name : "\"\(name)\""
    }

    private static func shape(_ value: ONNXModelGraph.Value) -> [ONNXTensorShapeProto.Dimension]? {
        guard case .tensorType(let tensor)? = value.declared?.value, tensor.hasShape else { return nil }
        return tensor.shape.dim
    }

    private static func names(_ value: ONNXModelGraph.Value) -> [String] {
        (shape(value) ?? []).enumerated().flatMap { axis, dimension -> [String] in
            if case .dimValue? = dimension.value { return [] }
            if dimension.dimParam.isEmpty { return ["\(value.name).\(axis)"] }
            return ONNXDimensionExpression(dimension.dimParam)?.names ?? [dimension.dimParam]
        }
    }
}
