/// What a sweep wants small or large: an expression over figures of the runs and parameters of the space.
public struct SweepObjective: Sendable, Hashable, Codable {
    public enum Goal: String, Sendable, Codable, CaseIterable { case minimize, maximize }

    /// "edp".
    public var name: String
    /// "energy * seconds".
    public var expression: String
    public var goal: Goal
    /// For axes and tables: "cycles", "J"; empty for a bare number.
    public var unit: String

    public init(name: String, expression: String, goal: Goal = .minimize, unit: String = "") {
        self.name = name; self.expression = expression; self.goal = goal; self.unit = unit
    }

    /// The value with its sign turned so that less is better.
    public func cost(_ value: Double) -> Double { goal == .minimize ? value : -value }
}

/// What a point must keep to beside the constraints between parameters: "area <= 50 mm2". Known only once the point was evaluated.
public struct SweepLimit: Sendable, Hashable, Codable {
    /// As in the file.
    public var text: String
    public init(text: String) { self.text = text }
}
