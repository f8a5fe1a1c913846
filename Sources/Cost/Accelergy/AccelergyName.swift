/// A component's name in Accelergy's tables: "system.PE[0..3].mac[1..4]".
///
/// A range says how many there are; without one there is one.
public struct AccelergyName: Sendable, Hashable, CustomStringConvertible {
    public struct Part: Sendable, Hashable {
        public var name: String
        /// Both ends included.
        public var range: ClosedRange<Int>?

        public init(name: String, range: ClosedRange<Int>? = nil) {
            self.name = name
            self.range = range
        }
    }

    /// From the outermost to the component itself; at least one.
    public var path: [Part]

    static let maximumInstances = 1 << 40

    /// The component's own name: "mac".
    public var component: String { path.last?.name ?? "" }
    /// The product of all ranges.
    public var instances: Int { path.reduce(1) { $0 * ($1.range?.count ?? 1) } }
    /// Without ranges: "system.PE.mac".
    public var plainPath: String { path.map(\.name).joined(separator: ".") }

    public init(path: [Part]) {
        precondition(!path.isEmpty, "a name has a part")
        self.path = path
    }

    /// A text as one part of a name.
    static func part(_ text: String) -> String { String(text.map { ".[]".contains($0) ? "_" : $0 }) }

    /// One name after another, the last with its number of instances: `system.mac[1..16]`.
    public init(_ names: [String], instances: Int) {
        precondition(!names.isEmpty && instances >= 1, "a name has a part and an instance")
        path = names.map { Part(name: $0) }
        path[path.count - 1].range = 1...instances
    }

    /// - Returns: `nil` for a text that is no such name.
    public init?(_ text: String) {
        var path: [Part] = []
        var instances = 1
        var rest = Substring(text)
        while true {
            let name = rest.prefix { $0 != "." && $0 != "[" && $0 != "]" }
            guard !name.isEmpty else { return nil }
            rest = rest.dropFirst(name.count)
            var part = Part(name: String(name))
            if rest.first == "[" {
                guard let end = rest.firstIndex(of: "]") else { return nil }
                let bounds = rest[rest.index(after: rest.startIndex)..<end].split(separator: ".", omittingEmptySubsequences: false)
                guard bounds.count == 3, bounds[1].isEmpty, let low = Int(bounds[0]), let high = Int(bounds[2]), low >= 0, high >= low else { return nil }
                let (count, isOver) = (high - low).addingReportingOverflow(1)
                guard !isOver else { return nil }
                let (product, overflow) = instances.multipliedReportingOverflow(by: count)
                guard !overflow, product <= Self.maximumInstances else { return nil }
                instances = product
                part.range = low...high
                rest = rest[rest.index(after: end)...]
            }
            path.append(part)
            if rest.isEmpty { break }
            guard rest.first == "." else { return nil }
            rest = rest.dropFirst()
        }
        guard path.count <= 64 else { return nil }
        self.path = path
    }

    public var description: String {
        path.map { part in part.name + (part.range.map { "[\($0.lowerBound)..\($0.upperBound)]" } ?? "") }.joined(separator: ".")
    }
}
