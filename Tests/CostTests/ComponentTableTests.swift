import Architecture
import Cost
import NumberFormats
import Quantities
import Testing

struct ComponentTableTests {
    private let table = ComponentTable.shipped
    private let horowitz = ProcessPoint(nanometres: 45, volts: 0.9)

    private func picojoules(_ price: ComponentPrice, _ action: String = "compute") throws -> Double {
        try #require(price.energy(action)).joules * 1e12
    }

    @Test("Published figures are given as published", arguments: [
        ("adder", ElementType.int8, 0.03, 36.0), ("adder", .int32, 0.1, 137), ("multiplier", .int8, 0.2, 282), ("multiplier", .int32, 3.1, 3495),
        ("adder", .fp16, 0.4, 1360), ("multiplier", .fp32, 3.7, 7700), ("multiplier", .uint8, 0.2, 282),
    ])
    func published(_ component: String, _ type: ElementType, _ energy: Double, _ area: Double) throws {
        let price = try table.price(component, format: ArithmeticFormat(type), at: horowitz)
        #expect(abs(try picojoules(price) - energy) < 1e-12)
        #expect(abs(try #require(price.area).value.squareMillimetres * 1e6 - area) < 1e-9)
        let provenance = try #require(price.actions.first).provenance
        #expect(!provenance.isEstimate && provenance.steps.count == 1 && provenance.description.contains("Horowitz"))
    }

    @Test("The rule for formats without a figure, on formats that have one: Google's bf16 from fp16 and fp32, Horowitz's int16 from int8 and int32")
    func derivationAgainstPublished() throws {
        let text = """
            components: without
            entries:
              - { component: multiplier, format: fp16, node: 7 nm, voltage: 0.7 V, energy: 0.34 pJ, source: "a" }
              - { component: multiplier, format: fp32, node: 7 nm, voltage: 0.7 V, energy: 1.31 pJ, source: "b" }
              - { component: adder, format: fp16, node: 7 nm, voltage: 0.7 V, energy: 0.16 pJ, source: "c" }
              - { component: adder, format: fp32, node: 7 nm, voltage: 0.7 V, energy: 0.38 pJ, source: "d" }
              - { component: adder, format: int8, node: 45 nm, voltage: 0.9 V, energy: 0.03 pJ, area: 36 um2, source: "e" }
              - { component: adder, format: int32, node: 45 nm, voltage: 0.9 V, energy: 0.1 pJ, area: 137 um2, source: "f" }
            """
        let partial = try ComponentTable(text: text, file: "partial.yaml")
        let seven = ProcessPoint(nanometres: 7, volts: 0.7)
        let multiplier = try partial.price("multiplier", format: ArithmeticFormat(.bf16), at: seven)
        #expect(abs(try picojoules(multiplier) / 0.21 - 1) < 0.08)
        #expect(abs(try picojoules(partial.price("adder", format: ArithmeticFormat(.bf16), at: seven)) / 0.11 - 1) < 0.03)
        let adder = try partial.price("adder", format: ArithmeticFormat(.int16), at: horowitz)
        #expect(abs(try picojoules(adder) / 0.05 - 1) < 0.11)
        #expect(abs(try #require(adder.area).value.squareMillimetres * 1e6 / 67 - 1) < 0.06)
        let provenance = try #require(multiplier.actions.first).provenance
        #expect(provenance.isEstimate)
        #expect(provenance.description.contains("bf16 derived from fp16 and fp32"))
    }

    @Test("Wider formats cost more, in every technology", arguments: [45.0, 65, 28, 16, 7, 5, 3, 180])
    func widerCostsMore(_ nanometres: Double) throws {
        let process = ProcessPoint(nanometres: nanometres)
        for family: [ArithmeticFormat] in [
            [ArithmeticFormat(.int2), ArithmeticFormat(.int4), ArithmeticFormat(.int8), ArithmeticFormat(.int16), ArithmeticFormat(integerBits: 24), ArithmeticFormat(.int32), ArithmeticFormat(.int64)],
            [ArithmeticFormat(.fp4E2M1), ArithmeticFormat(.fp8E5M2), ArithmeticFormat(.fp8E4M3), ArithmeticFormat(.bf16), ArithmeticFormat(.fp16), ArithmeticFormat(.fp32), ArithmeticFormat(.fp64)],
        ] {
            for component in ["adder", "multiplier", "mac"] {
                var last: ComponentPrice?
                for format in family {
                    let price = try table.price(component, format: format, at: process)
                    if let last {
                        #expect(try picojoules(price) > picojoules(last), "\(component) of \(format) at \(process)")
                        #expect(try #require(price.area).value > #require(last.area).value, "\(component) of \(format) at \(process)")
                    }
                    last = price
                }
            }
        }
        // The significand of tf32 is fp16's.
        #expect(try picojoules(table.price("multiplier", format: .tf32, at: process)) > 0)
    }

