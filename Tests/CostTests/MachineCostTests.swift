import Architecture
import Cost
import Quantities
import Simulation
import Testing

struct MachineCostTests {
    /// Everything a machine can have in front of its DRAM, in two cores.
    static let everything = """
        architecture: everything
        technology: { node: 28 nm }
        clock: 1 GHz
        cores: 2
        memories:
          dram: { kind: dram, standard: DDR3-1600, model: banks, channels: 2, capacity: 1 GiB, latency: 20 ns }
          llc: { kind: cache, of: dram, capacity: 256 KiB, ways: 8 }
          spad: { kind: sram, capacity: 128 KiB, banks: 4, width: 16 B, ports: 4 }
          sums: { kind: sram, capacity: 64 KiB, width: 64 B, ports: 2 }
        engines:
          mxu: { kind: systolic-array, count: 2, rows: 8, columns: 16, reads: spad, writes: sums }
          vpu: { kind: vector, lanes: 16, chain: 2, reads: [sums, spad], writes: spad }
          load: { kind: dma, width: 16 B, reads: dram, writes: spad }
          store: { kind: dma, width: 16 B, clock: 500 MHz, reads: spad, writes: dram }
        networks:
          noc: { flit: 32 B, topology: { kind: mesh, columns: 2, rows: 2 } }
        """

    static func machine(_ text: String, _ replacements: [(String, String)] = []) throws -> Architecture {
        try Architecture.decode(text: replacements.reduce(text) { $0.replacing($1.0, with: $1.1) }, file: "machine.yaml")
    }

    @Test("Every component of a machine is priced, with a source for each figure")
    func everyComponent() throws {
        let cost = try MachineCost(of: Self.machine(Self.everything))
        let owners = Set(cost.parts.map(\.owner))
        #expect(owners == ["dram", "llc", "spad", "sums", "mxu", "vpu", "load", "store", "noc", "clock"])
        for part in cost.parts {
            #expect(part.component.actions.allSatisfy { !$0.provenance.description.isEmpty && $0.energy > .zero }, "\(part.component.name)")
            #expect(part.component.area == .zero || part.component.areaProvenance != nil)
            #expect(part.component.leakage == .zero || part.component.leakageProvenance != nil)
        }
        // Two cores with two arrays each.
        #expect(cost.parts.first { $0.component.name == "mxu.macs" }?.component.count == 512)
        #expect(cost.parts.first { $0.component.name == "spad" }?.component.count == 2)
        // What is scaled from another node says so, and what has no publication is an estimate.
        let compute = try #require(cost.parts.first { $0.component.name == "mxu.macs" }?.component.action("compute"))
        #expect(compute.provenance.description.contains("scaled from 45 nm") && compute.provenance.description.contains("Horowitz"))
        #expect(cost.parts.first { $0.component.name == "clock" }?.component.actions[0].provenance.isEstimate == true)
        // Parts on other dies are in no area.
        var sum = ExactArea.zero
        for part in cost.parts where part.owner != "dram" { sum = try sum.adding(part.component.totalArea()) }
        #expect(try cost.area() == sum && sum > .zero)
        #expect(try MachineCost.area(of: Self.machine(Self.everything)) == sum.area)
    }

    @Test("A multiply-accumulate at the published node is what was published: 0.2 + 0.1 pJ and 282 + 137 µm²")
    func published() throws {
        let text = Self.everything.replacing("node: 28 nm", with: "node: 45 nm, voltage: 0.9 V")
        let cost = try MachineCost(of: Self.machine(text))
        let macs = try #require(cost.parts.first { $0.component.name == "mxu.macs" }?.component)
        #expect(abs((macs.action("compute")?.energy.energy.joules ?? 0) - 0.3e-12) < 1e-24)
        #expect(abs(macs.area.area.squareMillimetres - 419e-6) < 1e-15)
    }

    @Test("A machine without a technology says what was assumed for it, and one with a node does not")
    func assumptions() throws {
        let without = try MachineCost(of: Self.machine(Self.everything, [("technology: { node: 28 nm }\n", "")]))
        #expect(without.process.node.nanometres == 45)
        #expect(without.notes.contains { $0.contains("names no technology node") && $0.contains("45 nm") && $0.contains("--set technology.node") })
        let with = try MachineCost(of: Self.machine(Self.everything))
        #expect(!with.notes.contains { $0.contains("names no technology node") })
        #expect(throws: CostError.self) { try MachineCost(of: Self.machine(Self.everything, [("28 nm", "900 nm")])) }
    }

