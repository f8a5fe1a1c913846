/// The text format of orders, described in `Documentation/file-formats.md`.
extension ServiceOrder {
    static let header = "cyclewright-order 1"
    private static let lineLength = 116

    static func text(of fingerprint: UInt64) -> String {
        let digits = String(fingerprint, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    var fingerprintText: String { Self.text(of: fingerprint) }

    /// The order in its text format, the same for equal orders. `ServiceOrder(text:file:)` reads it back to an equal order.
    public var text: String {
        var text = ""
        write { text += $0 }
        return text
    }

    /// Writes the text in pieces: an order has up to a byte for each request of a run.
    public func write<Failure: Error>(_ emit: (String) throws(Failure) -> Void) throws(Failure) {
        try emit("\(Self.header)\nprogram \(Self.escaped(program))\nfingerprint \(fingerprintText)\n")
        for queue in queues {
            try emit("\n\(queue.kind.rawValue) \(Self.escaped(queue.name))\n")
            if queue.kind == .ports { try emit("  count \(queue.ports)\n") }
            for (place, unit) in queue.units.enumerated() { try emit("  unit \(Self.letters(place)) \(Self.escaped(unit))\n") }
            try emit("  services \(queue.services.count)\n")
            try Self.write(queue.services, emit)
        }
        // So that a file that was cut off is not taken for a shorter order.
        try emit("\nend\n")
    }

    private static func write<Failure: Error>(_ services: [UInt8], _ emit: (String) throws(Failure) -> Void) throws(Failure) {
        var folder = RepetitionFolder()
        var line = ""
        func emitEntries(_ entries: ArraySlice<RepetitionFolder.Entry>) throws(Failure) {
            for entry in entries {
                let word = text(entry, folder.bodies)
                if line.utf8.count + word.utf8.count > lineLength, !line.isEmpty {
                    try emit(line + "\n")
                    line = ""
                }
                line += (line.isEmpty ? "    " : " ") + word
            }
        }
        for (place, service) in services.enumerated() {
            folder.append(service)
            if place & 0xFFF == 0xFFF { try emitEntries(folder.take(all: false)) }
        }
        try emitEntries(folder.take(all: true))
        if !line.isEmpty { try emit(line + "\n") }
    }

    private static func text(_ entry: RepetitionFolder.Entry, _ bodies: [[RepetitionFolder.Entry]]) -> String {
        let times = entry.times == 1 ? "" : String(entry.times)
        guard entry.what >= 256 else { return times + letters(entry.what) }
        return times + "(" + bodies[entry.what - 256].map { text($0, bodies) }.joined(separator: " ") + ")"
    }

    /// a, b, …, z, aa, ab, …
    static func letters(_ place: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(0x61 + place % 26)))
        return place < 26 ? letter : letters(place / 26 - 1) + letter
    }

    /// A name to the end of its line.
    private static func escaped(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
