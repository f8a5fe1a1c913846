import Architecture
import MemorySystem
import Simulation

/// `trace.json`: every command and every wait of every unit, in the Trace Event Format that Perfetto and Chrome's tracing page
/// load. One process is the machine, one thread each unit; events are complete ("X") with microseconds to the nanosecond.
/// Each memory with banks is a process of its own, with a counter track ("C") each channel: its bandwidth over time.
///
/// Source of the format: "Trace Event Format", Google, 2016.
enum PerfettoTrace {
    private static let machine = 1
    /// A thread whose number is that of its process is shown as the process's main thread, whatever its name.
    private static func thread(_ unit: Int) -> Int { 1001 + unit }
    private static func process(_ memory: Int) -> Int { machine + 1 + memory }

    /// Writes the document event by event, so that a trace of any length needs no memory.
    static func write(_ report: RunReport, to sink: inout FileSink) throws(ReportError) {
        let record = report.record
        try sink.write("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n")
        try sink.write(metadata("process_name", machine, key: "name", value: .string("\(record.workload) on \(record.architecture)")))
        try sink.write(",\n" + metadata("process_sort_index", machine, key: "sort_index", value: .integer(0)))
        for (index, unit) in record.units.enumerated() {
            try sink.write(",\n" + metadata("thread_name", machine, thread: thread(index), key: "name", value: .string(unit.name)))
            try sink.write(",\n" + metadata("thread_sort_index", machine, thread: thread(index), key: "sort_index", value: .integer(index)))
        }
        for event in record.trace {
            try sink.write(",\n" + complete(event, in: record))
        }
        for (index, memory) in record.memories.enumerated() {
            guard let dram = memory.dram, let history = dram.bandwidth else { continue }
            let name = "\(memory.name), \(dram.standard)"
            try sink.write(",\n" + metadata("process_name", process(index), key: "name", value: .string(name)))
            try sink.write(",\n" + metadata("process_sort_index", process(index), key: "sort_index", value: .integer(1 + index)))
            for channel in 0..<history.channels {
                try sink.write(counters(history, channel: channel, process: process(index), memory: memory.name))
            }
        }
        try sink.write("\n]}\n")
    }

    private static func metadata(_ name: String, _ process: Int, thread: Int? = nil, key: String, value: JSONValue) -> String {
        var members: [(String, JSONValue)] = [("ph", .string("M")), ("pid", .integer(process))]
        if let thread { members.append(("tid", .integer(thread))) }
        members += [("name", .string(name)), ("args", .object([(key, value)]))]
        return line(members)
    }

    private static func complete(_ event: TraceEvent, in record: ExecutionRecord) -> String {
        var text = "{\"ph\":\"X\",\"pid\":\(machine),\"tid\":\(thread(event.unit)),\"cat\":\""
        text += event.isStall ? "stall" : "command"
        text += "\",\"name\":"
        JSONValue.quote(event.name, into: &text)
        // Start and end are rounded, not the duration, so that events that touch never overlap.
        let start = nanoseconds(event.startFemtoseconds)
        let end = nanoseconds(event.startFemtoseconds + event.durationFemtoseconds)
        text += ",\"ts\":\(microseconds(start)),\"dur\":\(microseconds(end - start))"
        if record.operators.indices.contains(event.operatorIndex) {
            text += ",\"args\":{\"operator\":"
            JSONValue.quote(record.operators[event.operatorIndex].name, into: &text)
            text += "}"
        }
        return text + "}"
    }

    /// A channel's bandwidth in MB/s, where it changes, and 0 at the end.
    private static func counters(_ history: BandwidthHistory, channel: Int, process: Int, memory: String) -> String {
        var text = ""
        var last = -1
        let used = history.usedBuckets
        for bucket in 0...used {
            let bytes = bucket == used ? 0 : history.bytes(channel: channel, bucket: bucket)
            guard bytes != last || bucket == used else { continue }
            last = bytes
            text += ",\n{\"ph\":\"C\",\"pid\":\(process),\"name\":"
            JSONValue.quote("\(memory) channel \(channel)", into: &text)
            let start = nanoseconds(bucket * history.bucketUnits * history.unit)
            let megabytes = Int((Double(bytes) / history.bucketSeconds * 1e-6).rounded())
            text += ",\"ts\":\(microseconds(start)),\"args\":{\"MB/s\":\(megabytes)}}"
        }
        return text
    }

    private static func nanoseconds(_ femtoseconds: Int) -> Int { (femtoseconds + 500_000) / 1_000_000 }

    static func microseconds(_ nanoseconds: Int) -> String {
        let fraction = String(nanoseconds % 1000)
        return "\(nanoseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    private static func line(_ members: [(String, JSONValue)]) -> String {
        var text = ""
        JSONValue.object(members).write(into: &text, depth: 1)
        return text
    }
}