    @Test("A multiply-accumulate is a multiplier and the accumulator's adder, and says so")
    func multiplyAccumulate() throws {
        let price = try table.multiplyAccumulate(ArithmeticFormat(.int8), accumulator: ArithmeticFormat(.int32), at: horowitz)
        #expect(abs(try picojoules(price) - 0.3) < 1e-12)
        #expect(abs(try #require(price.area).value.squareMillimetres * 1e6 - 419) < 1e-9)
        #expect(try #require(price.actions.first).provenance.description.contains("multiplier of int8 and adder of int32"))
    }

    @Test("Eyeriss' table is relative to the multiply-accumulate of the same technology")
    func relative() throws {
        for process in [horowitz, ProcessPoint(nanometres: 65), ProcessPoint(nanometres: 7)] {
            let unit = try picojoules(table.price("mac", format: ArithmeticFormat(.int16), at: process))
            for (component, ratio) in [("register-file", 1.0), ("pe-network", 2), ("global-buffer", 6), ("relative-dram", 200)] {
                let price = try table.price(component, at: process)
                #expect(abs(try picojoules(price, "access") / unit - ratio) < 1e-9)
                #expect(try #require(price.actions.first).provenance.description.contains("Eyeriss"))
            }
        }
    }

    @Test("A figure of another node says where it comes from and what was done to it")
    func scaled() throws {
        let price = try table.price("multiplier", format: ArithmeticFormat(.int8), at: ProcessPoint(nanometres: 28, volts: 0.9))
        let action = try #require(price.actions.first)
        #expect(action.provenance.description.contains("Horowitz"))
        #expect(action.provenance.description.contains("energy scaled from 45 nm, 0.9 V to 28 nm, 0.9 V"))
        #expect(action.provenance.description.contains("28 nm interpolated between 32 nm and 20 nm"))
        #expect(action.provenance.description.contains("interpolated between what the figures at 45 nm and 7 nm scale to"))
        #expect(action.energy.joules < 0.2e-12 && action.energy.joules > 0.07e-12)
        // At 7 nm the figure is the one published there, and the area is scaled from 45 nm.
        let seven = try table.price("multiplier", format: ArithmeticFormat(.int8), at: ProcessPoint(nanometres: 7, volts: 0.7))
        #expect(abs(try picojoules(seven) - 0.07) < 1e-12)
        #expect(try #require(seven.area).provenance.description.contains("area scaled from 45 nm to 7 nm"))
    }

