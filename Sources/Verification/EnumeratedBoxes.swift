import Programs

/// The boxes of one group of dimensions as numbers, one for each iteration of the loops that they depend on.
struct EnumeratedBoxes {
    private let space: IterationSpace
    /// Dimensions of a box.
    private let rank: Int
    /// Rows of `rank` numbers: first indices, and how many.
    private var starts: [Int] = []
    private var extents: [Int] = []
    /// Rows of the iterations' numbers.
    private var values: [Int] = []

    private var count: Int { starts.count / rank }
    /// More boxes than this are not kept.
    private static let most = 400_000

    /// Whether boxes, each from a start of some extent by dimension, cover a box exactly once.
    static func finding(
        _ dimensions: [(start: AffineForm, extent: Expression)], _ loops: [LoopFrame], _ guards: [Condition], _ layers: [String: Int]
    ) -> BoxCover.Finding {
        let unknown = BoxCover.Finding.unknown("too many iterations along one dimension")
        guard let space = IterationSpace(loops, guards: guards, layers) else { return unknown }
        var first: [SlotExpression] = []
        var sizes: [SlotExpression] = []
        for (start, extent) in dimensions {
            guard let start = space.slots(start.expression), let extent = space.slots(extent) else { return unknown }
            first.append(start)
            sizes.append(extent)
        }
        var boxes = EnumeratedBoxes(space: space, rank: dimensions.count)
        var empty: [Int]?
        var budget = Enumeration.limit
        let isDone = space.walk(budget: &budget) { values in
            for place in first.indices {
                let size = sizes[place].value(values)
                if size <= 0, empty == nil { empty = values }
                boxes.starts.append(first[place].value(values))
                boxes.extents.append(size)
            }
            boxes.values += values
            return boxes.count < most
        }
        guard isDone else { return unknown }
        if let empty { return .wrong("the tile is empty", space.named(empty)) }
        guard boxes.count > 0 else { return .wrong("nothing is covered", [:]) }
        return dimensions.count == 1 ? boxes.alongOneDimension() : boxes.marked()
    }

    private func iteration(_ box: Int) -> [String: Int] { space.named(values[(box * space.width)..<((box + 1) * space.width)]) }

    /// One box after the other, by their starts.
    private func alongOneDimension() -> BoxCover.Finding {
        var order = Array(0..<count)
        if zip(starts, starts.dropFirst()).contains(where: { $0 > $1 }) { order.sort { (starts[$0], $0) < (starts[$1], $1) } }
        let low = starts[order[0]]
        var next = low
        for box in order {
            let start = starts[box]
            if start < next { return .wrong("element \(start) along a dimension is covered twice", iteration(box)) }
            if start > next { return BoxCover.gap(next..<start, iteration(box)) }
            next = start + extents[box]
        }
        return .box(starts: [low], extents: [next - low])
    }

    /// Element by element.
    private func marked() -> BoxCover.Finding {
        var low = Array(starts[..<rank])
        var high = low
        for place in starts.indices {
            low[place % rank] = min(low[place % rank], starts[place])
            high[place % rank] = max(high[place % rank], starts[place] + extents[place])
        }
        let sizes = zip(low, high).map { $1 - $0 }
        var cells = 1
        for size in sizes { cells = cells.multipliedReportingOverflow(by: size).overflow ? Int.max : cells * size }
        guard cells <= 1 << 26 else { return .unknown("too many elements along one group of dimensions") }
        var marks = [Bool](repeating: false, count: cells)
        var total = 0
        var point = low
        for box in 0..<count {
            let row = box * rank
            for d in 0..<rank { point[d] = starts[row + d] }
            while true {
                var cell = 0
                for d in 0..<rank { cell = cell * sizes[d] + point[d] - low[d] }
                if marks[cell] { return .wrong("element \(point) is covered twice", iteration(box)) }
                marks[cell] = true
                total += 1
                var d = rank - 1
                while d >= 0 {
                    point[d] += 1
                    if point[d] < starts[row + d] + extents[row + d] { break }
                    point[d] = starts[row + d]
                    d -= 1
                }
                if d < 0 { break }
            }
        }
        guard total == cells else { return .gap("\(cells - total) elements are not covered", [:]) }
        return .box(starts: low, extents: sizes)
    }
}
