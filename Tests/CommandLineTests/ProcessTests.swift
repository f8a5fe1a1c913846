import Foundation
import Testing

@Suite("A good Unix process")
struct ProcessTests {
    @Test func aClosedPipeEndsItQuietly() throws {
        try TemporaryFolder.with { folder in
            let process = Tool.process(["list"], in: folder)
            let pipe = Pipe(), errors = Pipe()
            process.standardOutput = pipe
            process.standardError = errors
            try pipe.fileHandleForReading.close()
            try process.run()
            try errors.fileHandleForWriting.close()
            process.waitUntilExit()
            let isSignalled = process.terminationReason == .uncaughtSignal
            #expect(process.terminationStatus == (isSignalled ? SIGPIPE : 141))
            #expect(try errors.fileHandleForReading.readToEnd() ?? Data() == Data())
        }
    }

    @Test func headTakesWhatItWants() throws {
        let result = try Tool.run(["-c", "\(Tool.path) list | head -n 2"], executable: "/bin/sh")
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").count == 2)
        #expect(result.errors.isEmpty)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func aFullDiskIsReported() throws {
        for command in ["list", "--help", "describe tpu-v1"] {
            let result = try Tool.run(["-c", "\(Tool.path) \(command) > /dev/full"], executable: "/bin/sh")
            expectFailure(result, status: 74, mentions: "cannot write to the standard output")
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func signalsEndItWithTheirNumber(_ number: Int32) throws {
        try TemporaryFolder.with { folder in
            // Reading the architecture waits for a writer, so that the signal comes neither too early nor too late.
            let pipe = folder + "/endless.yaml"
            #expect(mkfifo(pipe, 0o600) == 0)
            let process = Tool.process(["simulate", pipe, "resnet18"], in: folder)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            var writer: Int32 = -1
            for _ in 0..<3000 where writer < 0 {
                writer = open(pipe, O_WRONLY | O_NONBLOCK)
                if writer < 0 { usleep(10_000) }
            }
            #expect(writer >= 0)
            kill(process.processIdentifier, number)
            process.waitUntilExit()
            if writer >= 0 { close(writer) }
            #expect(process.terminationReason == .exit)
            #expect(process.terminationStatus == 128 + number)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["endless.yaml"])
        }
    }

    @Test func anOutputFolderThatCannotBeIsRefusedBeforeTheRun() throws {
        try TemporaryFolder.with { folder in
            try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/taken"))
            for output in ["taken", "taken/below"] {
                let result = try Tool.run("simulate tpu-v1 resnet18 --output \(output)", in: folder)
                expectFailure(result, status: 73, mentions: output, "--output")
                #expect(result.output.isEmpty)
            }
            expectFailure(try Tool.run("simulate tpu-v1 resnet18 --output /proc/nowhere/reports"), status: 73, mentions: "/proc/nowhere")
            #expect(try String(contentsOfFile: folder + "/taken", encoding: .utf8) == "x")
        }
    }

    /// `script` runs a command on a terminal of its own.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
    func coloursAreForTerminalsAndCanBeSwitchedOff() throws {
        func formats(_ environment: [String: String]) throws -> String {
            let result = try Tool.run(
                ["-qec", "\(Tool.path) list formats", "/dev/null"], environment: environment.merging(["TERM": "xterm"]) { own, _ in own },
                executable: "/usr/bin/script")
            #expect(result.status == 0)
            return result.output
        }
        #expect(try formats([:]).contains("\u{1B}[36mbf16\u{1B}[0m"))
        #expect(try formats(["NO_COLOR": ""]).contains("\u{1B}["))
        let plain = try formats(["NO_COLOR": "1"]), dumb = try formats(["TERM": "dumb"])
        #expect(!plain.contains("\u{1B}") && plain.contains("bf16"))
        #expect(!dumb.contains("\u{1B}") && dumb.contains("bf16"))
    }

    @Test func verboseGoesToTheErrorStream() throws {
        let result = try Tool.run("simulate tpu-v1 resnet18 --verbose --output /proc/nowhere")
        #expect(result.errors.contains("cyclewright: info: read the architecture"))
        #expect(result.output.isEmpty)
    }
}
