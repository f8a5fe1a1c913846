import CZ3

/// Where terms live. One task uses a context, its terms, solvers and models, and no other task may: nothing here is `Sendable`.
///
/// A query whose answer reaches a result gets a context of its own: the resources that Z3 uses, and the model that it finds,
/// depend on the terms made before.
///
/// **Errors.** Operators on terms cannot throw and stay readable, so what Z3 refuses, such as the sum of bit vectors of two
/// widths, is kept in ``pendingError`` and thrown by the next operation that can throw: an assertion, a check, an evaluation.
/// The term that came out of it is never used.
public final class Context {
    let raw: Z3_context
    /// What went wrong since the last throwing operation.
    public private(set) var pendingError: SMTError?

    /// Tells it from the other contexts of the process, to ``RunningChecks``.
    public var identity: UInt { UInt(bitPattern: raw) }

    public init() {
        let configuration = Z3_mk_config()
        // Non-null: Z3 answers out of memory by ending the process, before any handler is there.
        raw = Z3_mk_context_rc(configuration)
        Z3_del_config(configuration)
        // Z3's own handler ends the process.
        Z3_set_error_handler(raw) { _, _ in }
        Z3_set_ast_print_mode(raw, Z3_PRINT_SMTLIB2_COMPLIANT)
    }

    deinit { Z3_del_context(raw) }

    /// Of the library that is linked: "4.8.12.0".
    public static var version: String {
        var (major, minor, build, revision): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        Z3_get_version(&major, &minor, &build, &revision)
        return "\(major).\(minor).\(build).\(revision)"
    }

    /// Throws what went wrong since the last throwing operation, and forgets it.
    public func throwPendingError() throws(SMTError) {
        guard let error = pendingError else { return }
        pendingError = nil
        throw error
    }

    /// Keeps an error for the next throwing operation; the first one wins.
    func note(_ error: SMTError) { if pendingError == nil { pendingError = error } }

    /// The error of the call before, `nil` for none. To be asked before anything else is called, a release included.
    func error() -> SMTError? {
        let code = Z3_get_error_code(raw)
        guard code != Z3_OK else { return nil }
        return SMTError(code, String(cString: Z3_get_error_msg(raw, code)))
    }

    /// Calls Z3, and throws what it reports.
    func checked<Result>(_ call: (Z3_context) -> Result) throws(SMTError) -> Result {
        try throwPendingError()
        let result = call(raw)
        if let error = error() { throw error }
        return result
    }

    /// Makes a term that owns what `call` returns; `fallback` where Z3 refuses, with the error kept.
    func make(or fallback: Node?, _ call: (Z3_context) -> Z3_ast?) -> Node {
        let made = call(raw)
        let error = error()
        if error == nil, let made { return Node(self, made) }
        note(error ?? .refused("Z3 made no term and gave no reason"))
        return fallback ?? Node(self, Z3_mk_true(raw))
    }
}

/// A term of Z3, with a reference of its own to it.
final class Node {
    let context: Context
    let raw: Z3_ast

    init(_ context: Context, _ raw: Z3_ast) {
        self.context = context
        self.raw = raw
        Z3_inc_ref(context.raw, raw)
    }

    deinit { Z3_dec_ref(context.raw, raw) }
}
