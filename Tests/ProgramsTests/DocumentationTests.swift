import Architecture
import Foundation
import Testing

/// What the articles promise a reader who follows them.
@Suite struct DocumentationTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let catalog = root.appending(path: "Documentation/Cyclewright.docc")

    static func article(_ name: String) throws -> String {
        try String(contentsOf: catalog.appending(path: name), encoding: .utf8)
    }

    /// The tutorial's machine, which the reader writes to a file.
    static func tutorialMachine() throws -> String {
        let blocks = try article("GettingStarted.md").components(separatedBy: "\n```yaml\n").dropFirst()
        return try #require(blocks.first?.components(separatedBy: "\n```").first)
    }

    @Test func linksLeadToArticles() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.catalog.path).filter { $0.hasSuffix(".md") }
        #expect(names.count >= 7)
        for name in names {
            for link in try Self.article(name).components(separatedBy: "<doc:").dropFirst() {
                let target = String(link.prefix { $0 != ">" })
                #expect(names.contains(target + ".md"), "\(name) links to \(target)")
            }
        }
    }

    @Test func theTutorialsMachineIsAccepted() throws {
        let text = try Self.tutorialMachine()
        let architecture = try Architecture.decode(text: text, file: "edge-32.yaml")
        #expect(architecture.name == "edge-32")
        #expect(architecture.engines.map(\.name) == ["mesh", "vector", "load", "store"])
        // With its answer to a slip of the pen, word for word.
        let tutorial = try Self.article("GettingStarted.md")
        let misspelt = text.replacing("weight-stationary", with: "weigth-stationary")
        #expect {
            _ = try Architecture.decode(text: misspelt, file: "edge-32.yaml")
        } throws: {
            tutorial.contains("\($0)".split(separator: "\n").first ?? "nothing")
        }
    }

    /// Files that the commands name exist, and what they set can be set.
    @Test func commandsNameWhatExists() throws {
        let machine = try Self.tutorialMachine()
        var settings = 0
        for name in ["GettingStarted.md", "Cyclewright.md"] {
            for line in try Self.article(name).split(separator: "\n") {
                let words = line.split(separator: " ").map(String.init)
                guard words.first == "cyclewright", words.count > 2, ["simulate", "describe"].contains(words[1]), !words[2].hasPrefix("--") else { continue }
                for word in words where word.hasPrefix("Architectures/") || word.hasPrefix("Workloads/") {
                    #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: word).path), "\(line)")
                }
                var overrides: [String: String] = [:]
                for (option, value) in zip(words, words.dropFirst()) where option == "--set" {
                    let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
                    overrides[parts[0]] = parts[1]
                    settings += 1
                }
                if words[2] == "edge-32.yaml" {
                    _ = try Architecture.decode(text: machine, file: words[2], overrides: overrides)
                } else if words[2].hasPrefix("Architectures/") {
                    _ = try Architecture.load(path: Self.root.appending(path: words[2]).path, overrides: overrides)
                }
            }
        }
        #expect(settings >= 7)
    }
}
