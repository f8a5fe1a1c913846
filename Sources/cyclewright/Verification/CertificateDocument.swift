import Programs
import Verification

/// A certificate as JSON, for other programs.
enum CertificateDocument {
    static func json(_ certificate: Certificate, _ program: Program) -> String {
        var text = "{\n"
        text += "  \"program\": \(quoted(certificate.program)),\n"
        text += "  \"architecture\": \(quoted(certificate.architecture)),\n"
        text += "  \"solver\": \(quoted("Z3 \(certificate.solverVersion)")),\n"
        text += "  \"proved\": \(certificate.isProved),\n"
        text += "  \"obligations\": [\n"
        text += certificate.obligations.map { "    {\(fields($0, program).map { "\(quoted($0.0)): \($0.1)" }.joined(separator: ", "))}" }.joined(separator: ",\n")
        return text + "\n  ]\n}\n"
    }

    private static func fields(_ obligation: Obligation, _ program: Program) -> [(String, String)] {
        var fields: [(String, String)] = [("kind", quoted(obligation.kind.rawValue))]
        if let index = obligation.operatorIndex {
            fields.append(("operator", "\(index)"))
            if program.operators.indices.contains(index) { fields.append(("name", quoted(program.operators[index].name))) }
            if obligation.repeats > 1 { fields.append(("operators", "\(obligation.repeats)")) }
        }
        fields.append(("claim", quoted(obligation.claim)))
        fields.append(("method", quoted(obligation.method.rawValue)))
        switch obligation.verdict {
        case .proved: fields.append(("verdict", quoted("proved")))
        case .open(let reason): fields += [("verdict", quoted("not proved")), ("reason", quoted(reason))]
        case .refuted(let example):
            fields += [("verdict", quoted("refuted")), ("reason", quoted(example.message))]
            let steps = example.steps.map { step in
                let indices = step.indices.map { "\(quoted($0.name)): \($0.value)" }.joined(separator: ", ")
                var text = "{\"unit\": \(quoted(step.unit)), "
                if let line = step.line { text += "\"line\": \(line), " }
                text += "\"statement\": \(quoted(step.text)), \"indices\": {\(indices)}"
                let touched = step.touched.map { touched in
                    let operand = "\"operand\": \(quoted(touched.operand)), \"access\": \(quoted(touched.isWrite ? "write" : "read"))"
                    return "{\(operand), \"memory\": \(quoted(touched.memory)), \"first\": \(touched.bytes.lowerBound), \"last\": \(touched.bytes.upperBound)}"
                }
                return text + (touched.isEmpty ? "}" : ", \"touched\": [\(touched.joined(separator: ", "))]}")
            }
            fields.append(("counterexample", "[\(steps.joined(separator: ", "))]"))
        }
        fields.append(("allSizes", "\(obligation.holdsForAllSizes)"))
        if obligation.queries > 0 {
            fields += [("queries", "\(obligation.queries)"), ("resources", "\(obligation.resources)"), ("limit", "\(obligation.limit)"), ("seed", "0")]
        }
        return fields
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
