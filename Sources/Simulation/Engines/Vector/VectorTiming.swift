import Architecture
import Programs

/// How long a vector unit works on a command.
///
/// Modelled: the lanes take `lanes` elements each `interval` cycles; up to `chain` scalar operations follow each other in
/// one pass, whose rate is that of its slowest operation and whose latency is the sum. Not modelled: masks, register
/// pressure. Costs come from the architecture file.
struct VectorTiming {
    private var lanes: Int
    private var chain: Int
    private var costs: [VectorUnit.Operation: VectorUnit.Cost]

    init(_ unit: VectorUnit) {
        lanes = max(1, unit.lanes)
        chain = max(1, unit.chain)
        costs = unit.costs
    }

    /// A function's price, independent of how many elements it is applied to.
    struct Price {
        /// Cycles for each vector of `lanes` elements.
        var intervals = 0
        /// Cycles until the last result of the last pass is out.
        var latency = 0
        /// Scalar operations for each element.
        var operations = 0
    }

    func price(_ steps: [Program.Function.Step]) throws(SimulationError) -> Price {
        var price = Price()
        var inPass = 0
        var slowest = 0
        for step in steps {
            guard let operation = VectorUnit.Operation(rawValue: step.operation) else {
                throw .invalidProgram("\"\(step.operation)\" is not a vector operation class")
            }
            let cost = costs[operation] ?? VectorUnit.Cost(interval: 1, latency: 1)
            // Once for a row, behind the pass: its latency shows, its rate does not.
            if step.repeats == 0 { price.latency += cost.latency }
            for _ in 0..<step.repeats {
                if inPass == chain {
                    price.intervals += slowest
                    inPass = 0
                    slowest = 0
                }
                inPass += 1
                slowest = max(slowest, cost.interval)
                price.latency += cost.latency
                price.operations += 1
            }
        }
        price.intervals += slowest
        return price
    }

    func cycles(_ price: Price, elements: Int) -> Int {
        elements == 0 ? 0 : (elements + lanes - 1) / lanes * price.intervals + price.latency
    }
}
