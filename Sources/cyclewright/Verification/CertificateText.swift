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
                text += "  \(step.unit)\(step.line.map { ", line \($0)" } ?? "")\(indices.isEmpty ? "" : ", \(indices)"):\n    \(step.text)\n"
                for touched in step.touched {
                    text += "    \(touched.isWrite ? "writes" : "reads") \(touched.operand): \(touched.memory)@\(touched.bytes.lowerBound) to \(touched.bytes.upperBound)\n"
                }
            }
            if example.steps.count == 2 {
                for one in example.steps[0].touched {
                    for other in example.steps[1].touched where other.memory == one.memory && other.bytes.overlaps(one.bytes) && (one.isWrite || other.isWrite) {
                        let both = one.bytes.clamped(to: other.bytes)
                        text += "  both touch \(one.memory)@\(both.lowerBound) to \(both.upperBound)\n"
                    }
                }
            }
            return text + (example.steps.contains { $0.line != nil } ? "  (lines of the program as `simulate --emit-program` prints it)\n" : "")
        }
    }

    /// What took longest: the obligation, and the operator with all of its obligations.
    func text(_ times: VerificationTimes) -> String {
        var text = "\(Self.milliseconds(times.total)) for \(certificate.obligations.count) obligations\n"
        if let slowest = times.slowest {
            let obligation = certificate.obligations[slowest]
            let place = obligation.operatorIndex.map { " of operator \($0)" } ?? ""
            text += "slowest obligation: \(Self.milliseconds(times.obligations[slowest])), \(obligation.kind.rawValue)\(place), \(obligation.method.rawValue)\n"
            let limit = Duration.milliseconds(50)
            text += "obligations that took longer than 50 ms: \(times.obligations.count { $0 > limit })\n"
        }
        if let slowest = times.slowestOperator(certificate) {
            text += "slowest operator: \(Self.milliseconds(slowest.time)), operator \(slowest.operatorIndex)\n"
        }
        return text
    }

    private static func milliseconds(_ time: Duration) -> String {
        let (seconds, attoseconds) = time.components
        let tenths = seconds * 10_000 + attoseconds / 100_000_000_000_000
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
