import Architecture
import MemorySystem
import Quantities
import Reporting

/// One run of `cyclewright collective`, from arguments to figures.
struct CollectiveSession {
    private let command: CollectiveCommand

    /// Sizes in one run.
    private static let maximumSizes = 100

    init(_ command: CollectiveCommand) { self.command = command }

    func run() throws(CommandFailure) {
        guard CollectiveOperation.names.contains(command.operation) else {
            let advice = Suggestion.closest(to: command.operation, among: CollectiveOperation.names).map { "did you mean \"\($0)\"?" }
                ?? "there are \(CollectiveOperation.names.joined(separator: ", "))"
            throw CommandFailure(.usage, "\(command.operation.prefix(80)): is not a collective operation; \(advice)")
        }
        try checkRequired()
        let system = try system()
        let link = try link()
        let reduce = try command.reduceBandwidth.map { text throws(CommandFailure) in
            try quantity(Bandwidth.self, text, "--reduce-bandwidth").bytesPerSecond
        }
        var figures: CollectiveFigures
        do throws(CollectiveError) {
            let operation = try CollectiveOperation(named: command.operation, algorithm: command.algorithm)
            figures = CollectiveFigures(operation: operation, system: system, link: link, flows: command.flows)
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
        for bytes in try sizes() {
            do throws(CollectiveError) {
                figures.rows.append(
                    try system.measure(
                        figures.operation, bytes: bytes, link: link, flows: command.flows, reduceBytesPerSecond: reduce,
                        followsRing: !command.numberOrder))
            } catch {
                throw CommandFailure(.usage, "\(figures.operation.name): \(error)")
            }
        }
        let result = figures
        try command.figures.write(
            command.figures.text(
                table: { CollectiveText.table(result, style: $0) }, json: { CollectiveText.json(result) }, csv: { CollectiveText.csv(result) }))
    }

    // MARK: Arguments

    /// Says at once what is missing of that which nobody can guess.
    private func checkRequired() throws(CommandFailure) {
        let values = [
            ("--bytes", command.bytes, "1GiB"), ("--link-bandwidth", command.linkBandwidth, "50GB/s"), ("--link-latency", command.linkLatency, "1us"),
        ]
        let missing = values.filter { $0.1 == nil }
        guard !missing.isEmpty else { return }
        throw CommandFailure(
            .usage,
            "\(command.operation) needs \(wordList(missing.map { $0.0 }, conjunction: "and")); write something like \(missing.map { "\($0.0) \($0.2)" }.joined(separator: " "))")
    }

    private func system() throws(CommandFailure) -> CollectiveSystem {
        if CollectiveSystem.kinds.contains(command.topology) {
            do throws(CollectiveError) {
                return try CollectiveSystem(command.topology, chips: command.chips ?? 8)
            } catch {
                throw CommandFailure(.usage, "--chips \(command.chips ?? 8) --topology \(command.topology): \(error)")
            }
        }
        let network = try NetworkInputs.network(command.topology, [:], others: CollectiveSystem.kinds)
        let system = CollectiveSystem(network.topology)
        if let chips = command.chips, chips != system.chips {
            throw CommandFailure(.usage, "--chips \(chips): \(network.name) has \(system.chips) terminals, and each is a chip; leave --chips out")
        }
        return system
    }

    private func link() throws(CommandFailure) -> ChipLink {
        let link = ChipLink(
            bytesPerSecond: try quantity(Bandwidth.self, command.linkBandwidth ?? "", "--link-bandwidth").bytesPerSecond,
            latency: try quantity(Time.self, command.linkLatency ?? "", "--link-latency").femtoseconds,
            codeEfficiency: try lineCode(),
            packetPayload: try command.packetPayload.map { text throws(CommandFailure) in try quantity(Bytes.self, text, "--packet-payload").count } ?? 0,
            packetOverhead: try command.packetOverhead.map { text throws(CommandFailure) in try quantity(Bytes.self, text, "--packet-overhead").count } ?? 0)
        do throws(CollectiveError) {
            try link.validate()
        } catch {
            throw CommandFailure(.usage, "the link's \(error)")
        }
        return link
    }

    private func sizes() throws(CommandFailure) -> [Int] {
        let parts = (command.bytes ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= CollectiveSession.maximumSizes else {
            throw CommandFailure(.usage, "--bytes: names \(parts.count) sizes; at most \(CollectiveSession.maximumSizes) are timed in one run")
        }
        var sizes: [Int] = []
        for part in parts { sizes.append(try quantity(Bytes.self, part, "--bytes").count) }
        return sizes
    }

    /// "128/130" or "0.985".
    private func lineCode() throws(CommandFailure) -> Double {
        let parts = command.lineCode.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
        let share: Double? =
            switch parts.count {
            case 1: parts[0]
            case 2: parts[0].flatMap { number in parts[1].map { number / $0 } }
            default: nil
            }
        guard let share, share > 0, share <= 1 else {
            throw CommandFailure(.usage, "--line-code \(command.lineCode.prefix(40)): is not a share above 0 and up to 1, such as 128/130 or 0.985")
        }
        return share
    }

    private func quantity<Value: Quantity>(_ type: Value.Type, _ text: String, _ option: String) throws(CommandFailure) -> Value {
        do throws(QuantityError) {
            return try Value(parsing: text)
        } catch {
            throw CommandFailure(.usage, "\(option): \(error)")
        }
    }
}

/// What a run of `cyclewright collective` amounts to.
struct CollectiveFigures {
    let operation: CollectiveOperation
    let system: CollectiveSystem
    let link: ChipLink
    let flows: Int
    var rows: [CollectiveMeasurement] = []
}
