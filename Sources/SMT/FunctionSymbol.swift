import CZ3

/// A function of integers about which nothing is known but that equal arguments have equal results.
public struct FunctionSymbol<Result: TermSort> {
    private let declaration: Node
    private let arity: Int

    fileprivate init(_ declaration: Node, arity: Int) {
        self.declaration = declaration
        self.arity = arity
    }

    /// The function's value. A number of arguments other than its own is an error of the context.
    public func callAsFunction(_ arguments: IntegerTerm...) -> Term<Result> {
        let context = declaration.context
        return withExtendedLifetime(declaration) {
            context.gather(arguments.map(\.node)) { Z3_mk_app($0, Z3_to_func_decl($0, declaration.raw), $1, $2) }
        }
    }
}

extension Context {
    /// An uninterpreted function from integers to integers.
    public func integerFunction(_ name: String, arity: Int) -> FunctionSymbol<IntegerSort> { function(name, arity, Z3_mk_int_sort(raw)) }
    /// An uninterpreted predicate on integers.
    public func predicate(_ name: String, arity: Int) -> FunctionSymbol<BooleanSort> { function(name, arity, Z3_mk_bool_sort(raw)) }

    private func function<Result>(_ name: String, _ arity: Int, _ range: Z3_sort?) -> FunctionSymbol<Result> {
        precondition((1...64).contains(arity), "a function of \(arity) arguments")
        let domain = [Z3_sort?](repeating: Z3_mk_int_sort(raw), count: arity)
        let declaration = make(or: nil) {
            Z3_func_decl_to_ast($0, Z3_mk_func_decl($0, Z3_mk_string_symbol($0, name), UInt32(arity), domain, range))
        }
        return FunctionSymbol(declaration, arity: arity)
    }

    /// `body` holds for all values of the variables.
    ///
    /// Z3 decides few formulas with quantifiers; a witness in their place is nearly always the better way.
    public func forAll<Sort>(_ variables: [Term<Sort>], _ body: Formula) -> Formula { quantify(variables, body, isUniversal: true) }

    /// `body` holds for some values of the variables.
    public func exists<Sort>(_ variables: [Term<Sort>], _ body: Formula) -> Formula { quantify(variables, body, isUniversal: false) }

    private func quantify<Sort>(_ variables: [Term<Sort>], _ body: Formula, isUniversal: Bool) -> Formula {
        if variables.isEmpty { return body }
        return withExtendedLifetime((variables, body)) {
            let bound: [Z3_app?] = variables.map { Z3_to_app(raw, $0.node.raw) }
            return Formula(
                make(or: body.node) {
                    isUniversal
                        ? Z3_mk_forall_const($0, 0, UInt32(bound.count), bound, 0, nil, body.node.raw)
                        : Z3_mk_exists_const($0, 0, UInt32(bound.count), bound, 0, nil, body.node.raw)
                })
        }
    }
}
