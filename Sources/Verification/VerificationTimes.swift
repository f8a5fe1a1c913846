/// What deciding obligations took of a processor: beside a certificate, which says the same on every machine.
public struct VerificationTimes: Sendable {
    /// By obligation, in the certificate's order.
    public internal(set) var obligations: [Duration] = []
    /// The whole verification, of a processor: what obligations share included.
    public internal(set) var total: Duration = .zero

    /// The certificate's obligation that took longest; `nil` when there is none.
    public var slowest: Int? { obligations.indices.max { obligations[$0] < obligations[$1] } }

    /// The operator whose obligations took longest together.
    public func slowestOperator(_ certificate: Certificate) -> (operatorIndex: Int, time: Duration)? {
        var sums: [Int: Duration] = [:]
        for (obligation, time) in zip(certificate.obligations, obligations) {
            if let index = obligation.operatorIndex { sums[index, default: .zero] += time }
        }
        return sums.sorted { $0.key < $1.key }.max { $0.value < $1.value }.map { ($0.key, $0.value) }
    }
}

/// What a verification had spent at some point.
struct Spent {
    var resources: UInt64 = 0
    var queries = 0
    var time = Duration.zero

    static func - (a: Spent, b: Spent) -> Spent { Spent(resources: a.resources - b.resources, queries: a.queries - b.queries, time: a.time - b.time) }
    static func += (a: inout Spent, b: Spent) {
        a.resources += b.resources
        a.queries += b.queries
        a.time += b.time
    }
}
