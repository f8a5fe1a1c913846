import Quantities

/// A configuration file of SCALE-Sim (`.cfg`), read as an architecture.
///
/// | SCALE-Sim | here |
/// | --- | --- |
/// | ArrayHeight, ArrayWidth, Dataflow | systolic array `array`, preload exposed, results drained over a bus |
/// | words of one byte | int8 operands, int32 sums |
/// | IfmapSramSzkB, FilterSramSzkB, OfmapSramSzkB | memories `ifmap`, `filter`, `ofmap`, as wide as the array, no latency |
/// | one word a cycle as unit of bandwidth | a clock of 1 GHz; SCALE-Sim names no clock |
/// | InterfaceBandwidth CALC | DMA engines and a DRAM without limit: 1 GiB a cycle, 1 EB/s, no latency |
/// | InterfaceBandwidth USER | DMA engines of as many bytes a cycle as the interface has words |
///
/// SCALE-Sim itself takes the bandwidth of the two inputs from `IfmapSRAMBankBandwidth` and `FilterSRAMBankBandwidth` and
/// only that of the output from `Bandwidth` (v3, `single_layer_sim.py`); so does this. It has no unit for anything but matrix
/// products: the vector unit `vector` is there so that other operators run, with enough lanes to cost next to nothing.
public struct SCALESimConfiguration: Sendable, Equatable {
    /// How fast the memory behind the scratchpads is.
    public enum Interface: Sendable, Equatable {
        /// CALC: fast enough never to stall.
        case unlimited
        /// USER: words a cycle of the three interfaces.
        case words(ifmap: Int, filter: Int, ofmap: Int)
    }

    public var runName: String
    public var arrayHeight: Int
    public var arrayWidth: Int
    public var dataflow: Dataflow
    /// Sizes in KiB: SCALE-Sim's "kB" are 1024 bytes.
    public var ifmapKiB: Int
    public var filterKiB: Int
    public var ofmapKiB: Int
    public var interface: Interface

    /// Bytes that a DMA engine without a limit moves in one cycle; more than any scratchpad holds.
    public static let unlimitedWidth = Bytes(1 << 30)
    /// Bandwidth of a DRAM without a limit.
    public static let unlimitedBandwidth = Bandwidth(bytesPerSecond: 1e18)

    /// Reads a configuration file as an architecture.
    ///
    /// - Throws: `ArchitectureError` with the lines of all problems; for features that are not modelled as well.
    public static func load(path: String, overrides: [String: String] = [:]) throws(ArchitectureError) -> Architecture {
        try decode(text: ArchitectureFile.read(path: path), file: path, overrides: overrides)
    }

    /// Reads the text of a configuration file as an architecture.
    public static func decode(
        text: String, file: String, overrides: [String: String] = [:]
    ) throws(ArchitectureError) -> Architecture {
        let document = try INIDocument(parsing: text, file: file)
        var reader = SCALESimReader(document: document, file: file)
        let configuration = try reader.configuration()
        var root = SCALESimArchitecture(configuration: configuration, document: document).root
        try Overrides.apply(overrides, to: &root)
        return try ArchitectureDecoder.decode(root, file: file)
    }
}

/// Reads the keys of a configuration, collecting problems.
struct SCALESimReader {
    let document: INIDocument
    var diagnostics: Diagnostics

    /// Every key that SCALE-Sim v3 knows, by section.
    static let keys: [(section: String, keys: [String])] = [
        ("general", ["run_name"]),
        (
            "architecture_presets",
            [
                "ArrayHeight", "ArrayWidth", "IfmapSramSzkB", "FilterSramSzkB", "OfmapSramSzkB", "IfmapOffset", "FilterOffset",
                "OfmapOffset", "Dataflow", "Bandwidth", "ReadRequestBuffer", "WriteRequestBuffer", "MemoryBanks",
            ]
        ),
        (
            "layout",
            [
                "IfmapCustomLayout", "IfmapSRAMBankBandwidth", "IfmapSRAMBankNum", "IfmapSRAMBankPort", "FilterCustomLayout",
                "FilterSRAMBankBandwidth", "FilterSRAMBankNum", "FilterSRAMBankPort",
            ]
        ),
        ("sparsity", ["SparsitySupport", "SparseRep", "OptimizedMapping", "BlockSize", "RandomNumberGeneratorSeed"]),
        ("run_presets", ["InterfaceBandwidth", "UseRamulatorTrace"]),
    ]

    /// Features that change SCALE-Sim's figures and are not modelled: accepted only when they are off.
    static let switches = [
        ("layout", "IfmapCustomLayout"), ("layout", "FilterCustomLayout"), ("sparsity", "SparsitySupport"),
        ("run_presets", "UseRamulatorTrace"),
    ]

    init(document: INIDocument, file: String) {
        self.document = document
        diagnostics = Diagnostics(file: file)
    }

