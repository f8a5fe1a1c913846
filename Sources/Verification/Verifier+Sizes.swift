import Programs

/// Proofs for any size.
extension Verifier {
    /// What is known about any number of a loop's tiles.
    struct GenericLoop {
        var name: String
        /// Why it is the program's number alone; `nil` where any will do.
        var reason: String?
        /// Bytes that a buffer grows by with each tile.
        var grown = 0
        var spent = Spent()
    }

    /// What holds for any number of tiles has to hold in all parts of an operator.
    mutating func noteSizes(_ part: OperatorText, _ form: String?, _ layers: [String: Int]) {
        var loops = form.flatMap { genericForms[$0] }
        if loops == nil {
            let found = genericLoops(part, semaphores(of: part), layers)
            loops = found
            // Another time it costs nothing.
            if let form { genericForms[form] = found.map { GenericLoop(name: $0.name, reason: $0.reason, grown: $0.grown) } }
        }
        var known = generic[part.first] ?? []
        for loop in loops ?? [] {
            if let place = known.firstIndex(where: { $0.name == loop.name }) {
                known[place].reason = known[place].reason ?? loop.reason
                known[place].grown = max(known[place].grown, loop.grown)
                known[place].spent += loop.spent
            } else {
                known.append(loop)
            }
        }
        generic[part.first] = known
    }

    /// Loops over tiles, one at a time: whether any number of tiles keeps the order of units, what they find in buffers, and sums right.
    func genericLoops(_ part: OperatorText, _ semaphores: [Program.Semaphore], _ layers: [String: Int]) -> [GenericLoop] {
        SymbolicText.tileLoops(part, semaphores).map { name in
            let start = mark
            var loop = GenericLoop(name: name)
            if SymbolicText.isCandidate(name, part) {
                let found = solver.together { () -> (reason: String?, grown: Int) in
                    var grown = 0
                    let reason = failure(part, name, semaphores, layers, &grown)
                    return (reason, grown)
                }
                (loop.reason, loop.grown) = found
            } else {
                loop.reason = "its sizes are not told apart"
            }
            loop.spent = mark - start
            return loop
        }
    }

