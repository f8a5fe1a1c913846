import Quantities

/// Writes a SCALE-Sim configuration as the document that an architecture file would be, so that overrides, defaults and checks
/// are those of every architecture.
struct SCALESimArchitecture {
    let configuration: SCALESimConfiguration
    let document: INIDocument

    var root: DocumentNode {
        group([
            ("architecture", sourced(configuration.runName, "general", "run_name")),
            ("source", text("SCALE-Sim configuration")),
            ("clock", sourced("1 GHz", because: "SCALE-Sim counts cycles and names no clock")),
            ("memories", memories),
            ("engines", engines),
        ])
    }

    private var memories: DocumentNode {
        let presets = "architecture_presets"
        return group([
            (
                "dram",
                group([
                    ("kind", text("dram")),
                    ("source", text("assumed: SCALE-Sim has no main memory of its own")),
                    ("capacity", text("1 TiB")),
                    ("bandwidth", dramBandwidth),
                    ("latency", text("0 ns")),
                    ("access", text("1 B")),
                ])
            ),
            ("ifmap", scratchpad(configuration.ifmapKiB, presets, "IfmapSramSzkB")),
            ("filter", scratchpad(configuration.filterKiB, presets, "FilterSramSzkB")),
            ("ofmap", scratchpad(configuration.ofmapKiB, presets, "OfmapSramSzkB")),
        ])
    }

    private var dramBandwidth: DocumentNode {
        switch configuration.interface {
        case .unlimited:
            sourced("\(SCALESimConfiguration.unlimitedBandwidth)", "run_presets", "InterfaceBandwidth")
        case .words(let ifmap, let filter, let ofmap):
            // Each interface has its own bandwidth in SCALE-Sim; together they never ask for more than their sum.
            sourced("\(ifmap + filter + ofmap) GB/s", because: "SCALE-Sim: the sum of the three interfaces at 1 GHz")
        }
    }

    private func scratchpad(_ kibibytes: Int, _ section: String, _ key: String) -> DocumentNode {
        // One line holds everything: whatever the array reads in a cycle is there in that cycle.
        let width = min(kibibytes, 1 << 20) * 1024
        return group([
            ("kind", text("sram")),
            ("source", text("assumed: SCALE-Sim's scratchpads never slow the array")),
            ("capacity", sourced("\(kibibytes) KiB", section, key)),
            ("banks", text("1")),
            ("width", text("\(width) B")),
            ("ports", text("16")),
            ("latency", text("0")),
        ])
    }

    private var engines: DocumentNode {
        let presets = "architecture_presets"
        let widths: (ifmap: DocumentNode, filter: DocumentNode, ofmap: DocumentNode)
        switch configuration.interface {
        case .unlimited:
            let width = sourced("\(SCALESimConfiguration.unlimitedWidth)", "run_presets", "InterfaceBandwidth")
            widths = (width, width, width)
        case .words(let ifmap, let filter, let ofmap):
            widths = (
                sourced("\(ifmap) B", "layout", "IfmapSRAMBankBandwidth"), sourced("\(filter) B", "layout", "FilterSRAMBankBandwidth"),
                sourced("\(ofmap) B", presets, "Bandwidth")
            )
        }
        return group([
            (
                "array",
                group([
                    ("kind", text("systolic-array")),
                    ("source", text("SCALE-Sim: words of one byte, no overlap of folds")),
                    ("rows", sourced("\(configuration.arrayHeight)", presets, "ArrayHeight")),
                    ("columns", sourced("\(configuration.arrayWidth)", presets, "ArrayWidth")),
                    ("dataflow", sourced(configuration.dataflow.rawValue, presets, "Dataflow")),
                    ("preload", text("exposed")),
                    ("drain", text("bus")),
                    ("input", text("int8")),
                    ("weight", text("int8")),
                    ("accumulator", text("int32")),
                    ("reads", list(["ifmap", "filter"])),
                    ("writes", text("ofmap")),
                ])
            ),
            (
                "vector",
                group([
                    ("kind", text("vector")),
                    ("source", text("assumed: SCALE-Sim models matrix products only")),
                    ("lanes", text("1048576")),
                    ("chain", text("64")),
                    ("reads", list(["ofmap", "ifmap"])),
                    ("writes", text("ifmap")),
                ])
            ),
            ("ifmapIn", dma(widths.ifmap, from: "dram", to: "ifmap")),
            ("filterIn", dma(widths.filter, from: "dram", to: "filter")),
            ("ofmapOut", dma(widths.ofmap, from: "ofmap", to: "dram")),
            ("ifmapOut", dma(widths.ofmap, from: "ifmap", to: "dram")),
        ])
    }

    private func dma(_ width: DocumentNode, from: String, to: String) -> DocumentNode {
        group([
            ("kind", text("dma")),
            ("source", text("assumed: the interface is the only limit")),
            ("width", width),
            ("request", text("1 GiB")),
            ("outstanding", text("1024")),
            ("startup", text("0")),
            ("reads", text(from)),
            ("writes", text(to)),
        ])
    }

    // MARK: - Nodes

    private func group(_ entries: [(String, DocumentNode)]) -> DocumentNode {
        DocumentNode(content: .mapping(entries.map { .init(key: $0.0, origin: $0.1.origin, value: $0.1) }), origin: .line(1))
    }

    private func text(_ text: String) -> DocumentNode { DocumentNode(content: .scalar(text), origin: .line(1)) }

    private func list(_ names: [String]) -> DocumentNode { DocumentNode(content: .sequence(names.map(text)), origin: .line(1)) }

    private func sourced(_ value: String, because source: String) -> DocumentNode {
        group([("value", text(value)), ("source", text(source))])
    }

    /// A value from a key of the file, at that key's line.
    private func sourced(_ value: String, _ section: String, _ key: String) -> DocumentNode {
        let origin = DocumentNode.Origin.line(document.value(section, key)?.line ?? 1)
        func node(_ text: String) -> DocumentNode { DocumentNode(content: .scalar(text), origin: origin) }
        return DocumentNode(
            content: .mapping([
                .init(key: "value", origin: origin, value: node(value)),
                .init(key: "source", origin: origin, value: node("SCALE-Sim: \(key)")),
            ]), origin: origin)
    }
}
