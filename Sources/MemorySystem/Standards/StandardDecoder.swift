import Architecture
import Quantities

/// Turns a standard's document into a `DRAMStandard`, and collects what is wrong with it.
struct StandardDecoder {
    let root: DocumentNode
    let file: String
    var diagnostics: Diagnostics
    /// Parameters by name, in the order of the file.
    var parameters: [(name: String, expression: TimingExpression, source: String, origin: DocumentNode.Origin)] = []
    var values: [String: Int] = [:]
    /// Names that some expression reads.
    var usedNames: Set<String> = []

    init(root: DocumentNode, file: String) {
        self.root = root
        self.file = file
        diagnostics = Diagnostics(file: file)
    }

    mutating func decode() throws(ArchitectureError) -> DRAMStandard {
        reportUnknownKeys(of: root, known: StandardDocument.keys, path: "")
        let name = text("standard", in: root, path: "")
        let source = text("source", in: root, path: "")
        let clock = decodeClock()
        let transfers = integer("transfers-per-clock", in: root, path: "", 1...16)
        let rounding = decodeRounding(clock: clock)
        let organization = decodeOrganization()
        try diagnostics.throwIfAny()
        guard let name, let source, let clock, let transfers, let rounding, let organization else {
            throw ArchitectureError(file: file, message: "is not a memory standard")
        }
        check(organization, transfersPerClock: transfers)
        try diagnostics.throwIfAny()

        let burstCycles = organization.burstLength / transfers
        decodeTiming()
        try diagnostics.throwIfAny()
        evaluateTiming(rounding: rounding, organization: organization, burstCycles: burstCycles)
        try diagnostics.throwIfAny()
        let constraints = decodeConstraints(rounding: rounding)
        let management = decodeRefreshManagement()
        let currents = decodeCurrents()
        let pathEnergies = decodePathEnergies()
        reportUnusedParameters()
        checkTiming(burstCycles: burstCycles)
        try diagnostics.throwIfAny()

        var timing: [String: TimingParameter] = [:]
        for parameter in parameters {
            timing[parameter.name] = TimingParameter(cycles: values[parameter.name] ?? 0, source: parameter.source)
        }
        let standard = DRAMStandard(
            name: name, source: source, organization: organization, clockPeriod: clock, timing: timing, constraints: constraints,
            burstCycles: burstCycles, readLatency: values["CL"] ?? 0, writeLatency: values["CWL"] ?? 0, currents: currents,
            pathEnergies: pathEnergies, refreshManagement: management)
        checkEnergy(of: standard)
        try diagnostics.throwIfAny()
        return standard
    }

    private mutating func decodeClock() -> Int? {
        guard let node = required("clock", in: root, path: ""), let text = scalar(node, path: "clock") else { return nil }
        do {
            let period = try Frequency(parsing: text).period.femtoseconds
            // 10 MHz to 10 GHz.
            guard (100_000...100_000_000).contains(period) else {
                diagnostics.report(node.origin, "clock", "\"\(text.excerpt)\" is not within 10 MHz to 10 GHz")
                return nil
            }
            return period
        } catch {
            diagnostics.report(node.origin, "clock", error.description)
            return nil
        }
    }

    private mutating func decodeRounding(clock: Int?) -> CycleRounding? {
        guard let node = required("rounding", in: root, path: ""), let text = scalar(node, path: "rounding") else { return nil }
        guard let rule = CycleRounding.Rule(rawValue: text) else {
            reportUnknown(text, "a rule of rounding", CycleRounding.Rule.allCases.map(\.rawValue), node.origin, "rounding")
            return nil
        }
        return clock.map { CycleRounding(rule: rule, clockPeriod: $0) }
    }

    private mutating func decodeOrganization() -> DRAMOrganization? {
        let path = "organization"
        guard let node = required(path, in: root, path: "") else { return nil }
        guard node.entries != nil else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a group of values belongs")
            return nil
        }
        reportUnknownKeys(
            of: node,
            known: [
                "pseudo-channels", "ranks", "bank-groups", "banks-per-group", "rows", "columns", "data-width", "burst-length",
                "devices", "separate-command-buses", "command-cycles",
            ], path: path)
        let pseudoChannels = powerOfTwo("pseudo-channels", in: node, path: path, 1...4)
        let ranks = powerOfTwo("ranks", in: node, path: path, 1...16)
        let bankGroups = powerOfTwo("bank-groups", in: node, path: path, 1...16)
        let banks = powerOfTwo("banks-per-group", in: node, path: path, 1...64)
        let rows = powerOfTwo("rows", in: node, path: path, 1...(1 << 22))
        let columns = powerOfTwo("columns", in: node, path: path, 1...(1 << 16))
        let width = powerOfTwo("data-width", in: node, path: path, 8...1024)
        let burst = powerOfTwo("burst-length", in: node, path: path, 1...64)
        let devices = integer("devices", in: node, path: path, 1...128)
        let separate = boolean("separate-command-buses", in: node, path: path)
        let commandCycles = decodeCommandCycles(in: node)
        guard let pseudoChannels, let ranks, let bankGroups, let banks, let rows, let columns, let width, let burst, let devices,
            let separate, let commandCycles
        else { return nil }
        guard columns >= burst else {
            diagnostics.report(
                node["columns"]?.origin, "organization.columns",
                "a row of \(columns) columns is shorter than a burst of \(burst); columns count single transfers of the data width")
            return nil
        }
        return DRAMOrganization(
            pseudoChannels: pseudoChannels, ranks: ranks, bankGroups: bankGroups, banksPerGroup: banks, rows: rows,
            columns: columns / burst, dataWidth: width, burstLength: burst, devices: devices,
            separateRowAndColumnCommands: separate, commandCycles: commandCycles)
    }

    private mutating func decodeCommandCycles(in node: DocumentNode) -> [DRAMCommand: Int]? {
        let path = "organization.command-cycles"
        guard let group = node["command-cycles"] else { return [:] }
        guard let entries = group.entries else {
            diagnostics.report(group.origin, path, "is \(group.kindDescription) where commands with their cycles belong: {ACT: 2}")
            return nil
        }
        var result: [DRAMCommand: Int] = [:]
        for entry in entries {
            guard let commands = DRAMCommand.commands(named: entry.key) else {
                reportUnknown(entry.key, "a command", DRAMCommand.words, entry.origin, path)
                return nil
            }
            guard let count = integer(entry.key, in: group, path: path, 1...8) else { return nil }
            for command in commands { result[command] = count }
        }
        return result
    }

    private mutating func check(_ organization: DRAMOrganization, transfersPerClock: Int) {
        if organization.burstLength % transfersPerClock != 0 {
            diagnostics.report(
                root["organization"]?["burst-length"]?.origin, "organization.burst-length",
                "a burst of \(organization.burstLength) is no whole number of clocks at \(transfersPerClock) transfers per clock")
        }
    }
}
