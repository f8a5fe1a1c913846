import NumberFormats
import OperatorGraph

extension Program {
    /// What a vector command computes: a chain of graph operators applied to tiles, and its price.
    ///
    /// The command's operands `in0`, `in1`, … are bound to `inputs`, its `out0`, … to `outputs`. Inputs of the nodes
    /// that are neither produced in the chain nor bound are scalars or attributes-like constants of the graph, which
    /// travel with the command.
    public struct Function: Sendable, Equatable {
        public var name: String
        public var nodes: [Graph.Node]
        public var inputs: [Graph.ValueID]
        public var outputs: [Graph.ValueID]
        /// Price of one output row: scalar operations by class, each over the number of elements that the command names.
        public var steps: [Step]

        /// A pass over elements.
        public struct Step: Sendable, Equatable {
            /// Name of a vector operation class: "add", "exponential", ….
            public var operation: String
            /// How often it is applied for each element of the command's `elements`.
            ///
            /// 0 for an operation that each row takes once, behind the pass over its elements.
            public var repeats: Int
            public init(_ operation: String, repeats: Int = 1) { self.operation = operation; self.repeats = repeats }
        }

        public init(
            name: String, nodes: [Graph.Node], inputs: [Graph.ValueID], outputs: [Graph.ValueID], steps: [Step]
        ) {
            self.name = name; self.nodes = nodes; self.inputs = inputs; self.outputs = outputs; self.steps = steps
        }

        public static func == (a: Function, b: Function) -> Bool {
            a.name == b.name && a.inputs == b.inputs && a.outputs == b.outputs && a.steps == b.steps
                && a.nodes.count == b.nodes.count && zip(a.nodes, b.nodes).allSatisfy(sameNode)
        }

        private static func sameNode(_ a: Graph.Node, _ b: Graph.Node) -> Bool {
            a.name == b.name && a.operation == b.operation && a.domain == b.domain && a.version == b.version
                && a.inputs == b.inputs && a.outputs == b.outputs && a.attributes == b.attributes
        }
    }
}
