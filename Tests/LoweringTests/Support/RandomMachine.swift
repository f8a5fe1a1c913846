import Architecture
import NumberFormats
import Quantities

/// Random machines that can run networks.
enum RandomMachine {
    /// How the memories around the arrays are arranged.
    enum Layout: CaseIterable {
        /// One scratchpad for everything.
        case shared
        /// Sums in a memory of their own.
        case accumulators
        /// Weights, too.
        case separate
        /// The arrays read weights straight from DRAM.
        case weightsOffChip
    }

    /// - Parameters:
    ///   - input: format of both operands.
    ///   - capacity: bytes of the scratchpad; other memories follow from it.
    static func draw(_ random: inout RandomStream, input: ElementType, capacity: Int, simpleClocks: Bool = false) -> Architecture {
        let sizes = [(1, 1), (1, 5), (3, 1), (2, 2), (4, 4), (5, 3), (9, 7), (8, 8), (16, 16), (2, 16)]
        let (rows, columns) = random.pick(sizes)
        let array = SystolicArray(
            rows: rows, columns: columns, dataflow: random.pick(Dataflow.allCases), preload: random.pick(Preload.allCases),
            drain: random.pick(Drain.allCases), input: input, weight: input,
            accumulator: input.isFloatingPoint ? .fp32 : .int32)
        let layout = random.pick(Layout.allCases)
        let cores = random.pick([1, 1, 1, 2, 3])
        let arrays = random.pick([1, 1, 1, 2, 3])
        let clock = 1e9
        var clockOf: (inout RandomStream) -> Frequency? = { random in
            random.oneIn(3) ? Frequency(hertz: random.pick([500e6, 700e6, 333e6, 1.5e9, 2e9, 250e6])) : nil
        }
        if simpleClocks { clockOf = { random in random.oneIn(4) ? Frequency(hertz: random.pick([500e6, 250e6])) : nil } }
        func sram(_ random: inout RandomStream) -> Memory.Kind {
            .sram(
                SRAM(
                    banks: random.pick([1, 2, 4, 5]), width: Bytes(random.pick([4, 8, 16, 33, 64])),
                    ports: random.pick([1, 1, 2, 3, 8, 64]), latency: random.pick([0, 1, 1, 2, 5])))
        }
        let scope: Scope = cores > 1 && random.oneIn(5) ? .shared : .core
        let share = scope == .shared ? cores : 1
        var memories = [
            Memory(
                name: "dram", scope: .shared, capacity: Bytes(1 << 24),
                kind: .dram(
                    DRAM(
                        channels: random.pick([1, 2]),
                        bandwidth: Bandwidth(bytesPerSecond: random.pick([3e8, 1e9, 2.7e9, 8e9, 32e9, 1e12, 1e15])),
                        latency: Time(femtoseconds: random.pick([0, 3_300_000, 20_000_000, 100_000_000])),
                        accessGranularity: Bytes(random.pick([1, 8, 32, 64])))))
        ]
        memories.append(Memory(name: "spad", scope: scope, capacity: Bytes(capacity * share), kind: sram(&random)))
        var (weights, sums) = ("spad", "spad")
        switch layout {
        case .shared: break
        case .weightsOffChip: weights = "dram"
        case .accumulators, .separate:
            memories.append(
                Memory(name: "sums", scope: scope, capacity: Bytes(max(256, capacity / random.pick([1, 2])) * share), kind: sram(&random)))
            sums = "sums"
            if layout == .separate {
                memories.append(
                    Memory(name: "weights", scope: scope, capacity: Bytes(max(256, capacity / random.pick([1, 2])) * share), kind: sram(&random)))
                weights = "weights"
            }
        }
        func dma(_ random: inout RandomStream) -> Engine.Kind {
            .dma(
                DMAEngine(
                    width: Bytes(random.pick([1, 3, 8, 16, 64])), request: Bytes(random.pick([16, 64, 100, 256])),
                    outstanding: random.pick([1, 2, 4, 16]), startup: random.pick([0, 1, 16])))
        }
        var costs = VectorUnit.defaultCosts
        for operation in VectorUnit.Operation.allCases where random.oneIn(4) {
            costs[operation] = VectorUnit.Cost(interval: random.int(1...4), latency: random.int(1...20))
        }
        var engines = [
            Engine(
                name: "mxu", count: arrays, clock: clockOf(&random), kind: .systolicArray(array),
                reads: weights == "spad" ? ["spad"] : ["spad", weights], writes: sums),
            Engine(
                name: "vpu", clock: clockOf(&random),
                kind: .vector(VectorUnit(lanes: random.pick([1, 3, 8, 16, 64]), chain: random.pick([1, 2, 4]), costs: costs)),
                reads: sums == "spad" ? ["spad"] : [sums, "spad"], writes: "spad"),
            Engine(name: "load", clock: clockOf(&random), kind: dma(&random), reads: ["dram"], writes: "spad"),
            Engine(name: "store", clock: clockOf(&random), kind: dma(&random), reads: ["spad"], writes: "dram"),
        ]
        if layout == .separate { engines.append(Engine(name: "fetch", kind: dma(&random), reads: ["dram"], writes: "weights")) }
        var links: [Link] = []
        if random.oneIn(3) { links.append(Link(from: "spad", to: "mxu", width: Bytes(random.pick([2, 8, 32])), latency: random.int(0...3))) }
        if random.oneIn(4) { links.append(Link(from: sums, to: "vpu", width: Bytes(random.pick([4, 16])), latency: random.int(0...2))) }
        return Architecture(
            name: "random", clock: Frequency(hertz: clock), cores: cores, memories: memories, engines: engines, links: links)
    }

    /// Random machines of twice the capacity each until one holds the tiles: mostly barely enough, sometimes ample.
    static func draws(seed: Int, input: ElementType, simpleClocks: Bool = false) -> [Architecture] {
        var first = RandomStream(seed)
        let start = first.oneIn(3) ? 1 << 17 : 1 << 9
        return sequence(first: start) { $0 < 1 << 21 ? $0 * 2 : nil }.map { capacity in
            var random = RandomStream(seed)
            _ = random.oneIn(3)
            return draw(&random, input: input, capacity: capacity, simpleClocks: simpleClocks)
        }
    }
}
