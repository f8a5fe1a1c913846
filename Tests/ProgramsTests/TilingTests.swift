import Programs
import Testing

/// Where a tiling puts each element.
@Suite struct TilingTests {
    /// From the definition: elements sorted by their blocks, level by level, the last dimension slowest, and then by their
    /// coordinates, the last dimension fastest.
    private func sorted(_ tiling: Tiling) -> [Int] {
        var coordinates: [[Int]] = [[]]
        for extent in tiling.extents { coordinates = coordinates.flatMap { point in (0..<extent).map { point + [$0] } } }
        let keys = coordinates.map { point -> [Int] in
            var key: [Int] = []
            var rest = point
            for block in tiling.blocks {
                key += zip(rest, block).map { $0 / $1 }.reversed()
                rest = zip(rest, block).map { $0 % $1 }
            }
            return key + rest
        }
        let order = keys.indices.sorted { keys[$0].lexicographicallyPrecedes(keys[$1]) }
        var positions = [Int](repeating: 0, count: order.count)
        for (position, element) in order.enumerated() { positions[element] = position }
        return positions
    }

    @Test func columnsOfTilesFollowEachOther() {
        // Rows 0…2 of columns 0…1, rows 3…4 of the same, then columns 2…3, then column 4.
        let tiling = Tiling([5, 5], by: [[3, 2]])
        #expect(
            tiling.positions() == [
                0, 1, 10, 11, 20,
                2, 3, 12, 13, 21,
                4, 5, 14, 15, 22,
                6, 7, 16, 17, 23,
                8, 9, 18, 19, 24,
            ])
    }

    @Test func everyElementLiesWhereTheDefinitionPutsIt() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let extents = (0...random.below(3)).map { _ in 1 + random.below(7) }
            var blocks: [[Int]] = []
            for _ in 0...random.below(3) { blocks.append((blocks.last ?? extents).map { 1 + random.below($0) }) }
            let tiling = Tiling(extents, by: blocks)
            #expect(tiling.positions() == sorted(tiling), "\(tiling)")
        }
    }

    private func message(_ tensor: String) -> String? {
        do throws(ProgramError) {
            _ = try Program(text: "program \"p\" on \"a\"\ntensor 0 \"w\" parameter m@0 int8\(tensor)\n", file: "f")
            return nil
        } catch {
            return error.message
        }
    }

    @Test func impossibleTilingsAreRefused() {
        #expect(message("[4 x 6] tiled [4 x 6] by [2 x 3] bytes 24") == nil)
        #expect(message("[4 x 6] tiled [24] by [24] by [5] bytes 24") == nil)
        // (outputs, channels, kernel) with outputs innermost.
        #expect(message("[4 x 3 x 2] strides [1, 4, 12] tiled [2 x 3 x 4] by [2 x 1 x 3] bytes 24") == nil)
        #expect(message("[4 x 6] tiled [4 x 6] bytes 24")?.contains("tiled by nothing") == true)
        #expect(message("[4 x 6] tiled [4 x 6] by [2] bytes 24")?.contains("blocks of 1 dimensions in 2") == true)
        #expect(message("[4 x 6] tiled [4 x 6] by [2 x 0] bytes 24")?.contains("blocks of [2, 0] in [4, 6]") == true)
        #expect(message("[4 x 6] tiled [4 x 6] by [2 x 3] by [3 x 3] bytes 24")?.contains("blocks of [3, 3] in [2, 3]") == true)
        #expect(message("[4 x 6] tiled [4 x 5] by [2 x 5] bytes 24")?.contains("24 elements are tiled as 20") == true)
        #expect(message("[4 x 6] strides [8, 1] tiled [4 x 6] by [2 x 3] bytes 24")?.contains("leave gaps or meet") == true)
        #expect(message("[4 x 0] tiled [4 x 0] by [2 x 3] bytes 0")?.contains("holds no elements") == true)
        #expect(message("[4 x 6] tiled [4294967296 x 4294967296] by [1 x 1] bytes 24")?.contains("more than 64 bits") == true)
        #expect(message("[4294967296 x 2] tiled [9223372036854775807 x 2] by [1 x 1] bytes 24")?.contains("more than 64 bits") == true)
    }
}
