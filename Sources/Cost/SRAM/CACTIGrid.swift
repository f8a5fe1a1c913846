import Quantities

/// Arrays that CACTI 7.0 priced, against which the SRAM model is held: 2 KiB to 4 MiB, 8 B to 256 B wide, 32, 45 and 65 nm, fast and low-power
/// cells. The figures come with Cyclewright (Data/cacti7_sram_grid.csv says how they were made).
public struct CACTIGrid: Sendable {
    public struct Point: Sendable {
        public var array: SRAMArray
        /// In the order of ``CACTIGrid/figureNames``: picojoules, picojoules, nanoseconds, milliwatts, square millimetres.
        public var figures: [Double]
        /// The row, for messages.
        public var line: String
    }

    public static let figureNames = ["read energy", "write energy", "access time", "leakage", "area"]
    static let columns = ["read_pJ", "write_pJ", "access_ns", "leakage_mW", "area_mm2"]

    public private(set) var points: [Point] = []
    /// Rows for which CACTI found no organization.
    public private(set) var invalid = 0

    public static let shipped = CACTIGrid(text: String(decoding: PackageResources.cacti7_sram_grid_csv, as: UTF8.self))

    init(text: String) {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        let header = (lines.first ?? "").split(separator: ",").map(String.init)
        func value(_ name: String, _ cells: [String]) -> String {
            guard let column = header.firstIndex(of: name), cells.indices.contains(column) else { return "" }
            return cells[column]
        }
        for line in lines.dropFirst() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let figures = Self.columns.compactMap { Double(value($0, cells)) }
            guard figures.count == Self.columns.count, let node = Double(value("tech_nm", cells)), let size = Int(value("size_bytes", cells)),
                let width = Int(value("width_bytes", cells))
            else {
                invalid += 1
                continue
            }
            let flavour: TransistorFlavour = value("cell", cells) == "itrs-hp" ? .highPerformance : .lowPower
            points.append(
                Point(
                    array: SRAMArray(capacity: Bytes(size), width: Bytes(width), process: ProcessPoint(nanometres: node, flavour: flavour)),
                    figures: figures, line: String(line)))
        }
    }
}

extension SRAMCost {
    /// Read and write in picojoules, access in nanoseconds, leakage in milliwatts, area in square millimetres, as ``CACTIGrid`` has them.
    public var figures: [Double] {
        [readEnergy.joules * 1e12, writeEnergy.joules * 1e12, accessTime.seconds * 1e9, leakage.watts * 1e3, area.squareMillimetres]
    }
}
