import Simulation

/// `trace.json`: every command and every wait of every unit, in the Trace Event Format that Perfetto and Chrome's tracing page
/// load. One process is the machine, one thread each unit; events are complete ("X") with microseconds to the nanosecond.
///
/// Source of the format: "Trace Event Format", Google, 2016.
enum PerfettoTrace {
    /// Writes the document event by event, so that a trace of any length needs no memory.
    static func write(_ report: RunReport, to sink: inout FileSink) throws(ReportError) {
        let record = report.record
        try sink.write("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n")
        try sink.write(metadata("process_name", thread: nil, key: "name", value: .string("\(record.workload) on \(record.architecture)")))
        for (index, unit) in record.units.enumerated() {
            try sink.write(",\n" + metadata("thread_name", thread: index + 1, key: "name", value: .string(unit.name)))
            try sink.write(",\n" + metadata("thread_sort_index", thread: index + 1, key: "sort_index", value: .integer(index)))
        }
        for event in record.trace {
            try sink.write(",\n" + complete(event, in: record))
        }
        try sink.write("\n]}\n")
    }

    private static func metadata(_ name: String, thread: Int?, key: String, value: JSONValue) -> String {
        var members: [(String, JSONValue)] = [("ph", .string("M")), ("pid", .integer(1))]
        if let thread { members.append(("tid", .integer(thread))) }
        members += [("name", .string(name)), ("args", .object([(key, value)]))]
        return line(members)
    }

    private static func complete(_ event: TraceEvent, in record: ExecutionRecord) -> String {
        var text = "{\"ph\":\"X\",\"pid\":1,\"tid\":\(event.unit + 1),\"cat\":\""
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
