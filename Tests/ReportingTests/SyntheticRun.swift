import Architecture
import Quantities
import Reporting
import Simulation

/// Runs that were never simulated but keep every promise of `ExecutionRecord`: activities add up to the run's cycles, operators'
/// cycles add up to it as well, traffic of the operators is that of the memories.
enum SyntheticRun {
    /// One operator to be laid out behind the one before it.
    struct Layer {
        var name: String
        var type: String
        var macs: Int
        /// Bytes of activations in, weights and activations out.
        var input: Int, weights: Int, output: Int
        var notes: [String] = []
    }

    static let rows = 256, columns = 256
    static let memories = ["weights", "unified", "accumulators"]

    static func report(
        layers: [Layer], workload: String = "synthetic", inferences: Int = 1, notes: [String] = [], traced: Bool = false
    ) -> RunReport {
        RunReport(
            record: record(layers: layers, workload: workload, traced: traced), architecture: architecture,
            workload: WorkloadFacts(
                name: workload, origin: "made by a test", parameterCount: layers.reduce(0) { $0 + $1.weights },
                operatorCount: layers.count, inferences: inferences),
            notes: notes)
    }

    static func record(layers: [Layer], workload: String, traced: Bool) -> ExecutionRecord {
        var now = 0
        var operators: [OperatorRecord] = []
        var spans: [Span] = []
        var trace: [TraceEvent] = []
        var array = Activity(), vector = Activity(), dma = Activity()
        var read = [0, 0, 0], written = [0, 0, 0]
        let period = 1_428_571
        for (index, layer) in layers.enumerated() {
            // Weights at 16 bytes a cycle, arithmetic at 60 % of the array, results at 256 a cycle.
            let load = layer.weights / 16, work = layer.macs * 10 / (rows * columns * 6), results = layer.output / 256
            let cycles = max(load, work, results) + 40
            var activity = Activity(busy: layer.macs > 0 ? work : results)
            let waiting = cycles - activity.busy
            activity[.dram] = load > work ? waiting * 3 / 4 : waiting / 8
            activity[.dma] = waiting / 16
            activity[.operands] = waiting / 12
            activity[.bankConflict] = waiting / 24
            activity[.bufferFree] = waiting / 32
            activity[.dependency] = cycles - activity.total
            let start = now
            now += cycles
            let onArray = layer.macs > 0
            add(onArray ? activity : idle(cycles), to: &array)
            add(onArray ? partly(results, of: cycles) : activity, to: &vector)
            add(partly(load, of: cycles), to: &dma)
            let reads = [layer.weights, layer.input, onArray ? layer.output * 4 : 0]
            let writes = [0, layer.output, onArray ? layer.output * 4 : 0]
            for memory in 0..<3 {
                read[memory] += reads[memory]
                written[memory] += writes[memory]
            }
            if onArray {
                spans.append(Span(unit: 0, operatorIndex: index, start: start + min(30, cycles / 2), end: now, busy: activity.busy))
            }
            if results > 0 { spans.append(Span(unit: 1, operatorIndex: index, start: now - results, end: now, busy: results)) }
            // Weights come while the operator before is still at work.
            if load > 0 { spans.append(Span(unit: 2, operatorIndex: index, start: max(0, start - load / 2), end: now - load / 2, busy: load)) }
            if traced {
                trace.append(
                    TraceEvent(
                        unit: onArray ? 0 : 1, operatorIndex: index, name: "work", isStall: false,
                        startFemtoseconds: start * period, durationFemtoseconds: activity.busy * period))
                trace.append(
                    TraceEvent(
                        unit: onArray ? 0 : 1, operatorIndex: index, name: "dram", isStall: true,
                        startFemtoseconds: (start + activity.busy) * period, durationFemtoseconds: waiting * period))
            }
            operators.append(
                OperatorRecord(
                    name: layer.name, type: layer.type, unit: onArray ? "mxu" : "vpu", start: start, end: now, cycles: cycles,
                    activity: activity, macs: layer.macs, readBytes: reads, writeBytes: writes, notes: layer.notes,
                    vectorOperations: layer.output))
        }
        let macs = layers.reduce(0) { $0 + $1.macs }
        return ExecutionRecord(
            architecture: architecture.name, workload: workload, fidelity: .event, clockPeriodFemtoseconds: period, cycles: now,
            macs: macs, peakMacsPerCycle: rows * columns,
            units: [
                UnitRecord(name: "mxu", kind: .systolicArray, activity: array, commands: layers.count, macs: macs),
                UnitRecord(name: "vpu", kind: .vector, activity: vector, commands: layers.count, macs: 0),
                UnitRecord(name: "dma-weights", kind: .dma, activity: dma, commands: layers.count, macs: 0),
            ],
            memories: [
                MemoryRecord(
                    name: memories[0], kind: .dram, capacityBytes: 8 << 30, allocatedBytes: read[0], readBytes: read[0],
                    writeBytes: written[0], peakBytesPerSecond: 34.128e9),
                MemoryRecord(
                    name: memories[1], kind: .sram, capacityBytes: 24 << 20, allocatedBytes: 5 << 20, readBytes: read[1],
                    writeBytes: written[1], peakBytesPerSecond: 0),
                MemoryRecord(
                    name: memories[2], kind: .sram, capacityBytes: 4 << 20, allocatedBytes: 2 << 20, readBytes: read[2],
                    writeBytes: written[2], peakBytesPerSecond: 0),
            ],
            operators: operators, spans: spans, trace: trace)
    }

