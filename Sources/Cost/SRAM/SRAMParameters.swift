import Architecture
import Quantities

/// The coefficients of the model, as its data file has them.
struct SRAMParameters: Sendable {
    struct Height: Sendable { var mat, bit, multiplexing, rowsOfMats, columnsOfMats: Double }
    struct Width: Sendable { var column, rootOfColumns, rowsOfMats, columnsOfMats: Double }
    struct Read: Sendable { var fixed, cell, column, output, tree: Double }
    struct Write: Sendable { var fixed, writtenCell, cell, column, output, tree: Double }
    struct Access: Sendable { var fixed, decoder, row, rowSquared, column, columnSquared, tree: Double }
    struct Leakage: Sendable { var cell, mat, tree: Double }

    /// One node and flavour that was calibrated.
    struct Corner: Sendable {
        var nanometres: Double
        var flavour: TransistorFlavour
        var voltage: Double
        var read: Read
        var write: Write
        var access: Access
        var leakage: Leakage
    }

    var source: String
    var cellHeight: Double
    var cellWidth: Double
    var wirePitch: Double
    var portLeakage: Double
    var smallestRows: Double
    var largestRows: Double
    var smallestColumns: Double
    var largestColumns: Double
    /// Bytes; wider arrays are slices side by side.
    var largestWidth: Int
    var areaExponent: Double
    var subarrayExponent: Double
    var sharpness: Double
    var height: Height
    var width: Width
    /// Of each flavour from the largest node to the smallest.
    var corners: [Corner]

    func corners(_ flavour: TransistorFlavour) -> [Corner] { corners.filter { $0.flavour == flavour } }
}

extension SRAMParameters {
    static func decode(_ text: String, file: String) throws(ArchitectureError) -> SRAMParameters {
        let root = try YAMLDocument.parse(text, file: file, kind: "SRAM model", beginning: "sram: NAME")
        let document = DocumentReader(file: file)
        try document.checkKeys(root, "", ["sram", "source", "cell", "port-leakage", "search", "objective", "geometry", "corners"])
        func group(_ node: DocumentNode, _ key: String, _ path: String, _ keys: [String]) throws(ArchitectureError) -> [Double] {
            let path = document.join(path, key)
            let group = try document.required(key, node, "", "give \(wordList(keys, conjunction: "and"))")
            try document.checkKeys(group, path, keys)
            var values: [Double] = []
            for key in keys { values.append(try document.number(document.required(key, group, path, "give a number"), "\(path).\(key)", 0...1e9)) }
            return values
        }
        let cell = try group(root, "cell", "", ["height", "width", "wire-pitch"])
        guard cell[0] > 0, cell[1] > 0 else { throw document.failure(root, "cell", "has no height or no width") }
        let portLeakage = try document.number(document.required("port-leakage", root, "", "give a share"), "port-leakage", 0...10)
        let searchNode = try document.required("search", root, "", "give limits of the search")
        try document.checkKeys(searchNode, "search", ["smallest-rows", "largest-rows", "smallest-columns", "largest-columns", "largest-width"])
        func limit(_ key: String) throws(ArchitectureError) -> Double {
            try document.number(document.required(key, searchNode, "search", "give a number"), "search.\(key)", 1...65_536)
        }
        let largestWidth: Bytes = try document.quantity(
            document.required("largest-width", searchNode, "search", "write \"256 B\""), "search.largest-width")
        guard largestWidth.count > 0, largestWidth.count & (largestWidth.count - 1) == 0 else {
            throw document.failure(searchNode, "search.largest-width", "is not a power of two")
        }
        let objective = try group(root, "objective", "", ["area", "subarrays", "sharpness"])
        let geometry = try document.required("geometry", root, "", "give height and width of what surrounds the cells")
        let height = try group(geometry, "height", "geometry", ["mat", "bit", "multiplexing", "rows-of-mats", "columns-of-mats"])
        let width = try group(geometry, "width", "geometry", ["column", "root-of-columns", "rows-of-mats", "columns-of-mats"])
        var corners: [Corner] = []
        for (index, item) in try document.list(document.required("corners", root, "", "give one entry for each node and flavour"), "corners").enumerated() {
            let path = "corners[\(index)]"
            try document.checkKeys(item, path, ["node", "flavour", "voltage", "read", "write", "access", "leakage"])
            let node: Length = try document.quantity(document.required("node", item, path, "write \"32 nm\""), "\(path).node")
            let voltage: Voltage = try document.quantity(document.required("voltage", item, path, "write \"0.9 V\""), "\(path).voltage")
            let name = try document.text(document.required("flavour", item, path, "name the transistors"), "\(path).flavour")
            let flavours = TransistorFlavour.allCases.map(\.rawValue)
            guard let flavour = TransistorFlavour(rawValue: name) else {
                throw document.failure(
                    item, "\(path).flavour", "\"\(name.excerpt)\" is none of \(wordList(flavours))", suggestion: Suggestion.closest(to: name, among: flavours))
            }
            let r = try group(item, "read", path, ["fixed", "cell", "column", "output", "tree"])
            let w = try group(item, "write", path, ["fixed", "written-cell", "cell", "column", "output", "tree"])
            let a = try group(item, "access", path, ["fixed", "decoder", "row", "row-squared", "column", "column-squared", "tree"])
            let l = try group(item, "leakage", path, ["cell", "mat", "tree"])
            corners.append(
                Corner(
                    nanometres: node.nanometres, flavour: flavour, voltage: voltage.volts,
                    read: Read(fixed: r[0], cell: r[1], column: r[2], output: r[3], tree: r[4]),
                    write: Write(fixed: w[0], writtenCell: w[1], cell: w[2], column: w[3], output: w[4], tree: w[5]),
                    access: Access(fixed: a[0], decoder: a[1], row: a[2], rowSquared: a[3], column: a[4], columnSquared: a[5], tree: a[6]),
                    leakage: Leakage(cell: l[0], mat: l[1], tree: l[2])))
        }
        for flavour in TransistorFlavour.allCases where !corners.contains(where: { $0.flavour == flavour }) {
            throw document.failure(root, "corners", "has none of flavour \(flavour.rawValue)")
        }
        return SRAMParameters(
            source: try document.text(document.required("source", root, "", "name the publications"), "source"),
            cellHeight: cell[0], cellWidth: cell[1], wirePitch: cell[2], portLeakage: portLeakage, smallestRows: try limit("smallest-rows"),
            largestRows: try limit("largest-rows"), smallestColumns: try limit("smallest-columns"), largestColumns: try limit("largest-columns"),
            largestWidth: largestWidth.count, areaExponent: objective[0], subarrayExponent: objective[1], sharpness: objective[2],
            height: Height(mat: height[0], bit: height[1], multiplexing: height[2], rowsOfMats: height[3], columnsOfMats: height[4]),
            width: Width(column: width[0], rootOfColumns: width[1], rowsOfMats: width[2], columnsOfMats: width[3]),
            corners: corners.sorted { $0.nanometres > $1.nanometres })
    }
}
