import NumberFormats
import OperatorGraph
import Programs
import Testing
import cyclewright

@Suite("Tensors that a program leaves")
struct ComparableTensorsTests {
    /// a → Relu → b → Reshape → c → Relu → d → Relu → e.
    private var graph: Graph {
        var graph = Graph(name: "g", origin: "test")
        graph.values = ["a", "b", "c", "d", "e"].map { .init(name: $0, type: .init(.int8, [8]), kind: $0 == "a" ? .input : .intermediate) }
        for (position, operation) in ["Relu", "Reshape", "Relu", "Relu"].enumerated() {
            graph.nodes.append(.init(name: operation, operation: operation, version: 14, inputs: [position], outputs: [position + 1]))
        }
        return graph
    }

    private func program(_ places: [(value: Int, role: Program.Placement.Role, address: Int)]) -> Program {
        Program(
            name: "p", architecture: "m",
            tensors: places.map {
                .init(
                    value: $0.value, name: "v\($0.value)", role: $0.role, memory: "dram", address: $0.address, element: .int8, shape: [8],
                    strides: [1], bytes: 8)
            })
    }

    @Test func intermediatesWithAPlaceOfTheirOwnAreCompared() {
        let places: [(Int, Program.Placement.Role, Int)] = [(4, .output, 32), (0, .input, 0), (1, .intermediate, 8), (3, .intermediate, 24)]
        #expect(ComparableTensors.of(program(places), graph) == [1, 3, 4])
    }

    @Test func overwrittenIntermediatesAreNot() {
        let places: [(Int, Program.Placement.Role, Int)] = [(0, .input, 0), (1, .intermediate, 8), (3, .intermediate, 12), (4, .output, 20)]
        #expect(ComparableTensors.of(program(places), graph) == [4])
    }

    @Test func aViewSharesThePlaceOfWhatItShows() {
        let places: [(Int, Program.Placement.Role, Int)] = [(0, .input, 0), (1, .intermediate, 8), (2, .intermediate, 8), (4, .output, 16)]
        #expect(ComparableTensors.of(program(places), graph) == [1, 2, 4])
    }
}
