/// How the elements of a tensor are grouped in memory: blocks one after the other, each without gaps, so that a block is one
/// contiguous run.
///
/// The elements are taken as a dense row-major array of `extents`. The array is cut into blocks of the first of `blocks`, each
/// of these into blocks of the second, and so on; blocks at an upper edge hold what is left. Blocks of the same level follow each
/// other with the first dimension fastest, as the tiles of a k × n operand do when each column of tiles is read downwards. The
/// elements of an innermost block follow each other with the last dimension fastest.
public struct Tiling: Sendable, Hashable {
    /// The dense array's extents.
    public var extents: [Int]
    /// Extents of blocks, outermost first: as many dimensions each, none larger than what it divides.
    public var blocks: [[Int]]

    public init(_ extents: [Int], by blocks: [[Int]]) { self.extents = extents; self.blocks = blocks }

    /// Where each element lies, in elements from the first: for the elements in the dense array's order.
    ///
    /// - Precondition: the program that holds the tiling is valid.
    public func positions() -> [Int] {
        var walk = Walk(tiling: self)
        walk.visit(origin: 0, extents: extents, level: 0)
        return walk.positions
    }

    /// What makes the tiling impossible, if anything does.
    var mistake: (message: String, suggestion: String?)? {
        guard let strides = rowMajorStrides(extents), extents.allSatisfy({ $0 > 0 }), !extents.isEmpty,
            !strides[0].multipliedReportingOverflow(by: extents[0]).overflow
        else { return ("[\(extents.map(String.init).joined(separator: " x "))] holds no elements, or more than 64 bits can count", nil) }
        guard !blocks.isEmpty else { return ("it is tiled by nothing", "add: by [rows x columns]") }
        var outer = extents
        for block in blocks {
            guard block.count == outer.count else {
                return ("blocks of \(block.count) dimensions in \(outer.count)", "give each block one extent for each dimension")
            }
            guard zip(block, outer).allSatisfy({ $0 > 0 && $0 <= $1 }) else {
                return ("blocks of \(block) in \(outer)", "use extents from 1 to what is cut")
            }
            outer = block
        }
        return nil
    }
}

extension Tiling {
    /// Visits the elements in the order of memory.
    private struct Walk {
        let blocks: [[Int]]
        let strides: [Int]
        var positions: [Int]
        private var next = 0

        init(tiling: Tiling) {
            blocks = tiling.blocks
            strides = rowMajorStrides(tiling.extents) ?? []
            positions = Array(repeating: 0, count: tiling.extents.reduce(1, *))
        }

        mutating func visit(origin: Int, extents: [Int], level: Int) {
            guard level < blocks.count else { return visitElements(origin: origin, extents: extents) }
            let block = blocks[level]
            var corner = [Int](repeating: 0, count: extents.count)
            while true {
                var start = origin
                for dimension in corner.indices { start += corner[dimension] * strides[dimension] }
                visit(origin: start, extents: corner.indices.map { min(block[$0], extents[$0] - corner[$0]) }, level: level + 1)
                var dimension = 0
                while dimension < corner.count {
                    corner[dimension] += block[dimension]
                    if corner[dimension] < extents[dimension] { break }
                    corner[dimension] = 0
                    dimension += 1
                }
                if dimension == corner.count { return }
            }
        }

        private mutating func visitElements(origin: Int, extents: [Int]) {
            let last = extents.count - 1
            var point = [Int](repeating: 0, count: extents.count)
            while true {
                var start = origin
                for dimension in point.indices { start += point[dimension] * strides[dimension] }
                for column in 0..<extents[last] { positions[start + column] = next + column }
                next += extents[last]
                var dimension = last - 1
                while dimension >= 0 {
                    point[dimension] += 1
                    if point[dimension] < extents[dimension] { break }
                    point[dimension] = 0
                    dimension -= 1
                }
                if dimension < 0 { return }
            }
        }
    }
}
