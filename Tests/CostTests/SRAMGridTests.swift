import Cost
import Foundation
import Quantities
import Testing

/// The analytical model against CACTI 7.
struct SRAMGridTests {
    @Test("Median error at most 15 %, worst at most 40 %, on every figure over all arrays that CACTI prices")
    func followsCACTI() throws {
        let grid = CACTIGrid.shipped
        try #require(grid.points.count == 414)
        #expect(grid.invalid == 12)
        var errors: [[(error: Double, line: String)]] = Array(repeating: [], count: 5)
        for point in grid.points {
            let ours = try SRAMModel.shipped.cost(of: point.array).figures
            for (index, (our, its)) in zip(ours, point.figures).enumerated() {
                errors[index].append((abs(our / its - 1), point.line))
            }
        }
        for (name, list) in zip(CACTIGrid.figureNames, errors) {
            let sorted = list.sorted { $0.error < $1.error }
            let median = sorted[sorted.count / 2].error
            let worst = try #require(sorted.last)
            #expect(median <= 0.15, "\(name)")
            #expect(worst.error <= 0.40, "\(name): \(worst.line)")
        }
    }

    @Test("No point of the grid is looked up: between its points the model stays between them")
    func betweenGridPoints() throws {
        for nanometres in [32.0, 45, 65] {
            let process = ProcessPoint(nanometres: nanometres)
            let small = try SRAMModel.shipped.cost(of: SRAMArray(capacity: Bytes(16 << 10), width: Bytes(32), process: process)).figures
            let between = try SRAMModel.shipped.cost(of: SRAMArray(capacity: Bytes(24 << 10), width: Bytes(32), process: process)).figures
            let large = try SRAMModel.shipped.cost(of: SRAMArray(capacity: Bytes(32 << 10), width: Bytes(32), process: process)).figures
            for index in 0..<5 { #expect(small[index] <= between[index] && between[index] <= large[index]) }
        }
    }

    @Test("At a given width every figure rises with the capacity", arguments: TransistorFlavour.allCases)
    func risesWithCapacity(_ flavour: TransistorFlavour) throws {
        for (nanometres, width, banks) in [(32.0, 8, 1), (45, 32, 1), (65, 256, 1), (40, 64, 1), (7, 48, 1), (28, 100, 4), (90, 1, 1), (22, 512, 2)] {
            let process = ProcessPoint(nanometres: nanometres, flavour: flavour)
            var last: [Double]?
            var capacity = width * banks
            while capacity <= 64 << 20 {
                let array = SRAMArray(capacity: Bytes(capacity), width: Bytes(width), banks: banks, process: process)
                let figures = try SRAMModel.shipped.cost(of: array).figures
                if let last {
                    for (index, name) in CACTIGrid.figureNames.enumerated() {
                        // Interpolation between equal prices may round to either side.
                        #expect(figures[index] >= last[index] * (1 - 1e-12), "\(name) falls at \(capacity) B × \(width) B, \(process)")
                    }
                }
                last = figures
                capacity += max(1, capacity / 9)
            }
        }
    }
}
