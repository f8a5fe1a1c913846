import Quantities

/// Accelergy's energy reference table (ERT), version 0.4: what each action of each component takes.
public struct AccelergyEnergyTable: Sendable, Hashable {
    public struct Action: Sendable, Hashable {
        /// "read", "write", "update", "leak", "compute".
        public var name: String
        /// Name and value of each argument, as they are written.
        public var arguments: [Argument]
        /// Per action, which moves the whole width; "leak" is per cycle.
        public var picojoules: Double

        public init(name: String, arguments: [Argument] = [], picojoules: Double) {
            self.name = name
            self.arguments = arguments
            self.picojoules = picojoules
        }

        public var energy: Energy { Energy(joules: picojoules * 1e-12) }
    }

    public struct Argument: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public struct Component: Sendable, Hashable {
        public var name: AccelergyName
        public var actions: [Action]

        public init(name: AccelergyName, actions: [Action]) {
            self.name = name
            self.actions = actions
        }

        /// The action of a name, with these arguments among its own.
        public func action(_ name: String, arguments: [Argument] = []) -> Action? {
            actions.first { action in action.name == name && arguments.allSatisfy(action.arguments.contains) }
        }
    }

    public var components: [Component]

    public init(components: [Component]) { self.components = components }

    /// A component by its own name, by its path without ranges, or by its whole name. `nil` too when two components have that name.
    public func component(_ name: String) -> Component? { components.only { $0.name.matches(name) } }
}

/// Accelergy's area reference table (ART), version 0.4: what each component covers.
public struct AccelergyAreaTable: Sendable, Hashable {
    public struct Component: Sendable, Hashable {
        public var name: AccelergyName
        /// Square micrometres of one instance.
        public var squareMicrometres: Double

        public init(name: AccelergyName, squareMicrometres: Double) {
            self.name = name
            self.squareMicrometres = squareMicrometres
        }

        public var area: Area { Area(squareMillimetres: squareMicrometres * 1e-6) }
    }

    public var components: [Component]

    public init(components: [Component]) { self.components = components }

    /// A component by its own name, by its path without ranges, or by its whole name. `nil` too when two components have that name.
    public func component(_ name: String) -> Component? { components.only { $0.name.matches(name) } }
}

extension AccelergyName {
    func matches(_ name: String) -> Bool { component == name || plainPath == name || description == name }
}

extension Array {
    /// The one element for which a condition holds.
    fileprivate func only(where condition: (Element) -> Bool) -> Element? {
        var found: Element?
        for element in self where condition(element) {
            if found != nil { return nil }
            found = element
        }
        return found
    }
}
