import Mapping

/// One way to run successive steps block by block: what they hand to each other is on chip, a block of it at a time.
public struct FusedCandidate: Sendable {
    /// Of the composition.
    public var steps: Range<Int>
    /// Tensors that only exist by blocks, and bytes of the largest block of each.
    public var inside: [Int]
    public var blockBytes: [Int]
    /// Products of all blocks; those of their tensors that are inside are on chip.
    public var products: [WorkloadComposition.Product]
    /// Of the vector unit, all blocks together, and tensors from outside that it reads or writes by itself.
    public var vectorCycles: Double
    public var vectorTensors: [Int]

    public init(steps: Range<Int>, inside: [Int], blockBytes: [Int], products: [WorkloadComposition.Product], vectorCycles: Double, vectorTensors: [Int]) {
        self.steps = steps; self.inside = inside; self.blockBytes = blockBytes; self.products = products
        self.vectorCycles = vectorCycles; self.vectorTensors = vectorTensors
    }
}

extension CompositionOptions {
    /// The ways to run a fused segment: for each set of the tensors around it that is on chip, tiles for ever less room.
    mutating func options(_ candidate: FusedCandidate) -> [ComposeOption] {
        let zone = composition.capacity
        let blocks = candidate.blockBytes.reduce(0) { $0 + ($1 + 63) / 64 * 64 }
        var around = Set(candidate.vectorTensors)
        for product in candidate.products { around.formUnion(product.tensors) }
        around.subtract(candidate.inside)
        let pinned = pinned(composition.steps[candidate.steps.upperBound - 1].makes)
        let choosable = choosable(around, pinned, atMost: Self.maximumTensors - 1)
        var options: [ComposeOption] = []
        for subset in 0..<(1 << choosable.count) {
            let kept = choosable.indices.filter { subset >> $0 & 1 == 1 }.map { choosable[$0] }
            let room = zone - blocks - kept.reduce(0) { $0 + composition.tensors[$1].bytes }
            guard room > 0, pinned.allSatisfy({ kept.contains($0) }) else { continue }
            func isKept(_ tensor: Int?) -> Bool { tensor.map { kept.contains($0) || candidate.inside.contains($0) } ?? false }
            for share in [1, 2, 4] {
                guard let sum = sum(candidate, room: room / share, isKept) else { break }
                let buffer = blocks + (leavesRoom ? min(zone - blocks, 2 * sum.buffer) : sum.buffer)
                options.append(
                    ComposeOption(
                        cycles: Int(((sum.cycles + candidate.vectorCycles) * Double(Self.timeUnits)).rounded(.up)),
                        energy: Int(max(0, sum.energy / Self.energyUnit - Double(sum.bytes * Self.byteUnits))), buffer: buffer,
                        transfers: candidate.vectorTensors.filter { !kept.contains($0) }.map { ComposeTransfer(tensor: $0, bytes: composition.tensors[$0].bytes * Self.byteUnits) },
                        otherBytes: sum.bytes * Self.byteUnits, kept: kept))
            }
        }
        return options
    }

    /// All products with the best tiles that fit a room; `nil` where one has none.
    private mutating func sum(
        _ candidate: FusedCandidate, room: Int, _ isKept: (Int?) -> Bool
    ) -> (cycles: Double, energy: Double, bytes: Int, buffer: Int)? {
        var sum = (cycles: 0.0, energy: 0.0, bytes: 0, buffer: 0)
        for product in candidate.products {
            var variant = product.request.keeping(
                left: isKept(product.left), right: isKept(product.right), streams: product.streams.map { isKept($0) }, out: isKept(product.out))
            let reserved = max(0, composition.capacity - product.request.most.leftBudget)
            // Of those that fit the one with the most room is the best.
            guard let best = points(&variant, room: room, reserved: reserved).last else { return nil }
            sum.cycles += best.cost.cycles
            sum.energy += best.cost.energy
            sum.bytes += best.cost.traffic.total + best.cost.traffic.elsewhere
            sum.buffer = max(sum.buffer, best.buffer)
        }
        return sum
    }
}
