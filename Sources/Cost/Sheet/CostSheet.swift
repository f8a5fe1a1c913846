import Architecture
import Quantities

/// The components of a machine with their prices. What they add up to is the machine's, to the last digit.
public struct CostSheet: Sendable, Hashable {
    /// In the order of the architecture; names are unique.
    public private(set) var components: [ComponentCost]

    /// - Throws: `CostError` when two components have the same name, or one has fewer than no instances.
    public init(_ components: [ComponentCost]) throws(CostError) {
        var names: Set<String> = []
        for component in components {
            guard names.insert(component.name).inserted else {
                throw CostError(.outOfRange, "component \"\(component.name.excerpt)\"", "is in the list twice", accepted: "give every component its own name")
            }
            guard component.count >= 0 else {
                throw CostError(.outOfRange, "component \"\(component.name.excerpt)\"", "has \(component.count) instances", accepted: "give zero or more")
            }
        }
        self.components = components
    }

    public func component(_ name: String) -> ComponentCost? { components.first { $0.name == name } }

    public func totalArea() throws(CostError) -> ExactArea {
        var sum = ExactArea.zero
        for component in components { sum = try sum.adding(component.totalArea()) }
        return sum
    }

    public func totalLeakage() throws(CostError) -> ExactPower {
        var sum = ExactPower.zero
        for component in components { sum = try sum.adding(component.totalLeakage()) }
        return sum
    }

    /// What a run takes: actions by component and name, of all instances together, and the time for which everything leaks.
    ///
    /// - Throws: `CostError` for a component or an action that has no price: what is counted is paid for.
    public func energy(of counts: [(component: String, action: String, count: Int)], during time: Time) throws(CostError) -> EnergyBreakdown {
        var breakdown = EnergyBreakdown()
        for (name, actionName, count) in counts where count != 0 {
            guard count > 0 else {
                throw CostError(.outOfRange, "\(count) actions \"\(actionName.excerpt)\" of \"\(name.excerpt)\"", "are negative", accepted: "give counts from zero")
            }
            guard let component = component(name) else {
                let suggestion = Suggestion.closest(to: name, among: components.map(\.name))
                throw CostError(
                    .unknown, "component \"\(name.excerpt)\"", "has no price",
                    accepted: suggestion.map { "did you mean \"\($0)\"?" } ?? "there are \(wordList(components.map(\.name), conjunction: "and"))")
            }
            guard let action = component.action(actionName) else {
                throw CostError(
                    .unknown, "action \"\(actionName.excerpt)\" of \(name)", "has no energy",
                    accepted: component.actions.isEmpty ? "give the component actions" : "there are \(wordList(component.actions.map(\.name), conjunction: "and"))")
            }
            breakdown.parts.append(.init(component: name, what: .action(actionName), count: count, energy: try action.energy.times(count)))
        }
        for component in components where component.leakage != .zero && component.count > 0 {
            breakdown.parts.append(
                .init(component: component.name, what: .leakage, count: component.count, energy: try ExactEnergy(component.totalLeakage(), during: time)))
        }
        return breakdown
    }
}

/// Where the energy of a run went.
public struct EnergyBreakdown: Sendable, Hashable {
    public enum What: Sendable, Hashable {
        case action(String)
        /// Static: leakage times duration.
        case leakage
    }

    public struct Part: Sendable, Hashable {
        public var component: String
        public var what: What
        /// Of actions; of instances for leakage.
        public var count: Int
        public var energy: ExactEnergy
    }

    public internal(set) var parts: [Part] = []

    public init() {}

    public func total() throws(CostError) -> ExactEnergy { try sum { _ in true } }
    public func dynamic() throws(CostError) -> ExactEnergy { try sum { $0.what != .leakage } }
    /// Leakage times duration.
    public func `static`() throws(CostError) -> ExactEnergy { try sum { $0.what == .leakage } }
    public func energy(of component: String) throws(CostError) -> ExactEnergy { try sum { $0.component == component } }

    private func sum(_ isIncluded: (Part) -> Bool) throws(CostError) -> ExactEnergy {
        var sum = ExactEnergy.zero
        for part in parts where isIncluded(part) { sum = try sum.adding(part.energy) }
        return sum
    }
}
