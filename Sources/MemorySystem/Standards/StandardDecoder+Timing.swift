import Architecture
import Quantities

extension StandardDecoder {
    /// Parameters that the simulator reads by name; all others are only what constraints and other parameters make of them.
    static let requiredParameters = ["CL", "CWL", "tRAS", "tRC", "tRP", "tRFC", "tREFI"]
    /// The same, where a standard has them: refresh of single banks, of the same bank in all groups.
    static let knownParameters = requiredParameters + ["tREFIpb", "tRFCpb", "tREFIsb", "tRFCsb", "tRFC2", "tRFC4", "tRFM", "tRFM2", "tRFM4", "tRFMsb"]
    /// What expressions may name beside parameters.
    static let builtInNames = ["burst", "BL", "banks", "banksPerGroup", "ranks"]

    mutating func decodeTiming() {
        guard let node = required("timing", in: root, path: "") else { return }
        guard let entries = node.entries else {
            diagnostics.report(node.origin, "timing", "is \(node.kindDescription) where a group of parameters belongs")
            return
        }
        guard entries.count <= 200 else {
            diagnostics.report(node.origin, "timing", "has more than 200 parameters")
            return
        }
        for entry in entries {
            let path = join("timing", entry.key)
            guard isParameterName(entry.key) else {
                diagnostics.report(entry.origin, path, "is not a name of a parameter: letters, digits and _, not \(quotedList(Self.builtInNames))")
                continue
            }
            guard let (valueNode, source) = valueAndSource(entry.value, path: path) else { continue }
            guard let text = scalar(valueNode, path: path) else { continue }
            do {
                parameters.append((entry.key, try TimingExpression(parsing: text), source, valueNode.origin))
            } catch {
                diagnostics.report(valueNode.origin, path, error.message, suggestion: error.suggestion)
            }
        }
        for name in Self.requiredParameters where !entries.contains(where: { $0.key == name }) {
            diagnostics.report(node.origin, "timing.\(name)", "is missing; every standard has it")
        }
    }

    private func isParameterName(_ name: String) -> Bool {
        name.utf8.count <= 32 && name.first?.isLetter == true && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            && !(Self.builtInNames + ["max", "min", "ps", "ns", "us", "nCK"]).contains(name)
    }

    /// Splits `{value: 4, source: "…"}`. Each parameter has a source, its own or the group's (which has been written beside it).
    private mutating func valueAndSource(_ node: DocumentNode, path: String) -> (DocumentNode, String)? {
        if node.origin == .override { return (node, "--set") }
        guard node.entries != nil else {
            if case .scalar = node.content {
                diagnostics.report(
                    node.origin, path, "has no source; write {value: …, source: …}, or a source for all parameters at timing.source")
            } else {
                diagnostics.report(node.origin, path, "is \(node.kindDescription) where a value or {value: …, source: …} belongs")
            }
            return nil
        }
        reportUnknownKeys(of: node, known: ["value", "source"], path: path)
        guard let value = required("value", in: node, path: path), let source = text("source", in: node, path: path) else { return nil }
        return (value, source)
    }

    mutating func evaluateTiming(rounding: CycleRounding, organization: DRAMOrganization, burstCycles: Int) {
        values["burst"] = burstCycles
        values["BL"] = organization.burstLength
        values["banks"] = organization.banks
        values["banksPerGroup"] = organization.banksPerGroup
        values["ranks"] = organization.ranks
        for parameter in parameters { usedNames.formUnion(parameter.expression.names) }
        // Each round evaluates what only depends on what is known; what is left in the end depends on itself.
        var waiting = Array(parameters.indices)
        while !waiting.isEmpty {
            let known = values
            let ready = waiting.filter { parameters[$0].expression.names.allSatisfy { known[$0] != nil } }
            if ready.isEmpty { break }
            for index in ready {
                let parameter = parameters[index]
                let path = "timing.\(parameter.name)"
                var rounding = rounding
                rounding.isLongest = parameter.name.hasPrefix("tREFI")
                do {
                    let value = try parameter.expression.evaluate(rounding: rounding) { name throws(TimingExpression.Failure) in
                        known[name] ?? 0
                    }
                    if value < 0 {
                        diagnostics.report(parameter.origin, path, "is \(value) cycles; time does not run backwards")
                    }
                    values[parameter.name] = value
                } catch {
                    diagnostics.report(parameter.origin, path, error.message)
                    values[parameter.name] = 1
                }
            }
            waiting.removeAll { ready.contains($0) }
        }
        let names = parameters.map(\.name)
        for index in waiting {
            let parameter = parameters[index]
            let unknown = parameter.expression.names.filter { values[$0] == nil && !names.contains($0) }
            for name in unknown { reportUnknownName(name, parameter.origin, "timing.\(parameter.name)") }
        }
        if diagnostics.count == 0, let first = waiting.first {
            let circle = waiting.map { parameters[$0].name }
            diagnostics.report(
                parameters[first].origin, "timing.\(parameters[first].name)",
                "depends on itself: \(quotedList(circle, conjunction: "and")) are defined by one another")
        }
    }

    mutating func reportUnknownName(_ name: String, _ origin: DocumentNode.Origin, _ path: String) {
        let names = parameters.map(\.name) + Self.builtInNames
        let suggestion = Suggestion.closest(to: name, among: names)
        diagnostics.report(
            origin, path,
            "\"\(name.excerpt)\" is not a timing parameter of this standard" + (suggestion == nil ? "; add it to timing" : ""),
            suggestion: suggestion)
    }

    /// A parameter that nothing reads is a misspelt one, or a rule that was forgotten.
    mutating func reportUnusedParameters() {
        let unused = parameters.filter { !usedNames.contains($0.name) && !Self.knownParameters.contains($0.name) }
        for parameter in unused {
            let candidates = usedNames.sorted() + Self.knownParameters
            diagnostics.report(
                parameter.origin, "timing.\(parameter.name)", "is used by no constraint and no other parameter",
                suggestion: Suggestion.closest(to: parameter.name, among: candidates.filter { $0 != parameter.name }))
        }
    }
}
