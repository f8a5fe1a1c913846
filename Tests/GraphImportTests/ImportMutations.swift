import Foundation

/// A repeatable source of damaged files: bytes replaced, inserted and removed, tokens swapped for hostile ones,
/// pieces of the file repeated or cut off.
struct ImportMutations {
    private var state: UInt64
    private let hostile: [[UInt8]]

    init(seed: UInt64, hostile: [String]) {
        state = seed
        self.hostile = hostile.map { Array($0.utf8) }
    }

    /// Number of inputs of one fuzz test: a few thousand, or `CYCLEWRIGHT_FUZZ`.
    static var count: Int {
        ProcessInfo.processInfo.environment["CYCLEWRIGHT_FUZZ"].flatMap(Int.init) ?? 2000
    }

    private mutating func next(below bound: Int) -> Int {
        // xorshift64 (Marsaglia, 2003).
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 1) % max(bound, 1)
    }

    /// `original` with one to four changes.
    mutating func mutate(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...next(below: 4) {
            let position = next(below: bytes.count + 1)
            let length = min(next(below: 24), bytes.count - position)
            switch next(below: 8) {
            case 0 where position < bytes.count: bytes[position] = UInt8(next(below: 256))
            case 1: bytes.insert(UInt8(next(below: 256)), at: position)
            case 2: bytes.removeSubrange(position..<position + length)
            case 3: bytes.insert(contentsOf: bytes[position..<position + length], at: next(below: bytes.count + 1))
            case 4: bytes.removeSubrange(position...)
            case 5: bytes.insert(contentsOf: hostile[next(below: hostile.count)], at: position)
            default: replaceToken(&bytes)
            }
        }
        return bytes
    }

    /// Replaces one run of letters, digits and signs.
    private mutating func replaceToken(_ bytes: inout [UInt8]) {
        func isToken(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == 0x2E || byte == 0x2D || byte == 0x5F
        }
        guard !bytes.isEmpty else { return }
        var start = next(below: bytes.count)
        while start < bytes.count, !isToken(bytes[start]) { start += 1 }
        while start > 0, start <= bytes.count, isToken(bytes[start - 1]) { start -= 1 }
        var end = start
        while end < bytes.count, isToken(bytes[end]) { end += 1 }
        bytes.replaceSubrange(start..<end, with: hostile[next(below: hostile.count)])
    }
}
