/// Successive operators that run block by block: each block goes through all of them before the next one begins, so that what they
/// hand to each other is never whole anywhere.
public struct FusedOperators: Sendable, Equatable {
    /// Along what the last operator's result is cut.
    public enum Dimension: String, Sendable, CaseIterable {
        /// Of a matrix, or of the pixels of an image.
        case rows
        /// Matrices of a batch of them, such as heads of attention.
        case heads
        /// The first dimension of three or more.
        case batch
    }
    /// From the first to the last, by name; what lies between two of them belongs to them.
    public var operators: [String]
    public var dimension: Dimension
    public var blocks: Int
    /// An operator begins with the next block while the one behind it still works on the last: what they hand over is there twice.
    public var isPipelined = false
    /// Of the file, counted from one.
    public var line: Int?
    /// Remarks that the file carries as a comment: what is saved.
    public var comment = ""

    public init(operators: [String], dimension: Dimension, blocks: Int, isPipelined: Bool = false, line: Int? = nil, comment: String = "") {
        self.operators = operators; self.dimension = dimension; self.blocks = blocks; self.isPipelined = isPipelined; self.line = line; self.comment = comment
    }

    /// What it says, wherever that stands.
    public static func == (a: FusedOperators, b: FusedOperators) -> Bool {
        a.operators == b.operators && a.dimension == b.dimension && a.blocks == b.blocks && a.isPipelined == b.isPipelined
    }
}

/// Whether blocks of fused operators overlap, as a file says it.
enum PipelineChoice: String, CaseIterable { case yes, no }

/// Names of the parts into which fusion cuts operators and their results: `fc1[3]` is the fourth block of `fc1`.
public enum BlockName {
    public static func name(of block: Int, in base: String) -> String { "\(base)[\(block)]" }

    /// The name without the block's number; `nil` where it has none.
    public static func base(of name: String) -> String? {
        guard name.utf8.last == UInt8(ascii: "]"), let bracket = name.lastIndex(of: "[") else { return nil }
        let number = name[name.index(after: bracket)...].dropLast()
        guard !number.isEmpty, number.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), bracket > name.startIndex else { return nil }
        return String(name[..<bracket])
    }
}
