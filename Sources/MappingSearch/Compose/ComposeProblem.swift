/// One way to run a segment of layers on one unit, as a mapper's table has it.
public struct ComposeOption: Sendable, Hashable {
    /// The core, or kind of unit, by index.
    public var unit: Int
    /// Of computing, when memory off chip is no limit.
    public var cycles: Int
    /// Without the transfers to and from off chip, in the machine's unit of energy.
    public var energy: Int
    /// On chip, beside whole tensors that stay there, in bytes.
    public var buffer: Int
    /// Bytes to or from off chip for each tensor that goes into or comes out of the segment, repeated reading included: what is
    /// saved when the tensor stays on chip.
    public var transfers: [ComposeTransfer]
    /// Bytes that cannot be saved, such as weights.
    public var otherBytes: Int
    /// Tensors of the segment that have to be on chip: those it reads on arrival, those it makes until their last use.
    public var kept: [Int]

    public init(
        unit: Int = 0, cycles: Int, energy: Int = 0, buffer: Int, transfers: [ComposeTransfer] = [], otherBytes: Int = 0, kept: [Int] = []
    ) {
        self.kept = kept
        self.unit = unit
        self.cycles = cycles
        self.energy = energy
        self.buffer = buffer
        self.transfers = transfers
        self.otherBytes = otherBytes
    }
}

public struct ComposeTransfer: Sendable, Hashable {
    public var tensor: Int
    public var bytes: Int
    public init(tensor: Int, bytes: Int) {
        self.tensor = tensor
        self.bytes = bytes
    }
}

/// Layers that run as one: one layer, or successive ones fused so that what they hand to each other is never whole on chip.
public struct ComposeSegment: Sendable, Hashable {
    public var layers: Range<Int>
    public var options: [ComposeOption]
    public init(layers: Range<Int>, options: [ComposeOption]) {
        self.layers = layers
        self.options = options
    }
}

public struct ComposeTensor: Sendable, Hashable {
    public var name: String
    /// On chip as a whole, in bytes.
    public var bytes: Int
    /// The layer that makes it; `nil` for what is off chip from the start.
    public var producer: Int?
    /// Layers, ascending.
    public var consumers: [Int]
    /// Whether it has to be off chip in the end.
    public var isOutput: Bool
    /// Whether it stays from its making to its last use or not at all.
    public var staysWhole: Bool

    public init(name: String, bytes: Int, producer: Int?, consumers: [Int], isOutput: Bool = false, staysWhole: Bool = false) {
        self.staysWhole = staysWhole
        self.name = name
        self.bytes = bytes
        self.producer = producer
        self.consumers = consumers
        self.isOutput = isOutput
    }

    /// Layers that make or read it, in order.
    var uses: [Int] { (producer.map { [$0] } ?? []) + consumers }
}

/// What all layers share.
public struct ComposeMachine: Sendable, Hashable {
    public var units: Int
    /// On chip, for buffers and tensors that stay, in bytes.
    public var capacity: Int
    /// To and from off chip, in bytes a cycle.
    public var bandwidth: Int
    /// Of a byte to or from off chip.
    public var energyPerByte: Int
    /// From one layer to the next on another unit.
    public var switchCycles: Int
    public var switchEnergy: Int

    public init(units: Int = 1, capacity: Int, bandwidth: Int, energyPerByte: Int = 0, switchCycles: Int = 0, switchEnergy: Int = 0) {
        self.units = units
        self.capacity = capacity
        self.bandwidth = bandwidth
        self.energyPerByte = energyPerByte
        self.switchCycles = switchCycles
        self.switchEnergy = switchEnergy
    }
}

/// Layers one after the other: which option runs each, which are fused, on which unit, and which tensors stay on chip from one
/// of their uses to the next?
///
/// A segment takes the longer of its computing and its transfers. A tensor that stays is whole on chip from the segment of the
/// one use through the segment of the other; then it is not read for the other, and if it stays from its making to its last use
/// it is never written. Layers do not overlap in time.
public struct ComposeProblem: Sendable {
    public let layers: Int
    public let segments: [ComposeSegment]
    public let tensors: [ComposeTensor]
    public let machine: ComposeMachine

    public static let maximumLayers = 4096
    /// Of one figure; sums stay far from overflowing.
    public static let maximumFigure = 1 << 44
    /// Tensors with uses before and after one layer.
    public static let maximumLive = 64

    public init(layers: Int, segments: [ComposeSegment], tensors: [ComposeTensor], machine: ComposeMachine) throws(ComposeProblemError) {
        guard (0...Self.maximumLayers).contains(layers) else { throw .layers(layers) }
        let figures = [machine.capacity, machine.bandwidth, machine.energyPerByte, machine.switchCycles, machine.switchEnergy]
        guard figures.allSatisfy({ (0...Self.maximumFigure).contains($0) }), machine.bandwidth > 0, (1...1024).contains(machine.units) else { throw .machine }
        for tensor in tensors {
            let uses = tensor.uses
            guard (1...Self.maximumFigure).contains(tensor.bytes) else { throw .tensor(tensor.name, "has \(tensor.bytes) bytes") }
            guard uses.allSatisfy({ (0..<layers).contains($0) }) else { throw .tensor(tensor.name, "is used by a layer that there is not") }
            guard !tensor.staysWhole || (tensor.producer != nil && !tensor.isOutput) else {
                throw .tensor(tensor.name, "is to stay as a whole or not at all, but comes from off chip or has to be there in the end")
            }
            guard zip(uses, uses.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw .tensor(tensor.name, "has consumers that are not in order after its producer")
            }
        }
        for (index, segment) in segments.enumerated() {
            guard !segment.layers.isEmpty, segment.layers.lowerBound >= 0, segment.layers.upperBound <= layers else { throw .segment(index, "covers layers that there are not") }
            for option in segment.options {
                if let fault = Self.fault(of: option, in: segment, tensors, machine) { throw .segment(index, fault) }
            }
        }
        self.layers = layers
        self.segments = segments
        self.tensors = tensors
        self.machine = machine
        if mostFigures == nil { throw .overflow }
        if let layer = unreachable { throw .noOption(layer: layer, capacity: machine.capacity) }
        var live = [Int](repeating: 0, count: layers + 1)
        for life in lives { for layer in life { live[layer] += 1 } }
        if let layer = live.firstIndex(where: { $0 > Self.maximumLive }) { throw .tooManyLive(layer: layer, live[layer]) }
    }

