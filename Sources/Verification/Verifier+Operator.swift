import Programs

/// What units do for one operator.
extension Verifier {
    mutating func verify(_ text: OperatorText) {
        verifyBounds(text)
        let layers = Dictionary(text.layers.map { ($0.variable, 0) }) { a, _ in a }
        let own = semaphores(of: text)
        verifyCoverage(text)
        var findings = ProofFindings()
        if !options.isExhaustiveOnly { noteUnwrittenReads(text, layers, &findings) }
        // Cores that have nothing to do with each other within the operator are proved one by one, and equal ones once.
        for part in text.parts(joinedBy: own) {
            let form = part.buffers(layers, reaches).map { OperatorForm.key(part, own, layers, buffers: $0) }
            if options.symbolicSizes { noteSizes(part, form, layers) }
            if let form, proved.contains(form) { continue }
            var own = ProofFindings()
            prove(part, semaphores(of: part), layers, &own)
            if own.isComplete, let form { proved.insert(form) }
            findings.join(own)
        }
        if text.commands.contains(where: { $0.command?.opcode == "matmul" }) {
            let start = mark
            proveIterations(text, own, layers, &findings)
            let between = mark
            findings.spend(.iterations, between - start)
            proveOperands(text, layers, &findings)
            findings.spend(.operands, mark - between)
        } else if let macs = text.index.evaluate(layers).flatMap({ program.operators.indices.contains($0) ? program.operators[$0].macs : nil }), macs > 0 {
            findings.refute(.iterations, Counterexample("no multiply-accumulate is executed, the operator has \(macs)"))
        }
        settle(text, own, layers, findings)
    }

    /// Semaphores that nothing but the operator uses, in the program's order.
    func semaphores(of text: OperatorText) -> [Program.Semaphore] {
        let used = Set(text.sites.compactMap { $0.semaphore?.name }).intersection(inner)
        return used.compactMap { semaphorePlaces[$0] }.sorted().map { program.semaphores[$0] }
    }

    func prove(_ text: OperatorText, _ semaphores: [Program.Semaphore], _ layers: [String: Int], _ findings: inout ProofFindings) {
        if options.isExhaustiveOnly {
            for kind in [Obligation.Kind.order, .loaded, .progress, .accumulators] { findings.note(kind, "left to the exhaustive checker") }
            return
        }
        var before = mark
        func spend(_ kind: Obligation.Kind) {
            let now = mark
            findings.spend(kind, now - before)
            before = now
        }
        let buffers = text.buffers(layers, reaches)
        // Whether semaphores are channels belongs to order.
        let (channels, unordered) = solver.together { () -> (ChannelTable, String?) in
            let channels = ChannelTable(text, semaphores, solver)
            if let failure = channels.failure { return (channels, failure) }
            guard let buffers else { return (channels, "a region's reach is not known") }
            let order = OrderProof(text: text, channels: channels, reaches: reaches, solver: solver)
            for buffer in buffers {
                if let failure = order.failure(buffer, layers, isResult: isResult(buffer, text, layers)) { return (channels, failure) }
            }
            return (channels, nil)
        }
        findings.note(.order, unordered)
        spend(.order)
        let missing = solver.together { () -> String? in
            guard let buffers else { return "a region's reach is not known" }
            let loaded = LoadedProof(text: text, channels: channels, solver: solver)
            for buffer in buffers {
                // Sums are what all of a tile's products have added.
                let holdsSums = buffer.writers.contains { text.sites[$0.site].command?.opcode == "matmul" }
                for reader in buffer.readers {
                    if let failure = holdsSums ? loaded.sumsFailure(reader, buffer.writers) : loaded.failure(reader, buffer.writers) { return failure }
                }
            }
            return nil
        }
        findings.note(.loaded, missing)
        spend(.loaded)
        findings.note(.progress, solver.together { SemaphoreProof.progressFailure(text, channels, solver) })
        spend(.progress)
        let loops = tileLoops(text, channels)
        if let loops {
            switch solver.together({ ProductProof(text: text, solver: solver, layers: layers).initialisation(tileLoops: loops.tiles) }) {
            case .proved: break
            case .unknown(let reason): findings.note(.accumulators, reason)
            case .wrong(let site, let values, let message): findings.refute(.accumulators, Counterexample(message, steps: [step(site, values)]))
            }
        } else if text.commands.contains(where: { $0.command?.opcode == "matmul" }) {
            findings.note(.accumulators, "nothing takes the sums")
        }
        spend(.accumulators)
    }

    func isResult(_ buffer: Buffer, _ text: OperatorText, _ layers: [String: Int]) -> Bool {
        guard let served = text.index.evaluate(layers) else { return false }
        return tensors.placement(buffer.memory, buffer.range.lowerBound, isWrite: true, by: served) != nil
    }

    /// What is not proved with indices symbolic is decided step by step, where there are not too many steps.
    mutating func settle(
        _ text: OperatorText, _ own: [Program.Semaphore], _ layers: [String: Int], _ findings: ProofFindings
    ) {
        var kinds: [(Obligation.Kind, String, Obligation.Method)] = [
            (.order, Claims.order, .solver), (.loaded, Claims.loaded, .solver), (.progress, Claims.progress, .solver),
        ]
        if text.commands.contains(where: { $0.command?.opcode == "matmul" }) || findings.verdict(.iterations) != .proved {
            kinds += [
                (.accumulators, Claims.accumulators, .solver), (.iterations, Claims.iterations, .dimensions),
                (.operands, Claims.operands, .dimensions),
            ]
        }
        var exhaustive: ExhaustiveChecker.Finding?
        let before = mark
        if kinds.contains(where: { findings.isOpen($0.0) }) { exhaustive = self.exhaustive(text, own, layers) }
        var stepping: Spent? = exhaustive == nil ? nil : mark - before
        var isShown = false
        for (kind, claim, method) in kinds {
            var verdict = findings.verdict(kind)
            var used = method
            var spent = findings.spent[kind] ?? Spent()
            // All kinds together are decided in one run.
            if let own = stepping, findings.isOpen(kind) {
                spent += own
                stepping = nil
            }
            switch (verdict, exhaustive) {
            case (.open, .right?): (verdict, used) = (.proved, .exhaustive)
            case (_, .wrong(kind, let example)?): (verdict, used, isShown) = (.refuted(example), .exhaustive, true)
            case (.open(let reason), .undecided(let other)?): verdict = .open("\(reason); step by step: \(other)")
            default: break
            }
            add(kind, text, claim, used, verdict, spent)
        }
        if case .wrong(let kind, let example)? = exhaustive, !isShown { add(kind, text, "holds in every step", .exhaustive, .refuted(example), Spent()) }
    }

    func exhaustive(_ text: OperatorText, _ own: [Program.Semaphore], _ layers: [String: Int]) -> ExhaustiveChecker.Finding {
        let served = text.index.evaluate(layers) ?? 0
        return ExhaustiveChecker(
            text: text, semaphores: own, layers: layers, macs: program.operators.indices.contains(served) ? program.operators[served].macs : 0,
            limit: options.exhaustiveSteps, isResult: { tensors.placement($0, $1, isWrite: true, by: served) != nil }
        ).finding()
    }
}
