/// A link between chips in one direction: how long bytes take over it.
///
/// A message is cut into packets; each carries at most `packetPayload` bytes and costs `packetOverhead` bytes of header, check and
/// acknowledgement on top. The line code takes its share of the raw bandwidth (128b/130b: 128/130).
public struct ChipLink: Hashable, Sendable {
    /// Raw, before the line code.
    public var bytesPerSecond: Double
    /// From the last bit sent to the last bit received, in femtoseconds: flight, serialisation circuits, retiming.
    public var latency: Int
    /// Share of the raw bandwidth that is left by the line code, above 0 up to 1.
    public var codeEfficiency: Double
    /// Payload of a packet in bytes; 0 for messages that go in one piece.
    public var packetPayload: Int
    public var packetOverhead: Int

    public init(
        bytesPerSecond: Double, latency: Int, codeEfficiency: Double = 1, packetPayload: Int = 0, packetOverhead: Int = 0
    ) {
        self.bytesPerSecond = bytesPerSecond
        self.latency = latency
        self.codeEfficiency = codeEfficiency
        self.packetPayload = packetPayload
        self.packetOverhead = packetOverhead
    }

    /// Bytes on the wire for a message, line code not counted.
    public func wireBytes(_ bytes: Int) -> Int {
        guard packetPayload > 0 else { return bytes + packetOverhead }
        return bytes + (bytes + packetPayload - 1) / packetPayload * packetOverhead
    }

    /// Femtoseconds for which a message occupies the link, rounded up.
    public func duration(_ bytes: Int) -> Int {
        Int((Double(wireBytes(bytes)) * 1e15 / (bytesPerSecond * codeEfficiency)).rounded(.up))
    }

    /// Payload per wire time over raw bandwidth, for messages much longer than a packet.
    public var protocolEfficiency: Double {
        packetPayload > 0 ? codeEfficiency * Double(packetPayload) / Double(packetPayload + packetOverhead) : codeEfficiency
    }

    /// - Throws: `CollectiveError` naming the first value that breaks a rule.
    public func validate() throws(CollectiveError) {
        guard bytesPerSecond.isFinite, bytesPerSecond >= 1 else {
            throw .init("bytesPerSecond is \(bytesPerSecond); a link carries at least one byte a second")
        }
        guard (0...1_000_000_000_000_000).contains(latency) else {
            throw .init("latency is \(latency) fs; it must lie in 0 fs…1 s")
        }
        guard codeEfficiency > 0, codeEfficiency <= 1 else {
            throw .init("codeEfficiency is \(codeEfficiency); it must lie above 0 and not above 1")
        }
        guard packetPayload >= 0, packetOverhead >= 0 else {
            throw .init("packetPayload is \(packetPayload) and packetOverhead \(packetOverhead); neither can be negative")
        }
    }
}

/// What is wrong with a link or a collective operation, and what to do.
public struct CollectiveError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}