    private static func fault(of option: ComposeOption, in segment: ComposeSegment, _ tensors: [ComposeTensor], _ machine: ComposeMachine) -> String? {
        guard (0..<machine.units).contains(option.unit) else { return "has an option on unit \(option.unit), and there are \(machine.units)" }
        let figures = [option.cycles, option.energy, option.buffer, option.otherBytes] + option.transfers.map(\.bytes)
        guard figures.allSatisfy({ (0...maximumFigure).contains($0) }) else { return "has an option with a figure below 0 or above \(maximumFigure)" }
        guard option.transfers.count <= 64 else { return "has an option with more than 64 transfers" }
        var seen = Set<Int>()
        for transfer in option.transfers {
            guard tensors.indices.contains(transfer.tensor) else { return "moves tensor \(transfer.tensor), which there is not" }
            let tensor = tensors[transfer.tensor]
            let isInside = tensor.uses.contains { segment.layers.contains($0) }
            guard isInside, seen.insert(transfer.tensor).inserted else { return "moves tensor \"\(tensor.name)\", which it does not use, or twice" }
        }
        for tensor in option.kept {
            guard tensors.indices.contains(tensor), tensors[tensor].uses.contains(where: { segment.layers.contains($0) }) else {
                return "keeps tensor \(tensor), which it does not use"
            }
        }
        return nil
    }

    /// More than any plan takes in cycles, energy and bytes; `nil` where the three do not stay far from overflowing.
    var mostFigures: ComposeFigures? {
        var most = (cycles: 0.0, energy: 0.0, bytes: 0.0)
        for segment in segments {
            var worst = (cycles: 0, energy: 0.0, bytes: 0.0)
            for option in segment.options {
                let bytes = option.transfers.reduce(Double(option.otherBytes)) { $0 + Double($1.bytes) }
                worst.cycles = max(worst.cycles, option.cycles)
                worst.energy = max(worst.energy, Double(option.energy) + bytes * Double(machine.energyPerByte))
                worst.bytes = max(worst.bytes, bytes)
            }
            most.cycles += Double(worst.cycles) + worst.bytes / Double(machine.bandwidth) + 1 + Double(machine.switchCycles)
            most.energy += worst.energy + Double(machine.switchEnergy)
            most.bytes += worst.bytes
        }
        guard max(most.cycles, most.energy, most.bytes) < 0x1p58 else { return nil }
        // Rounded sums of few terms: a part in 2^20 is more than they can be off.
        func whole(_ value: Double) -> Int { Int(value * (1 + 0x1p-20)) + 1 }
        return ComposeFigures(cycles: whole(most.cycles), energy: whole(most.energy), bytes: whole(most.bytes))
    }

    /// By tensor: the layers of all segments that its life may touch; empty for those with one use.
    var lives: [Range<Int>] {
        var from = Array(0..<layers)
        var to = Array(1..<layers + 1)
        for segment in segments {
            for layer in segment.layers {
                from[layer] = min(from[layer], segment.layers.lowerBound)
                to[layer] = max(to[layer], segment.layers.upperBound)
            }
        }
        return tensors.map { tensor in
            guard let first = tensor.uses.first, let last = tensor.uses.last, last > first else { return 0..<0 }
            return from[first]..<to[last]
        }
    }

    /// A layer that no choice of segments that fit gets past.
    private var unreachable: Int? {
        var isReached = [Bool](repeating: false, count: layers + 1)
        isReached[0] = true
        let byStart = segments.sorted { ($0.layers.lowerBound, $0.layers.upperBound) < ($1.layers.lowerBound, $1.layers.upperBound) }
        for segment in byStart where isReached[segment.layers.lowerBound] && segment.options.contains(where: { $0.buffer <= machine.capacity }) {
            isReached[segment.layers.upperBound] = true
        }
        guard !isReached[layers] else { return nil }
        return isReached.lastIndex(of: true) ?? 0
    }
}

/// What is wrong with a problem of composition.
public enum ComposeProblemError: Error, Sendable, Equatable, CustomStringConvertible {
    case layers(Int)
    case machine
    case tensor(String, String)
    case segment(Int, String)
    case noOption(layer: Int, capacity: Int)
    case tooManyLive(layer: Int, Int)
    case overflow

    public var description: String {
        switch self {
        case .overflow: "cycles, energy or bytes of all segments together are beyond 2^58; choose a larger unit of energy"
        case .layers(let count): "\(count) layers; from 0 to \(ComposeProblem.maximumLayers) can be composed"
        case .machine: "the machine has a figure below 0 or above \(ComposeProblem.maximumFigure), no bandwidth, or not from 1 to 1024 units"
        case .tensor(let name, let fault): "tensor \"\(name)\" \(fault)"
        case .segment(let index, let fault): "segment \(index) \(fault)"
        case .noOption(let layer, let capacity): "layer \(layer) has no option whose buffers fit into \(capacity) bytes; tile it smaller"
        case .tooManyLive(let layer, let count): "\(count) tensors are live at layer \(layer); at most \(ComposeProblem.maximumLive) can be told apart"
        }
    }
}
