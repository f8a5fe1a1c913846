/// What a user requires of a mapping, for the search to keep to.
public struct MappingConstraints: Sendable, Equatable {
    /// In the order of the file.
    public var operators: [OperatorConstraint] = []
    public var tensors: [PlacedTensor] = []
    /// Whether the search may fuse operators; `nil` when nobody said, which allows it.
    public var fusion: FusionChoice?

    public enum FusionChoice: String, Sendable, CaseIterable { case on, off }

    public init() {}

    public var isEmpty: Bool { operators.isEmpty && tensors.isEmpty && fusion == nil }

    /// Those that concern an operator; a block of one keeps to what is said of the operator.
    public func constraints(of name: String) -> [OperatorConstraint] {
        let base = BlockName.base(of: name)
        return operators.filter { $0.name == name || $0.name == OperatorConstraint.all || $0.name == base }
    }
}

/// Requirements on one operator's mapping, or on all of them.
public struct OperatorConstraint: Sendable, Equatable {
    /// The name that stands for every operator.
    public static let all = "*"
    public var name: String
    public var requirements: [MappingRequirement]

    public init(name: String, requirements: [MappingRequirement]) { self.name = name; self.requirements = requirements }
}

/// One thing required.
public struct MappingRequirement: Sendable, Equatable {
    public enum Content: Sendable, Hashable {
        case tile(MatmulDimension, TileBounds)
        case order(MatmulMapping.Order)
        case left(MatmulMapping.Stay)
        case right(MatmulMapping.Stay)
        case split(MatmulMapping.Split)
    }
    public var line: Int?
    public var content: Content

    public init(line: Int? = nil, _ content: Content) { self.line = line; self.content = content }

    public static func == (a: MappingRequirement, b: MappingRequirement) -> Bool { a.content == b.content }

    public func allows(_ mapping: MatmulMapping) -> Bool {
        switch content {
        case .tile(let dimension, let bounds): bounds.contains(mapping[dimension])
        case .order(let order): mapping.order == order
        case .left(let stay): mapping.left == stay
        case .right(let stay): mapping.right == stay
        case .split(let split): mapping.split == split
        }
    }

    /// As in a file: `tile.m: 32..64`.
    public var text: String {
        switch content {
        case .tile(let dimension, let bounds): "tile.\(dimension.rawValue): \(bounds.text)"
        case .order(let order): "order: \(order.rawValue)"
        case .left(let stay): "left: \(stay.rawValue)"
        case .right(let stay): "right: \(stay.rawValue)"
        case .split(let split): "split: \(split.rawValue)"
        }
    }
}

/// From and to, both included.
public struct TileBounds: Sendable, Hashable {
    public var least: Int
    public var most: Int?

    public init(least: Int, most: Int?) { self.least = least; self.most = most }

    public func contains(_ size: Int) -> Bool { size >= least && size <= most ?? .max }

    /// `64`, `16..64`, `16..` or `..64`.
    public init?(text: String) {
        if let size = Int(text) { self.init(least: size, most: size) } else {
            guard let dots = text.range(of: "..") else { return nil }
            let (before, after) = (text[..<dots.lowerBound], text[dots.upperBound...])
            guard before.isEmpty || Int(before) != nil, after.isEmpty || Int(after) != nil, !(before.isEmpty && after.isEmpty) else { return nil }
            self.init(least: Int(before) ?? 1, most: Int(after))
        }
        guard least >= 1, most ?? least >= least else { return nil }
    }

    public var text: String {
        if let most { return least == most ? "\(most)" : least == 1 ? "..\(most)" : "\(least)..\(most)" }
        return "\(least).."
    }
}
