import Verification

/// What a certificate says about any number of tiles of an operator's loops.
struct SizeClaims {
    /// Loops of which any number of tiles was proved right, in buffers and in memory.
    var any: Set<String> = []
    /// The others, with the reasons.
    var fixed: [String: [String]] = [:]

    init(_ certificate: Certificate, _ operatorIndex: Int) {
        var proved: [String: Int] = [:]
        for obligation in certificate.obligations where obligation.kind == .sizes && obligation.operatorIndex == operatorIndex {
            if let range = obligation.claim.range(of: "for any number of tiles: ") {
                proved[String(obligation.claim[range.upperBound...].prefix { $0.isLetter || $0.isNumber }), default: 0] += 1
            } else if let range = obligation.claim.range(of: "for this number of tiles alone: ") {
                let rest = obligation.claim[range.upperBound...]
                fixed[String(rest.prefix { $0 != " " }), default: []].append(String(rest.drop { $0 != "(" }))
            }
        }
        any = Set(proved.filter { $0.value == 2 && fixed[$0.key] == nil }.keys)
    }
}
