import Programs

/// Proofs for any size.
extension Verifier {
    /// For how many tiles of which loops an operator's proofs hold.
    struct GenericLoops {
        /// Any number of tiles.
        var any: [String] = []
        /// The program's number alone, and why.
        var fixed: [(loop: String, reason: String)] = []

        func isFixed(_ loop: String) -> Bool { fixed.contains { $0.loop == loop } }
    }

    /// What holds for any number of tiles has to hold in all parts of an operator.
    mutating func noteSizes(_ part: OperatorText, _ form: String?, _ layers: [String: Int]) {
        let start = mark
        let loops = form.flatMap { genericForms[$0] } ?? genericLoops(part, semaphores(of: part), layers)
        if let form { genericForms[form] = loops }
        sizesSpent[part.first, default: Spent()] += mark - start
        guard let known = generic[part.first] else { generic[part.first] = loops; return }
        let any = known.any.filter { !loops.isFixed($0) } + loops.any.filter { !known.any.contains($0) && !known.isFixed($0) }
        generic[part.first] = GenericLoops(any: any, fixed: known.fixed + loops.fixed.filter { !known.isFixed($0.loop) })
    }

    /// Loops over tiles of which any number keeps the order of units, what they find in buffers, and sums right.
    func genericLoops(_ part: OperatorText, _ semaphores: [Program.Semaphore], _ layers: [String: Int]) -> GenericLoops {
        var result = GenericLoops()
        var reasons: [String: String] = [:]
        var open: [String] = []
        for loop in SymbolicText.tileLoops(part, semaphores) {
            if SymbolicText.isCandidate(loop, part) { open.append(loop) } else { reasons[loop] = "its sizes are not told apart" }
        }
        let all = open
        if !all.isEmpty, failure(part, Set(all), semaphores, layers) != nil {
            for loop in all { if let reason = failure(part, [loop], semaphores, layers) { reasons[loop] = reason } }
            open = all.filter { reasons[$0] == nil }
            if open.count > 1, let reason = failure(part, Set(open), semaphores, layers) {
                for loop in open.dropFirst() { reasons[loop] = reason }
                open = [open[0]]
            }
        }
        result.any = open
        for loop in SymbolicText.tileLoops(part, semaphores) { if let reason = reasons[loop] { result.fixed.append((loop, reason)) } }
        return result
    }

    /// Why proofs do not hold for any number of tiles of the loops; `nil` when they do.
    private func failure(_ part: OperatorText, _ wanted: Set<String>, _ semaphores: [Program.Semaphore], _ layers: [String: Int]) -> String? {
        solver.together { separateFailure(part, wanted, semaphores, layers) }
    }

    private func separateFailure(_ part: OperatorText, _ wanted: Set<String>, _ semaphores: [Program.Semaphore], _ layers: [String: Int]) -> String? {
        guard let symbolic = SymbolicText(part, wanted), let concrete = part.buffers(layers, reaches) else { return "sizes occur in other places" }
        let text = symbolic.text
        func replaced(_ access: Access) -> Access {
            var access = access
            if let region = text.sites[access.site].command?[operand: access.operand] { access.region = region }
            return access
        }
        // A result has a place of its size, of which each element is written once.
        for buffer in concrete where !buffer.readers.isEmpty || !isResult(buffer, part, layers) {
            for writer in buffer.writers where !staysInside(writer, replaced(writer), part, text, symbolic.sizes, layers) { return "\(writer.operand) of \(part.sites[writer.site].unit) needs more room" }
        }
        let buffers = concrete.map { buffer in
            var buffer = buffer
            buffer.writers = buffer.writers.map(replaced)
            buffer.readers = buffer.readers.map(replaced)
            return buffer
        }
        let channels = ChannelTable(text, semaphores, solver)
        if let failure = channels.failure { return failure }
        let order = OrderProof(text: text, original: part, channels: channels, solver: solver)
        let loaded = LoadedProof(text: text, channels: channels, solver: solver)
        for (buffer, own) in zip(buffers, concrete) {
            if let failure = order.failure(buffer, layers, isResult: isResult(own, part, layers)) { return failure }
            let holdsSums = buffer.writers.contains { text.sites[$0.site].command?.opcode == "matmul" }
            for reader in buffer.readers {
                if let failure = holdsSums ? loaded.sumsFailure(reader, buffer.writers) : loaded.failure(reader, buffer.writers) { return failure }
            }
        }
        if let failure = SemaphoreProof.progressFailure(text, channels, solver) { return failure }
        guard text.commands.contains(where: { $0.command?.opcode == "matmul" }) else { return nil }
        guard let loops = tileLoops(text, channels) else { return "nothing takes the sums" }
        if case .proved = ProductProof(text: text, solver: solver, layers: layers).initialisation(tileLoops: loops.tiles) { return nil }
        return "sums start in other steps"
    }

    /// Whether any number of tiles needs no more of a buffer than the program's own: then buffers stay apart, and in their memories.
    private func staysInside(
        _ own: Access, _ access: Access, _ part: OperatorText, _ text: OperatorText, _ sizes: SymbolicSizes, _ layers: [String: Int]
    ) -> Bool {
        guard let hull = part.hull(of: own, layers, reaches) else { return false }
        var ranges = layers.mapValues { $0...$0 }.merging(sizes.ranges) { first, _ in first }
        for loop in text.sites[access.site].loops {
            guard let bound = loop.bound.interval(ranges) else { return false }
            ranges[loop.variable] = 0...max(0, bound.upperBound - 1)
        }
        for (name, value) in text.sites[access.site].pins { ranges[name] = value...value }
        var coordinates: [ClosedRange<Int>] = []
        for extent in access.region.extents {
            guard let size = extent.interval(ranges) else { return false }
            coordinates.append(0...max(0, size.upperBound - 1))
        }
        guard let base = access.region.base.interval(ranges), case .known(let index)? = IndexBounds(access.region).bounds(ranges, at: coordinates) else { return false }
        let bits = access.region.element.bits
        return base.lowerBound * 8 + index.lowerBound * bits >= hull.lowerBound * 8 && base.upperBound * 8 + (index.upperBound + 1) * bits <= hull.upperBound * 8
    }

    /// Which operators' dimensions are cut in a way that is right for every size.
    mutating func verifySizes() {
        guard options.symbolicSizes else { return }
        for text in sections.operators {
            let start = mark
            let (own, concrete) = DimensionCut.all(of: text)
            var failure: String?
            for cut in own where failure == nil {
                if !cuts.holds(cut) { failure = "\(cut) is not right for every size" }
            }
            let loops = generic[text.first] ?? GenericLoops()
            guard !own.isEmpty || !loops.any.isEmpty else { continue }
            var spent = mark - start
            spent += sizesSpent[text.first] ?? Spent()
            var claims: [String] = []
            if !own.isEmpty {
                let sizes = own.map(\.description).joined(separator: "; ")
                claims.append("\(Claims.sizes): \(sizes)\(concrete > 0 ? "; \(concrete) others for these sizes only" : "")")
            }
            let fixed = loops.fixed.map { "\($0.loop) (\($0.reason))" }.joined(separator: ", ")
            if !loops.any.isEmpty { claims.append("\(Claims.tiles): \(loops.any.joined(separator: ", "))") }
            if !fixed.isEmpty { claims.append("for this number of tiles alone: \(fixed)") }
            add(.sizes, text, claims.joined(separator: ". "), .solver, failure.map { .open($0) } ?? .proved, spent, allSizes: failure == nil)
        }
    }
}
