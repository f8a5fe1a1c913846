/// Why a problem, a hierarchy or a mapping cannot be: what is wrong, and what would be accepted.
public enum LoopNestError: Error, Sendable, Hashable, CustomStringConvertible {
    case problem(String)
    case hierarchy(String)
    /// The parts of the mapping do not have the shape of hierarchy and problem.
    case mapping(String)
    /// The factors of a dimension, over all levels, do not give its extent.
    case factors(dimension: String, product: Int, extent: Int)
    /// More of a spatial loop than there are units side by side.
    case fanOut(level: String, axis: String, used: Int, available: Int)
    /// The tiles that a level keeps, by tensor, are more than it holds.
    case capacity(level: String, tiles: [Tile], available: Int, buffers: Double)
    /// No level keeps the tensor.
    case keptNowhere(tensor: String)

    public struct Tile: Sendable, Hashable {
        public var tensor: String
        /// Words.
        public var size: Int

        public init(tensor: String, size: Int) {
            self.tensor = tensor
            self.size = size
        }
    }

    public var description: String {
        switch self {
        case .problem(let text): return "the problem \(text)"
        case .hierarchy(let text): return text
        case .mapping(let text): return text
        case .factors(let dimension, let product, let extent):
            var advice = ""
            if product > 0, extent % product == 0 {
                advice = "; one of them has to be \(extent / product) times as large"
            } else if product > extent, product % extent == 0 {
                advice = "; one of them has to be \(product / extent) times as small"
            }
            return "the factors of \(dimension) over all levels multiply to \(product), and the problem's \(dimension) is \(extent)\(advice)"
        case .fanOut(let level, let axis, let used, let available):
            return "\(level): the spatial factors along \(axis) need \(used) units side by side, and there \(available == 1 ? "is 1" : "are \(available)")"
        case .capacity(let level, let tiles, let available, let buffers):
            let parts = tiles.map { "\($0.tensor) \($0.size)" }.joined(separator: " + ")
            let total = tiles.reduce(0) { $0 + $1.size }
            let times = buffers == 1 ? "" : ", buffered \(buffers) times,"
            return "\(level): the tiles \(parts) = \(total) words\(times) do not fit into its \(available) words; move factors outwards, or let a tensor bypass it"
        case .keptNowhere(let tensor):
            return "\(tensor) bypasses every level and has no place to come from; keep it in one of them, the outermost as a rule"
        }
    }
}
