import Cost
import NumberFormats
import Quantities
import Testing

struct CostSheetTests {
    private func sheet() throws -> CostSheet {
        let process = ProcessPoint(nanometres: 28)
        let array = SRAMArray(capacity: Bytes(192 << 10), width: Bytes(32), banks: 3, process: process)
        let table = ComponentTable.shipped
        let leakage = try #require(table.price("logic-leakage", at: process).leakage)
        return try CostSheet([
            ComponentCost(name: "spad", count: 2, array: array, cost: SRAMModel.shipped.cost(of: array)),
            ComponentCost(
                name: "mxu", count: 65_536,
                price: table.multiplyAccumulate(ArithmeticFormat(.int8), accumulator: ArithmeticFormat(.int32), at: process), logicLeakage: leakage),
            ComponentCost(name: "hbm", count: 1, price: table.price("dram-hbm2", at: process)),
        ])
    }

    @Test("Parts add up to the whole exactly, in any order and any grouping")
    func partsAreTheWhole() throws {
        let sheet = try sheet()
        let counts = [("mxu", "compute", 987_654_321_123), ("spad", "read", 123_456_789), ("spad", "write", 7), ("hbm", "read", 999_999_999_999)]
        let breakdown = try sheet.energy(of: counts.map { (component: $0.0, action: $0.1, count: $0.2) }, during: Time(femtoseconds: 1_234_567_890_123))
        let total = try breakdown.total()
        #expect(try breakdown.dynamic().adding(breakdown.static()) == total)
        #expect(try breakdown.energy(of: "mxu").adding(breakdown.energy(of: "hbm")).adding(breakdown.energy(of: "spad")) == total)
        var backwards = ExactEnergy.zero
        for part in breakdown.parts.reversed() { backwards = try backwards.adding(part.energy) }
        #expect(backwards == total)
        // Two runs one after the other take what one takes that does both.
        let halves = try [400_000_000_000, 587_654_321_123].map { try sheet.energy(of: [("mxu", "compute", $0)], during: Time(femtoseconds: 0)).total() }
        #expect(try halves[0].adding(halves[1]) == sheet.energy(of: [("mxu", "compute", 987_654_321_123)], during: Time(femtoseconds: 0)).total())
        var area = ExactArea.zero
        for component in sheet.components { area = try area.adding(component.totalArea()) }
        #expect(try sheet.totalArea() == area)
    }

    @Test("Static energy is leakage times time: 3 mW for 2 µs are 6 nJ")
    func staticEnergy() throws {
        let sheet = try CostSheet([ComponentCost(name: "a", kind: "test", count: 3, leakage: ExactPower(Power(watts: 0.001)))])
        let energy = try sheet.energy(of: [], during: Time(femtoseconds: 2_000_000_000))
        #expect(try energy.static().units == Int128(6) * 1_000_000_000_000_000_000_000)
        #expect(try energy.total() == energy.static())
        #expect(abs(try energy.total().energy.joules - 6e-9) < 1e-21)
    }

    @Test("Rounding to the exact unit is below a part in 10^9 of the smallest price")
    func rounding() throws {
        for picojoules in [1e-6, 0.000_321, 0.03, 1e6] {
            let exact = try ExactEnergy(Energy(joules: picojoules * 1e-12))
            #expect(abs(exact.energy.joules / (picojoules * 1e-12) - 1) < 1e-9)
        }
        #expect(throws: CostError.self) { try ExactEnergy(Energy(joules: .nan)) }
        #expect(throws: CostError.self) { try ExactEnergy(Energy(joules: -1)) }
        #expect(throws: CostError.self) { try ExactEnergy(Energy(joules: 1e300)) }
    }

    @Test("Leakage without a figure of its own comes from the area")
    func logicLeakage() throws {
        let mxu = try #require(try sheet().component("mxu"))
        #expect(mxu.leakage > .zero)
        #expect(mxu.leakageProvenance?.description.contains("over the component's area") == true)
    }

    @Test("What is counted and has no price is an error, and not free")
    func unpriced() throws {
        let sheet = try sheet()
        for (component, action, words) in [("mxv", "compute", "did you mean \"mxu\"?"), ("mxu", "sort", "there are compute"), ("hbm", "compute", "read and write")] {
            let error = #expect(throws: CostError.self) { try sheet.energy(of: [(component, action, 1)], during: Time(femtoseconds: 1)) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
        #expect(throws: CostError.self) { try sheet.energy(of: [("mxu", "compute", -1)], during: Time(femtoseconds: 1)) }
        #expect(throws: CostError.self) { try CostSheet([ComponentCost(name: "a", kind: "x", count: 1), ComponentCost(name: "a", kind: "y", count: 1)]) }
        let dear = try CostSheet([
            ComponentCost(name: "a", kind: "x", count: 1, actions: [.init(name: "go", energy: ExactEnergy(Energy(joules: 1e7)), provenance: Provenance("test"))])
        ])
        let error = #expect(throws: CostError.self) { try dear.energy(of: [("a", "go", .max)], during: Time(femtoseconds: 1)) }
        #expect(error?.kind == .overflow)
    }
}
