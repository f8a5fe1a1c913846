/// Tells files and headers apart: FNV-1a over 64 bits (Fowler, Noll and Vo, draft-eastlake-fnv), the same on every machine.
///
/// It finds changes, not attacks.
public struct ContentHash: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    public mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    /// 16 hexadecimal digits.
    public var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The hash of a text's UTF-8.
    public static func text(_ content: String) -> String {
        var hash = ContentHash()
        hash.add(content.utf8)
        return hash.text
    }
}
