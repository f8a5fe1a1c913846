import MappingSearch

/// Chains of layers with skip connections, tables of options on several units, and fused pairs.
package enum ComposeInstances {
    /// - Parameters:
    ///   - skips: whether layers also read what the third before them made.
    ///   - reach: how far behind a layer the one is that it reads besides the last.
    ///   - fused: share of pairs, in eighths, that can be fused.
    ///   - wholes: share of results, in eighths, that stay as a whole or not at all, and that options may need on chip.
    package static func chain(
        layers: Int, options: Int, units: Int = 2, skips: Bool = true, reach: Int = 3, fused: Int = 0, wholes: Int = 0, capacity: Int = 120, seed: UInt64
    ) throws -> ComposeProblem {
        var random = Numbers(seed: seed)
        var tensors = [ComposeTensor(name: "in", bytes: 16, producer: nil, consumers: [0])]
        for layer in 0..<layers {
            var consumers = layer + 1 < layers ? [layer + 1] : []
            if skips, reach > 1, layer + reach < layers { consumers.append(layer + reach) }
            var tensor = ComposeTensor(
                name: "t\(layer)", bytes: 8 + 4 * random.below(8), producer: layer, consumers: consumers,
                isOutput: layer == layers - 1 || random.below(12) == 0)
            if wholes > 0 { tensor.staysWhole = !tensor.isOutput && random.below(8) < wholes }
            tensors.append(tensor)
        }
        func table(_ range: Range<Int>) -> [ComposeOption] {
            let inside = range.map { $0 + 1 }
            let moved = tensors.indices.filter { index in
                let tensor = tensors[index]
                if inside.contains(index) { return tensor.isOutput || tensor.consumers.contains { !range.contains($0) } }
                return tensor.consumers.contains { range.contains($0) }
            }
            return (0..<options).map { index in
                let kept = wholes > 0 && index > 0 ? moved.filter { tensors[$0].staysWhole && random.below(3) == 0 } : []
                return ComposeOption(
                    unit: random.below(units), cycles: range.count * (20 + random.below(60)), energy: range.count * (10 + random.below(90)),
                    buffer: 8 + 4 * random.below(16),
                    transfers: moved.map { ComposeTransfer(tensor: $0, bytes: tensors[$0].bytes * (1 + random.below(3))) },
                    otherBytes: random.below(40), kept: kept)
            }
        }
        var segments = (0..<layers).map { ComposeSegment(layers: $0..<$0 + 1, options: table($0..<$0 + 1)) }
        for layer in 0..<max(0, layers - 1) where random.below(8) < fused {
            segments.append(ComposeSegment(layers: layer..<layer + 2, options: table(layer..<layer + 2)))
        }
        return try ComposeProblem(
            layers: layers, segments: segments, tensors: tensors,
            machine: ComposeMachine(units: units, capacity: capacity, bandwidth: 2, energyPerByte: 3, switchCycles: 20, switchEnergy: 7))
    }
}
