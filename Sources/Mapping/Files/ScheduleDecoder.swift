import Architecture

/// Reads a schedule, which `cyclewright schedule` wrote, as a mapping: the order of operators, and what stays on chip.
///
/// A schedule knows whole tensors and one memory, and nothing of tiles and their buffers. So its order is kept to exactly, and its places
/// as far as the machine goes: what it has off chip at some time of its life lies there all the time, and what it keeps on chip stays
/// there if there is room beside the buffers.
enum ScheduleDecoder {
    private static let opening = MappingFileOpening(kind: "schedule", version: 1)

    /// Whether a text begins like a schedule.
    static func mayRead(_ text: String) -> Bool {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") { return line.hasPrefix("schedule:") }
        return false
    }

    static func mapping(_ text: String, file: String) throws(ArchitectureError) -> WorkloadMapping {
        let root = try YAMLDocument.parse(text, file: file, kind: opening.kind, beginning: opening.text)
        var reading = Reading(file: file)
        let mapping = reading.mapping(root)
        try reading.diagnostics.throwIfAny()
        return mapping
    }

    private struct Reading {
        let file: String
        var diagnostics: Diagnostics

        init(file: String) {
            self.file = file
            diagnostics = Diagnostics(file: file)
        }

        mutating func mapping(_ root: DocumentNode) -> WorkloadMapping {
            var mapping = WorkloadMapping(file: file, architecture: "", workload: "")
            guard opening.check(root, &diagnostics) else { return mapping }
            mapping.architecture = root["architecture"]?.scalar ?? ""
            mapping.workload = root["workload"]?.scalar ?? ""
            mapping.objective = "traffic"
            let isProved = root["proved-optimal"]?.scalar == "true"
            mapping.reached = isProved ? "a schedule of whole tensors, proved optimal" : "a schedule of whole tensors, not proved optimal"
            guard case .sequence(let steps)? = root["steps"]?.content else {
                diagnostics.report(root.origin, "steps", "is missing, or no list of steps")
                return mapping
            }
            var made: [(name: String, line: Int?)] = []
            var moved: Set<String> = []
            for step in steps {
                guard let name = step["operator"]?.scalar, !name.isEmpty else {
                    diagnostics.report(step.origin, "steps", "a step is without its operator")
                    continue
                }
                mapping.order.append(OrderedOperator(name: name, line: MappingFileOpening.line(step.origin)))
                for tensor in tensors(step, "make") { made.append((tensor, MappingFileOpening.line(step.origin))) }
                moved.formUnion(tensors(step, "read"))
                if case .sequence(let written)? = step["write"]?.content { moved.formUnion(written.compactMap(\.scalar)) }
            }
            mapping.preferences = made.map { PlacedTensor(name: $0.name, line: $0.line, place: moved.contains($0.name) ? .offChip : .onChip) }
            return mapping
        }

        private mutating func tensors(_ step: DocumentNode, _ key: String) -> [String] {
            guard let node = step[key] else { return [] }
            guard case .sequence(let items) = node.content else {
                diagnostics.report(node.origin, "steps.\(key)", "is \(node.kindDescription) where a list of tensors belongs")
                return []
            }
            return items.compactMap { $0["tensor"]?.scalar }
        }
    }
}
