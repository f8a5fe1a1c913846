import Architecture
import GraphImport
import MemorySystem
import NumberFormats
import OperatorGraph
import Reporting

/// What Cyclewright ships and knows, as lines of aligned text.
package struct Inventory {
    private let shipped: ShippedFiles
    private let style: TerminalStyle

    package init(shipped: ShippedFiles, style: TerminalStyle) {
        self.shipped = shipped
        self.style = style
    }

    /// Name, peak throughput and source of every shipped architecture; for a broken one, what is wrong with it.
    package var architectures: [String] {
        var table = TerminalTable([
            .init(title: "NAME", role: .accent), .init(title: "PEAK", isRight: true), .init(title: "SOURCE", isFlexible: true),
        ])
        for entry in shipped.entries(.architecture) {
            do throws(ArchitectureError) {
                let architecture = try Architecture.load(path: entry.path)
                let peak = ArchitectureDescription(architecture).peakOperationsPerSecond
                table.rows.append([entry.name, QuantityText.operationRate(perSecond: peak), architecture.source])
            } catch {
                table.rows.append([entry.name, QuantityText.missing, "\(error.problems[0])"])
            }
        }
        return table.lines(style)
    }

    /// Name and source of every shipped description of memory tiers.
    package var tiers: [String] {
        var table = TerminalTable([.init(title: "NAME", role: .accent), .init(title: "TIERS"), .init(title: "SOURCE", isFlexible: true)])
        for entry in shipped.entries(.tiers) {
            do throws(ArchitectureError) {
                let tiers = try TierDescription.load(path: entry.path)
                table.rows.append([entry.name, tiers.memory.tiers.map(\.name).joined(separator: ", "), tiers.source])
            } catch {
                table.rows.append([entry.name, QuantityText.missing, "\(error.problems[0])"])
            }
        }
        return table.lines(style)
    }

    package var workloads: [String] {
        var table = TerminalTable([.init(title: "NAME", role: .accent), .init(title: "FORMAT"), .init(title: "FILE", isFlexible: true)])
        for entry in shipped.entries(.workload) {
            let format = (try? WorkloadImport.format(path: entry.path)).map(Inventory.name) ?? QuantityText.missing
            table.rows.append([entry.name, format, entry.path])
        }
        return table.lines(style)
    }

    /// Name, topology and source of every shipped network, then the kinds that need no file.
    package var networks: [String] {
        var table = TerminalTable([.init(title: "NAME", role: .accent), .init(title: "TOPOLOGY"), .init(title: "SOURCE", isFlexible: true)])
        for entry in shipped.entries(.network) {
            do throws(ArchitectureError) {
                let network = try NetworkDescription.load(path: entry.path)
                table.rows.append([entry.name, network.topology.name, network.source])
            } catch {
                table.rows.append([entry.name, QuantityText.missing, "\(error.problems[0])"])
            }
        }
        for kind in NetworkDescription.kindNames {
            guard let network = try? NetworkDescription.ofKind(kind) else { continue }
            table.rows.append([kind, network.topology.name, "a kind: sizes by --set topology.…"])
        }
        return table.lines(style)
    }

    package var operators: [String] {
        var table = TerminalTable([.init(title: "OPERATOR", role: .accent), .init(title: "SINCE OPSET", isRight: true), .init(title: "DOMAIN")])
        for known in OperatorRegistry.supported {
            table.rows.append([known.name, "\(known.since)", known.domain.isEmpty ? "ai.onnx" : known.domain])
        }
        return table.lines(style)
    }

    package var engines: [String] {
        var table = TerminalTable([.init(title: "KIND", role: .accent), .init(title: "WHAT IT IS", isFlexible: true)])
        table.rows = ArchitectureSchema.engineKinds.map { [$0.kind, $0.help] }
        return table.lines(style)
    }

    package var formats: [String] {
        var table = TerminalTable([.init(title: "FORMAT", role: .accent), .init(title: "BITS", isRight: true), .init(title: "KIND")])
        for element in ElementType.allCases {
            let kind = element.isFloatingPoint ? "floating point" : !element.isInteger ? "logical" : element.isSigned ? "signed integer" : "unsigned integer"
            table.rows.append([element.rawValue, "\(element.bits)", kind])
        }
        return table.lines(style)
    }

    package static func name(of format: WorkloadImport.Format) -> String {
        switch format {
        case .onnx: "ONNX"
        case .languageModel: "language model"
        case .scaleSim: "SCALE-Sim topology"
        }
    }
}
