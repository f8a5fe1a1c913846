import Cost
import Quantities
import Testing

struct TechnologyScalingTests {
    private let scaling = TechnologyScaling.shipped

    @Test("The authors' corrected example: 1 pJ at 65 nm and 1.3 V is 0.1755 pJ at 32 nm and 0.9 V")
    func publishedExample() throws {
        let factor = try scaling.energy(from: ProcessPoint(nanometres: 65, volts: 1.3), to: ProcessPoint(nanometres: 32, volts: 0.9))
        // The authors round both factors to four digits.
        #expect(abs(factor.value - 0.1755) < 0.0001)
        #expect(factor.provenance.description.contains("energy scaled from 65 nm, 1.3 V to 32 nm, 0.9 V: × 0.1756"))
        #expect(!factor.provenance.isEstimate)
    }

    @Test("Areas are the published matrix's, to its two digits", arguments: [
        (180.0, 130.0, 0.34), (180, 45, 0.053), (180, 7, 0.0032), (130, 65, 0.23), (90, 45, 0.35), (65, 32, 0.31), (45, 16, 0.19), (32, 14, 0.38),
        (20, 10, 0.48), (16, 7, 0.31), (10, 7, 0.58),
    ])
    func publishedAreas(_ from: Double, _ to: Double, _ published: Double) throws {
        let factor = try scaling.area(from: Length(nanometres: from), to: Length(nanometres: to))
        #expect(abs(factor.value / published - 1) < 0.06)
    }

    @Test("From node to node at nominal voltages, energy, delay and area fall")
    func fallsWithTheNode() throws {
        for flavour in TransistorFlavour.allCases {
            for (larger, smaller) in zip(scaling.nodes, scaling.nodes.dropFirst()) where flavour == .highPerformance || larger <= 45 {
                let from = ProcessPoint(nanometres: larger, flavour: flavour)
                let to = ProcessPoint(nanometres: smaller, flavour: flavour)
                #expect(try scaling.energy(from: from, to: to).value < 1, "\(from) to \(to)")
                #expect(try scaling.area(from: from.node, to: to.node).value < 1)
            }
        }
        #expect(try scaling.delay(from: ProcessPoint(nanometres: 65), to: ProcessPoint(nanometres: 7)).value < 0.6)
    }

    @Test("There and back is one, and a way over a third point is the direct way")
    func consistent() throws {
        let points = [ProcessPoint(nanometres: 180), ProcessPoint(nanometres: 28), ProcessPoint(nanometres: 45, volts: 0.8), ProcessPoint(nanometres: 5), ProcessPoint(nanometres: 12, flavour: .lowPower)]
        for a in points {
            for b in points {
                #expect(abs(try scaling.energy(from: a, to: b).value * scaling.energy(from: b, to: a).value - 1) < 1e-12)
                for c in points {
                    let direct = try scaling.delay(from: a, to: c).value
                    #expect(abs(try scaling.delay(from: a, to: b).value * scaling.delay(from: b, to: c).value / direct - 1) < 1e-12)
                }
            }
        }
    }

    @Test("What is not published says so")
    func notes() throws {
        let between = try scaling.energy(from: ProcessPoint(nanometres: 45), to: ProcessPoint(nanometres: 28))
        #expect(between.provenance.description.contains("28 nm interpolated between 32 nm and 20 nm"))
        let beyond = try scaling.area(from: Length(nanometres: 7), to: Length(nanometres: 5))
        #expect(abs(beyond.value - 0.543) < 1e-12)
        #expect(beyond.provenance.isEstimate && beyond.provenance.description.contains("TSMC N5"))
        let three = try scaling.energy(from: ProcessPoint(nanometres: 7), to: ProcessPoint(nanometres: 3))
        #expect(abs(three.value - 0.70 * 0.66) < 1e-12)
    }

    @Test("Less voltage is less energy and more delay")
    func voltage() throws {
        for node in scaling.nodes {
            let nominal = try scaling.nominalVoltage(Length(nanometres: node)).volts
            // The published cubic of 32 nm ripples by 4 % just below its nominal voltage.
            let low = ProcessPoint(nanometres: node, volts: nominal * 0.8)
            let here = ProcessPoint(nanometres: node)
            #expect(try scaling.energy(from: here, to: low).value < 1, "\(node)")
            #expect(try scaling.delay(from: here, to: low).value > 1, "\(node)")
        }
    }

    @Test("Nodes and voltages beyond the publication are refused")
    func refusals() {
        #expect(throws: CostError.self) { try scaling.energy(from: ProcessPoint(nanometres: 250), to: ProcessPoint(nanometres: 45)) }
        #expect(throws: CostError.self) { try scaling.nominalVoltage(Length(nanometres: 2)) }
        #expect(throws: CostError.self) { try scaling.energy(from: ProcessPoint(nanometres: 45, volts: 0.1), to: ProcessPoint(nanometres: 45)) }
        #expect(throws: CostError.self) { try scaling.energy(from: ProcessPoint(nanometres: 180, volts: 0.5), to: ProcessPoint(nanometres: 45)) }
    }
}
