/// Addresses and directions of synthetic traffic.
///
/// With i the number of the access from 0, b the bytes of one access and C the capacity:
///
/// | pattern | address | writes |
/// | --- | --- | --- |
/// | `sequential` | i·b mod C | none |
/// | `random` | a multiple of b, drawn | none |
/// | `randomMixed` | as `random` | every third |
/// | `streamAdd` | a[e] = b[e] + c[e]: array i mod 3, at C/4 from the one before, element e = i div 3 | every third |
/// | `stride(S)` | i·S, and b more after each pass over C | none |
public enum TrafficPattern: Hashable, Sendable {
    case sequential
    case random
    case randomMixed
    case streamAdd
    case stride(bytes: Int)

    /// Names as the command line takes them. "stride512" has its bytes in the name.
    public static let names = ["seq", "rand", "randmix", "seqmix", "stride512"]

    /// - Returns: `nil` when there is no such pattern.
    public init?(name: String) {
        switch name {
        case "seq", "sequential", "stream": self = .sequential
        case "rand", "random": self = .random
        case "randmix": self = .randomMixed
        case "seqmix": self = .streamAdd
        default:
            guard name.hasPrefix("stride"), let bytes = Int(name.dropFirst("stride".count)), bytes > 0 else { return nil }
            self = .stride(bytes: bytes)
        }
    }

    public var name: String {
        switch self {
        case .sequential: "seq"
        case .random: "rand"
        case .randomMixed: "randmix"
        case .streamAdd: "seqmix"
        case .stride(let bytes): "stride\(bytes)"
        }
    }
}
