/// Options whose value may be left out, which the parser does not have.
package enum ArgumentRewriting {
    /// As in getopt_long, such an option takes its value only after an equals sign: `--emit-program=FILE`.
    private static let withOptionalValue: Set<String> = ["--emit-program"]

    /// The value of an option that was given without one: no argument of a process can hold this character.
    package static let absent = "\u{0}"

    /// `arguments` with the value `absent` for every such option that has none. What follows `--` is no option.
    package static func rewritten(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].map { withOptionalValue.contains($0) ? $0 + "=" + absent : $0 } + arguments[end...]
    }
}
