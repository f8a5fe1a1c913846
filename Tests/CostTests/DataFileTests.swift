import Architecture
import Cost
import Foundation
import Quantities
import Testing

/// The shipped data files, whole and damaged.
struct DataFileTests {
    private func text(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("Sources/Cost/Data/\(name)"), encoding: .utf8)
    }

    @Test("Damaged files are refused or priced, and never end the program", arguments: ["sram.yaml", "technology.yaml", "components.yaml"])
    func damaged(_ name: String) throws {
        let lines = try text(name).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let replacements = ["0", "-1", "1e300", "nan", "x", "[]", "{}", "", "99999999999999999999", "1 nm", "0 V"]
        var state: UInt64 = 0x2545_F491_4F6C_DD1D
        func next(_ bound: Int) -> Int {
            state ^= state << 13; state ^= state >> 7; state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var refused = 0
        for _ in 0..<400 {
            var damaged = lines
            let index = next(damaged.count)
            if next(4) == 0 {
                damaged.remove(at: index)
            } else {
                // One value of the line.
                let parts = damaged[index].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
                guard parts.count > 1 else { continue }
                var changed = parts
                let part = 1 + next(parts.count - 1)
                let tail = parts[part].firstIndex(where: { ",}]".contains($0) }).map { String(parts[part][$0...]) } ?? ""
                changed[part] = " " + replacements[next(replacements.count)] + tail
                damaged[index] = changed.joined(separator: ":")
            }
            let whole = damaged.joined(separator: "\n")
            do {
                switch name {
                case "sram.yaml":
                    let model = try SRAMModel(text: whole, file: name)
                    for nanometres in [65.0, 40, 7] {
                        _ = try model.cost(of: SRAMArray(capacity: Bytes(96 << 10), width: Bytes(24), banks: 2, process: ProcessPoint(nanometres: nanometres)))
                    }
                case "technology.yaml":
                    let scaling = try TechnologyScaling(text: whole, file: name)
                    for node in scaling.nodes {
                        _ = try scaling.energy(from: ProcessPoint(nanometres: 45), to: ProcessPoint(nanometres: node))
                        _ = try scaling.delay(from: ProcessPoint(nanometres: 45), to: ProcessPoint(nanometres: node, flavour: .lowPower))
                    }
                default:
                    let table = try ComponentTable(text: whole, file: name)
                    for component in table.names { _ = try? table.price(component, at: ProcessPoint(nanometres: 28)) }
                }
            } catch is ArchitectureError {
                refused += 1
            } catch is CostError {
                refused += 1
            }
        }
        #expect(refused > 50)
    }

    @Test("Every figure of the shipped components names its source")
    func sources() throws {
        let entries = try text("components.yaml").split(separator: "\n").filter { $0.hasPrefix("  - {") }
        #expect(entries.count > 40)
        for entry in entries { #expect(entry.contains("source: \"")) }
    }
}
