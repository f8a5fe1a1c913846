import Testing

@Suite("Help, versions and lists")
struct HelpTests {
    @Test(arguments: ["--help", "help", "simulate --help", "map --help", "describe --help", "list --help", "network --help", "collective --help", "tiers --help", "allocate --help", "verify --help", "schedule --help", "timeloop --help", "help simulate"])
    func helpHasExamplesAndSucceeds(_ line: String) throws {
        let result = try Tool.run(line)
        #expect(result.status == 0)
        #expect(result.errors.isEmpty)
        #expect(result.output.contains("EXAMPLES"))
        #expect(result.output.contains("cyclewright "))
    }

    @Test func withoutArgumentsHelpIsPrinted() throws {
        let result = try Tool.run([])
        #expect(result.status == 0)
        #expect(result.output.contains("SUBCOMMANDS"))
    }

    @Test func versionIsThreeNumbers() throws {
        let result = try Tool.run("--version")
        #expect(result.status == 0)
        #expect(result.output.dropLast().split(separator: ".").compactMap { Int($0) }.count == 3)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionScriptsNameTheCommands(_ shell: String) throws {
        let result = try Tool.run("--generate-completion-script \(shell)")
        #expect(result.status == 0)
        for name in ["simulate", "describe", "list", "network", "collective", "tiers", "allocate", "verify", "schedule", "timeloop", "check-values", "bit-complement"] { #expect(result.output.contains(name)) }
    }

    @Test(
        arguments: [
            ("architectures", "tpu-v1"), ("workloads", "resnet50-int8"), ("networks", "mesh-8x8"), ("operators", "Conv"), ("engines", "systolic-array"),
            ("formats", "bf16"),
        ])
    func listsHoldWhatTheyShould(_ subject: String, _ entry: String) throws {
        let result = try Tool.run("list \(subject)")
        #expect(result.status == 0)
        let names = result.output.split(separator: "\n").dropFirst().compactMap { $0.split(separator: " ").first }
        #expect(names.contains(Substring(entry)))
        // Nothing but text reaches a pipe.
        #expect(!result.output.contains("\u{1B}"))
        let all = try Tool.run("list")
        #expect(all.output.contains(result.output))
    }

    @Test func everyShippedArchitectureLoads() throws {
        let result = try Tool.run("list architectures")
        #expect(!result.output.contains("–"), "\(result.output)")
    }

    @Test func unknownSubjectIsAMistakeInUsage() throws {
        expectFailure(try Tool.run("list workload"), status: 64, mentions: "workloads")
    }

    @Test(arguments: ["simulate", "simulate tpu-v1", "simulate a b c", "simulate tpu-v1 resnet18 --unknown", "describe --unknown", "describe a --schema"])
    func mistakesInUsageExitWith64(_ line: String) throws {
        let result = try Tool.run(line)
        expectFailure(result, status: 64)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("Usage: "))
    }
}
