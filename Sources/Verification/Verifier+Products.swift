import Programs

/// Products: every multiply-accumulate once, of operands that are brought as wholes.
extension Verifier {
    /// Loops over tiles of the result, and those over tiles of depth, around products.
    func tileLoops(_ text: OperatorText, _ channels: ChannelTable) -> (tiles: Set<String>, depth: Set<String>)? {
        let products = text.commands.filter { $0.command?.opcode == "matmul" }
        let takers = text.commands.filter { $0.command?.opcode == "apply" }
        var tiles: Set<String>?
        for product in products {
            for taker in takers {
                guard let forward = channels.forward(from: product, to: taker) else { continue }
                tiles = (tiles ?? []).union(forward.channel.active.map(\.variable))
            }
        }
        guard let tiles else { return nil }
        // Tiles of depth are the rest of the loops with semaphores.
        let streams = Set(products.map(\.stream))
        let loops = Set(text.sites.filter { $0.command == nil && streams.contains($0.stream) }.flatMap { $0.loops.map(\.variable) })
        return (tiles, loops.subtracting(tiles))
    }

    func proveIterations(_ text: OperatorText, _ own: [Program.Semaphore], _ layers: [String: Int], _ findings: inout ProofFindings) {
        let channels = ChannelTable(text.partOfProducts, own, solver)
        guard let loops = tileLoops(text.partOfProducts, channels) else { findings.note(.iterations, "nothing takes the sums"); return }
        let expected = program.operators.indices.contains(text.first) ? program.operators[text.first].macs : 0
        switch ProductProof(text: text, solver: solver, layers: layers).folds(tileLoops: loops.tiles, depthLoops: loops.depth, expected: expected) {
        case .proved: break
        case .unknown(let reason): findings.note(.iterations, reason)
        case .wrong(let site, let values, let message): findings.refute(.iterations, Counterexample(message, steps: [step(site, values)]))
        }
    }

    /// What transfers bring of a product's operands is each operand once, whatever is brought again for other tiles.
    func proveOperands(_ text: OperatorText, _ layers: [String: Int], _ findings: inout ProofFindings) {
        guard let buffers = text.buffers(layers, reaches), let served = text.index.evaluate(layers) else { return }
        var brought: [Int: (volume: Int, streams: Set<Int>, gap: Counterexample?)] = [:]
        for buffer in buffers {
            guard buffer.readers.contains(where: { ["left", "right"].contains($0.operand) }) else { continue }
            for writer in buffer.writers {
                let site = text.sites[writer.site]
                guard let command = site.command, command.opcode == "copy", let from = command[operand: "from"], let distances = BoxCover.distances(of: from)
                else { continue }
                // Rows of an image are brought again for the windows that begin in other tiles.
                if from.extents.contains(where: { $0.hasMaximum }) { continue }
                let zero = layers.merging(Dictionary(site.loops.map { ($0.variable, site.pins[$0.variable] ?? 0) }) { a, _ in a }) { a, _ in a }
                guard let base = from.base.evaluate(zero), let place = tensors.placement(from.memory, base, isWrite: false, by: served) else { continue }
                var own = brought[place] ?? (0, [], nil)
                own.streams.insert(site.stream)
                switch BoxCover(distances: distances, cuts: cuts).finding(from, site, origin: program.tensors[place].address, layers: layers, repeats: true) {
                case .box(_, let extents): own.volume += extents.reduce(1, *)
                case .unknown: own.volume = Int.min / 2
                case .gap(let message, let values): own.gap = own.gap ?? Counterexample("from: \(message)", steps: [step(site, values)])
                case .wrong(let message, let values): findings.refute(.operands, Counterexample("from: \(message)", steps: [step(site, values)]))
                }
                brought[place] = own
            }
        }
        for (place, own) in brought.sorted(by: { $0.key < $1.key }) {
            // Tiles of cores that read together may take turns in memory.
            if let gap = own.gap {
                if own.streams.count == 1 { findings.refute(.operands, gap) }
                continue
            }
            let count = program.tensors[place].shape.reduce(1, *)
            guard program.tensors[place].role == .parameter, count > 0, own.volume >= 0, own.volume % count != 0 else { continue }
            findings.refute(.operands, Counterexample("\(own.volume) elements of \(program.tensors[place].name) are brought, which has \(count)"))
        }
    }
}