    mutating func configuration() throws(ArchitectureError) -> SCALESimConfiguration {
        checkKeys()
        let presets = "architecture_presets"
        let name = required("general", "run_name", "the name of the run")
        let height = integer(presets, "ArrayHeight", 1...65_536)
        let width = integer(presets, "ArrayWidth", 1...65_536)
        let ifmap = integer(presets, "IfmapSramSzkB", 1...1_048_576)
        let filter = integer(presets, "FilterSramSzkB", 1...1_048_576)
        let ofmap = integer(presets, "OfmapSramSzkB", 1...1_048_576)
        let dataflow = choice(presets, "Dataflow", ["os", "ws", "is"])
        let mode = choice("run_presets", "InterfaceBandwidth", ["CALC", "USER"])
        let bandwidth = integer(presets, "Bandwidth", 1...1_048_576)
        var interface = SCALESimConfiguration.Interface.unlimited
        if mode == "USER" {
            // Files without a [layout] section come from SCALE-Sim v2, whose interfaces share one figure.
            func words(_ key: String) -> Int? {
                document.value("layout", key) == nil ? bandwidth : integer("layout", key, 1...1_048_576)
            }
            if let ofmap = bandwidth, let ifmap = words("IfmapSRAMBankBandwidth"), let filter = words("FilterSRAMBankBandwidth") {
                interface = .words(ifmap: ifmap, filter: filter, ofmap: ofmap)
            }
        }
        for (section, key) in Self.switches {
            guard let value = document.value(section, key) else { continue }
            switch value.text.lowercased() {
            case "false", "no", "off", "0": break
            case "true", "yes", "on", "1":
                report(value, section, "is not modelled; set it to False, or run SCALE-Sim itself for this file")
            default: report(value, section, "\"\(value.text.excerpt)\" is neither True nor False")
            }
        }
        try diagnostics.throwIfAny()
        guard let name, let height, let width, let ifmap, let filter, let ofmap, let dataflow else {
            preconditionFailure("a configuration without problems has every key")
        }
        let dataflows: [String: Dataflow] = ["os": .outputStationary, "ws": .weightStationary, "is": .inputStationary]
        return SCALESimConfiguration(
            runName: name.text, arrayHeight: height, arrayWidth: width, dataflow: dataflows[dataflow] ?? .outputStationary,
            ifmapKiB: ifmap, filterKiB: filter, ofmapKiB: ofmap, interface: interface)
    }

    private mutating func checkKeys() {
        let sections = Self.keys.map(\.section)
        for section in document.sections {
            guard let known = Self.keys.first(where: { $0.section == section.name.lowercased() }) else {
                let suggestion = Suggestion.closest(to: section.name, among: sections)
                diagnostics.report(
                    .line(section.line), section.name.excerpt,
                    "is not a section of SCALE-Sim" + (suggestion == nil ? "; there are \(quotedList(sections, conjunction: "and"))" : ""),
                    suggestion: suggestion)
                continue
            }
            for value in section.values where !known.keys.contains(where: { $0.lowercased() == value.key.lowercased() }) {
                let suggestion = Suggestion.closest(to: value.key, among: known.keys)
                report(
                    value, section.name,
                    "is not a key of this section" + (suggestion == nil ? "; it has \(quotedList(known.keys, conjunction: "and"))" : ""),
                    suggestion: suggestion)
            }
        }
    }

    private mutating func report(_ value: INIDocument.Value, _ section: String, _ message: String, suggestion: String? = nil) {
        diagnostics.report(.line(value.line), "\(section).\(value.key.excerpt)", message, suggestion: suggestion)
    }

    private mutating func required(_ section: String, _ key: String, _ what: String) -> INIDocument.Value? {
        guard let value = document.value(section, key) else {
            diagnostics.report(
                document.section(section).map { .line($0.line) }, "\(section).\(key)",
                document.section(section) == nil ? "is missing, with its section; write [\(section)] and \(key): …" : "is missing; write \(key): \(what)")
            return nil
        }
        guard !value.text.isEmpty, value.text.unicodeScalars.count <= 128, !value.text.hasControlCharacters else {
            report(value, section, value.text.isEmpty ? "has no value; write \(what)" : "\"\(value.text.excerpt)\" is not \(what)")
            return nil
        }
        return value
    }

    private mutating func integer(_ section: String, _ key: String, _ range: ClosedRange<Int>) -> Int? {
        guard let value = required(section, key, "a whole number") else { return nil }
        guard let number = Int(value.text) else {
            report(value, section, "\"\(value.text.excerpt)\" is not a whole number; write \(range.lowerBound) … \(range.upperBound)")
            return nil
        }
        guard range.contains(number) else {
            report(value, section, "\(number) is outside of \(range.lowerBound) … \(range.upperBound)")
            return nil
        }
        return number
    }

    private mutating func choice(_ section: String, _ key: String, _ words: [String]) -> String? {
        guard let value = required(section, key, quotedList(words)) else { return nil }
        guard let word = words.first(where: { $0.lowercased() == value.text.lowercased() }) else {
            report(value, section, "\"\(value.text.excerpt)\" is none of \(quotedList(words))")
            return nil
        }
        return word
    }
}