    @Test("A machine that no exposure makes says which part is too large")
    func largerThanAField() throws {
        let cost = try MachineCost(of: Self.machine(Self.everything, [("lanes: 16", "lanes: 1000000")]))
        #expect(cost.notes.contains { $0.contains("858 mm²") && $0.contains("vpu.lanes") })
        #expect(try !MachineCost(of: Self.machine(Self.everything)).notes.contains { $0.contains("858") })
    }

    @Test("Many threads that price one machine get one price")
    func threads() async throws {
        let machine = try Self.machine(Self.everything)
        let book = PriceBook()
        let areas = try await withThrowingTaskGroup(of: Area.self) { group in
            for _ in 0..<16 { group.addTask { try MachineCost.area(of: machine, prices: book) } }
            return try await group.reduce(into: Set<Area>()) { $0.insert($1) }
        }
        #expect(try areas == [MachineCost.area(of: machine)])
    }

    @Test("Low-power transistors hardly leak")
    func transistors() throws {
        let fast = try MachineCost(of: Self.machine(Self.everything, [("node: 28 nm", "node: 45 nm")])).leakage()
        let slow = try MachineCost(of: Self.machine(Self.everything, [("node: 28 nm", "node: 45 nm, transistors: low-power")])).leakage()
        #expect(slow > .zero && slow.power.watts < fast.power.watts / 1000)
    }

    @Test("More rows, larger memories and smaller nodes cost what they should")
    func monotone() throws {
        let base = try MachineCost.area(of: Self.machine(Self.everything))
        for (replacement, isLarger) in [(("rows: 8", "rows: 16"), true), (("128 KiB", "256 KiB"), true), (("28 nm", "16 nm"), false), (("lanes: 16", "lanes: 64"), true)] {
            let other = try MachineCost.area(of: Self.machine(Self.everything, [replacement]))
            #expect(isLarger ? other > base : other < base, "\(replacement)")
        }
    }

    @Test("A user's tables replace what was looked up")
    func userTables() throws {
        let table = try ComponentTable.shipped.overridden(
            byText: """
                components: mine
                entries:
                  - { component: spad, scales: false, energy: { read: 7 pJ }, area: 0.5 mm2, source: "our compiler" }
                  - { component: mac, format: int8, scales: false, energy: 0.125 pJ, source: "our library" }
                """, file: "mine.yaml")
        let ert = try AccelergyEnergyTable(
            text: "ERT: { version: '0.4', tables: [{ name: 'everything.vpu.lanes[1..32]', actions: [{ name: compute, arguments: {}, energy: 1.5 }, { name: leak, arguments: {}, energy: 0.25 }] }, { name: dram, actions: [{ name: read, energy: 512 }] }] }",
            file: "ert.yaml")
        let art = try AccelergyAreaTable(text: "ART: { version: '0.4', tables: [{ name: sums, area: 1234.5 }] }", file: "art.yaml")
        let cost = try MachineCost(
            of: Self.machine(Self.everything), prices: PriceBook(components: table, energyTable: ert, areaTable: art))
        func part(_ name: String) throws -> ComponentCost { try #require(cost.parts.first { $0.component.name == name }?.component) }
        #expect(try part("spad").action("read")?.energy == ExactEnergy(Energy(joules: 7e-12)))
        #expect(try part("spad").area == ExactArea(Area(squareMillimetres: 0.5)))
        #expect(try part("spad").action("write")?.provenance.description.contains("SRAM model") == true)
        #expect(try part("mxu.macs").action("compute")?.energy == ExactEnergy(Energy(joules: 0.125e-12)))
        #expect(try part("vpu.lanes").action("compute")?.energy == ExactEnergy(Energy(joules: 1.5e-12)))
        // 0.25 pJ a cycle of 1 GHz.
        #expect(try part("vpu.lanes").leakage == ExactPower(Power(watts: 0.25e-3)))
        #expect(try part("dram").action("read")?.energy == ExactEnergy(Energy(joules: 512e-12)))
        #expect(try part("sums").area == ExactArea(Area(squareMillimetres: 1234.5e-6)))
    }
}
