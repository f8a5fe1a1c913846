import Programs

/// Proves that units which share a buffer take turns.
///
/// A reader in iteration j is meant to find what the writer wrote in the same iteration J, or in the last before whose indices
/// conditions fix. Everything that the writer writes up to J must have ended before j begins, and everything that it writes to
/// the same bytes after J must wait until j has read. Then j reads J's data for every latency.
struct OrderProof {
    let text: OperatorText
    /// The program's own text, where sizes in `text` stand for any: what its regions reach is what any size's reach.
    var original: OperatorText?
    let channels: ChannelTable
    let reaches: ReachTable
    let solver: ClaimSolver

    /// `nil` when proved; otherwise what is missing.
    ///
    /// - Parameter isResult: whether it is a tensor, whose elements the proof of coverage finds written once each.
    func failure(_ buffer: Buffer, _ layers: [String: Int], isResult: Bool) -> String? {
        let bases = Set((buffer.writers + buffer.readers).map { AffineForm($0.region.base).expression })
        let streams = Set((buffer.writers + buffer.readers).map { text.sites[$0.site].stream })
        guard streams.count > 1 else { return nil }
        var reach = Int.max..<Int.max
        for writer in buffer.writers {
            let site = (original ?? text).sites[writer.site]
            var access = writer
            if let region = site.command?[operand: writer.operand] { access.region = region }
            guard let own = reaches.reach(access, site, layers) else { return "a region's reach is not known" }
            guard !own.isEmpty else { continue }
            reach = reach.lowerBound == Int.max ? own : min(reach.lowerBound, own.lowerBound)..<max(reach.upperBound, own.upperBound)
        }
        guard reach.lowerBound != Int.max else { return nil }
        guard bases.count == 1 else { return "buffers overlap at \(buffer.memory)@\(buffer.range.lowerBound)" }
        for writer in buffer.writers {
            for reader in buffer.readers where text.sites[reader.site].stream != text.sites[writer.site].stream {
                if let failure = failure(writer, reader, reach, isExact: false) { return failure }
            }
            for other in buffer.writers where !isResult && text.sites[other.site].stream > text.sites[writer.site].stream {
                if let failure = collision(writer, other) { return failure }
            }
        }
        return nil
    }

    private func failure(_ writer: Access, _ reader: Access, _ reach: Range<Int>, isExact: Bool) -> String? {
        let scope = SymbolicScope(text.sizes)
        let layers = scope.layers(text.layers)
        let (p, c) = (text.sites[writer.site], text.sites[reader.site])
        let (i, inI) = scope.iteration(of: p, layers: layers.variables, named: "i.")
        let (j, inJ) = scope.iteration(of: c, layers: layers.variables, named: "j.")
        let bytes = (reach.upperBound - reach.lowerBound + 7) / 8
        let (a, b) = (scope.term(writer.region.base, i), scope.term(reader.region.base, j))
        let meet = a < b + bytes && b < a + bytes
        guard let forward = channels.forward(from: p, to: c)?.channel else { return "nothing tells \(c.unit) that \(p.unit) has written" }
        let names = forward.active.map(\.variable).filter { name in c.loops.contains { $0.variable == name } && p.loops.contains { $0.variable == name } }
        let (from, to) = (names.compactMap { i[$0] }, names.compactMap { j[$0] })
        let isMeant = ChannelTable.lexicographic(from, to, scope, orEqual: true)
        let before = channels.precedes(p, i, isWrite: true, c, j, scope)
        let after = channels.precedes(c, j, isWrite: false, p, i, scope)
        let race = (isMeant && !before) || (!isMeant && !after)
        return outcome(solver.search(scope, layers.domain + inI + inJ + [meet, race]), "\(writer.operand) of \(p.unit) and \(reader.operand) of \(c.unit)")
    }

    /// Two units that write the same buffer: different bytes, or one after the other.
    private func collision(_ one: Access, _ other: Access) -> String? {
        let scope = SymbolicScope(text.sizes)
        let layers = scope.layers(text.layers)
        let (p, c) = (text.sites[one.site], text.sites[other.site])
        let (i, inI) = scope.iteration(of: p, layers: layers.variables, named: "i.")
        let (j, inJ) = scope.iteration(of: c, layers: layers.variables, named: "j.")
        let (pointI, inPointI) = scope.point(of: one.region, i, named: "i.")
        let (pointJ, inPointJ) = scope.point(of: other.region, j, named: "j.")
        let (a, b) = (scope.bitAddress(one.region, i, pointI), scope.bitAddress(other.region, j, pointJ))
        let meet = a < b + other.region.element.bits && b < a + one.region.element.bits
        let before = channels.precedes(p, i, isWrite: true, c, j, scope)
        let after = channels.precedes(c, j, isWrite: true, p, i, scope)
        // Sums of one tile are written by several arrays: the ways in between go through the unit that takes them.
        let names = p.freeLoops.filter { loop in c.loops.contains { $0.variable == loop.variable && $0.bound == loop.bound } }.map(\.variable)
        let relay = relayed(p, i, c, j, names, scope)
        return outcome(
            solver.search(scope, layers.domain + inI + inJ + inPointI + inPointJ + [meet, !before, !after, !relay]),
            "\(one.operand) of \(p.unit) and \(other.operand) of \(c.unit)")
    }

    /// Order through a third unit that takes from both and gives back to both.
    private func relayed(_ p: Site, _ i: [String: LinearTerm], _ c: Site, _ j: [String: LinearTerm], _ names: [String], _ scope: SymbolicScope) -> LinearFormula {
        var ways: [LinearFormula] = []
        for site in text.sites where site.command != nil && site.stream != p.stream && site.stream != c.stream {
            // The third unit's iteration next to i, and next to j.
            for (first, x, second, y) in [(p, i, c, j), (c, j, p, i)] {
                guard site.loops.allSatisfy({ loop in first.loops.contains { $0.variable == loop.variable } }) else { continue }
                ways.append(
                    channels.precedes(first, x, isWrite: true, site, x, scope)
                        && channels.precedes(site, x, isWrite: false, second, y, scope))
            }
        }
        return LinearFormula.any(ways)
    }

    private func outcome(_ answer: Answer, _ what: String) -> String? {
        switch answer.outcome {
        case .impossible: nil
        case .possible: what + " may meet"
        case .undecided(let reason): what + ": " + reason
        }
    }
}

extension Expression {
    func substitutingPins(_ pins: [String: Int]) -> Expression {
        pins.isEmpty ? self : substituting { pins[$0].map { .constant($0) } }
    }
}
