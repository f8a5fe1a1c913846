import OperatorGraph

/// Which experts each token takes, decided before the values are known.
///
/// A slot is one choice of one token: slot `token · active + choice`. A token's experts differ from each other.
package struct ExpertRouting: Sendable {
    /// Slots of each expert, ascending.
    package let slots: [[Int]]
    /// For each slot its position when the experts' slots are written one behind the other.
    package let positions: [Int]

    /// - `uniform`: slots take the experts in turn, starting with expert 0 at the first token, so every expert gets
    ///   `tokens · active / experts` of them, give or take one. A single token takes the first `active` experts.
    /// - `seeded`: each token draws its experts without replacement; layers draw differently.
    package init(_ rule: LanguageModelSettings.Routing, tokens: Int, experts: Int, active: Int, layer: Int) {
        var slots = [[Int]](repeating: [], count: experts)
        switch rule {
        case .uniform:
            for slot in 0..<tokens * active { slots[slot % experts].append(slot) }
        case .seeded(let seed):
            var generator = SplitMix64(state: seed &+ UInt64(layer) &* 0x9E37_79B9_7F4A_7C15)
            var order = Array(0..<experts)
            for token in 0..<tokens {
                for choice in 0..<active {
                    let other = Int.random(in: choice..<experts, using: &generator)
                    order.swapAt(choice, other)
                    slots[order[choice]].append(token * active + choice)
                }
            }
        }
        var positions = [Int](repeating: 0, count: tokens * active)
        for (position, slot) in slots.joined().enumerated() { positions[slot] = position }
        self.slots = slots
        self.positions = positions
    }
}
