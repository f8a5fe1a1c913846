import GraphImport
import Testing

@Suite struct LanguageModelErrorTests {
    static let llama = #"""
        {
          "model_type": "llama", "vocab_size": 100, "hidden_size": 16, "intermediate_size": 32,
          "num_hidden_layers": 2, "num_attention_heads": 4,
          "num_key_value_heads": 2,
          "rms_norm_eps": 1e-05
        }
        """#

    private func error(_ text: String, _ settings: [String: String] = [:]) throws -> ImportError {
        try #require(throws: ImportError.self) {
            try LanguageModelImport.graph(Array(text.utf8), file: "config.json", settings: settings)
        }
    }

    /// A replacement in the valid configuration, the place and a word of the message.
    static let mistakes: [(old: String, new: String, place: String, word: String)] = [
        ("\"llama\"", "\"lama\"", "line 2: field model_type", "not a known family"),
        ("\"model_type\": \"llama\",", "", "field model_type", "is missing"),
        ("\"llama\"", "7", "line 2: field model_type", "not a text"),
        ("\"hidden_size\": 16", "\"hidden_size\": 0", "line 2: field hidden_size", "0 is out of range"),
        ("\"hidden_size\": 16", "\"hidden_size\": -16", "line 2: field hidden_size", "-16 is out of range"),
        ("\"hidden_size\": 16", "\"hidden_size\": 4611686018427387904", "line 2: field hidden_size", "out of range"),
        ("\"hidden_size\": 16", "\"hidden_size\": 1e400", "line 2: field hidden_size", "out of range"),
        ("\"hidden_size\": 16", "\"hidden_size\": true", "line 2: field hidden_size", "true is out of range"),
        ("\"hidden_size\": 16", "\"hidden_size\": null", "line 2: field hidden_size", "is missing"),
        ("\"hidden_size\": 16", "\"hidden_size\": 18", "line 3: field num_attention_heads", "cannot be divided"),
        ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 100000", "line 3: field num_hidden_layers", "out of range"),
        ("\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3", "line 4: field num_key_value_heads", "cannot be shared"),
        ("1e-05", "-1e-05", "line 5: field rms_norm_eps", "out of range"),
        ("1e-05", "NaN", "line 5", "where a value is expected"),
        ("1e-05", "01", "line 5", "where a value is expected"),
        ("1e-05", "1e-05, \"hidden_act\": \"tanhx\"", "line 5: field hidden_act", "not a known activation"),
        ("1e-05", "1e-05, \"vocab_size\": 5", "line 5", "occurs twice"),
        ("1e-05", "1e-05, \"rope_theta\": 0", "line 5: field rope_theta", "out of range"),
        ("1e-05", "1e-05, \"rope_scaling\": []", "line 5: field rope_scaling", "instead of an object"),
        (
            "1e-05", "1e-05, \"rope_scaling\": {\"rope_type\": \"llama3\"}", "field rope_scaling.low_freq_factor", "is missing"
        ),
        ("1e-05", "1e-05, \"rope_scaling\": {\"type\": \"x\"}", "field rope_scaling.rope_type", "not known"),
        ("1e-05\n}", "1e-05", "line 5", "is missing behind member"),
        ("}", "} x", "line 6", "behind the end"),
        ("1e-05", "\"a\\uD800b\"", "line 5", "surrogate"),
    ]

    @Test(arguments: mistakes) func mistakesHavePlaceAndReason(old: String, new: String, place: String, word: String) throws {
        let parts = Self.llama.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2)
        let error = try error(parts[0] + new + parts[1])
        #expect(error.file == "config.json")
        #expect(error.place == place)
        #expect(error.message.contains(word), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test func theUnchangedConfigurationIsAccepted() throws {
        let graph = try LanguageModelImport.graph(Array(Self.llama.utf8), file: "config.json", settings: ["prompt": "3"])
        #expect(graph.name == "llama")
        #expect(graph.values[graph.outputs[0]].type.shape == [1, 100])
    }

    @Test(arguments: [
        ("phase", "train"), ("batch", "0"), ("batch", "x"), ("prompt", "-1"), ("prompt", "2049"), ("element", "int8"),
        ("layers", "3"), ("routing", "random"),
    ]) func settingsAreChecked(name: String, value: String) throws {
        let error = try error(Self.llama, [name: value])
        #expect(error.place == "setting \(name)")
        #expect(error.suggestion != nil)
        #expect(error.category == .usage)
    }

    @Test func aContextHasToHoldACacheAndFitTheModel() throws {
        #expect(try error(Self.llama, ["phase": "decode", "context": "1"]).place == "setting context")
        #expect(try error(Self.llama, ["phase": "decode", "context": "2049"]).place == "setting context")
    }

    @Test func hugeStepsAreRefusedBeforeMemoryIsTaken() throws {
        let error = try error(Self.llama, ["batch": "65536", "prompt": "2048"])
        #expect(error.message.contains("tokens"))
    }

    /// Tables of 2^34 cosines, and 2^32 choices of experts, each from fields that are small enough by themselves.
    @Test func hugeTablesAreRefusedBeforeMemoryIsTaken() throws {
        let long = Self.llama.replacing("\"hidden_size\": 16", with: "\"hidden_size\": 4, \"head_dim\": 131072")
            .replacing("\"vocab_size\"", with: "\"max_position_embeddings\": 262144, \"vocab_size\"")
        #expect(try error(long, ["prompt": "262144"]).message.contains("tables"))
        let experts = Self.llama.replacing("\"llama\"", with: "\"mixtral\"")
            .replacing("\"vocab_size\"", with: "\"num_local_experts\": 1024, \"num_experts_per_tok\": 1024, \"vocab_size\"")
        for routing in ["uniform", "seeded"] {
            #expect(try error(experts, ["batch": "2048", "prompt": "2048", "routing": routing]).message.contains("tables"))
        }
    }

    @Test func deepNestingIsRefused() throws {
        for opening in ["[", "{\"a\":"] {
            let error = try error(String(repeating: opening, count: 1_000_000))
            #expect(error.message.contains("nested more than"))
        }
    }

    @Test func emptyAndForeignFilesAreRefused() throws {
        for text in ["", " ", "[]", "3", "\"model_type\"", "{}", "{", "{\"model_type\"", "\u{FEFF}{}"] {
            #expect(!(try error(text).message.isEmpty))
        }
        #expect(throws: ImportError.self) { try LanguageModelImport.load(path: "/dev/zero") }
        #expect(throws: ImportError.self) { try LanguageModelImport.load(path: "/nowhere/config.json") }
    }
}