    /// Why proofs do not hold for any number of a loop's tiles; `nil` when they do.
    ///
    /// - Parameter grown: bytes that buffers grow by with each tile.
    private func failure(
        _ part: OperatorText, _ loop: String, _ semaphores: [Program.Semaphore], _ layers: [String: Int], _ grown: inout Int
    ) -> String? {
        guard let symbolic = SymbolicText(part, loop), let concrete = part.buffers(layers, reaches) else { return "sizes occur in other places" }
        let text = symbolic.text
        func replaced(_ access: Access) -> Access {
            var access = access
            if let region = text.sites[access.site].command?[operand: access.operand] { access.region = region }
            return access
        }
        // A result has a place of its size, of which each element is written once; other buffers have one for each of their tiles.
        for buffer in concrete where !buffer.readers.isEmpty || !isResult(buffer, part, layers) {
            for writer in buffer.writers {
                guard let bytes = growth(writer, part, symbolic.sizes) else { return "\(writer.operand) of \(part.sites[writer.site].unit) lies in several loops' tiles" }
                if let vector = symbolic.vectors[writer.site] {
                    // It is as long as the dimension, and so is its place.
                    guard writer.region.extents.contains(.constant(vector.own)) else { return "\(writer.operand) of \(part.sites[writer.site].unit) has another length" }
                    if let dimension = symbolic.sizes.dimensions.first {
                        grown = max(grown, ceilingDivide(ceilingDivide(vector.own, dimension.count) * writer.region.element.bits, 8))
                    }
                    continue
                }
                guard staysInside(writer, replaced(writer), buffer, bytes, part, text, symbolic.sizes, layers) else {
                    return "\(writer.operand) of \(part.sites[writer.site].unit) needs more room"
                }
                grown = bytes.values.reduce(grown, max)
            }
        }
        let buffers = concrete.map { buffer in
            var buffer = buffer
            buffer.writers = buffer.writers.map(replaced)
            buffer.readers = buffer.readers.map(replaced)
            return buffer
        }
        let channels = ChannelTable(text, semaphores, solver)
        if let failure = channels.failure { return failure }
        let order = OrderProof(text: text, original: part, channels: channels, reaches: reaches, solver: solver)
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

    /// Bytes that a tile more needs, by loop: where each tile has a place of its own. `nil` where that is not a number.
    private func growth(_ access: Access, _ part: OperatorText, _ sizes: SymbolicSizes) -> [String: Int]? {
        var result: [String: Int] = [:]
        let terms = AffineForm(access.region.base).terms
        for term in terms {
            guard case .variable(let name) = term.atom, let dimension = sizes.dimensions.first(where: { $0.variable == name }) else { continue }
            guard term.factor > 0 else { return nil }
            var bytes = term.factor
            // In each of a few rounds.
            for other in terms where other.atom != term.atom && other.factor > term.factor {
                var form = AffineForm()
                form.add(term: other.atom, other.factor)
                guard let (unit, most) = SymbolicText.multiple(form, step: term.factor, dimension.count, part.sites[access.site].loops) else { continue }
                bytes += unit * most
            }
            result[name] = bytes
        }
        return result
    }

    /// Whether any number of tiles needs no more of a buffer than the program's own and the growth: then buffers stay apart, and in their
    /// memories, where there is room for the growth.
    private func staysInside(
        _ own: Access, _ access: Access, _ buffer: Buffer, _ growth: [String: Int], _ part: OperatorText, _ text: OperatorText, _ sizes: SymbolicSizes,
        _ layers: [String: Int]
    ) -> Bool {
        guard let hull = part.hull(of: own, layers, reaches) else { return false }
        if growth.isEmpty, staysInsideByIntervals(access, hull, text, sizes, layers) { return true }
        let scope = SymbolicScope(sizes)
        let site = text.sites[access.site]
        let (i, inI) = scope.iteration(of: site, layers: layers.mapValues { scope.constant($0) }, named: "")
        let (point, inPoint) = scope.point(of: access.region, i, named: "")
        let address = scope.bitAddress(access.region, i, point)
        var end = scope.constant(hull.upperBound * 8)
        for dimension in sizes.dimensions {
            guard let bytes = growth[dimension.variable] else { continue }
            end = end + (scope.term(.variable(dimension.countName), [:]) - dimension.count) * (bytes * 8)
        }
        let outside = address < scope.constant(hull.lowerBound * 8) || address + access.region.element.bits > end
        if case .impossible = solver.search(scope, inI + inPoint + [outside]).outcome { return true }
        return false
    }

    private func staysInsideByIntervals(
        _ access: Access, _ hull: Range<Int>, _ text: OperatorText, _ sizes: SymbolicSizes, _ layers: [String: Int]
    ) -> Bool {
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

    /// Which operators' dimensions are right for every size: one obligation for how they are cut, and one for each loop over tiles.
    mutating func verifySizes() {
        guard options.symbolicSizes else { return }
        for text in sections.operators {
            let start = mark
            let (own, concrete) = DimensionCut.all(of: text)
            if !own.isEmpty {
                let wrong = own.first { !cuts.holds($0) }
                add(
                    .sizes, text, Claims.sizes(own.map(\.description), others: concrete), .solver, wrong.map { .open("\($0) is not right for every size") } ?? .proved,
                    since: start, allSizes: wrong == nil)
            }
            // Elements in memory: each dimension has its own size, and no part of it lies in several.
            let proof = SizeGenericProof(text: text, solver: solver, tensors: tensors, layers: Dictionary(text.layers.map { ($0.variable, 0) }) { a, _ in a })
            for loop in generic[text.first] ?? [] {
                add(.sizes, text, Claims.tiles(loop), .solver, .proved, loop.spent, allSizes: loop.reason == nil)
                let start = mark
                let reason = proof.failure(loop.name)
                add(.sizes, text, Claims.indices(loop.name, reason), .solver, .proved, since: start, allSizes: reason == nil)
            }
        }
    }
}
