import Foundation

// Usage: timeloop-rows fixed FOLDER | timeloop-rows mapper FOLDER
let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print("usage: timeloop-rows fixed FOLDER")
    exit(64)
}
if arguments[1] == "fixed" { exit(FixedCases.run(arguments[2]) == 0 ? 0 : 1) }
