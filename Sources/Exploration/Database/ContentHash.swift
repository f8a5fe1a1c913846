/// Tells files and headers apart: FNV-1a over 64 bits (Fowler, Noll and Vo, draft-eastlake-fnv), the same on every machine.
///
/// It finds changes, not attacks.
public enum ContentHash {
    /// 16 hexadecimal digits.
    public static func text(_ content: some StringProtocol) -> String { bytes(content.utf8) }

    public static func bytes(_ content: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in content { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
