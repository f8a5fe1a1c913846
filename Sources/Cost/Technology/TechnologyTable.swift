import Architecture
import Quantities

/// The published equations, one row for each node.
struct TechnologyTable: Sendable {
    /// f(V) = a·V² + b·V + c of energy and g(V) = a·V³ + b·V² + c·V + d of delay.
    struct Coefficients: Sendable, Hashable {
        var energy: [Double]
        var delay: [Double]

        func energy(_ v: Double) -> Double { (energy[0] * v + energy[1]) * v + energy[2] }
        func energySlope(_ v: Double) -> Double { 2 * energy[0] * v + energy[1] }
        func delay(_ v: Double) -> Double { ((delay[0] * v + delay[1]) * v + delay[2]) * v + delay[3] }
    }

    struct Node: Sendable, Hashable {
        var nanometres: Double
        var nominal: Double
        /// Relative to 45 nm.
        var area: Double
        var highPerformance: Coefficients
        /// Down to 65 nm the publication has one kind of transistor.
        var lowPower: Coefficients
        /// For the nodes beyond the publication: energy and delay relative to its last node, and why.
        var energyStep = 1.0
        var delayStep = 1.0
        var extrapolation: String?

        func coefficients(_ flavour: TransistorFlavour) -> Coefficients { flavour == .lowPower ? lowPower : highPerformance }
    }

    struct Cell: Sendable, Hashable {
        var nanometres: Double
        /// Square micrometres.
        var area: Double
        var source: String
    }

    var source: String
    /// From the largest node to the smallest.
    var nodes: [Node]
    /// Bit cells, from the largest node to the smallest.
    var cells: [Cell]

    static func decode(_ text: String, file: String) throws(ArchitectureError) -> TechnologyTable {
        let root = try YAMLDocument.parse(text, file: file, kind: "technology table", beginning: "technology-scaling: NAME")
        let document = DocumentReader(file: file)
        try document.checkKeys(root, "", ["technology-scaling", "source", "nodes", "extrapolated", "sram-cells"])
        let source = try document.text(document.required("source", root, "", "name the publication"), "source")
        var nodes: [Node] = []
        for (index, item) in try document.list(document.required("nodes", root, "", "give one entry for each node"), "nodes").enumerated() {
            let path = "nodes[\(index)]"
            try document.checkKeys(item, path, ["node", "voltage", "area", "high-performance", "low-power"])
            let fast = try coefficients(
                document.required("high-performance", item, path, "give energy and delay"), "\(path).high-performance", document)
            let slow = try item["low-power"].map { (node) throws(ArchitectureError) in try coefficients(node, "\(path).low-power", document) }
            nodes.append(
                try row(item, path, document, highPerformance: fast, lowPower: slow ?? fast, area: positive("area", item, path, document)))
        }
        for (index, item) in try document.list(root["extrapolated"] ?? DocumentNode(content: .sequence([]), origin: root.origin), "extrapolated").enumerated() {
            let path = "extrapolated[\(index)]"
            try document.checkKeys(item, path, ["node", "voltage", "from", "energy", "delay", "area", "source"])
            let origin: Length = try document.quantity(document.required("from", item, path, "name the node that it is relative to"), "\(path).from")
            guard let base = nodes.first(where: { $0.nanometres == origin.nanometres }) else {
                throw document.failure(item, "\(path).from", "is \(origin), which has no entry above")
            }
            var node = try row(
                item, path, document, highPerformance: base.highPerformance, lowPower: base.lowPower,
                area: base.area * positive("area", item, path, document))
            node.energyStep = try base.energyStep * positive("energy", item, path, document)
            node.delayStep = try base.delayStep * positive("delay", item, path, document)
            node.extrapolation = try document.text(document.required("source", item, path, "say who claims it"), "\(path).source")
            nodes.append(node)
        }
        guard nodes.count >= 2, zip(nodes, nodes.dropFirst()).allSatisfy({ $0.nanometres > $1.nanometres }) else {
            throw document.failure(root, "nodes", "needs two or more nodes, from the largest to the smallest")
        }
        var cells: [Cell] = []
        for (index, item) in try document.list(document.required("sram-cells", root, "", "give areas of bit cells"), "sram-cells").enumerated() {
            let path = "sram-cells[\(index)]"
            let node: Length = try document.quantity(document.required("node", item, path, "write \"7 nm\""), "\(path).node")
            let area: Area = try document.quantity(document.required("area", item, path, "write \"0.027 um2\""), "\(path).area")
            guard area.squareMillimetres > 0 else { throw document.failure(item, "\(path).area", "is zero") }
            cells.append(
                Cell(
                    nanometres: node.nanometres, area: area.squareMillimetres * 1e6,
                    source: try document.text(document.required("source", item, path, "name the publication"), "\(path).source")))
        }
        guard cells.count >= 2, zip(cells, cells.dropFirst()).allSatisfy({ $0.nanometres > $1.nanometres }) else {
            throw document.failure(root, "sram-cells", "needs two or more nodes, from the largest to the smallest")
        }
        return TechnologyTable(source: source, nodes: nodes, cells: cells)
    }

    private static func row(
        _ item: DocumentNode, _ path: String, _ document: DocumentReader, highPerformance: Coefficients, lowPower: Coefficients, area: Double
    ) throws(ArchitectureError) -> Node {
        let node: Length = try document.quantity(document.required("node", item, path, "write \"7 nm\""), "\(path).node")
        let voltage: Voltage = try document.quantity(document.required("voltage", item, path, "write \"0.7 V\""), "\(path).voltage")
        guard node.nanometres > 0 else { throw document.failure(item, "\(path).node", "is zero") }
        let row = Node(nanometres: node.nanometres, nominal: voltage.volts, area: area, highPerformance: highPerformance, lowPower: lowPower)
        for flavour in TransistorFlavour.allCases {
            let coefficients = row.coefficients(flavour)
            guard coefficients.energy(row.nominal) > 0, coefficients.delay(row.nominal) > 0 else {
                throw document.failure(item, path, "has an energy or a delay that is not positive at its own voltage")
            }
        }
        return row
    }

    private static func coefficients(_ node: DocumentNode, _ path: String, _ document: DocumentReader) throws(ArchitectureError) -> Coefficients {
        try document.checkKeys(node, path, ["energy", "delay"])
        return Coefficients(
            energy: try document.numbers(document.required("energy", node, path, "give three numbers"), "\(path).energy", count: 3),
            delay: try document.numbers(document.required("delay", node, path, "give four numbers"), "\(path).delay", count: 4))
    }

    private static func positive(_ key: String, _ node: DocumentNode, _ path: String, _ document: DocumentReader) throws(ArchitectureError) -> Double {
        try document.number(document.required(key, node, path, "give a positive number"), "\(path).\(key)", 1e-9...1e9)
    }
}
