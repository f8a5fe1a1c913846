import Foundation

// Runs the ONNX project's node tests that Scripts/conformance/write_cases.py wrote.
//
//     conformance FOLDER [--verbose] [NAME …]
//
// NAME keeps the cases whose name contains it. The last line is "N passed, N failed, N skipped";
// the exit code is 1 when a case failed.

var arguments = Array(CommandLine.arguments.dropFirst())
let isVerbose = arguments.contains("--verbose")
arguments.removeAll { $0 == "--verbose" }
guard let folder = arguments.first else {
    FileHandle.standardError.write(Data("usage: conformance FOLDER [--verbose] [NAME …]\n".utf8))
    exit(64)
}
let filters = arguments.dropFirst()
let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().filter { name in
    FileManager.default.fileExists(atPath: "\(folder)/\(name)/case.json")
        && (filters.isEmpty || filters.contains { name.contains($0) })
}
guard !names.isEmpty else {
    FileHandle.standardError.write(
        Data("conformance: no cases in \(folder); write them with Scripts/conformance/run.sh\n".utf8))
    exit(1)
}

var passed = 0
var failures = 0
var skips: [String: [String]] = [:]
for name in names {
    // Named before it runs, so that a crash can be told apart.
    if isVerbose { FileHandle.standardError.write(Data("\(name)\n".utf8)) }
    switch ConformanceCase(name: name, folder: "\(folder)/\(name)").run() {
    case .passed: passed += 1
    case .failed(let reason):
        failures += 1
        print("FAILED \(name): \(reason.replacingOccurrences(of: "\(folder)/\(name)/", with: ""))")
    case .skipped(let reason): skips[reason, default: []].append(name)
    }
}

let skipped = skips.values.reduce(0) { $0 + $1.count }
for (reason, cases) in skips.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
    print("skipped \(cases.count): \(reason)\(isVerbose ? " [\(cases.joined(separator: " "))]" : "")")
}
print("\(passed) passed, \(failures) failed, \(skipped) skipped")
exit(failures == 0 ? 0 : 1)
