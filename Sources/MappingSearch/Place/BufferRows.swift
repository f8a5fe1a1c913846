/// Turns rows of text into buffers.
struct BufferRows {
    let columns: [BufferTable.Column]
    let rows: [[String]]
    let lines: [Int]
    let file: String

    func buffers() throws(BufferTableError) -> [PlacementBuffer] {
        var buffers: [PlacementBuffer] = []
        buffers.reserveCapacity(rows.count)
        for index in rows.indices {
            let (lower, upper) = (try number(index, .lower) ?? 0, try number(index, .upper) ?? 0)
            guard lower < upper else {
                throw error(index, "lower is \(lower) and upper \(upper): a buffer is live from lower up to, and not including, upper")
            }
            let size = try number(index, .size) ?? 0
            guard size >= 1 else { throw error(index, "a size of \(size); it has to be at least 1") }
            let alignment = try number(index, .alignment) ?? 1
            guard alignment >= 1 else { throw error(index, "an alignment of \(alignment); it has to be at least 1") }
            let offset = try number(index, .offset)
            if let offset, offset < 0 || offset % alignment != 0 {
                throw error(index, "an offset of \(offset); it has to be a multiple of the alignment \(alignment), and not below 0")
            }
            let hint = try number(index, .hint)
            if let hint, hint < 0 { throw error(index, "a hint of \(hint); it may not be below 0") }
            buffers.append(
                PlacementBuffer(
                    name: field(index, .id) ?? "", lifetime: lower..<upper, size: size, alignment: alignment, fixedOffset: offset,
                    hint: hint, gaps: try gaps(index, lower..<upper)))
        }
        return buffers
    }

    /// Pairs of buffers from a column of ids; each pair once, the lower index first.
    func pairs(_ column: BufferTable.Column) throws(BufferTableError) -> [BufferPair] {
        guard columns.contains(column) else { return [] }
        var indexOfID: [String: Int] = [:]
        for index in rows.indices {
            let id = field(index, .id) ?? ""
            if let other = indexOfID[id] { throw error(index, "the id \"\(id.prefix(40))\" is that of line \(lines[other]); \(column.rawValue) needs ids that differ") }
            indexOfID[id] = index
        }
        var pairs: Set<BufferPair> = []
        for index in rows.indices {
            for id in (field(index, column) ?? "").split(separator: " ") {
                guard let other = indexOfID[String(id)] else { throw error(index, "\(column.rawValue): there is no buffer \"\(id.prefix(40))\"") }
                guard other != index else { throw error(index, "\(column.rawValue): a buffer with itself") }
                pairs.insert(BufferPair(min(index, other), max(index, other)))
            }
        }
        return pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }

    private func gaps(_ index: Int, _ lifetime: Range<Int>) throws(BufferTableError) -> [Range<Int>] {
        var gaps: [Range<Int>] = []
        for text in (field(index, .gaps) ?? "").split(separator: " ") {
            let bounds = text.split(separator: "-", omittingEmptySubsequences: false)
            guard bounds.count == 2, let lower = Int(bounds[0]), let upper = Int(bounds[1]), lower < upper else {
                throw error(index, "gaps: \"\(text.prefix(40))\" is not an interval; write 12-18 20-24")
            }
            guard lower >= lifetime.lowerBound, upper <= lifetime.upperBound else {
                throw error(index, "gaps: \(lower)-\(upper) is not within the lifetime \(lifetime.lowerBound)-\(lifetime.upperBound)")
            }
            gaps.append(lower..<upper)
        }
        return gaps
    }

    /// `nil` for an empty field of an optional column.
    private func number(_ index: Int, _ column: BufferTable.Column) throws(BufferTableError) -> Int? {
        guard let text = field(index, column) else { return nil }
        guard let value = Int(text), value.magnitude <= PlacementProblem.maximumValue else {
            throw error(index, "\(column.rawValue): \"\(text.prefix(40))\" is not an integer within ±\(PlacementProblem.maximumValue)")
        }
        return value
    }

    private func field(_ index: Int, _ column: BufferTable.Column) -> String? {
        guard let position = columns.firstIndex(of: column) else { return nil }
        let text = rows[index][position]
        return text.isEmpty && !BufferTable.Column.required.contains(column) ? nil : text
    }

    private func error(_ index: Int, _ message: String) -> BufferTableError {
        BufferTableError(file: file, line: lines[index], message)
    }
}
