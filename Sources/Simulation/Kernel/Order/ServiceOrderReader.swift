/// Why a text is not an order of service.
public struct ServiceOrderError: Error, Sendable, Equatable, CustomStringConvertible {
    public var file: String
    public var line: Int
    public var problem: String
    public var description: String { "\(file):\(line): \(problem)" }
}

extension ServiceOrder {
    /// Reads the text format of orders.
    ///
    /// - Parameter file: name for messages.
    /// - Throws: `ServiceOrderError` with the first mistake's line. No more memory is taken than the text declares, which is limited.
    public init(text: String, file: String) throws(ServiceOrderError) {
        try self.init(utf8: Array(text.utf8), file: file)
    }

    /// - Parameter utf8: the bytes of the text.
    public init(utf8: [UInt8], file: String) throws(ServiceOrderError) {
        var reader = ServiceOrderReader(bytes: utf8, file: file)
        self = try reader.read()
    }
}

/// Reads an order line by line.
private struct ServiceOrderReader {
    let bytes: [UInt8]
    let file: String
    private var next = 0
    private var line = 0
    private var total = 0

    init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    private func failure(_ problem: String, line: Int? = nil) -> ServiceOrderError {
        ServiceOrderError(file: file, line: max(1, line ?? self.line), problem: problem)
    }

    /// The next line that is neither empty nor a comment, without the blanks around it.
    private mutating func nextLine() -> ArraySlice<UInt8>? {
        while next < bytes.count {
            line += 1
            let end = bytes[next...].firstIndex(of: 0x0A) ?? bytes.count
            var text = bytes[next..<end]
            next = end + 1
            if text.last == 0x0D { text.removeLast() }
            while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
            if let first = text.first, first != 0x23 { return text }
        }
        return nil
    }

    /// The first word of a line and the rest of it.
    private func split(_ line: ArraySlice<UInt8>) -> (word: String, rest: ArraySlice<UInt8>) {
        let end = line.firstIndex(of: 0x20) ?? line.endIndex
        return (String(decoding: line[..<end].prefix(40), as: UTF8.self), end < line.endIndex ? line[(end + 1)...] : [])
    }

