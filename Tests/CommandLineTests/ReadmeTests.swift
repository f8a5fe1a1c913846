import Foundation
import Testing

@Suite("README", .serialized)
struct ReadmeTests {
    /// Code of one fence.
    private struct Block {
        var language: String
        var lines: [String]
    }

    private static func blocks() throws -> [Block] {
        let text = try String(contentsOfFile: Tool.repository + "/README.md", encoding: .utf8)
        var blocks: [Block] = []
        var isOpen = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("```") {
                if !isOpen { blocks.append(Block(language: String(line.dropFirst(3)), lines: [])) }
                isOpen.toggle()
            } else if isOpen {
                blocks[blocks.count - 1].lines.append(line)
            }
        }
        return blocks
    }

    private static func commands() throws -> [String] { try blocks().filter { $0.language == "sh" }.flatMap(\.lines).filter { !$0.isEmpty } }

    @Test func theTwoFirstCommandsAreThere() throws {
        let commands = try ReadmeTests.commands()
        #expect(commands.first?.hasPrefix("git clone ") == true)
        #expect(commands.contains("make simulate"))
        #expect(commands.filter { $0.hasPrefix("cyclewright ") }.count >= 8)
    }

    @Test func everyCommandIsOfAKindThatIsTested() throws {
        for command in try ReadmeTests.commands() {
            #expect(["cyclewright ", "make ", "git clone ", "export PATH="].contains { command.hasPrefix($0) }, "\(command)")
        }
    }

    @Test func makeTasksExist() throws {
        let makefile = try String(contentsOfFile: Tool.repository + "/Makefile", encoding: .utf8)
        let readme = try String(contentsOfFile: Tool.repository + "/README.md", encoding: .utf8)
        var tasks = Set<String>()
        for part in readme.components(separatedBy: "make ").dropFirst() {
            let word = part.prefix { $0.isLowercase || $0 == "-" }
            if part[word.endIndex...].hasPrefix("`") || part[word.endIndex...].hasPrefix("\n") { tasks.insert(String(word)) }
        }
        #expect(tasks.contains("simulate"))
        for task in tasks.sorted() where !task.isEmpty { #expect(makefile.contains("\n\(task):"), "make \(task)") }
    }

    @Test func linksLeadSomewhere() throws {
        let readme = try String(contentsOfFile: Tool.repository + "/README.md", encoding: .utf8)
        // Every second part is a block of code, which has no links.
        let text = readme.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined()
        for part in text.components(separatedBy: "](").dropFirst() {
            let target = String(part.prefix { $0 != ")" })
            if target.hasPrefix("http") { continue }
            #expect(FileManager.default.fileExists(atPath: Tool.repository + "/" + target), "\(target)")
        }
    }

    /// `Scripts/readme.sh` renews it.
    @Test func theCaptureIsWhatTheCommandPrints() throws {
        let block = try #require(try ReadmeTests.blocks().first { $0.lines.first?.hasPrefix("$ cyclewright ") == true })
        let result = try Tool.run(String(try #require(block.lines.first).dropFirst("$ cyclewright ".count)))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == block.lines.dropFirst().joined(separator: "\n") + "\n")
    }

    /// One after the other, as a reader would: files that the README shows are written first, and later commands see what
    /// earlier ones made.
    @Test func commandsWork() throws {
        try TemporaryFolder.with { folder in
            for name in ["Architectures", "Workloads", "Networks", "Tiers"] {
                try FileManager.default.createSymbolicLink(atPath: folder + "/" + name, withDestinationPath: Tool.repository + "/" + name)
            }
            for block in try ReadmeTests.blocks() where block.language == "yaml" {
                let name = try #require(block.lines.first?.dropFirst(2))
                try block.lines.joined(separator: "\n").write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
            }
            for command in try ReadmeTests.commands() where command.hasPrefix("cyclewright ") {
                let line = command.replacingOccurrences(of: "cyclewright ", with: "\(Tool.path) ")
                let result = try Tool.run(["-c", line], in: folder, executable: "/bin/sh")
                #expect(result.status == 0, "\(command): \(result.errors)")
            }
        }
    }
}
