import Architecture
import Quantities

extension ComponentTable {
    private static let keys = [
        "component", "format", "bits", "per", "node", "voltage", "flavour", "scales", "energy", "area", "leakage", "times", "of", "estimate", "source",
    ]

    static func decode(_ text: String, file: String) throws(ArchitectureError) -> [Entry] {
        let root = try YAMLDocument.parse(text, file: file, kind: "component table", beginning: "components: NAME")
        let document = DocumentReader(file: file)
        try document.checkKeys(root, "", ["components", "source", "entries"])
        let common = try root["source"].map { (node) throws(ArchitectureError) in try document.text(node, "source") }
        var entries: [Entry] = []
        for (index, item) in try document.list(document.required("entries", root, "", "give a list of figures"), "entries").enumerated() {
            entries.append(try entry(item, "entries[\(index)]", document, commonSource: common))
        }
        return entries
    }

    private static func entry(_ item: DocumentNode, _ path: String, _ document: DocumentReader, commonSource: String?) throws(ArchitectureError) -> Entry {
        try document.checkKeys(item, path, keys)
        let component = try document.text(document.required("component", item, path, "name what the figure is of"), "\(path).component")
        var format: ArithmeticFormat?
        if let node = item["format"] {
            let name = try document.text(node, "\(path).format")
            format = ArithmeticFormat(named: name)
            guard format != nil else {
                throw document.failure(
                    node, "\(path).format", "\"\(name.excerpt)\" is not a number format", suggestion: Suggestion.closest(to: name, among: ArithmeticFormat.names))
            }
        }
        var source = try item["source"].map { (node) throws(ArchitectureError) in try document.text(node, "\(path).source") } ?? commonSource
        let isEstimate = try flag("estimate", item, path, document, absent: false)
        if source == nil, isEstimate { source = "\(document.file)" }
        guard let source else { throw document.failure(item, "\(path).source", "is missing; name the publication, or write estimate: true") }
        var entry = Entry(
            component: component, format: format, energies: [], provenance: Provenance(source, isEstimate: isEstimate))
        if let node = item["bits"] { entry.bits = Int(try document.number(node, "\(path).bits", 1...64)) }
        entry.per = try item["per"].map { (node) throws(ArchitectureError) in try document.text(node, "\(path).per") }
        if let times = item["times"] {
            let of = try document.text(document.required("of", item, path, "name the component that the figure is relative to"), "\(path).of")
            guard of != component else { throw document.failure(times, "\(path).of", "is the component itself") }
            guard format != nil else { throw document.failure(times, "\(path).format", "is missing; name the format of \(of) that the figure is relative to") }
            entry.relative = (try document.number(times, "\(path).times", 0...1e6), of)
        }
        entry.energies = try energies(item, path, document)
        entry.area = try item["area"].map { (node) throws(ArchitectureError) in try document.quantity(node, "\(path).area") }
        entry.leakage = try item["leakage"].map { (node) throws(ArchitectureError) in try document.quantity(node, "\(path).leakage") }
        guard entry.relative != nil || !entry.energies.isEmpty || entry.area != nil || entry.leakage != nil else {
            throw document.failure(item, path, "has no figure; give energy, area or leakage")
        }
        if entry.relative == nil, try flag("scales", item, path, document, absent: true) {
            entry.process = try process(item, path, document)
        }
        return entry
    }

    private static func energies(
        _ item: DocumentNode, _ path: String, _ document: DocumentReader
    ) throws(ArchitectureError) -> [(action: String, energy: Energy)] {
        guard let node = item["energy"] else { return [] }
        guard let actions = node.entries else { return [("compute", try document.quantity(node, "\(path).energy"))] }
        var energies: [(action: String, energy: Energy)] = []
        for action in actions { energies.append((action.key, try document.quantity(action.value, "\(path).energy.\(action.key)"))) }
        return energies
    }

    private static func process(_ item: DocumentNode, _ path: String, _ document: DocumentReader) throws(ArchitectureError) -> ProcessPoint {
        let nodeKey = try document.required("node", item, path, "write the technology of the figure, such as \"45 nm\", or scales: false")
        let node: Length = try document.quantity(nodeKey, "\(path).node")
        let voltage: Voltage? = try item["voltage"].map { (node) throws(ArchitectureError) in try document.quantity(node, "\(path).voltage") }
        var flavour = TransistorFlavour.highPerformance
        if let key = item["flavour"] {
            let name = try document.text(key, "\(path).flavour")
            let names = TransistorFlavour.allCases.map(\.rawValue)
            guard let known = TransistorFlavour(rawValue: name) else {
                throw document.failure(key, "\(path).flavour", "\"\(name.excerpt)\" is none of \(wordList(names))", suggestion: Suggestion.closest(to: name, among: names))
            }
            flavour = known
        }
        let process = ProcessPoint(node: node, voltage: voltage, flavour: flavour)
        do throws(CostError) {
            // A figure that cannot be scaled at all is a mistake of the file, and not of whoever asks for it later.
            _ = try TechnologyScaling.shipped.energy(from: process, to: process)
        } catch {
            throw document.failure(nodeKey, "\(path).node", error.description)
        }
        return process
    }

    private static func flag(
        _ key: String, _ item: DocumentNode, _ path: String, _ document: DocumentReader, absent: Bool
    ) throws(ArchitectureError) -> Bool {
        guard let node = item[key] else { return absent }
        let text = try document.text(node, "\(path).\(key)")
        guard ["true", "false"].contains(text) else { throw document.failure(node, "\(path).\(key)", "\"\(text.excerpt)\" is neither \"true\" nor \"false\"") }
        return text == "true"
    }
}
