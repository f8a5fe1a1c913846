import Exploration
import Foundation
import Testing

/// Folders with a small space, and runs of the tool over it.
enum SweepFixture {
    /// A space of 6 × 5 × 4 × 5 = 600 points over two small products.
    static let space = """
        space: small-arrays
        architecture: gemmini
        workload: products.csv
        parameters:
          rows: { sets: engines.mesh.rows, values: [2, 4, 8, 16, 32, 64] }
          columns: { sets: engines.mesh.columns, values: [4, 8, 16, 32, 64] }
          bandwidth: { sets: engines.load.width, values: [8 B, 16 B, 32 B, 64 B] }
          scratchpad: { sets: memories.scratchpad.capacity, values: [512 B, 16 KiB, 64 KiB, 256 KiB, 1 MiB] }
        objectives:
          - cycles
          - { name: utilization, maximize: utilization }
        limits: [cycles <= 20000]
        strategy: { name: random, points: 300, batch: 16, seed: 5 }

        """

    static let products = "Layer, M, N, K,\nfirst, 64, 64, 64,\nsecond, 48, 96, 32,\n"

    static func with<Result>(_ space: String = space, _ body: (String) throws -> Result) throws -> Result {
        try TemporaryFolder.with { folder in
            try space.write(toFile: folder + "/space.yaml", atomically: true, encoding: .utf8)
            try products.write(toFile: folder + "/products.csv", atomically: true, encoding: .utf8)
            return try body(folder)
        }
    }

    @discardableResult
    static func sweep(_ arguments: [String] = [], in folder: String) throws -> Tool.Result {
        let result = try Tool.run(["sweep", "space.yaml"] + arguments, in: folder)
        try #require(result.status == 0, "\(result.errors)")
        return result
    }

    static func results(_ path: String) throws -> SweepResults { try SweepReader(path: path).results() }
}
