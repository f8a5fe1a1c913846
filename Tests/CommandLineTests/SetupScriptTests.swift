import Foundation
import Testing

/// The set-up script on machines that lack something, made of a folder with only some tools in it.
@Suite("Set-up")
struct SetupScriptTests {
    /// Tools that the script itself uses and that exist on every Debian machine.
    private static let basics = ["sh", "sed", "sort", "head", "tail", "dirname", "readlink", "uname", "ls", "ldd", "cat", "env", "tr"]

    /// Runs the script for `task` where there are the basic tools, `present`, and `scripts` by name.
    private func run(_ task: String, present: [String], scripts: [String: String]) throws -> Tool.Result {
        try TemporaryFolder.with { folder in
            let files = FileManager.default
            for name in SetupScriptTests.basics + present {
                for place in ["/usr/bin/", "/bin/"] where files.isExecutableFile(atPath: place + name) {
                    try? files.createSymbolicLink(atPath: folder + "/" + name, withDestinationPath: place + name)
                }
            }
            for (name, text) in scripts {
                try "#!/bin/sh\n\(text)\n".write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
                try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/" + name)
            }
            return try Tool.run(
                [Tool.repository + "/Scripts/setup.sh", task], environment: ["PATH": folder, "SWIFT": "swift"], executable: "/bin/sh")
        }
    }

    private let swift = "echo 'Swift version 6.3.1 (swift-6.3.1-RELEASE)'"
    /// An apt-get that says what it was asked to do.
    private let aptGet = "echo \"apt-get $*\" >&2"
    /// A compiler and linker, so that only what a test leaves out is missing.
    private let compilers = ["cc": "exit 0", "ld": "exit 0"]

    @Test func nothingMissingIsSilent() throws {
        let result = try run("build", present: [], scripts: ["git": "exit 0", "swift": swift].merging(compilers) { $1 })
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.isEmpty && result.output.isEmpty)
    }

    @Test func withoutRightsTheCommandIsPrinted() throws {
        let result = try run(
            "build", present: [], scripts: ["swift": swift, "id": "echo 1000", "apt-get": aptGet].merging(compilers) { $1 })
        #expect(result.status == 69)
        #expect(result.errors.contains("sudo apt-get install --yes --no-install-recommends git\n"), "\(result.errors)")
        #expect(!result.errors.contains("apt-get update -qq"))
    }

    /// Tests that need it are skipped without it, so that its absence is no failure.
    @Test func withoutSlurmWhatIsSkippedIsSaid() throws {
        let tools = ["git": "exit 0", "swift": swift, "apt-get": aptGet].merging(compilers) { $1 }
        let user = try run("slurm", present: [], scripts: tools.merging(["id": "echo 1000"]) { $1 })
        #expect(user.status == 0 && user.errors.contains("will be skipped; to have them: sudo apt-get install slurm-wlm"), "\(user.errors)")
        let root = try run("slurm", present: [], scripts: tools.merging(["id": "echo 0"]) { $1 })
        #expect(root.status == 0 && root.errors.contains("apt-get update") && !root.errors.contains("skipped"), "\(root.errors)")
    }

    @Test func asRootPackagesAreInstalled() throws {
        let result = try run(
            "benchmark", present: [], scripts: ["swift": swift, "id": "echo 0", "apt-get": aptGet].merging(compilers) { $1 })
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("apt-get update"))
        #expect(result.errors.contains("valgrind"))
    }

    @Test func withPasswordlessSudoPackagesAreInstalled() throws {
        let sudo = "shift; [ \"$1\" = true ] || exec \"$@\""
        let result = try run(
            "build", present: [],
            scripts: ["swift": swift, "id": "echo 1000", "sudo": sudo, "apt-get": aptGet].merging(compilers) { $1 })
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("apt-get install") && result.errors.contains("git"))
    }

    @Test func withoutSwiftTheScriptSaysHowToGetIt() throws {
        let result = try run("build", present: [], scripts: ["git": "exit 0"].merging(compilers) { $1 })
        #expect(result.status == 69)
        #expect(result.errors.contains("https://www.swift.org/install/linux"))
    }

    @Test func anOldSwiftIsRefused() throws {
        let result = try run(
            "build", present: [], scripts: ["git": "exit 0", "swift": "echo 'Swift version 5.10 (swift-5.10-RELEASE)'"].merging(compilers) { $1 })
        #expect(result.status == 69)
        #expect(result.errors.contains("older than 6.2"))
    }
}