    private static func idle(_ cycles: Int) -> Activity {
        var activity = Activity()
        activity[.nothingToDo] = cycles
        return activity
    }

    private static func partly(_ busy: Int, of cycles: Int) -> Activity {
        var activity = Activity(busy: min(busy, cycles))
        activity[.dependency] = (cycles - activity.busy) / 2
        activity[.nothingToDo] = cycles - activity.total
        return activity
    }

    private static func add(_ activity: Activity, to sum: inout Activity) {
        sum.busy += activity.busy
        for cause in StallCause.allCases { sum[cause] += activity[cause] }
    }
}

// MARK: - Workloads

extension SyntheticRun {
    /// ResNet-50's layers (He et al. 2016, table 1), with int8 weights and activations.
    static var resnet50: [Layer] {
        var layers = [
            Layer(name: "/conv1/Conv", type: "Conv+Relu", macs: 118_013_952, input: 150_528, weights: 9_408, output: 802_816),
            Layer(name: "/maxpool/MaxPool", type: "MaxPool", macs: 0, input: 802_816, weights: 0, output: 200_704),
        ]
        var channels = 64
        for (stage, blocks) in [3, 4, 6, 3].enumerated() {
            let width = 64 << stage, size = 56 >> stage
            for block in 0..<blocks {
                let prefix = "/layer\(stage + 1)/layer\(stage + 1).\(block)"
                func convolution(_ name: String, _ inputs: Int, _ outputs: Int, _ kernel: Int, _ type: String) {
                    let weights = inputs * outputs * kernel * kernel
                    layers.append(
                        Layer(
                            name: "\(prefix)/\(name)/Conv", type: type, macs: weights * size * size, input: inputs * size * size,
                            weights: weights, output: outputs * size * size))
                }
                convolution("conv1", channels, width, 1, "Conv+Relu")
                convolution("conv2", width, width, 3, "Conv+Relu")
                if block == 0 { convolution("downsample", channels, width * 4, 1, "Conv") }
                convolution("conv3", width, width * 4, 1, "Conv+Add+Relu")
                channels = width * 4
            }
        }
        layers.append(
            Layer(
                name: "/avgpool/GlobalAveragePool", type: "GlobalAveragePool", macs: 0, input: 100_352, weights: 0, output: 2048,
                notes: ["runs on the vector unit: the array has no reduction over positions"]))
        layers.append(Layer(name: "/fc/Gemm", type: "Gemm", macs: 2_048_000, input: 2048, weights: 2_048_000, output: 1000))
        return layers
    }

    /// `count` operators of repeated layers, as language models have them.
    static func repeated(_ count: Int) -> [Layer] {
        let kinds = ["q_proj", "k_proj", "v_proj", "scores", "softmax", "context", "o_proj", "norm", "gate", "up", "down"]
        return (0..<count).map { index in
            let kind = kinds[index % kinds.count], isVector = kind == "softmax" || kind == "norm"
            let size = 4096 * (1 + index % kinds.count)
            return Layer(
                name: "model.layers.\(index / kinds.count).\(kind)", type: isVector ? "Softmax" : "MatMul",
                macs: isVector ? 0 : size * 512, input: size, weights: isVector ? 0 : size * 128, output: 4096)
        }
    }

