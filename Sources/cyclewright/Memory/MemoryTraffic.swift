import MemorySystem

/// The accesses of a run, from a pattern or from a trace.
struct MemoryTraffic {
    private enum Source {
        case pattern(TrafficGenerator)
        case trace(TraceReader)
    }

    private var source: Source
    /// As reports name it.
    let name: String
    /// How many there are; `nil` for all of a trace.
    let count: Int?

    init(_ command: MemoryCommand, _ mapping: AddressMapping) throws(CommandFailure) {
        let accessBytes = mapping.organization.accessBytes
        var count = command.requests
        if let bytes = command.bytes {
            // The last access may be needed in part only.
            count = max(1, (try MemoryInputs.bytes(bytes, option: "--bytes") + accessBytes - 1) / accessBytes)
        }
        do throws(TrafficError) {
            if let path = command.trace {
                source = .trace(try TraceReader(path: path, capacity: mapping.capacity, wrapsAddresses: command.wrapAddresses))
                name = path == "-" ? "the standard input" : path
                self.count = count
                return
            }
        } catch {
            throw CommandFailure(error)
        }
        let text = command.pattern ?? ""
        guard let pattern = TrafficPattern(name: text) else {
            throw CommandFailure(
                .usage, "--pattern \(text.prefix(80)): there is no such pattern; there are \(TrafficPattern.names.joined(separator: ", ")) (of any number of bytes)")
        }
        let capacity = try command.capacity.map { (text) throws(CommandFailure) in try MemoryInputs.bytes(text, option: "--capacity") } ?? mapping.capacity
        guard capacity <= mapping.capacity else {
            throw CommandFailure(.usage, "--capacity \(capacity) bytes: the memory has \(mapping.capacity); add channels or ask for less")
        }
        let requests = count ?? 1_000_000
        do throws(TrafficError) {
            source = .pattern(try TrafficGenerator(pattern, count: requests, accessBytes: accessBytes, capacity: capacity))
        } catch {
            throw CommandFailure(error)
        }
        name = pattern.name
        self.count = requests
    }

    /// Refuses a command line that names no traffic.
    static func checkIsNamed(_ command: MemoryCommand) throws(CommandFailure) {
        guard command.trace == nil, command.pattern == nil else { return }
        throw CommandFailure(
            .usage,
            "say what to run on \(command.standard ?? "the memory"): --pattern NAME, such as --pattern random, or --trace FILE; patterns are \(TrafficPattern.names.joined(separator: ", "))")
    }

    /// The pattern, where there is one.
    var pattern: TrafficGenerator? {
        if case .pattern(let generator) = source { generator } else { nil }
    }

    mutating func next() throws(CommandFailure) -> MemoryAccess? {
        switch source {
        case .pattern(var generator):
            let access = generator.next()
            source = .pattern(generator)
            return access
        case .trace(let reader):
            do throws(TrafficError) {
                return try reader.next()
            } catch {
                throw CommandFailure(error)
            }
        }
    }
}
