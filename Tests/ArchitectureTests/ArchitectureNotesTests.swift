import Architecture
import Testing

@Suite("What a description says to no effect") struct ArchitectureNotesTests {
    private func notes(_ overrides: [String: String]) throws -> [String] {
        try Architecture.load(path: repositoryFile("Architectures/tpu-v1.yaml"), overrides: overrides).notes
    }

    @Test("Nothing is said of the shipped machines", arguments: shippedArchitectures) func shipped(_ name: String) throws {
        #expect(try Architecture.load(path: repositoryFile("Architectures/\(name).yaml")).notes.isEmpty)
    }

    @Test("Parameters of the other model of DRAM are named") func otherModel() throws {
        #expect(try notes(["memories.weights.model": "bandwidth"]).isEmpty)
        #expect(
            try notes(["memories.weights.model": "bandwidth", "memories.weights.page-policy": "closed", "memories.weights.front-end": "8"])
                == ["weights: front-end, page-policy have no effect with model: bandwidth"])
        #expect(try notes(["memories.weights.page-policy": "closed"]).isEmpty)
        #expect(try notes(["memories.weights.bandwidth": "17 GB/s"]) == ["weights: bandwidth has no effect with model: banks"])
    }
}
