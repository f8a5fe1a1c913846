import Foundation

// Usage: timeloop-rows fixed FOLDER | timeloop-rows mapper FOLDER [PART-OF-NAME] | timeloop-rows any-factors FOLDER [PART-OF-NAME] | timeloop-rows operators
let arguments = CommandLine.arguments
switch (arguments.count, arguments.dropFirst().first) {
case (2, "operators"): try OperatorRows.run()
case (3, "fixed"): exit(FixedCases.run(arguments[2]) == 0 ? 0 : 1)
case (3...4, "mapper"), (3...4, "any-factors"):
    exit(SearchRows.run(arguments[2], arguments.count > 3 ? arguments[3] : "", anyFactors: arguments[1] == "any-factors") == 0 ? 0 : 1)
default:
    print("usage: timeloop-rows fixed FOLDER | timeloop-rows mapper FOLDER [PART-OF-NAME] | timeloop-rows any-factors FOLDER [PART-OF-NAME] | timeloop-rows operators")
    exit(64)
}
