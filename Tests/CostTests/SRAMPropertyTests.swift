import Cost
import Quantities
import Testing

/// What holds of any memory, whatever the coefficients.
struct SRAMPropertyTests {
    private let process = ProcessPoint(nanometres: 45)

    private func cost(_ capacity: Int, _ width: Int, banks: Int = 1, readWritePorts: Int = 1, readPorts: Int = 0, writePorts: Int = 0, process: ProcessPoint? = nil) throws -> SRAMCost {
        try SRAMModel.shipped.cost(
            of: SRAMArray(
                capacity: Bytes(capacity), width: Bytes(width), banks: banks, readWritePorts: readWritePorts, readPorts: readPorts,
                writePorts: writePorts, process: process ?? self.process))
    }

    @Test("Banks make an access cheaper than one large array does, and dearer than a bank alone; their leakage adds up")
    func banks() throws {
        let whole = try cost(4 << 20, 32)
        let banked = try cost(4 << 20, 32, banks: 16)
        let bank = try cost(256 << 10, 32)
        #expect(bank.readEnergy < banked.readEnergy && banked.readEnergy < whole.readEnergy)
        #expect(bank.accessTime < banked.accessTime)
        #expect(banked.leakage.watts >= 16 * bank.leakage.watts)
        #expect(banked.leakage.watts < 17 * bank.leakage.watts)
        #expect(banked.area.squareMillimetres >= 16 * bank.area.squareMillimetres)
        #expect(banked.area.squareMillimetres < 24 * bank.area.squareMillimetres)
    }

    @Test("Each port makes cells larger, lines longer and leakage higher")
    func ports() throws {
        var last = try cost(16 << 10, 16)
        for ports in 2...4 {
            let more = try cost(16 << 10, 16, readWritePorts: ports)
            for (a, b) in zip(last.figures, more.figures) { #expect(a < b) }
            last = more
        }
        let split = try cost(16 << 10, 16, readWritePorts: 0, readPorts: 1, writePorts: 1)
        #expect(split.area == (try cost(16 << 10, 16, readWritePorts: 2)).area)
        #expect(split.provenance.isEstimate)
        // Two ports of a cell take (14.6 + 5)(10 + 5) instead of 146 F²: twice the cells, and no more than three times the whole.
        let ratio = (try cost(1 << 20, 32, readWritePorts: 2)).area.squareMillimetres / (try cost(1 << 20, 32)).area.squareMillimetres
        #expect(ratio > 1.3 && ratio < 3)
    }

    @Test("An access wider than the widest array is slices side by side")
    func slices() throws {
        let wide = try cost(4 << 20, 1024)
        let slice = try cost(1 << 20, 256)
        #expect(abs(wide.readEnergy.joules / (4 * slice.readEnergy.joules) - 1) < 1e-12)
        #expect(wide.accessTime == slice.accessTime)
        #expect(wide.provenance.description.contains("4 slices of 256 B"))
    }

    @Test("Nodes in between are interpolated, smaller ones scaled, and both say so")
    func nodes() throws {
        let direct = try cost(64 << 10, 32)
        #expect(!direct.provenance.isEstimate)
        let between = try cost(64 << 10, 32, process: ProcessPoint(nanometres: 40))
        #expect(between.provenance.description.contains("interpolated between 45 nm and 32 nm"))
        #expect(between.readEnergy < direct.readEnergy)
        let scaled = try cost(64 << 10, 32, process: ProcessPoint(nanometres: 7))
        #expect(scaled.provenance.description.contains("energy scaled from 32 nm, 0.9 V to 7 nm"))
        #expect(scaled.provenance.description.contains("bit cell"))
        #expect(scaled.readEnergy < between.readEnergy && scaled.area < between.area)
        let extrapolated = try cost(64 << 10, 32, process: ProcessPoint(nanometres: 3))
        #expect(extrapolated.provenance.description.contains("extrapolated beyond 7 nm"))
        #expect(extrapolated.readEnergy < scaled.readEnergy)
        let slower = try cost(64 << 10, 32, process: ProcessPoint(nanometres: 45, volts: 0.8))
        #expect(slower.readEnergy < direct.readEnergy && slower.accessTime > direct.accessTime && slower.leakage < direct.leakage)
        #expect(slower.area == direct.area)
    }

    @Test("Arrays that cannot be are refused with what could be")
    func refusals() {
        for (array, words) in [
            (SRAMArray(capacity: Bytes(8), width: Bytes(16), process: process), "smaller than one access"),
            (SRAMArray(capacity: Bytes(1 << 40), width: Bytes(16), process: process), "divide it into banks"),
            (SRAMArray(capacity: Bytes(1 << 10), width: Bytes(0), process: process), "give from 1 B"),
            (SRAMArray(capacity: Bytes(1 << 10), width: Bytes(8), banks: 0, process: process), "give from 1 to"),
            (SRAMArray(capacity: Bytes(1 << 10), width: Bytes(8), readWritePorts: 0, readPorts: 1, process: process), "no way to be read"),
            (SRAMArray(capacity: Bytes(1 << 10), width: Bytes(8), process: ProcessPoint(nanometres: 2)), "give a node from 3 nm to 180 nm"),
            (SRAMArray(capacity: Bytes(1 << 10), width: Bytes(8), process: ProcessPoint(nanometres: 7, volts: 3)), "give a voltage near"),
            (SRAMArray(capacity: Bytes(-5), width: Bytes(8), process: process), "smaller than one access"),
        ] {
            let error = #expect(throws: CostError.self) { try SRAMModel.shipped.cost(of: array) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
    }

    @Test("The smallest and the largest arrays have a price")
    func extremes() throws {
        for (capacity, width, banks) in [(1, 1, 1), (2, 1, 2), (3, 3, 1), (1 << 28, 1, 1), (1 << 28, 65_536, 1), (65_536, 65_536, 1), (1 << 34, 256, 64), (70_000, 257, 3)] {
            let cost = try cost(capacity, width, banks: banks)
            for figure in cost.figures { #expect(figure.isFinite && figure > 0) }
        }
    }
}
