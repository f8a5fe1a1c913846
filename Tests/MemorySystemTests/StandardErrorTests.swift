import Architecture
import MemorySystem
import Testing

/// Impossible devices and malformed files: each refused with the rule that it breaks.
@Suite struct StandardErrorTests {
    private func message(_ overrides: [String: String], of name: String = "DDR4-3200") -> String {
        do {
            _ = try DRAMStandard(named: name, overrides: overrides)
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test("Impossible timings", arguments: [
        (["timing.tRAS": "80", "timing.tRC": "74"], "timing.tRAS: tRAS (80) is longer than the row cycle tRC (74) that contains it"),
        (["timing.tRC": "73"], "timing.tRC: tRC (73) is shorter than tRAS + tRP (52 + 22), which it consists of"),
        (["timing.tFAW": "3"], "timing.tFAW: four activates (tFAW 3) take less time than two (tRRD_S 4)"),
        (["timing.tRRD_L": "2"], "timing.tRRD_L: tRRD_L (2) is shorter than tRRD_S (4)"),
        (["timing.tCCD_L": "3"], "timing.tCCD_L: tCCD_L (3) is shorter than tCCD_S (4)"),
        (["timing.tWTR_L": "1 ns"], "timing.tWTR_L: tWTR_L (2) is shorter than tWTR_S (4)"),
        (["timing.tCCD_S": "3"], "timing.tCCD_S: tCCD_S (3) is shorter than a burst (4 cycles), so that two would meet on the data bus"),
        (["timing.tRCD": "60"], "timing.tRCD: tRCD (60) is longer than tRAS (52): a row could be closed before it can be read"),
        (["timing.tRFC": "8 us"], "timing.tRFC: a refresh (tRFC 12800) takes as long as the time between refreshes (tREFI 12480): nothing else would be done"),
        (["timing.tXS": "100"], "timing.tXS: tXS (100) is shorter than tRFC (560), the refresh that self-refresh may just have begun"),
        (["timing.tRP": "0"], "timing.tRP: is zero cycles; no device is that fast"),
        (["timing.tRTW": "4 - CWL"], "timing.tRTW: is -12 cycles; time does not run backwards"),
        (["timing.tRPab": "tRP - 1"], "timing.tRPab: tRPab (21) is shorter than tRP (22)"),
    ])
    func timings(overrides: [String: String], expected: String) {
        #expect(message(overrides).contains("--set \(expected)"), "\(message(overrides))")
    }

    @Test("Impossible refresh of single banks")
    func bankRefresh() {
        #expect(message(["timing.tRFCpb": "300 ns"], of: "LPDDR5-6400").contains("the refresh of one bank (240) takes longer than that of all (tRFC 224)"))
        #expect(message(["timing.tpbR2pbR": "400 ns"], of: "LPDDR5-6400").contains("may follow every 320 cycles and must every 195 (tREFIpb)"))
    }

    @Test("Impossible organisations", arguments: [
        (["organization.ranks": "0"], "organization.ranks: \"0\" is not a whole number from 1 to 16"),
        (["organization.banks-per-group": "0"], "organization.banks-per-group: \"0\" is not a whole number from 1 to 64"),
        (["organization.pseudo-channels": "0"], "organization.pseudo-channels: \"0\" is not a whole number from 1 to 4"),
        (["organization.rows": "60000"], "organization.rows: 60000 is not a power of two, so that it would not be a field of an address; write 32768 or 65536"),
        (["organization.columns": "1000"], "organization.columns: 1000 is not a power of two, so that it would not be a field of an address; write 512 or 1024"),
        (["organization.columns": "4"], "organization.columns: a row of 4 columns is shorter than a burst of 8; columns count single transfers of the data width"),
        (["organization.burst-length": "1"], "organization.burst-length: a burst of 1 is no whole number of clocks at 2 transfers per clock"),
        (["organization.devices": "0"], "organization.devices: \"0\" is not a whole number from 1 to 128"),
        (["organization.separate-command-buses": "yes"], "organization.separate-command-buses: \"yes\" is neither \"true\" nor \"false\""),
        (["organization.command-cycles": "{ACTT: 2}"], "organization.command-cycles: \"ACTT\" is not a command; did you mean \"ACT\"?"),
        (["organization.bank-group": "4"], "organization.bank-group: is not known here; did you mean \"bank-groups\"?"),
        (["clock": "0 MHz"], "clock: \"0 MHz\" is a clock that never ticks"),
        (["clock": "1600"], "clock: \"1600\" has no unit"),
        (["rounding": "ddr6"], "rounding: \"ddr6\" is not a rule of rounding; did you mean \"ddr4\"?"),
    ])
    func organizations(overrides: [String: String], expected: String) {
        #expect(message(overrides).contains("--set \(expected)"), "\(message(overrides))")
    }

    @Test("Expressions that are none", arguments: [
        ("tRCD + tRPP", "\"tRPP\" is not a timing parameter of this standard; did you mean \"tRP\"?"),
        ("13.75", "\"13.75\": 13.75 is not a whole number of cycles; a time needs its unit"),
        ("max(4, 7.5 ns", "\"max(4, 7.5 ns\": a \")\" is missing"),
        ("4 +", "\"4 +\": something is missing at the end"),
        ("4 5", "\"4 5\": \"5\" is not expected where it stands"),
        ("4 % 2", "\"4 % 2\": \"%\" is not part of an expression"),
        ("tRC / 0", "divides by 0"),
        ("2000000000 * 2", "is more than 2000000000 cycles"),
        ("200 ms", "is not expected where it stands"),
        ("101000 us", "101000 us is longer than 100 ms"),
    ])
    func expressions(text: String, expected: String) {
        #expect(message(["timing.tWR": text]).contains(expected), "\(message(["timing.tWR": text]))")
    }

    @Test("Parameters that are defined by one another")
    func circle() {
        #expect(message(["timing.tRCD": "tRP", "timing.tRP": "tRCD"]).contains("depends on itself: \"tRCD\", \"tRP\""))
    }

    @Test("A parameter that nothing uses is a misspelt one")
    func unused() {
        #expect(message(["timing.tFWA": "34"]) == "--set timing.tFWA: is used by no constraint and no other parameter; did you mean \"tFAW\"?")
    }

    @Test("Paths of --set that lead nowhere")
    func overrides() {
        #expect(message(["timng.tFAW": "34"]) == "--set timng.tFAW: there is no \"timng\" at the top level; did you mean \"timing\"?")
        #expect(message(["timing": "34"]) == "--set timing: names a group; name one of its values: timing.NAME=…")
        #expect(message(["standard": "DDR5"]).contains("is what the file is"))
    }

    @Test("Currents that give energy back", arguments: [
        ("currents.rails.VDD.IDD0", "40 mA", "an activate would take no energy"),
        ("currents.rails.VDD.IDD4R", "52 mA", "a read would take no energy: IDD4R is not above active standby (IDD3N)"),
        ("currents.rails.VDD.IDD5B", "51 mA", "a refresh would take no energy"),
        ("currents.rails.VDD.IDD2P", "38 mA", "power-down (IDD2P, IDD3P) takes more than standby"),
        ("currents.rails.VDD.IDD6", "30", "\"30\" is not a current from 0 mA to 10000 mA such as \"57 mA\""),
        ("currents.rails.VDD.voltage", "1.2 A", "currents.rails.VDD.voltage"),
        ("currents.baseline", "one-banks", "\"one-banks\" is not a baseline; did you mean \"one-bank\"?"),
    ])
    func currents(path: String, value: String, expected: String) {
        #expect(message([path: value]).contains(expected), "\(message([path: value]))")
    }

    /// The lines that are wrong, and only those, are reported, each with its line.
    private static let rows = """
        standard: DDR4-mine
        based-on: DDR4-3200
        source: "mine"
        constraints:
          - common-rules
          - dll-rule
          - { name: tRCD, level: bank, preceding: ACT, following: [RD, WRT], latency: tRCD }
          - { name: tRFC, level: bank, preceding: REFab, following: ACT, latency: tRFC }
          - { name: tFAW, level: rank, preceding: ACT, following: ACT, latency: tFAW, window: 4, sibling: true }
          - { name: tWTR, level: bankgroup, preceding: WRITE, following: READ, latency: CWL + burst + tWTR_X }
          - { name: tCS, level: channel, preceding: READ, following: READ, latency: tCS, sibling: true }
          - { name: early, level: rank, preceding: WR, following: RD, latency: CWL - CL }
          - { level: rank, preceding: WR, following: [], latency: 4 }
        """

    @Test("Rows of constraints that are none")
    func constraints() {
        var problems: [String] = []
        do { _ = try DRAMStandard.decode(text: Self.rows, file: "mine.yaml") } catch { problems = error.problems.map(\.description) }
        let expected = [
            "mine.yaml:6: constraints: \"dll-rule\" is not a rule file; did you mean \"dll-rules\"?",
            "mine.yaml:7: constraints.2.following: \"WRT\" is not a command; did you mean \"WR\"?",
            "mine.yaml:8: constraints.3.level: REFab names a rank and no bank; a row on it has level \"rank\" or above",
            "mine.yaml:9: constraints.4.sibling: a window counts commands of one rank; leave sibling or window out",
            "mine.yaml:10: constraints.5.level: \"bankgroup\" is not a level; did you mean \"bank-group\"?",
            "mine.yaml:10: constraints.5.latency: \"tWTR_X\" is not a timing parameter of this standard; did you mean \"tWTR_S\"?",
            "mine.yaml:11: constraints.6.sibling: channels do not share anything",
            "mine.yaml:12: constraints.7.latency: \"CWL - CL\" is -6 cycles; time does not run backwards",
            "mine.yaml:13: constraints.8.name: is missing; write a value",
            "mine.yaml:13: constraints.8.following: is empty; name at least one command",
        ]
        for text in expected { #expect(problems.contains(text), "\(problems.joined(separator: "\n"))") }
    }

    @Test("Files that are no standard", arguments: [
        ("", "mine.yaml: is empty; a memory standard begins with \"standard: NAME\""),
        ("DDR4", "mine.yaml: is a single value; a memory standard begins with \"standard: NAME\""),
        ("standard: mine\nbased-on: DDR4-3201", "mine.yaml:2: based-on: there is no \"DDR4-3201\"; did you mean \"DDR4-3200\"?"),
        ("standard: mine\nbased-on: [DDR4-3200]", "mine.yaml:2: based-on: is a list where the name of a standard belongs"),
        ("standard: mine\nbased-on: DDR4-3200\nsource: me\ntiming:\n  tFAW: 40", "mine.yaml:5: timing.tFAW: has no source"),
        ("standard: mine\nbased-on: DDR4-3200\ntiming:\n  source: me\n  tFAW: {value: 40, unit: ns}", "mine.yaml:5: timing.tFAW.unit: is not known here"),
        ("standard: mine\nbased-on: DDR4-3200\ntiming:\n  source: me\n  burst: 40", "mine.yaml:5: timing.burst: is not a name of a parameter"),
        ("standard: mine\nbased-on: DDR4-3200\nclocks: 1", "mine.yaml:3: clocks: is not known here; did you mean \"clock\"?"),
        ("standard: mine", "mine.yaml: clock: is missing; write the frequency of the command clock"),
        ("standard: mine\nstandard: yours", "mine.yaml:1: \"standard\" is given twice"),
        ("standard: mine\nbased-on: DDR4-3200\nconstraints: []", "mine.yaml:3: constraints: is empty: a memory without rules"),
    ])
    func files(text: String, expected: String) {
        #expect { try DRAMStandard.decode(text: text, file: "mine.yaml") } throws: { error in
            "\(error)".split(separator: "\n").contains { $0.hasPrefix(expected) }
        }
    }

    @Test("A mistake in what a file takes over is shown where it was written")
    func inherited() {
        // tRP of the file is longer than the row cycle of the standard below it has room for.
        let text = "standard: mine\nbased-on: DDR4-3200\nsource: me\ntiming:\n  source: me\n  tRC: 60\n"
        #expect { try DRAMStandard.decode(text: text, file: "mine.yaml") } throws: {
            "\($0)" == "mine.yaml:6: timing.tRC: tRC (60) is shorter than tRAS + tRP (52 + 22), which it consists of"
        }
        let other = "standard: mine\nbased-on: DDR4-3200\nsource: me\norganization:\n  burst-length: 32\n"
        #expect { try DRAMStandard.decode(text: other, file: "mine.yaml") } throws: {
            "\($0)".contains("DDR4-3200.yaml:29: timing.tCCD_S: tCCD_S (4) is shorter than a burst (16 cycles)")
        }
    }

    @Test("A standard of one's own in five lines")
    func fiveLines() throws {
        let text = """
            standard: DDR4-3200-two-ranks
            based-on: DDR4-3200
            source: "a module with two ranks"
            organization: { ranks: 2 }
            timing: { tCS: { value: 3, source: "measured" } }
            """
        let standard = try DRAMStandard.decode(text: text, file: "mine.yaml")
        #expect(standard.organization.channelBytes == 16 << 30)
        #expect(standard.timing["tCS"] == TimingParameter(cycles: 3, source: "measured"))
        let below = try DRAMStandard(named: "DDR4-3200")
        #expect(standard.timing["tFAW"] == below.timing["tFAW"])
        #expect(standard.constraints.contains { $0.sibling && $0.latency == standard.burstCycles + 3 })
    }

    @Test("--set changes a value, its dependants, and says so")
    func set() throws {
        let standard = try DRAMStandard(named: "DDR4-3200", overrides: ["timing.tRAS": "40 ns", "organization.ranks": "2"])
        #expect(standard.timing["tRAS"] == TimingParameter(cycles: 64, source: "--set"))
        #expect(standard.cycles("tRC") == 86)
        #expect(standard.organization.ranks == 2)
    }
}
