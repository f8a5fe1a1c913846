/// A table of buffers in MiniMalloc's CSV format.
///
/// The header names the columns, in any order: `id,lower,upper,size`, and where they are needed
///
/// | column | meaning |
/// | --- | --- |
/// | `alignment` | the offset is a multiple of this |
/// | `offset` | where the buffer has to be |
/// | `hint` | where it would be welcome |
/// | `gaps` | times at which it holds nothing: `12-18 20-24`, the second number not included |
/// | `alias` | ids of buffers with which it shares its offset, separated by spaces |
/// | `apart` | ids of buffers that have to be in another bank |
///
/// A buffer is live from `lower` up to, and not including, `upper`. Empty fields of the optional columns say nothing.
public struct BufferTable: Sendable {
    public enum Column: String, Sendable, CaseIterable {
        case id, lower, upper, size, alignment, offset, hint, gaps, alias, apart
        static let required: [Column] = [.id, .lower, .upper, .size]
    }

    public let buffers: [PlacementBuffer]
    public let aliases: [BufferPair]
    public let apart: [BufferPair]
    /// The header and the rows as they were read, for writing them again.
    private let columns: [Column]
    private let rows: [[String]]

    /// In bytes of text.
    public static let maximumLength = 64 << 20

    /// - Parameter file: for messages.
    public init(csv text: String, file: String) throws(BufferTableError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw BufferTableError(file: file, line: nil, "\(text.utf8.count) bytes; a table has at most \(Self.maximumLength)")
        }
        var reader = CSVReader(text)
        guard let header = try reader.next(file) else { throw BufferTableError(file: file, line: nil, "is empty; the first line names the columns: id,lower,upper,size") }
        let columns = try Self.columns(header, file)
        var rows: [[String]] = []
        var lines: [Int] = []
        while let row = try reader.next(file) {
            guard row.fields.count == columns.count else {
                throw BufferTableError(file: file, line: row.line, "\(row.fields.count) fields where the header has \(columns.count)")
            }
            guard rows.count < PlacementProblem.maximumBuffers else {
                throw BufferTableError(file: file, line: row.line, "more than \(PlacementProblem.maximumBuffers) buffers")
            }
            rows.append(row.fields)
            lines.append(row.line)
        }
        let parser = BufferRows(columns: columns, rows: rows, lines: lines, file: file)
        buffers = try parser.buffers()
        aliases = try parser.pairs(.alias)
        apart = try parser.pairs(.apart)
        self.columns = columns
        self.rows = rows
    }

    private static func columns(_ header: CSVReader.Row, _ file: String) throws(BufferTableError) -> [Column] {
        var columns: [Column] = []
        for name in header.fields {
            guard let column = Column(rawValue: name) else {
                let known = Column.allCases.map(\.rawValue).joined(separator: ", ")
                throw BufferTableError(file: file, line: header.line, "\"\(name.prefix(40))\" is not a column; known are \(known)")
            }
            if columns.contains(column) { throw BufferTableError(file: file, line: header.line, "the column \(name) is there twice") }
            columns.append(column)
        }
        for column in Column.required where !columns.contains(column) {
            throw BufferTableError(file: file, line: header.line, "the column \(column.rawValue) is missing; a table has id,lower,upper,size")
        }
        return columns
    }

    /// The problem that the table describes.
    public func problem(capacity: Int, banks: Int = 1) throws(PlacementError) -> PlacementProblem {
        try PlacementProblem(buffers: buffers, capacity: capacity, banks: banks, apart: apart, aliases: aliases)
    }

    /// The table with the offsets of a placement as its last column.
    public func csv(with placement: Placement) -> String {
        let kept = columns.indices.filter { columns[$0] != .offset }
        var text = kept.map { columns[$0].rawValue }.joined(separator: ",") + ",offset\n"
        text.reserveCapacity(rows.count * 40)
        for (row, offset) in zip(rows, placement.offsets) {
            for index in kept { text += CSVReader.quoted(row[index]) + "," }
            text += "\(offset)\n"
        }
        return text
    }
}

/// What is wrong with a table of buffers, and where.
public struct BufferTableError: Error, Sendable, Equatable, CustomStringConvertible {
    public var file: String
    /// From 1 on; `nil` for the file as a whole.
    public var line: Int?
    public var message: String

    init(file: String, line: Int?, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    public var description: String { line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)" }
}
