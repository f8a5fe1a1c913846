import Architecture
import Quantities

/// The grammar of address mappings.
///
/// A mapping names the fields of an address from its highest bits to its lowest, above the bytes of one access:
///
///     ro ch ra ba bg co        row, channel, rank, bank, bank group, column (in accesses); `pc` is the pseudo-channel
///     rochrababgco             the same: spaces, `-` and `_` between fields may be left out
///     ro-co-ba-bg-co:2         a field in pieces: the lowest 2 bits of the column at the bottom, the others above the banks
///
/// Fields of one (a memory of one channel) may be left out. Exclusive ors follow, with the values that the fields have without them:
///
///     ba^ro                    each bit of the bank with the same bit of the row
///     bg^ro+2                  with the row's bits from the third on
///     ba.0^ro.5                one bit with one bit
struct AddressMappingScheme {
    /// From address bits (above the access) to packed places.
    let matrix: BitMatrix

    private struct Piece {
        var field: AddressFields.Name
        var width: Int?
    }

    init(parsing text: String, fields: AddressFields) throws(AddressMappingError) {
        guard text.utf8.count <= 200 else { throw AddressMappingError(text, "is longer than 200 characters") }
        let scheme = try Self.expand(text, fields: fields)
        let words = scheme.lowercased().split(separator: " ").map(String.init)
        let layout = words.filter { !$0.contains("^") }.joined(separator: " ")
        let pieces = try Self.pieces(layout, text)
        let source = try Self.place(pieces, fields: fields, text)

        // The row of the matrix for each bit of a place: which address bits it is made of.
        var rows = source.map { UInt64(1) << UInt64($0) }
        for word in words where word.contains("^") {
            for (target, other) in try Self.exclusiveOr(word, fields: fields, text) { rows[target] ^= UInt64(1) << UInt64(source[other]) }
        }
        matrix = BitMatrix(
            columns: (0..<fields.width).map { input in
                rows.indices.reduce(UInt64(0)) { $0 | (rows[$1] >> UInt64(input) & 1) << UInt64($1) }
            })
    }

    /// Splits `ro-co-ba-co:2` into pieces.
    private static func pieces(_ layout: String, _ text: String) throws(AddressMappingError) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(layout)
        while let first = rest.first {
            if first == " " || first == "-" || first == "_" {
                rest.removeFirst()
                continue
            }
            let word = String(rest.prefix(2))
            guard let field = AddressFields.Name(rawValue: word) else {
                throw AddressMappingError(
                    text, "\"\(word.excerpt)\" is not a field; write \(quotedList(AddressFields.Name.allCases.map(\.rawValue))), or a known mapping: \(quotedList(AddressMapping.namedSchemes.map(\.name)))")
            }
            rest.removeFirst(2)
            var width: Int?
            if rest.first == ":" {
                rest.removeFirst()
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard let number = Int(digits), number <= 56 else {
                    throw AddressMappingError(text, "\"\(word):\" needs a number of bits behind it, such as \"\(word):2\"")
                }
                width = number
                rest.removeFirst(digits.count)
            }
            pieces.append(Piece(field: field, width: width))
        }
        return pieces
    }

    /// The address bit of each bit of a place.
    private static func place(_ pieces: [Piece], fields: AddressFields, _ text: String) throws(AddressMappingError) -> [Int] {
        var remaining: [AddressFields.Name: Int] = [:]
        for name in AddressFields.Name.allCases {
            let own = pieces.filter { $0.field == name }
            let width = fields[name].width
            let open = own.filter { $0.width == nil }.count
            let fixed = own.reduce(0) { $0 + ($1.width ?? 0) }
            guard open <= 1 else {
                throw AddressMappingError(text, "\"\(name.rawValue)\" stands \(open) times; give all of its pieces but one a width: \"\(name.rawValue):2\"")
            }
            guard !own.isEmpty || width == 0 else {
                throw AddressMappingError(
                    text, "does not cover the address: there are \(1 << width) \(name.description), and \"\(name.rawValue)\" (\(width) bits) is not in it")
            }
            guard fixed <= width, open == 1 || fixed == width || own.isEmpty else {
                throw AddressMappingError(
                    text, "its pieces of \"\(name.rawValue)\" have \(fixed) bits where the \(1 << width) \(name.description) take \(width)")
            }
            remaining[name] = width - fixed
        }
        var source = [Int](repeating: 0, count: fields.width)
        var filled: [AddressFields.Name: Int] = [:]
        var addressBit = 0
        for piece in pieces.reversed() {
            let from = filled[piece.field] ?? 0
            let width = piece.width ?? remaining[piece.field] ?? 0
            for bit in 0..<width {
                source[fields[piece.field].shift + from + bit] = addressBit
                addressBit += 1
            }
            filled[piece.field] = from + width
        }
        return source
    }

    /// The pairs of bits (of packed places) of `ba^ro+2` or `ba.0^ro.5`.
    private static func exclusiveOr(
        _ word: String, fields: AddressFields, _ text: String
    ) throws(AddressMappingError) -> [(Int, Int)] {
        func refuse() -> AddressMappingError {
            AddressMappingError(text, "\"\(word.excerpt)\" is not an exclusive or; write \"ba^ro\", \"bg^ro+2\" or \"ba.0^ro.5\"")
        }
        func field(_ side: Substring, _ mark: Character) throws(AddressMappingError) -> (AddressFields.Name, Int?) {
            let parts = side.split(separator: mark, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap({ AddressFields.Name(rawValue: String($0)) }), parts.count <= 2 else { throw refuse() }
            guard parts.count == 2 else { return (name, nil) }
            guard let number = Int(parts[1]), (0...56).contains(number) else { throw refuse() }
            return (name, number)
        }
        let sides = word.split(separator: "^", omittingEmptySubsequences: false)
        guard sides.count == 2 else { throw refuse() }
        if sides[0].contains(".") {
            let (target, bit) = try field(sides[0], ".")
            let (other, otherBit) = try field(sides[1], ".")
            guard let bit, let otherBit else { throw refuse() }
            guard bit < fields[target].width, otherBit < fields[other].width else {
                throw AddressMappingError(
                    text, "\"\(word)\": \"\(target.rawValue)\" has \(fields[target].width) bits and \"\(other.rawValue)\" \(fields[other].width), counted from 0")
            }
            return [(fields[target].shift + bit, fields[other].shift + otherBit)]
        }
        let (target, none) = try field(sides[0], "+")
        guard none == nil else { throw refuse() }
        let (other, from) = try field(sides[1], "+")
        let count = min(fields[target].width, fields[other].width - (from ?? 0))
        return (0..<max(0, count)).map { (fields[target].shift + $0, fields[other].shift + (from ?? 0) + $0) }
    }
}

