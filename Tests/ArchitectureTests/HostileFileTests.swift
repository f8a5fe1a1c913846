import Architecture
import Testing

/// Files made to exhaust the reader: all end in a short message, in little time and memory.
@Suite("Hostile architecture files") struct HostileFileTests {
    func message(_ text: String) throws -> String {
        let error = try #require(throws: ArchitectureError.self) { try Architecture.decode(text: text, file: "h.yaml") }
        #expect(error.description.split(separator: "\n").count <= ArchitectureError.limit + 1)
        #expect(error.problems.allSatisfy { $0.description.count < 2_000 && !$0.description.contains("\n") })
        return error.description
    }

    @Test("A million nested lists and groups", arguments: ["[", "{a: ", "- ", "? ", "a:\n - "])
    func nesting(opener: String) throws {
        #expect(try message(String(repeating: opener, count: 1_100_000)) == "h.yaml: is larger than 1 MiB, which no architecture file needs to be")
        // As many as fit.
        let fitting = String(repeating: opener, count: (1 << 20) / opener.utf8.count)
        #expect(try !message(fitting).isEmpty)
    }

    @Test("Nesting around the limits of the format and of the YAML library", arguments: [20, 31, 32, 33, 34, 100, 990, 998, 1000, 1001, 5_000])
    func depth(depth: Int) throws {
        let text = "a: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let message = try message(text)
        #expect(message.contains("is nested more than 32 deep") == (depth > 32), "\(depth): \(message)")
        let blocks = (0..<depth).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        if blocks.utf8.count < 1 << 20 {
            #expect(try self.message(blocks).contains("is nested more than 32 deep") == (depth > 32), "\(depth)")
        }
    }

    @Test("A billion laughs") func aliases() throws {
        var text = "a0: &a0 lol\n"
        for level in 1...30 { text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n" }
        #expect(try message(text) == "h.yaml:2: anchors and aliases (&name, *name) are not part of the format; write the value out")
        #expect(try message("a: &x [b]\n? *x\n: 1").contains("anchors and aliases"))
        #expect(try message("a: &x [*x]").contains("anchors and aliases"))
        #expect(try message("a: *nowhere").contains("found undefined alias"))
    }

    @Test("Characters that look like aliases in a text are not refused") func ampersands() throws {
        let text = smallMachine.replacing("source: \"a test\"", with: "source: \"R&D report of *Smith* & sons\"")
        #expect(try Architecture.decode(text: text, file: "h.yaml").source == "R&D report of *Smith* & sons")
    }

    @Test(
        "What is no architecture",
        arguments: [
            ("", "h.yaml: is empty; an architecture begins with \"architecture: NAME\""),
            ("# nothing\n", "h.yaml: is empty; an architecture begins with \"architecture: NAME\""),
            ("just text", "h.yaml:1: is a single value; an architecture begins with \"architecture: NAME\""),
            ("- a\n- b", "h.yaml:1: is a list; an architecture begins with \"architecture: NAME\""),
            ("a: b\n---\nc: d", "h.yaml:2: is not YAML: but found another document (column 1)"),
            ("a: 'open", "h.yaml:1: is not YAML: found unexpected end of stream (column 9)"),
            ("a: b: c", "h.yaml:1: is not YAML: mapping values are not allowed in this context (column 5)"),
            ("\ta: b", "h.yaml:1: is not YAML: found character that cannot start any token (column 1)"),
            ("a: \u{0}", "h.yaml: is not YAML: control characters are not allowed"),
            ("a: !!binary SGVsbG8=", "h.yaml:1: tag \"tag:yaml.org,2002:binary\" is not part of the format; remove it"),
            ("[a, b]: c", "h.yaml:1: a key is a list or a group; keys are names"),
            ("%YAML 9.9\n---\na: b", "h.yaml:1: is not YAML: found incompatible YAML document (column 1)"),
        ]) func documents(text: String, expected: String) throws {
        #expect(try message(text) == expected)
    }

    @Test("Long names and control characters do not reach the terminal as they are") func output() throws {
        let long = String(repeating: "x", count: 100_000)
        #expect(try message(smallMachine.replacing("rows: 16", with: "\(long): 16")).count < 2_000)
        #expect(try message(smallMachine.replacing("rows: 16", with: "rows: \(long)")).count < 2_000)
        let escape = try message(smallMachine.replacing("rows: 16", with: "rows: \"\\e[31m\\u202E\""))
        #expect(escape.contains("\\u{1b}[31m\\u{202e}"))
        #expect(try message(smallMachine.replacing("architecture: small", with: "architecture: \"a\\nb\"")).contains("control characters"))
    }

    @Test("Many values and wide lists are refused or read quickly") func wide() throws {
        let list = "a: [" + Array(repeating: "b", count: 200_000).joined(separator: ",") + "]"
        #expect(try message(list) == "h.yaml:1: has more than 100000 values")
        let keys = (0..<20_000).map { "k\($0): 1" }.joined(separator: "\n")
        #expect(try message(keys).hasSuffix("more problems"))
        let deepAndWide = "a: " + String(repeating: "[", count: 900) + String(repeating: "b,", count: 400_000)
        #expect(try !message(deepAndWide).isEmpty)
    }
}
