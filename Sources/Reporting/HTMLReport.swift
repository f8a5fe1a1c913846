import Architecture
import Mustache
import Simulation

/// `report.html`: one self-contained page without scripts or network access. Text and layout come from Mustache templates, the
/// drawings from `Plots/`.
public enum HTMLReport {
    /// Operators in the table at the end; the slowest where there are more.
    static let tableLimit = 500

    /// The page.
    public static func text(of report: RunReport) throws(ReportError) -> String {
        let library = try ReportTemplates.library.get()
        guard let page = library.render(context(report), withTemplate: "report") else {
            throw .template(name: "report", reason: "it is missing")
        }
        return page
    }

    static func plots(_ report: RunReport) -> [Plot] {
        let memory = BandwidthPlot.plots(report) + DRAMStallPlot.plots(report)
        let cost = EnergyPlots.plots(report) + PowerPlot.plots(report) + AreaPlot.plots(report)
        return [
            UnitActivityPlot.plot(report), OperatorTimePlot.plot(report), UtilizationPlot.plot(report), RooflinePlot.plot(report),
            TrafficPlot.plot(report),
        ] + memory + cost + [TimelinePlot.plot(report), ArchitectureDiagram.plot(report)]
    }

    private static func context(_ report: RunReport) -> [String: Any] {
        let record = report.record
        let context: [String: Any] = [
            "title": "\(report.workload.name) on \(report.architecture.name)",
            "workload": ArchitectureText.line(report.workload, macs: record.macs),
            "machine": ArchitectureText.line(report.architecture),
            "source": report.architecture.source,
            "fidelity": record.fidelity.rawValue,
            "hasMapping": !report.mapping.isEmpty, "mapping": report.mapping,
            "light": Palette.light.declarations, "dark": Palette.dark.declarations,
            "states": states(report),
            "unitNames": unitNames(report),
            "tiles": tiles(report).map { ["name": $0, "value": $1, "detail": $2] },
            "notes": report.groupedNotes.map { TerminalSummary.noteText($0) },
            "hasNotes": !report.groupedNotes.isEmpty,
            "plots": plots(report).map(plot),
            "hasParts": !MemoryParts.all(of: report).isEmpty,
            "parts": MemoryParts.all(of: report).map { part in
                ["figures": part.figures.map { ["part": part.name, "kind": part.kind, "name": $0.name, "value": $0.value] }]
            },
            "groups": parameterGroups(report.architecture.parameters),
            "operators": operatorRows(report),
            "operatorCaption": operatorCaption(report),
        ]
        return context.merging(CostTable.context(report)) { first, _ in first }
    }

    private static func plot(_ plot: Plot) -> [String: Any] {
        [
            "id": plot.id, "heading": plot.heading, "lead": plot.lead,
            "hasStates": plot.id == UnitActivityPlot.id,
            "legend": plot.legend.map { ["style": $0.style, "text": $0.text] },
            "drawing": plot.drawing.element(id: plot.id, label: plot.heading),
        ]
    }

    /// The table below the plot of the units: the arrays' cycles, or the vector units' of a machine without arrays.
    private static func states(_ report: RunReport) -> [[String: String]] {
        let activity = report.computeActivity
        return UnitState.allCases.map { state in
            let cycles = state.cycles(in: activity)
            return [
                "style": state.styleClass, "name": state.name, "explanation": state.explanation,
                "cycles": QuantityText.integer(cycles), "share": QuantityText.percent(ratio(Double(cycles), Double(activity.total))),
            ]
        }
    }

    static func unitNames(_ report: RunReport) -> String {
        let names = report.computeUnits.map(\.name)
        return names.count <= 4 ? names.joined(separator: ", ") : "\(names.count) units together"
    }

