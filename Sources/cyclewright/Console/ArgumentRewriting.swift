/// What the parser does not have: options whose value may be left out, and values that begin with a minus sign.
package enum ArgumentRewriting {
    /// As in getopt_long, such an option takes its value only after an equals sign: `--emit-program=FILE`.
    private static let withOptionalValue: Set<String> = ["--emit-program"]

    /// The value of an option that was given without one: no argument of a process can hold this character.
    package static let absent = "\u{0}"

    /// `arguments` with the value `absent` for every such option that has none, and with negative numbers joined to the options before
    /// them, so that they are refused as numbers and not as options. What follows `--` is no option.
    package static func rewritten(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        var result: [String] = []
        for argument in arguments[..<end] {
            if withOptionalValue.contains(argument) {
                result.append(argument + "=" + absent)
            } else if isNegativeNumber(argument), let option = result.last, option.hasPrefix("--"), option.count > 2, option != "--set", !option.contains("=") {
                result[result.count - 1] = option + "=" + argument
            } else {
                result.append(argument)
            }
        }
        return result + arguments[end...]
    }

    private static func isNegativeNumber(_ argument: String) -> Bool {
        argument.hasPrefix("-") && argument.dropFirst().first.map { $0.isASCII && ($0.isNumber || $0 == ".") } == true
    }
}
