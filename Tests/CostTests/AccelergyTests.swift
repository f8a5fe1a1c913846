import Architecture
import Cost
import Quantities
import Testing

struct AccelergyTests {
    private let energyText = """
        ERT:
            version: '0.4'
            tables:
              - name: system.DRAM[1..1]
                actions:
                  - name: read
                    arguments:
                        global_cycle_seconds: 1e-09
                        action_latency_cycles: 1
                    energy: 512.0
                  - name: leak
                    arguments: {}
                    energy: 0.0
              - name: system.PE[0..3].mac[1..4]
                actions:
                  - name: compute
                    arguments: {}
                    energy: 0.207692

        """

    @Test("An energy table is read, and written byte for byte as it was")
    func energyRoundTrip() throws {
        let text = energyText
        let table = try AccelergyEnergyTable(text: text, file: "ERT.yaml")
        #expect(table.yaml == text)
        let mac = try #require(table.component("mac"))
        #expect(mac.name.instances == 16)
        #expect(mac.name.description == "system.PE[0..3].mac[1..4]")
        #expect(table.component("system.PE.mac") == mac)
        #expect(abs(try #require(mac.action("compute")).energy.joules - 0.207692e-12) < 1e-24)
        let read = try #require(table.component("DRAM")?.action("read", arguments: [.init(name: "action_latency_cycles", value: "1")]))
        #expect(read.arguments.count == 2 && read.picojoules == 512)
        #expect(table.component("DRAM")?.action("read", arguments: [.init(name: "action_latency_cycles", value: "2")]) == nil)
        #expect(table.component("DRAM")?.action("write") == nil)
    }

    @Test("An area table is read, and written byte for byte as it was; other sections of the file are skipped")
    func areaRoundTrip() throws {
        let text = "ART:\n    version: '0.4'\n    tables:\n      - name: system.glb[1..1]\n        area: 217363.36892\n      - name: system.mac[1..168]\n        area: 191.82\n"
        let table = try AccelergyAreaTable(text: text, file: "ART.yaml")
        #expect(table.yaml == text)
        #expect(table.component("glb")?.squareMicrometres == 217363.36892)
        #expect(try AccelergyAreaTable(text: energyText + text, file: "both.yaml") == table)
        #expect(try AccelergyEnergyTable(text: energyText + text, file: "both.yaml").yaml == energyText)
    }

    @Test("Any table survives being written and read", arguments: 0..<200)
    func randomRoundTrip(_ seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13; state ^= state >> 7; state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let words = ["read", "a b", "x: y", "#no", "'quoted'", "\"double\"", "-", "- x", "true", "1e-09", "ü", "tab\tand\nline", "[1]", "{}", "null", "~", "", "0x1F", "back\\slash", "\u{2028}", "---", "a#b", "?", "%d", "!t", "|", ">"]
        var components: [AccelergyEnergyTable.Component] = []
        for index in 0..<next(5) {
            var actions: [AccelergyEnergyTable.Action] = []
            for number in 0..<next(4) {
                var arguments: [AccelergyEnergyTable.Argument] = []
                for argument in 0..<next(3) { arguments.append(.init(name: "a\(argument)" + words[next(words.count)], value: words[next(words.count)])) }
                actions.append(.init(name: "\(number)" + words[next(words.count)], arguments: arguments, picojoules: Double(next(1_000_000)) / Double(1 + next(1_000))))
            }
            components.append(.init(name: AccelergyName(["s", "c\(index)"], instances: 1 + next(300)), actions: actions))
        }
        let table = AccelergyEnergyTable(components: components)
        let read = try AccelergyEnergyTable(text: table.yaml, file: "ERT.yaml")
        #expect(read == table)
        #expect(read.yaml == table.yaml)
    }

    @Test("Names of components", arguments: [
        ("glb", 1), ("system.glb[1..1]", 1), ("mac[1..168]", 168), ("s.PE[0..3].x[2..3].mac[5..5]", 8),
    ])
    func names(_ text: String, _ instances: Int) throws {
        let name = try #require(AccelergyName(text))
        #expect(name.instances == instances)
        #expect(name.description == text)
    }

    @Test("Texts that are no names", arguments: ["", ".", "a.", ".a", "a[", "a[1]", "a[1..]", "a[3..2]", "a[1..2", "a[-1..2]", "a[1..2]b", "a[1.2]", "a[0..9223372036854775807]", "a[1..1000000000].b[1..1000000000]", "a]"])
    func badNames(_ text: String) { #expect(AccelergyName(text) == nil) }

    @Test("Mistakes have file, line and path", arguments: [
        ("ERT:\n    tables:\n      - name: glb[1..x]\n        actions: []\n", "e.yaml:3: ERT.tables[0].name: \"glb[1..x]\" is no component"),
        ("ERT:\n    version: '0.3'\n    tables: []\n", "e.yaml:2: ERT.version: \"0.3\" is not read"),
        ("ERT:\n    tables:\n      - name: glb\n        actions:\n          - name: read\n            energy: -1\n", "e.yaml:6: ERT.tables[0].actions[0].energy: is -1"),
        ("ERT:\n    tables:\n      - name: glb\n        actions:\n          - name: read\n            energy: nan\n", "\"nan\" is not a number"),
        ("ERT:\n    tables:\n      - name: glb\n        actions:\n          - name: read\n            enery: 1\n", "did you mean \"energy\"?"),
        ("ERT:\n    tables:\n      - name: glb\n        actions:\n          - name: read\n", "ERT.tables[0].actions[0].energy: is missing; give picojoules"),
        ("ERT:\n    tables:\n      - name: glb\n        actions: []\n      - name: glb\n        actions: []\n", "e.yaml:5: ERT.tables[1].name: glb is given twice; the first is on line 3"),
        ("ERT:\n    tables:\n      - name: glb\n        actions:\n          - { name: read, arguments: [1], energy: 1 }\n", "arguments: is a list"),
        ("ERT:\n    tables:\n      - name: glb\n        actions:\n          - { name: read, energy: 1 }\n          - { name: read, energy: 2 }\n", "is given twice"),
        ("ART:\n    tables: []\n", "e.yaml:1: ERT: is missing; the file has \"ART\""),
        ("ERT: 5\n", "ERT"), ("", "is empty"),
    ])
    func mistakes(_ text: String, _ words: String) {
        let error = #expect(throws: ArchitectureError.self) { try AccelergyEnergyTable(text: text, file: "e.yaml") }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
