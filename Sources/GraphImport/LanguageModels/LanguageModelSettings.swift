import NumberFormats

/// What of a language model is run: one prefill of a prompt or one decode step, and how large.
package struct LanguageModelSettings: Sendable {
    package enum Phase: String, Sendable, CaseIterable {
        /// All tokens of a prompt at once, nothing cached before.
        case prefill
        /// One token for each sequence of the batch, with the cache of those before.
        case decode
    }

    package enum Routing: Sendable {
        /// Tokens take the experts in turn, so that every expert gets equally many.
        case uniform
        /// Every token draws its experts at random from a generator with this seed.
        case seeded(UInt64)
    }

    package var phase: Phase
    package var batch: Int
    /// Tokens of a prefill for each sequence.
    package var prompt: Int
    /// Tokens that a decode step attends to, the new one included; the cache holds one less.
    package var context: Int
    package var element: ElementType
    package var routing: Routing
    /// Leading layers that are kept.
    package var layers: Int

    /// Tokens of one sequence that go through the layers in this step.
    package var tokens: Int { phase == .prefill ? prompt : 1 }
    /// Tokens of one sequence that were cached before this step.
    package var cached: Int { phase == .prefill ? 0 : context - 1 }

    static let described = [
        ImportSetting(name: "phase", defaultValue: "prefill", help: "prefill: a whole prompt; decode: one token with its cache"),
        ImportSetting(name: "batch", defaultValue: "1", help: "sequences that run together"),
        ImportSetting(
            name: "prompt", defaultValue: "512, or the model's longest sequence", help: "tokens of a prefill, for each sequence"),
        ImportSetting(
            name: "context", defaultValue: "4096, or the model's longest sequence",
            help: "tokens that a decode step attends to, the new one included"),
        ImportSetting(
            name: "element", defaultValue: "the file's torch_dtype, or bf16", help: "format of weights and activations: fp32, fp16 or bf16"),
        ImportSetting(name: "layers", defaultValue: "all", help: "number of leading layers to keep"),
        ImportSetting(
            name: "routing", defaultValue: "uniform",
            help: "which experts the tokens take: uniform (in turn) or seeded (at random)"),
        ImportSetting(name: "seed", defaultValue: "1", help: "seed of routing=seeded"),
    ]

    package init(_ settings: [String: String], model: DecoderConfiguration, file: String) throws(ImportError) {
        func failure(_ name: String, _ message: String, _ suggestion: String) -> ImportError {
            ImportError(file: file, place: "setting \(name)", message: message, suggestion: suggestion, category: .usage)
        }
        func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws(ImportError) -> Int {
            guard let text = settings[name] else { return fallback }
            guard let value = Int(text), range.contains(value) else {
                throw failure(
                    name, "\"\(text.prefix(40))\" is out of range",
                    "write an integer from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        let phaseName = settings["phase"] ?? "prefill"
        guard let phase = Phase(rawValue: phaseName) else {
            throw failure("phase", "\"\(phaseName.prefix(40))\" is not known", "write prefill or decode")
        }
        self.phase = phase
        // Alone, a setting of the other phase would change nothing, and be taken for one that did.
        let (other, own, its): (String, String, String) = phase == .prefill ? ("context", "prompt", "decode") : ("prompt", "context", "prefill")
        if settings[other] != nil, settings[own] == nil {
            throw failure(other, "has no meaning for phase=\(phase.rawValue)", "set \(own), or phase=\(its)")
        }
        batch = try integer("batch", in: ConfigurationLimits.batch, default: 1)
        let longest = model.longestSequence
        let longestPrompt = min(longest, ConfigurationLimits.prompt.upperBound)
        prompt = try integer("prompt", in: 1...longestPrompt, default: min(512, longestPrompt))
        context = 2
        if phase == .decode, longest < 2 {
            throw failure("phase", "a decode step needs a model of at least 2 positions", "use phase=prefill")
        }
        if longest >= 2 {
            context = try integer("context", in: 2...longest, default: min(4096, longest))
        }
        switch settings["element"] {
        case nil: element = model.element ?? .bf16
        case let name?:
            guard let format = ElementType(rawValue: name), [.fp32, .fp16, .bf16].contains(format) else {
                throw failure("element", "\"\(name.prefix(40))\" is not supported", "write fp32, fp16 or bf16")
            }
            element = format
        }
        layers = try integer("layers", in: 1...model.layers, default: model.layers)
        switch settings["routing"] {
        case nil, "uniform"?: routing = .uniform
        case "seeded"?:
            let text = settings["seed"] ?? "1"
            guard let seed = UInt64(text) else {
                throw failure("seed", "\"\(text.prefix(40))\" is out of range", "write an integer from 0")
            }
            routing = .seeded(seed)
        case let other?:
            throw failure("routing", "\"\(other.prefix(40))\" is not known", "write uniform or seeded")
        }
        try checkSizes(of: model, file: file)
    }

    /// Bounds the elements of every tensor that a graph of this size would have.
    private func checkSizes(of model: DecoderConfiguration, file: String) throws(ImportError) {
        func fits(_ factors: Int...) -> Bool {
            var product = 1
            for factor in factors {
                let (next, overflow) = product.multipliedReportingOverflow(by: factor)
                if overflow || next > ConfigurationLimits.elements { return false }
                product = next
            }
            return true
        }
        let attended = phase == .prefill ? prompt : context
        let projected = model.headDimension * (model.heads + 2 * model.keyValueHeads)
        var active = 1
        if case .mixture(_, let experts, let chosen, _) = model.feedForward { active = max(experts, chosen) }
        // Constants that the graph holds: rotary tables, and the order of tokens among experts.
        var rotated = 0
        if case .rotary(let scheme) = model.positions { rotated = scheme.dimensions / 2 }
        var routed = 0
        if case .mixture(_, _, let chosen, _) = model.feedForward {
            routed = batch * tokens * chosen
            if case .seeded = routing { routed *= layers }
        }
        let isAllowed =
            tokens * rotated <= ConfigurationLimits.constants && routed <= ConfigurationLimits.constants
            && batch * tokens <= ConfigurationLimits.tokens
            && fits(batch, tokens, max(2 * model.intermediate, model.hidden), active) && fits(batch, tokens, projected)
            && fits(batch, model.heads, tokens, attended) && fits(batch, model.keyValueHeads, attended, model.headDimension)
            && fits(model.vocabulary, model.hidden) && fits(batch, model.vocabulary) && fits(model.hidden, projected)
            && fits(model.hidden, 2 * model.intermediate) && fits(model.longestSequence + 2, model.hidden)
        if !isAllowed {
            throw ImportError(
                file: file,
                message: "this \(phase.rawValue) step is too large: over \(ConfigurationLimits.tokens) tokens, or tensors over 2^40 "
                    + "elements, or tables over 2^25",
                suggestion: "use a smaller batch, prompt or context")
        }
    }
}
