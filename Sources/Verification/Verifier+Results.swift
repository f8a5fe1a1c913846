import Programs

/// What operators make.
extension Verifier {
    mutating func verifyCoverage(_ text: OperatorText) {
        let start = mark
        let (proved, enumerated) = (cuts.proved, cuts.enumerated)
        var verdict = Obligation.Verdict.proved
        var count = 0
        search: for layers in TensorTable.assignments(text.layers) {
            guard let served = text.index.evaluate(layers) else { continue }
            var byTensor: [Int: [(Access, Site)]] = [:]
            for (index, site) in text.sites.enumerated() {
                guard let command = site.command else { continue }
                for access in Access.all(of: command, site: index) where access.isWrite {
                    let zero = layers.merging(Dictionary(site.loops.map { ($0.variable, site.pins[$0.variable] ?? 0) }) { a, _ in a }) { a, _ in a }
                    guard let base = access.region.base.evaluate(zero), let place = tensors.placement(access.region.memory, base, isWrite: true, by: served)
                    else { continue }
                    byTensor[place, default: []].append((access, site))
                }
            }
            for (place, writes) in byTensor.sorted(by: { $0.key < $1.key }) {
                count += 1
                let tensor = program.tensors[place]
                guard let own = writes.compactMap({ BoxCover.distances(of: $0.0.region) }).max(by: { $0.count < $1.count }) else {
                    verdict = .open("\(tensor.name) is written in a form that is not known")
                    continue
                }
                // Slices leave gaps along a dimension that the tensor has and the region has not.
                var distances = own
                var boxes: [(starts: [Int], extents: [Int])] = []
                var problem: Obligation.Verdict?
                for candidate in [own, BoxCover.merged(own, tensor)].compactMap({ $0 }) {
                    let cover = BoxCover(distances: candidate, cuts: cuts)
                    distances = candidate
                    boxes = []
                    problem = nil
                    for (access, site) in writes where problem == nil {
                        switch cover.finding(access.region, site, origin: tensor.address, layers: layers) {
                        case .box(let starts, let extents): boxes.append((starts, extents))
                        case .unknown(let reason): problem = .open("\(tensor.name): \(reason)")
                        case .wrong(let message, let values), .gap(let message, let values):
                            problem = .refuted(Counterexample("\(tensor.name): \(message)", steps: [step(site, values)]))
                        }
                    }
                    if problem == nil { break }
                }
                if let problem {
                    verdict = problem
                    if case .refuted = problem { break search }
                }
                guard boxes.count == writes.count else { continue }
                if let (a, b) = BoxUnion.overlap(boxes) {
                    verdict = .refuted(
                        Counterexample("two units write the same elements of \(tensor.name)", steps: [step(writes[a].1, layers), step(writes[b].1, layers)]))
                    break search
                }
                written[place, default: []].append((served, distances, boxes))
            }
            if text.layers.isEmpty { break }
        }
        guard count > 0 else { return }
        let method: Obligation.Method = cuts.enumerated == enumerated && cuts.proved > proved ? .solver : .dimensions
        add(.coverage, text, Claims.coverage, method, verdict, since: start)
    }

    /// Every tensor that an operator makes is made as a whole.
    mutating func verifyTensors() {
        let start = mark
        var verdict = Obligation.Verdict.proved
        for (place, tensor) in program.tensors.enumerated() where tensor.role == .intermediate || tensor.role == .output {
            let count = tensor.shape.reduce(1, *)
            guard count > 0 else { continue }
            let parts = written[place] ?? []
            // A view of what another tensor's operator has written, or a cache that is there from the start.
            if parts.isEmpty { continue }
            if parts.contains(where: { BoxUnion.volume($0.boxes) == count }) { continue }
            let volume = parts.reduce(0) { $0 + BoxUnion.volume($1.boxes) }
            let inherited = program.tensors.contains { other in
                other.role == .input && other.memory == tensor.memory && other.address >= tensor.address && other.address < tensor.address + tensor.bytes
            }
            if inherited { continue }
            if volume != count {
                verdict = .refuted(
                    Counterexample("\(volume) elements of tensor \(tensor.value) \"\(tensor.name)\" are written, which has \(count)"))
                break
            }
        }
        add(.coverage, nil, "every tensor that an operator makes is made as a whole", .counting, verdict, since: start)
    }
}