    @Test("From node to node, prices fall and have no steps, through nodes with figures of their own")
    func noSteps() throws {
        for (component, type) in [("multiplier", ElementType.int8), ("adder", .fp16), ("multiplier", .bf16), ("mac", .fp8E4M3)] {
            var last: Double?
            for tenths in stride(from: 650, through: 70, by: -1) {
                let process = ProcessPoint(nanometres: Double(tenths) / 10)
                let energy = try picojoules(table.price(component, format: ArithmeticFormat(type), at: process))
                if let last { #expect(energy < last * 1.002 && energy > last * 0.9, "\(component) of \(type) at \(process)") }
                last = energy
            }
        }
    }

    @Test("Links and memories beyond the chip do not change with the chip's technology")
    func offChip() throws {
        for process in [horowitz, ProcessPoint(nanometres: 3)] {
            #expect(abs(try picojoules(table.price("dram-hbm2", at: process), "read") - 3.9) < 1e-12)
            #expect(abs(try picojoules(table.price("link-ground-referenced", at: process)) - 1.17) < 1e-12)
        }
    }

    @Test("A converter takes twice as much for each bit")
    func converters() throws {
        let process = ProcessPoint(nanometres: 32, volts: 0.9)
        let eight = try table.converter("adc", bits: 8, at: process)
        #expect(abs(try picojoules(eight) - 1.5625) < 1e-12)
        let ten = try table.converter("adc", bits: 10, at: process)
        #expect(abs(try picojoules(ten) / picojoules(eight) - 4) < 1e-12)
        #expect(try #require(ten.actions.first).provenance.isEstimate)
        #expect(throws: CostError.self) { try table.converter("adc", bits: 99, at: process) }
        #expect(throws: CostError.self) { try table.price("adc", at: process) }
    }

    @Test("Every component of the shipped table has a price at every node")
    func everyEntry() throws {
        for node in TechnologyScaling.shipped.nodes {
            let process = ProcessPoint(nanometres: node)
            for name in table.names where !["adc", "dac"].contains(name) {
                let formats: [ArithmeticFormat?] = name.hasPrefix("adder") || name.hasPrefix("multiplier") || name == "mac" ? [ArithmeticFormat(.int32), ArithmeticFormat(.fp32)] : [nil]
                for format in formats {
                    let price = try table.price(name, format: format, at: process)
                    #expect(!price.actions.isEmpty || price.leakage != nil)
                    for action in price.actions { #expect(action.energy.joules > 0 && action.energy.joules.isFinite) }
                }
            }
        }
    }

    @Test("A user's figure goes before ours, for its component and format only")
    func override() throws {
        let mine = try table.overridden(
            byText: """
                components: mine
                source: "my synthesis"
                entries:
                  - { component: mac, format: int8, node: 28 nm, energy: 123 fJ, area: 200 um2 }
                  - { component: sorter, node: 28 nm, energy: { compare: 2 fJ }, area: 10 um2, leakage: 3 nW }
                """, file: "mine.yaml")
        let process = ProcessPoint(nanometres: 28)
        let mac = try mine.price("mac", format: ArithmeticFormat(.int8), at: process)
        #expect(abs(try picojoules(mac) - 0.123) < 1e-12)
        #expect(try #require(mac.actions.first).provenance.steps == ["my synthesis"])
        #expect(abs(try picojoules(mine.price("sorter", at: process), "compare") - 0.002) < 1e-12)
        #expect(try mine.price("multiplier", format: ArithmeticFormat(.int8), at: process) == table.price("multiplier", format: ArithmeticFormat(.int8), at: process))
        #expect(try picojoules(mine.price("mac", format: ArithmeticFormat(.int16), at: process)) == picojoules(table.price("mac", format: ArithmeticFormat(.int16), at: process)))
    }

    @Test("What is in no table is an error with what was probably meant")
    func unknown() {
        for (component, format, words) in [
            ("multipler", ArithmeticFormat(.int8), "did you mean \"multiplier\"?"), ("flux-capacitor", ArithmeticFormat(.int8), "there are adc, adder"),
        ] {
            let error = #expect(throws: CostError.self) { try table.price(component, format: format, at: horowitz) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
        let error = #expect(throws: CostError.self) { try table.price("adder", at: horowitz) }
        #expect(error?.description.contains("name the format: bf16, fp16") == true, "\(error?.description ?? "")")
    }

    @Test("Mistakes in a table have file, line and path", arguments: [
        ("  - { component: mac, format: int9x, node: 28 nm, energy: 1 pJ, source: s }", "t.yaml:3: entries[0].format: \"int9x\" is not a number format"),
        ("  - { component: mac, format: int8, node: 28 nm, energy: 1 pW, source: s }", "entries[0].energy"),
        ("  - { component: mac, format: int8, node: 28 nm, energy: 1 pJ }", "name the publication, or write estimate: true"),
        ("  - { component: mac, format: int8, energy: 1 pJ, source: s }", "write the technology of the figure"),
        ("  - { component: mac, format: int8, node: 2 nm, energy: 1 pJ, source: s }", "give a node from 3 nm to 180 nm"),
        ("  - { component: mac, format: int8, node: 28 nm, source: s }", "has no figure"),
        ("  - { component: mac, format: int8, node: 28 nm, enrgy: 1 pJ, source: s }", "did you mean \"energy\"?"),
        ("  - { component: a, times: 2, of: a, format: int8, source: s }", "is the component itself"),
        ("  - { component: mac, format: int8, node: 28 nm, flavour: high-perfomance, energy: 1 pJ, source: s }", "did you mean \"high-performance\"?"),
    ])
    func mistakes(_ line: String, _ words: String) {
        let error = #expect(throws: ArchitectureError.self) { try ComponentTable(text: "components: t\nentries:\n\(line)\n", file: "t.yaml") }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.line == 3)
    }

    @Test("Components that are relative to one another have no price")
    func circle() throws {
        let table = try ComponentTable(
            text: "components: t\nentries:\n  - { component: a, times: 2, of: b, format: int8, source: s }\n  - { component: b, times: 2, of: a, format: int8, source: s }\n", file: "t.yaml")
        #expect(throws: CostError.self) { try table.price("a", at: horowitz) }
    }

    @Test("A lookup table is a small memory")
    func lookupTable() throws {
        let small = try SRAMModel.shipped.lookupTable(entries: 16, bits: 8, process: horowitz)
        let large = try SRAMModel.shipped.lookupTable(entries: 1024, bits: 8, process: horowitz)
        #expect(small.readEnergy < large.readEnergy && small.area < large.area)
        #expect(throws: CostError.self) { try SRAMModel.shipped.lookupTable(entries: 1, bits: 8, process: horowitz) }
    }
}
