import Architecture
import Quantities

extension StandardDecoder {
    /// Currents that each rail states; refresh of single banks (`IDD5PB`), of the same bank in all groups (`IDD5C`) and in fine
    /// granularity (`IDD5F`) only where the standard has it.
    static let currentNames = ["IDD0", "IDD2P", "IDD2N", "IDD3P", "IDD3N", "IDD4R", "IDD4W", "IDD5B", "IDD6"]
    static let optionalCurrentNames = ["IDD5PB", "IDD5C", "IDD5F"]

    mutating func decodeCurrents() -> DRAMCurrents? {
        guard let node = root["currents"] else { return nil }
        guard node.entries != nil else {
            diagnostics.report(node.origin, "currents", "is \(node.kindDescription) where a group of source and rails belongs")
            return nil
        }
        reportUnknownKeys(of: node, known: ["source", "baseline", "rails"], path: "currents")
        guard let source = text("source", in: node, path: "currents"), let rails = required("rails", in: node, path: "currents") else { return nil }
        guard let entries = rails.entries, !entries.isEmpty, entries.count <= 8 else {
            diagnostics.report(rails.origin, "currents.rails", "is no group of one to eight supply rails: VDD: {voltage: 1.2 V, IDD0: 57 mA, …}")
            return nil
        }
        var result: [DRAMCurrents.Rail] = []
        for entry in entries {
            let path = join("currents.rails", entry.key)
            guard entry.value.entries != nil else {
                diagnostics.report(entry.origin, path, "is \(entry.value.kindDescription) where a voltage and currents belong")
                continue
            }
            reportUnknownKeys(of: entry.value, known: ["voltage"] + Self.currentNames + Self.optionalCurrentNames, path: path)
            let voltage = decodeVoltage(in: entry.value, path: path)
            var currents: [String: Double] = [:]
            for name in Self.currentNames + Self.optionalCurrentNames {
                if Self.optionalCurrentNames.contains(name), entry.value[name] == nil { continue }
                if let current = milliamperes(name, in: entry.value, path: path) { currents[name] = current }
            }
            if let voltage { result.append(.init(name: entry.key.excerpt, voltage: voltage, milliamperes: currents)) }
        }
        var baseline = DRAMCurrents.Baseline.allBanks
        if let value = node["baseline"], let word = scalar(value, path: "currents.baseline") {
            if let known = DRAMCurrents.Baseline(rawValue: word) {
                baseline = known
            } else {
                reportUnknown(word, "a baseline", DRAMCurrents.Baseline.allCases.map(\.rawValue), value.origin, "currents.baseline")
            }
        }
        return DRAMCurrents(source: source, rails: result, baseline: baseline)
    }

    private mutating func decodeVoltage(in node: DocumentNode, path: String) -> Double? {
        guard let value = required("voltage", in: node, path: path), let text = scalar(value, path: join(path, "voltage")) else { return nil }
        do {
            let volts = try Voltage(parsing: text).volts
            guard volts > 0, volts <= 20 else {
                diagnostics.report(value.origin, join(path, "voltage"), "\"\(text.excerpt)\" is not above 0 V and up to 20 V")
                return nil
            }
            return volts
        } catch {
            diagnostics.report(value.origin, join(path, "voltage"), error.description)
            return nil
        }
    }

    private mutating func milliamperes(_ name: String, in node: DocumentNode, path: String) -> Double? {
        guard let value = required(name, in: node, path: path), let text = scalar(value, path: join(path, name)) else { return nil }
        guard text.hasSuffix("mA"), let number = Double(text.dropLast(2).filter { $0 != " " }), number.isFinite, (0...10_000).contains(number) else {
            diagnostics.report(value.origin, join(path, name), "\"\(text.excerpt)\" is not a current from 0 mA to 10000 mA such as \"57 mA\"")
            return nil
        }
        return number
    }

    mutating func decodePathEnergies() -> DRAMPathEnergies? {
        let path = "path-energies"
        guard let node = root[path] else { return nil }
        guard let entries = node.entries else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a group of source and energies belongs")
            return nil
        }
        guard let source = text("source", in: node, path: path) else { return nil }
        let activate = node["activate"] == nil ? nil : picojoules("activate", in: node, path: path)
        guard let interface = picojoules("interface", in: node, path: path) else { return nil }
        var stages: [DRAMPathEnergies.Stage] = []
        for entry in entries where !["source", "activate", "interface"].contains(entry.key) {
            guard let energy = picojoules(entry.key, in: node, path: path) else { return nil }
            stages.append(.init(name: entry.key.excerpt, picojoulesPerBit: energy))
        }
        guard (activate == nil) == stages.isEmpty else {
            diagnostics.report(
                node.origin, path,
                "gives \(stages.isEmpty ? "activate without the stages of the data" : "stages of the data without activate"); currents give both or neither")
            return nil
        }
        return DRAMPathEnergies(source: source, activate: activate, stages: stages, interface: interface)
    }

    /// An energy per bit (per row for `activate`), in picojoule.
    private mutating func picojoules(_ name: String, in node: DocumentNode, path: String) -> Double? {
        guard let value = required(name, in: node, path: path), let text = scalar(value, path: join(path, name)) else { return nil }
        do {
            let energy = try Energy(parsing: text).joules * 1e12
            guard energy <= 1e6 else {
                diagnostics.report(value.origin, join(path, name), "\"\(text.excerpt)\" is more than 1 µJ")
                return nil
            }
            return energy
        } catch {
            diagnostics.report(value.origin, join(path, name), error.description)
            return nil
        }
    }
}