    /// `count` operators whose names have nothing in common.
    static func distinct(_ count: Int) -> [Layer] {
        (0..<count).map { index in
            var name = "", rest = index
            repeat {
                name.unicodeScalars.append(Unicode.Scalar(UInt8(97 + rest % 26)))
                rest /= 26
            } while rest > 0
            return Layer(name: name + "_op", type: "MatMul", macs: 1_000_000 + index * 10_000, input: 4096, weights: 65_536, output: 4096)
        }
    }

    /// Names that break careless quoting, in every format.
    static let nastyNames = [
        "<script>alert(1)</script>", "a & b && c", "say \"hi\", then 'bye'", "😀 emoji, comma", "line\nbreak\r\nand\ttab",
        "quote\"\u{301} with a combining mark", "\u{1B}[31mred", "nul\u{0}byte", "]]> end", "{{mustache}} {{{raw}}}", "",
    ]

    static var nasty: [Layer] {
        nastyNames.map {
            Layer(name: $0, type: "T<\($0)>", macs: 1_000_000, input: 1000, weights: 1000, output: 1000, notes: ["note on \($0)"])
        }
    }
}

// MARK: - Machine

extension SyntheticRun {
    static let architecture = machine(cores: 1, arrays: 1)

    static func machine(cores: Int, arrays: Int) -> Architecture {
        let scope: Scope = cores > 1 ? .core : .shared
        return Architecture(
            name: "tpu-v1", source: "Jouppi et al., ISCA 2017", technology: Technology(nodeNanometres: 28, voltage: 0.9),
            clock: Frequency(hertz: 700e6), cores: cores,
            memories: [
                Memory(
                    name: "weights", scope: .shared, capacity: Bytes(8 << 30),
                    kind: .dram(
                        DRAM(
                            standard: "DDR3-2133", channels: 2, bandwidth: Bandwidth(bytesPerSecond: 17.064e9),
                            latency: Time(femtoseconds: 50_000_000), accessGranularity: Bytes(64)))),
                Memory(
                    name: "unified", scope: scope, capacity: Bytes(24 << 20),
                    kind: .sram(SRAM(banks: 64, width: Bytes(256), ports: 2, latency: 2))),
                Memory(
                    name: "accumulators", scope: scope, capacity: Bytes(4 << 20),
                    kind: .sram(SRAM(banks: 1, width: Bytes(1024), ports: 2, latency: 1))),
            ],
            engines: [
                Engine(
                    name: "mxu", scope: scope, count: arrays, clock: nil,
                    kind: .systolicArray(
                        SystolicArray(
                            rows: rows, columns: columns, dataflow: .weightStationary, preload: .overlapped, drain: .bus, input: .int8,
                            weight: .int8, accumulator: .int32)), reads: ["unified", "weights"], writes: "accumulators"),
                Engine(
                    name: "vpu", scope: scope, count: 1, clock: nil, kind: .vector(VectorUnit(lanes: 256, chain: 4, costs: [:])),
                    reads: ["accumulators", "unified"], writes: "unified"),
                Engine(
                    name: "dma-in", scope: .shared, count: 1, clock: nil,
                    kind: .dma(DMAEngine(width: Bytes(32), request: Bytes(512), outstanding: 16, startup: 10)), reads: ["weights"],
                    writes: "unified"),
                Engine(
                    name: "dma-out", scope: .shared, count: 1, clock: nil,
                    kind: .dma(DMAEngine(width: Bytes(32), request: Bytes(512), outstanding: 16, startup: 10)), reads: ["unified"],
                    writes: "weights"),
            ],
            links: [Link(from: "weights", to: "mxu", width: Bytes(64), latency: 4)],
            parameters: [
                ResolvedParameter(path: "clock", value: "700 MHz", help: "Clock of every component that names none", source: "Jouppi 2017, table 2", isDefault: false),
                ResolvedParameter(path: "engines.mxu.rows", value: "256", help: "Rows of processing elements", source: "Jouppi 2017, section 2", isDefault: false),
                ResolvedParameter(path: "engines.mxu.columns", value: "256", help: "Columns of processing elements", source: nil, isDefault: false),
                ResolvedParameter(path: "engines.mxu.drain", value: "bus", help: "How results leave <the> array & \"go\"", source: nil, isDefault: true),
                ResolvedParameter(path: "memories.unified.capacity", value: "24 MiB", help: "Bytes it holds", source: "Jouppi 2017, section 2", isDefault: false),
            ])
    }
}
