import Architecture
import Cost
import MemorySystem
import Simulation

/// `summary.json`: the figures of a run for programs. Documented in `Documentation/file-formats.md`.
public enum SummaryDocument {
    /// Raised when a key changes its meaning or goes away; new keys do not raise it.
    public static let schemaVersion = 1

    /// The file's text.
    public static func text(of report: RunReport) -> String { value(of: report).document }

    private static func value(of report: RunReport) -> JSONValue {
        let record = report.record
        let mapping: [(String, JSONValue)] = report.mapping.isEmpty ? [] : [("mapping", .string(report.mapping))]
        let head: [(String, JSONValue)] = [
            ("schemaVersion", .integer(schemaVersion)),
            ("architecture", .string(record.architecture)),
            ("workload", .string(record.workload)),
            ("fidelity", .string(record.fidelity.rawValue)),
        ]
        return .object(head + mapping + [
            ("cycles", .integer(record.cycles)),
            ("seconds", .number(record.seconds)),
            ("macs", .integer(record.macs)),
            ("utilization", .number(record.utilization)),
            ("dramReadBytes", .integer(report.dramReadBytes)),
            ("dramWriteBytes", .integer(report.dramWriteBytes)),
            ("units", .array(record.units.map(unit))),
            ("memories", .array(record.memories.map(memory))),
            ("notes", .array(report.groupedNotes.map { entry in
                .object([("note", .string(entry.note)), ("operators", .array(entry.operators.map(JSONValue.string)))])
            })),
            ("operators", .array(record.operators.indices.map { operation(record.operators[$0], report.operators[$0], report.cost?.operators[$0]) })),
        ] + MemoryParts.json(record) + (report.cost.map { [("cost", CostDocument.run($0))] } ?? []))
    }

    private static func unit(_ unit: UnitRecord) -> JSONValue {
        .object([
            ("name", .string(unit.name)), ("kind", .string(unit.kind.rawValue)), ("commands", .integer(unit.commands)),
            ("macs", .integer(unit.macs)), ("busy", .integer(unit.activity.busy)), ("stalls", stalls(unit.activity)),
        ] + (unit.kind == .dma ? [("requests", queue(unit.requests, [("outstanding", .integer(unit.outstanding))]))] : []))
    }

    private static func memory(_ memory: MemoryRecord) -> JSONValue {
        .object([
            ("name", .string(memory.name)), ("kind", .string(memory.kind.rawValue)),
            ("capacityBytes", .integer(memory.capacityBytes)), ("allocatedBytes", .integer(memory.allocatedBytes)),
            ("readBytes", .integer(memory.readBytes)), ("writeBytes", .integer(memory.writeBytes)),
            ("peakBytesPerSecond", .number(memory.peakBytesPerSecond)),
        ] + (memory.dram.map { [("dram", channels($0))] } ?? []) + (memory.flash.map { [("flash", MemoryParts.json($0))] } ?? []))
    }

    private static func channels(_ dram: DRAMRecord) -> JSONValue {
        .object([
            ("standard", .string(dram.standard)), ("cycles", .integer(dram.cycles)), ("reads", .integer(dram.reads)),
            ("writes", .integer(dram.writes)), ("rowHits", .integer(dram.rowHits)), ("rowMisses", .integer(dram.rowMisses)),
            ("rowConflicts", .integer(dram.rowConflicts)), ("rowHitRate", .number(dram.rowHitRate)),
            ("refreshes", .integer(dram.refreshes)), ("readLatencyNanoseconds", .number(dram.readLatency)),
            ("readLatency99Nanoseconds", .number(dram.readLatency99)),
            ("busUtilization", .array(dram.busUtilization.map(JSONValue.number))),
            ("stalls", .object(dram.stalls.map { ($0.rule, .integer($0.cycles)) })),
            ("joules", .object(dram.energy.map { ($0.part, .number($0.joules)) })),
            ("energySources", .array(dram.energySources.map(JSONValue.string))),
            ("stallGroups", .object(DRAMStallGroup.sums(of: dram).map { ($0.group.rawValue, .integer($0.cycles)) })),
            ("readQueue", queue(dram.readQueue)), ("writeQueue", queue(dram.writeQueue)),
            ("mergedAccesses", .integer(dram.mergedAccesses)),
        ] + (dram.bandwidth.map { [("bandwidth", bandwidth($0))] } ?? []))
    }

    private static func operation(_ operation: OperatorRecord, _ figures: OperatorFigures, _ energy: RunCost.OperatorEnergy?) -> JSONValue {
        .object([
            ("name", .string(operation.name)), ("type", .string(operation.type)), ("unit", .string(operation.unit)),
            ("start", .integer(operation.start)), ("end", .integer(operation.end)),
            ("cycles", .integer(operation.cycles)), ("macs", .integer(operation.macs)),
            ("vectorOperations", .integer(operation.vectorOperations)),
            ("utilization", .number(figures.utilization)),
            ("dramReadBytes", .integer(figures.dramReadBytes)), ("dramWriteBytes", .integer(figures.dramWriteBytes)),
            ("busy", .integer(operation.activity.busy)), ("stalls", stalls(operation.activity)),
            ("transferUnit", .string(operation.transferUnit)), ("transferBusy", .integer(operation.transferActivity.busy)),
            ("transferStalls", stalls(operation.transferActivity)),
            ("notes", .array(operation.notes.map(JSONValue.string))),
        ] + (figures.roofline.map { [("roofline", roofline($0))] } ?? []) + (energy.map { [("energy", CostDocument.operation($0))] } ?? []))
    }

    private static func roofline(_ distance: RooflineDistance) -> JSONValue {
        .object([
            ("bound", .string(distance.bound.rawValue)), ("cycles", .integer(distance.cycles)), ("roofCycles", .integer(distance.roofCycles)),
            ("attained", .number(distance.attained)), ("reason", .string(distance.reason)),
            ("lost", .object(RooflineDistance.Cause.allCases.map { ($0.rawValue, .integer(distance[$0])) })),
        ] + (distance.lostToDRAM.isEmpty ? [] : [("lostToDRAM", .object(distance.lostToDRAM.map { ($0.group, .integer($0.cycles)) }))]))
    }

    private static func queue(_ queue: QueueRecord, _ more: [(String, JSONValue)] = []) -> JSONValue {
        .object([
            ("entered", .integer(queue.entered)), ("stayCycles", .integer(queue.stayCycles)),
            ("occupancyCycles", .integer(queue.occupancyCycles)), ("remaining", .integer(queue.remaining)),
        ] + more)
    }

    private static func bandwidth(_ history: BandwidthHistory) -> JSONValue {
        .object([
            ("bucketSeconds", .number(history.bucketSeconds)),
            ("bytes", .array((0..<history.channels).map { channel in
                .array((0..<history.usedBuckets).map { .integer(history.bytes(channel: channel, bucket: $0)) })
            })),
        ])
    }

    /// Every cause, also those without cycles, in the order of `StallCause`.
    private static func stalls(_ activity: Activity) -> JSONValue {
        .object(StallCause.allCases.map { ($0.label, .integer(activity[$0])) })
    }
}