    private func name(_ text: ArraySlice<UInt8>) -> String {
        guard text.contains(0x5C) else { return String(decoding: text, as: UTF8.self) }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in text {
            if isEscaped {
                result.append(byte == 0x6E ? 0x0A : byte == 0x72 ? 0x0D : byte)
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func number(_ text: ArraySlice<UInt8>, _ what: String, upTo most: Int) throws(ServiceOrderError) -> Int {
        guard !text.isEmpty, text.allSatisfy({ (0x30...0x39).contains($0) }) else { throw failure("\(what) needs a number") }
        guard text.count <= 18, let value = Int(String(decoding: text, as: UTF8.self)), value <= most else {
            throw failure("\(what) is over \(most), which is the most")
        }
        return value
    }

    mutating func read() throws(ServiceOrderError) -> ServiceOrder {
        guard let first = nextLine(), first.elementsEqual(ServiceOrder.header.utf8) else {
            throw failure("this is not an order of service; such a file begins with \"\(ServiceOrder.header)\"")
        }
        var order = ServiceOrder(program: "", fingerprint: 0, queues: [])
        var hasFingerprint = false
        var pending = nextLine()
        while let text = pending {
            let (word, rest) = split(text)
            switch word {
            case "program":
                order.program = name(rest)
                pending = nextLine()
            case "fingerprint":
                guard rest.count == 16, let value = UInt64(String(decoding: rest, as: UTF8.self), radix: 16) else {
                    throw failure("fingerprint needs 16 hexadecimal digits")
                }
                order.fingerprint = value
                hasFingerprint = true
                pending = nextLine()
            case "end":
                guard rest.isEmpty, nextLine() == nil else { throw failure("nothing may follow \"end\"") }
                guard hasFingerprint else { throw failure("the line \"fingerprint\" is missing") }
                return order
            default:
                guard let kind = ServiceOrder.Kind(rawValue: word) else {
                    throw failure("\"\(word)\" is none of program, fingerprint, \(ServiceOrder.Kind.allCases.map(\.rawValue).joined(separator: ", ")), end")
                }
                guard !rest.isEmpty else { throw failure("\(word) needs a name") }
                order.queues.append(try readQueue(kind, name(rest)))
                pending = nextLine()
            }
        }
        throw failure("the file ends without \"end\": it was cut off")
    }

    /// Reads from behind the line with a queue's name up to the last of its services.
    private mutating func readQueue(_ kind: ServiceOrder.Kind, _ name: String) throws(ServiceOrderError) -> ServiceOrder.Queue {
        var queue = ServiceOrder.Queue(kind: kind, name: name, units: [], services: [])
        while let text = nextLine() {
            let (word, rest) = split(text)
            switch word {
            case "count" where kind == .ports: queue.ports = try number(rest, "count", upTo: 1 << 30)
            case "unit":
                guard queue.units.count < ServiceOrder.mostUnits else { throw failure("\(name) has more than \(ServiceOrder.mostUnits) units") }
                let (letters, unit) = split(rest)
                let expected = ServiceOrder.letters(queue.units.count)
                guard letters == expected, !unit.isEmpty else { throw failure("expected \"unit \(expected) NAME\"") }
                queue.units.append(self.name(unit))
            case "services":
                let count = try number(rest, "services", upTo: ServiceOrder.mostServices - total)
                total += count
                queue.services = try readServices(count, units: queue.units.count)
                guard kind != .ports || queue.ports > 0 else { throw failure("ports \(name) needs a line \"count N\", N > 0") }
                return queue
            default: throw failure("\"\(word)\" is none of \(kind == .ports ? "count, " : "")unit, services")
            }
        }
        throw failure("\(name) has no line \"services\"")
    }

    private mutating func readServices(_ count: Int, units: Int) throws(ServiceOrderError) -> [UInt8] {
        let declaration = line
        var services: [UInt8] = []
        services.reserveCapacity(min(count, 1 << 20))
        /// Where each open repetition begins, how often it happens, and its line.
        var open: [(first: Int, times: Int, line: Int)] = []
        func check(_ more: Int, _ times: Int) throws(ServiceOrderError) {
            let (product, overflow) = more.multipliedReportingOverflow(by: times)
            guard !overflow, product <= count - services.count else {
                throw failure("these are more than the \(count) services that line \(declaration) declares")
            }
        }
        while services.count < count || !open.isEmpty {
            guard let text = nextLine() else {
                if let unclosed = open.last { throw failure("\"(\" has no \")\"", line: unclosed.line) }
                throw failure("these are \(services.count) services, and line \(declaration) declares \(count)")
            }
            var at = text.startIndex
            while at < text.endIndex {
                if text[at] == 0x20 || text[at] == 0x09 { at += 1; continue }
                if text[at] == 0x29 {
                    guard let group = open.popLast() else { throw failure("\")\" has no \"(\"") }
                    let length = services.count - group.first
                    guard length > 0 else { throw failure("\"()\" is empty") }
                    try check(length, group.times - 1)
                    // A copy, since a slice would have the whole copied with each append.
                    let body = Array(services[group.first...])
                    for _ in 1..<group.times { services.append(contentsOf: body) }
                    at += 1
                    continue
                }
                var times = 1
                let digits = text[at...].prefix { (0x30...0x39).contains($0) }
                if !digits.isEmpty {
                    times = try number(digits, "a repetition", upTo: ServiceOrder.mostServices)
                    guard times > 0 else { throw failure("a repetition of 0 is nothing") }
                    at = digits.endIndex
                }
                if at < text.endIndex, text[at] == 0x28 {
                    guard open.count < 64 else { throw failure("repetitions within repetitions may be 64 deep") }
                    open.append((services.count, times, line))
                    at += 1
                    continue
                }
                let letters = text[at...].prefix { (0x61...0x7A).contains($0) }
                guard !letters.isEmpty else {
                    let found = at < text.endIndex ? "\"\(String(decoding: text[at...].prefix(10), as: UTF8.self))\"" : "the end of the line"
                    throw failure("expected letters of a unit or \"(\", found \(found)")
                }
                let place = letters.count > 2 ? units : letters.reduce(0) { $0 * 26 + Int($1) - 0x60 } - 1
                guard place < units else { throw failure("no line \"unit\" declares \(String(decoding: letters.prefix(10), as: UTF8.self))") }
                try check(1, times)
                services.append(contentsOf: repeatElement(UInt8(place), count: times))
                at = letters.endIndex
            }
        }
        return services
    }
}
