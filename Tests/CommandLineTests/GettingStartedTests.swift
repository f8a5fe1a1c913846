import Foundation
import Testing

/// The article for new users: its commands run, and its figures are those that they print.
@Suite("Getting started")
struct GettingStartedTests {
    private static let article: String = {
        let path = Tool.repository + "/Documentation/Cyclewright.docc/GettingStarted.md"
        return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }()

    /// Blocks of code, without their fences and indentation.
    private static func blocks() -> [[String]] {
        var blocks: [[String]] = []
        var isOpen = false
        for line in article.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                if !isOpen { blocks.append([]) }
                isOpen.toggle()
            } else if isOpen {
                blocks[blocks.count - 1].append(String(line))
            }
        }
        return blocks
    }

    @Test func figuresAreThoseOfTheRuns() throws {
        let blocks = Self.blocks()
        let machine = try #require(blocks.first { $0.first?.hasPrefix("architecture: edge-32") == true })
        let lines = blocks.flatMap { $0 }.map { $0.trimmingCharacters(in: .whitespaces) }
        // Register fidelity prints the same figures, and takes its time.
        let commands = lines.filter { $0.hasPrefix("cyclewright simulate ") && !$0.contains("register") && !$0.contains("--trace") }
        #expect(commands.count >= 8)
        try TemporaryFolder.with { folder in
            try machine.joined(separator: "\n").write(toFile: folder + "/edge-32.yaml", atomically: true, encoding: .utf8)
            for name in ["Architectures", "Workloads"] {
                try FileManager.default.createSymbolicLink(atPath: folder + "/" + name, withDestinationPath: Tool.repository + "/" + name)
            }
            for command in commands {
                let result = try Tool.run(String(command.dropFirst("cyclewright ".count)), in: folder)
                #expect(result.status == 0, "\(command): \(result.errors)")
                let printed = result.output.split(separator: "\n").map(String.init)
                let time = try #require(printed.first { $0.hasPrefix("  Time ") }).dropFirst("  Time ".count).trimmingCharacters(in: .whitespaces)
                #expect(Self.article.contains(time), "\(command) takes \(time), which the article does not say")
                for line in printed where line.hasPrefix("Values: ") { #expect(Self.article.contains(line), "\(line)") }
                // A summary that the article shows is shown as it is.
                guard let shown = blocks.first(where: { $0.contains { $0.hasPrefix("  Time ") && $0.hasSuffix(" " + time) } }) else { continue }
                for line in shown where !line.isEmpty && !line.contains("…") && !line.hasPrefix("Report written") && !line.hasPrefix("  operator ") {
                    #expect(printed.contains(line), "\(line)")
                }
            }
        }
    }
}
