import Foundation

// Usage: timeloop-rows fixed FOLDER | timeloop-rows mapper FOLDER [PART-OF-NAME]
let arguments = CommandLine.arguments
guard arguments.count >= 3, ["fixed", "mapper"].contains(arguments[1]) else {
    print("usage: timeloop-rows fixed FOLDER | timeloop-rows mapper FOLDER [PART-OF-NAME]")
    exit(64)
}
let differences =
    arguments[1] == "fixed" ? FixedCases.run(arguments[2]) : SearchRows.run(arguments[2], arguments.count > 3 ? arguments[3] : "")
exit(differences == 0 ? 0 : 1)
