import CZ3

/// What bounds a query: never time, so that it stops at the same point on every machine.
public struct QueryLimits: Sendable, Hashable {
    public var seed: UInt32
    /// Z3's own measure of work, `rlimit`, for one check; about 15 to 25 million are a second. Z3 overshoots it by a few per cent.
    public var resources: UInt32

    public init(seed: UInt32 = 0, resources: UInt32 = 100_000_000) {
        precondition(resources > 0, "0 would be no limit at all")
        self.seed = seed
        self.resources = resources
    }
}

/// What a check found out.
public enum Verdict: Sendable, Hashable {
    case satisfiable
    case unsatisfiable
    /// Not decided within the resources.
    case limitReached
    /// Not decided because Z3 has no procedure that does; its reason.
    case unknown(String)
}

/// One check, in what matters to repeat it.
public struct QueryRecord: Sendable, Hashable {
    public var verdict: Verdict
    /// Used by this check; the same on every machine with this version of Z3.
    public var resourcesUsed: UInt64
    public var limits: QueryLimits
    public var version: String
}

/// Figures of Z3's own, sorted by name.
public struct SolverStatistics: Sendable, Hashable {
    public var figures: [(name: String, value: Double)] { names.indices.map { (names[$0], values[$0]) } }
    private var names: [String] = []
    private var values: [Double] = []

    public subscript(name: String) -> Double? { names.firstIndex(of: name).map { values[$0] } }

    init(_ context: Context, _ statistics: Z3_stats?) {
        guard let statistics else { return }
        Z3_stats_inc_ref(context.raw, statistics)
        defer { Z3_stats_dec_ref(context.raw, statistics) }
        var figures: [(String, Double)] = []
        for index in 0..<Z3_stats_size(context.raw, statistics) {
            let name = String(cString: Z3_stats_get_key(context.raw, statistics, index))
            let isInteger = Z3_stats_is_uint(context.raw, statistics, index)
            figures.append(
                (
                    name,
                    isInteger
                        ? Double(Z3_stats_get_uint_value(context.raw, statistics, index))
                        : Z3_stats_get_double_value(context.raw, statistics, index)
                ))
        }
        figures.sort { $0.0 < $1.0 }
        names = figures.map(\.0)
        values = figures.map(\.1)
    }

    /// Resources used since the context was made.
    var resources: UInt64 { UInt64(self["rlimit count"] ?? 0) }
}

extension QueryRecord {
    /// The record of one check: what it answered, and the work that it added to the context's.
    static func measure(
        limits: QueryLimits, resources: () -> UInt64, reason: () -> String, _ check: () throws(SMTError) -> Z3_lbool
    ) throws(SMTError) -> QueryRecord {
        let before = resources()
        let answer = try check()
        let total = resources()
        let used = total >= before ? total - before : total
        return QueryRecord(
            verdict: Verdict(answer, reason: reason(), used: used, limits: limits), resourcesUsed: used, limits: limits,
            version: Context.version)
    }
}

extension Verdict {
    fileprivate init(_ answer: Z3_lbool, reason: @autoclosure () -> String, used: UInt64, limits: QueryLimits) {
        switch answer {
        case Z3_L_TRUE: self = .satisfiable
        case Z3_L_FALSE: self = .unsatisfiable
        default:
            let reason = reason()
            self = used >= UInt64(limits.resources) || reason.contains("resource") ? .limitReached : .unknown(reason)
        }
    }
}

/// Settings of Z3, owned while they are handed over.
struct Parameters {
    static func apply(
        _ settings: [(name: String, value: UInt32)], words: [(name: String, value: String)] = [], in context: Context,
        _ set: (Z3_context, Z3_params) -> Void
    ) throws(SMTError) {
        let parameters = try context.checked { context in
            let parameters = Z3_mk_params(context)
            if let parameters { Z3_params_inc_ref(context, parameters) }
            return parameters
        }
        guard let parameters else { throw .outOfMemory }
        for setting in settings {
            Z3_params_set_uint(context.raw, parameters, Z3_mk_string_symbol(context.raw, setting.name), setting.value)
        }
        for word in words {
            Z3_params_set_symbol(
                context.raw, parameters, Z3_mk_string_symbol(context.raw, word.name), Z3_mk_string_symbol(context.raw, word.value))
        }
        set(context.raw, parameters)
        let error = context.error()
        Z3_params_dec_ref(context.raw, parameters)
        if let error { throw error }
    }
}
