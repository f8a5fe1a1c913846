import Mapping

/// What a mapping of one product is predicted to cost.
public struct ProductCost: Sendable, Hashable {
    /// By itself, from its first command to its last byte.
    public var cycles: Double
    /// Over the pins of off-chip memory.
    public var traffic: MatmulTraffic
    /// In multiply-accumulates of 16 bits, by `EnergyTable.eyeriss`.
    public var energy: Double

    package func value(_ objective: MappingObjective) -> ObjectiveValue {
        let bytes = Double(traffic.total + traffic.elsewhere)
        return switch objective {
        case .cycles: ObjectiveValue(first: cycles, second: bytes)
        case .energy: ObjectiveValue(first: energy, second: cycles)
        case .edp: ObjectiveValue(first: energy * cycles, second: cycles)
        case .traffic: ObjectiveValue(first: bytes, second: cycles)
        }
    }
}

/// A figure and the one that decides between equals.
package struct ObjectiveValue: Sendable, Hashable, Comparable {
    package var first: Double
    package var second: Double
    package static func < (a: ObjectiveValue, b: ObjectiveValue) -> Bool { (a.first, a.second) < (b.first, b.second) }
}
