import Programs
import Verification

/// A certificate for the terminal: how much was proved by kind, and what was not, in full.
struct CertificateText {
    private let certificate: Certificate
    private let program: Program

    init(_ certificate: Certificate, _ program: Program) {
        self.certificate = certificate
        self.program = program
    }

    /// In one line.
    var verdict: String {
        let (refuted, open) = (certificate.refuted.count, certificate.open.count)
        if refuted > 0 { return "\(certificate.program) on \(certificate.architecture): \(refuted) of \(certificate.obligations.count) obligations do not hold" }
        if open > 0 { return "\(certificate.program) on \(certificate.architecture): \(open) of \(certificate.obligations.count) obligations are not proved" }
        return "\(certificate.program) on \(certificate.architecture): all \(certificate.obligations.count) obligations are proved"
    }

    var text: String {
        var text = ""
        for kind in Obligation.Kind.allCases {
            let own = certificate.obligations.filter { $0.kind == kind }
            guard !own.isEmpty else { continue }
            let proved = own.count { $0.verdict == .proved }
            let queries = own.reduce(0) { $0 + $1.queries }
            let methods = Obligation.Method.allCases.filter { method in own.contains { $0.method == method } }.map(\.rawValue)
            let sizes = own.count { $0.holdsForAllSizes }
            text += Self.column(kind.rawValue, 16) + Self.column("\(proved) of \(own.count) proved", 24)
            text += "\(methods.joined(separator: ", "))\(queries > 0 ? ", \(queries) queries" : "")\(sizes > 0 ? ", \(sizes) for all sizes" : "")\n"
        }
        for obligation in certificate.obligations { text += Self.failure(obligation, program) }
        let resources = certificate.obligations.reduce(0) { $0 + $1.resources }
        return text + "\(verdict) (Z3 \(certificate.solverVersion), \(resources) resources)\n"
    }

    private static func column(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func failure(_ obligation: Obligation, _ program: Program) -> String {
        let place = obligation.operatorIndex.map { index in
            program.operators.indices.contains(index) ? "operator \(index) \"\(program.operators[index].name)\"" : "operator \(index)"
        } ?? "the whole program"
        switch obligation.verdict {
        case .proved: return ""
        case .open(let reason): return "\nNOT PROVED  \(obligation.kind.rawValue), \(place): \(obligation.claim)\n  \(reason)\n"
        case .refuted(let example):
            var text = "\nREFUTED  \(obligation.kind.rawValue), \(place): \(obligation.claim)\n  \(example.message)\n"
            for step in example.steps {
                let indices = step.indices.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
                text += "  \(step.unit)\(indices.isEmpty ? "" : ", \(indices)"):\n    \(step.text)\n"
            }
            return text
        }
    }
}
