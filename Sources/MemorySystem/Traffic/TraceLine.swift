/// One line of a trace, taken apart without copying it.
struct TraceLine {
    enum Outcome {
        /// Empty, or a comment.
        case nothing
        case access(MemoryAccess, TraceFormat)
        case malformed(String)
    }

    private static let space = UInt8(ascii: " ")

    /// - Parameter format: of the file, once it is known.
    static func parse(_ line: ArraySlice<UInt8>, format: TraceFormat?) -> Outcome {
        // At most four fields: one more than any format has.
        var fields: (first: Range<Int>, second: Range<Int>, third: Range<Int>) = (0..<0, 0..<0, 0..<0)
        var count = 0, position = line.startIndex
        while position < line.endIndex {
            while position < line.endIndex, isBlank(line[position]) { position += 1 }
            guard position < line.endIndex else { break }
            let start = position
            while position < line.endIndex, !isBlank(line[position]) { position += 1 }
            switch count {
            case 0: fields.first = start..<position
            case 1: fields.second = start..<position
            case 2: fields.third = start..<position
            default: return .malformed("has more fields than any format; write lines like \(TraceFormat.accepted)")
            }
            count += 1
        }
        if count == 0 || line[fields.first.lowerBound] == UInt8(ascii: "#") { return .nothing }
        guard count > 1 else { return .malformed("has one field only; write lines like \(TraceFormat.accepted)") }

        let found: TraceFormat = direction(line[fields.first], .loadStore) != nil ? .loadStore : count == 2 ? .readWrite : .timed
        if let format, format != found {
            return .malformed("is not of the format of the lines before; write it like \"\(format.example)\"")
        }
        if found == .loadStore, count > 2 { return .malformed("has a field too many; write it like \"\(found.example)\"") }
        let word = found == .loadStore ? fields.first : fields.second
        let place = found == .loadStore ? fields.second : fields.first
        guard let isWrite = direction(line[word], found) else {
            return .malformed("does not say whether to read or write; write lines like \(TraceFormat.accepted)")
        }
        guard let address = number(line[place], isHexadecimal: found != .loadStore) else {
            return .malformed("the address is not a number below 2^63; write it like 0x12345680")
        }
        guard found == .timed else { return .access(MemoryAccess(address: address, isWrite: isWrite), found) }
        guard let cycle = number(line[fields.third], isHexadecimal: false) else {
            return .malformed("the cycle is not a whole number from 0; write it like \"\(found.example)\"")
        }
        return .access(MemoryAccess(address: address, isWrite: isWrite, cycle: cycle), found)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") }

    /// Whether `word` means a write in `format`; `nil` when it means nothing there. Capitals or not, as the peers have both.
    private static func direction(_ word: ArraySlice<UInt8>, _ format: TraceFormat) -> Bool? {
        switch format {
        case .loadStore: equals(word, "LD") ? false : equals(word, "ST") ? true : nil
        case .readWrite: equals(word, "R") ? false : equals(word, "W") ? true : nil
        case .timed:
            if equals(word, "READ") || equals(word, "P_MEM_RD") || equals(word, "P_FETCH") { false }
            else if equals(word, "WRITE") || equals(word, "P_MEM_WR") { true }
            else { nil }
        }
    }

    private static func equals(_ word: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        guard word.count == text.utf8CodeUnitCount else { return false }
        var position = word.startIndex
        return text.withUTF8Buffer { letters in
            for letter in letters {
                let byte = word[position]
                let capital = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte & 0xDF : byte
                if capital != letter { return false }
                position += 1
            }
            return true
        }
    }

    /// A number from 0 that fits; `0x` makes it hexadecimal in any case.
    private static func number(_ text: ArraySlice<UInt8>, isHexadecimal: Bool) -> Int? {
        var digits = text, radix = isHexadecimal ? 16 : 10
        if digits.count > 2, digits.first == UInt8(ascii: "0"), digits[digits.startIndex + 1] | 0x20 == UInt8(ascii: "x") {
            digits = digits.dropFirst(2)
            radix = 16
        }
        guard !digits.isEmpty else { return nil }
        var value = 0
        for byte in digits {
            let digit: Int
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = Int(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = Int(byte - UInt8(ascii: "a")) + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = Int(byte - UInt8(ascii: "A")) + 10
            default: return nil
            }
            guard digit < radix else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }
}
