import Cost
import Foundation
import Quantities
import Testing

/// The arrays that CACTI 7 priced, from the file beside this one.
struct CACTIGrid {
    struct Point {
        var array: SRAMArray
        var read: Double
        var write: Double
        var access: Double
        var leakage: Double
        var area: Double
        var line: String
    }

    var points: [Point] = []
    /// Rows for which CACTI found no organization.
    var invalid = 0

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/cacti7_sram_grid.csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        let header = try #require(lines.first).split(separator: ",").map(String.init)
        func column(_ name: String) throws -> Int { try #require(header.firstIndex(of: name)) }
        let columns = try ["tech_nm", "size_bytes", "width_bytes", "read_pJ", "write_pJ", "access_ns", "leakage_mW", "area_mm2"].map(column)
        for line in lines.dropFirst() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let values = columns.compactMap { Double(cells[$0]) }
            guard values.count == columns.count else { invalid += 1; continue }
            let flavour: TransistorFlavour = try cells[column("cell")] == "itrs-hp" ? .highPerformance : .lowPower
            points.append(
                Point(
                    array: SRAMArray(
                        capacity: Bytes(Int(values[1])), width: Bytes(Int(values[2])),
                        process: ProcessPoint(nanometres: values[0], flavour: flavour)),
                    read: values[3], write: values[4], access: values[5], leakage: values[6], area: values[7], line: String(line)))
        }
    }
}

extension SRAMCost {
    /// Read and write in picojoules, access in nanoseconds, leakage in milliwatts, area in square millimetres.
    var figures: [Double] {
        [readEnergy.joules * 1e12, writeEnergy.joules * 1e12, accessTime.seconds * 1e9, leakage.watts * 1e3, area.squareMillimetres]
    }

    static let figureNames = ["read energy", "write energy", "access time", "leakage", "area"]
}