    private static func tiles(_ report: RunReport) -> [(String, String, String)] {
        let record = report.record
        let peak = report.peakDRAMBytesPerSecond
        let achieved = QuantityText.bandwidth(bytesPerSecond: report.dramBytesPerSecond)
        return [
            (
                "Time", QuantityText.time(seconds: report.seconds),
                "\(QuantityText.integer(record.cycles)) cycles at \(QuantityText.frequency(hertz: report.clockHertz))"
            ),
            ("Throughput", QuantityText.rate(perSecond: report.inferencesPerSecond) + " /s", "inferences per second"),
            (
                "Arithmetic", QuantityText.operationRate(perSecond: report.operationsPerSecond),
                "of \(QuantityText.operationRate(perSecond: report.peakOperationsPerSecond)) peak"
            ),
            (
                "Utilisation", QuantityText.percent(record.utilization),
                "\(QuantityText.count(record.macs)) MACs"
            ),
            (
                "DRAM bandwidth", achieved,
                peak > 0
                    ? "\(QuantityText.percent(report.dramBytesPerSecond / peak)) of \(QuantityText.bandwidth(bytesPerSecond: peak))"
                    : "no limit given"
            ),
            (
                "DRAM traffic", QuantityText.bytes(report.dramBytes),
                "\(QuantityText.bytes(report.dramReadBytes)) read, \(QuantityText.bytes(report.dramWriteBytes)) written"
            ),
        ] + costTiles(report) + record.memories.compactMap { memory in
            memory.dram.map { dram in
                (
                    "Row hits", QuantityText.percent(dram.rowHitRate),
                    "of \(QuantityText.count(dram.rowHits + dram.rowMisses + dram.rowConflicts)) accesses to \(memory.name)"
                )
            }
        }
    }

    private static func costTiles(_ report: RunReport) -> [(String, String, String)] {
        guard let cost = report.cost else { return [] }
        let efficiency = "\(QuantityText.significant(cost.teraOperationsPerJoule)) TOPS/W, EDP \(QuantityText.product(jouleSeconds: cost.jouleSeconds))"
        return [
            ("Energy", QuantityText.energy(joules: cost.joules), efficiency),
            ("Power", QuantityText.power(watts: cost.averageWatts), "\(QuantityText.power(watts: cost.peakWatts)) at most"),
            (
                "Area", QuantityText.area(squareMillimetres: cost.squareMillimetres),
                "\(QuantityText.significant(cost.teraOperationsPerSecondAndArea)) TOPS/mm² at \(cost.machine.process)"
            ),
        ]
    }

    /// Parameters under the path of their component, in file order.
    ///
    /// - Parameter unnamed: what parameters of the top level are listed under.
    static func parameterGroups(_ parameters: [ResolvedParameter], unnamed: String = "machine") -> [[String: Any]] {
        var order: [String] = []
        var rows: [String: [[String: Any]]] = [:]
        for parameter in parameters {
            let cut = parameter.path.lastIndex(of: ".")
            let component = cut.map { String(parameter.path[..<$0]) } ?? unnamed
            let name = cut.map { String(parameter.path[parameter.path.index(after: $0)...]) } ?? parameter.path
            if rows[component] == nil { order.append(component) }
            rows[component, default: []].append([
                "name": name, "value": parameter.value, "help": helpParts(parameter.help), "isDefault": parameter.isDefault,
                "source": parameter.source ?? (parameter.isDefault ? "default" : "not given"), "hasSource": parameter.source != nil,
            ])
        }
        return order.map { ["component": $0, "parameters": rows[$0] ?? []] }
    }

    /// A help text cut at its back quotes: names of parameters are set as code.
    private static func helpParts(_ text: String) -> [[String: Any]] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { ["text": String($1), "isCode": $0 % 2 == 1] }
    }

    private static func operatorRows(_ report: RunReport) -> [[String: String]] {
        let operators = report.record.operators
        var order = Array(operators.indices)
        if order.count > tableLimit {
            order.sort { (-operators[$0].cycles, $0) < (-operators[$1].cycles, $1) }
            order = order.prefix(tableLimit).sorted()
        }
        return order.map { index in
            let operation = operators[index], figures = report.operators[index]
            return [
                "name": operation.name, "type": operation.type, "unit": operation.unit,
                "time": QuantityText.time(seconds: figures.seconds), "share": QuantityText.percent(figures.timeShare),
                "cycles": QuantityText.integer(operation.cycles), "macs": QuantityText.integer(operation.macs),
                "utilization": QuantityText.percent(figures.utilization),
                "traffic": QuantityText.bytes(figures.dramReadBytes + figures.dramWriteBytes),
                "intensity": figures.arithmeticIntensity.map(QuantityText.significant) ?? QuantityText.missing,
                "attained": figures.roofline.map { QuantityText.percent($0.attained) } ?? QuantityText.missing,
                "reason": figures.roofline?.reason ?? QuantityText.missing,
                "bound": figures.bound.text, "stall": UnitState.mainStall(of: operation.activity)?.name ?? QuantityText.missing,
            ]
        }
    }

    private static func operatorCaption(_ report: RunReport) -> String {
        let count = report.operators.count
        return count > tableLimit
            ? "The \(tableLimit) slowest of \(QuantityText.integer(count)) operators; operators.csv has all"
            : "All \(QuantityText.integer(count)) operators"
    }
}