extension AddressMapping {
    /// Mappings with names, and what they are.
    public static let namedSchemes: [(name: String, scheme: String)] = [
        // A stream walks through a row, then to the next bank (Ramulator's RoBaRaCoCh).
        ("RoBaRaCoCh", "ro ba bg ra pc co ch"),
        // A row at a time, one bank after the other is filled (Ramulator's ChRaBaRoCo).
        ("ChRaBaRoCo", "ch pc ra bg ba ro co"),
        // Channels, pseudo-channels and bank groups change with every access: a stream uses all data buses, and meets tCCD_S
        // instead of tCCD_L.
        ("RoRaBaCoBgPcCh", "ro ra ba co bg pc ch"),
        // Minimalist open page: four accesses in a row, then the next bank; banks and rows exclusive-or'd with the column, field
        // after field (Kaseridis et al., MICRO 2011, as in Ramulator's MOP4CLXOR).
        ("MOP4CLXOR", "ro co ba bg ra pc ch co:2"),
    ]

    /// The mapping for those who choose none: streams of one access after the other reach the peak bandwidth with it.
    public static let defaultScheme = "RoRaBaCoBgPcCh"
}

extension AddressMappingScheme {
    /// The text of a named mapping for a memory of these fields; other texts stay as they are.
    fileprivate static func expand(_ text: String, fields: AddressFields) throws(AddressMappingError) -> String {
        guard let known = AddressMapping.namedSchemes.first(where: { $0.name.lowercased() == text.lowercased() }) else { return text }
        guard known.name == "MOP4CLXOR" else { return known.scheme }
        guard fields.column.width >= 2 else {
            throw AddressMappingError(text, "takes four accesses of a row together, and a row has \(1 << fields.column.width)")
        }
        var scheme = known.scheme
        var from = 0
        // From the lowest field up, each takes the next bits of the column.
        for name in [AddressFields.Name.channel, .pseudoChannel, .rank, .bankGroup, .bank, .row] where fields[name].width > 0 {
            scheme += " \(name.rawValue)^co+\(from)"
            from += fields[name].width
        }
        return scheme
    }
}
