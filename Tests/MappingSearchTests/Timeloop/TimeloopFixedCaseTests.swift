import MappingSearch
import Testing
import TimeloopFiles

/// Timeloop's fixed mappings, and the inputs that it refuses, read from its format.
@Suite struct TimeloopFixedCaseTests {
    private static func read(_ problem: String, _ machine: TimeloopFixedCases.Machine, _ mapping: String) throws -> TimeloopSpecification {
        try TimeloopSpecification(files: [
            ("machine.yaml", TimeloopFixedCases.architecture(machine)), ("problem.yaml", problem),
            ("mapping.yaml", TimeloopFixedCases.mapping(mapping, spreads: machine == .spread)),
        ])
    }

    /// Cycles, energy, and every count of every level and tensor.
    @Test(arguments: TimeloopFixedCases.all) func everyFigureIsTimeloops(_ example: TimeloopFixedCases.Case) throws {
        let specification = try Self.read(example.problem, example.machine, example.mapping)
        let report = try LoopNestAnalysis(specification.problem, on: specification.hierarchy).report(try #require(specification.mapping))
        #expect(report.cycles == example.cycles)
        #expect(abs(report.energy / Double(report.computes) - example.energy) < 0.000_005_1)
        var seen = 0
        for line in example.counts.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            let level = try #require(specification.hierarchy.level(named: words[0])), space = try #require(specification.problem.dataSpace(named: words[1]))
            let entry = report.levels[level], tensor = try #require(entry.tensors[space])
            #expect([entry.instances, tensor.tileSize, tensor.reads, tensor.fills, tensor.updates] == words[2...].map { Int($0) ?? -1 }, "\(words[0]) \(words[1])")
            seen += 1
        }
        #expect(seen == report.levels.reduce(0) { $0 + $1.tensors.count { $0 != nil } })
    }

    /// The six inputs that Timeloop refuses: by an exit with a message, at the last of them by an uncaught exception.
    @Test(arguments: [
        (
            "MainMemory temporal M=4,N=4 MNK; GlobalBuffer temporal M=8,N=4,K=16 KMN; RegisterFile temporal K=4 KMN",
            "mapping.yaml:1: mapping: the factors of N over all levels multiply to 16, and the problem's N is 32; one of them has to be 2 times as large"
        ),
        (
            "MainMemory temporal M=4,N=4 MNK; RegisterFile temporal M=8,N=8,K=64 KMN",
            "mapping.yaml:3: mapping: RegisterFile: the tiles Weights 512 + Inputs 512 + Outputs 64 = 1088 words do not fit into its 64 words"
        ),
        (
            "MainMemory temporal M=4 NMK; inter_PE_spatial spatial N=32 MNK; GlobalBuffer temporal M=8,K=16 KMN; RegisterFile temporal K=4 KMN",
            "mapping.yaml:4: mapping: inter_PE_spatial: the spatial factors along X need 32 units side by side, and there are 16"
        ),
        (
            "MainMemory temporal M=4,N=4 MNK; GlobalBuffer temporal M=8,N=8,K=16 KMN; RegisterFile temporal K=4 KMN; MainMemory bypass Outputs; GlobalBuffer bypass Outputs; RegisterFile bypass Outputs",
            "mapping.yaml:1: mapping: Outputs bypasses every level"
        ),
        ("L9 temporal M=1 MNK", "mapping.yaml:2: mapping[0].target: there is no level \"L9\"; there are MainMemory, GlobalBuffer and RegisterFile"),
        (
            "MainMemory temporal M=4,N=4 MNX; GlobalBuffer temporal M=8,N=8,K=16 KMN; RegisterFile temporal K=4 KMN",
            "mapping.yaml:2: mapping[0].permutation: there is no dimension \"X\"; there are M, N and K"
        ),
    ])
    func whatTimeloopRefusesIsRefusedWithTheReason(_ mapping: String, _ reason: String) throws {
        let machine: TimeloopFixedCases.Machine = mapping.contains("inter_PE_spatial") ? .spread : .three
        var message = "accepted"
        do {
            let specification = try Self.read(TimeloopFixedCases.product, machine, mapping)
            let mapping = try #require(specification.mapping)
            do throws(LoopNestError) { _ = try LoopNestAnalysis(specification.problem, on: specification.hierarchy).report(mapping) } catch {
                message = specification.located(error).description
            }
        } catch { message = "\(error)" }
        #expect(message.hasPrefix(reason), "\(message)")
    }
}
