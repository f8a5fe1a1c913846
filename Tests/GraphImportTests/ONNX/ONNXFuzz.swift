import Foundation
import GraphImport
import ONNXSchema
import OperatorGraph
import SwiftProtobuf

/// One independent stream a seed, so that any input can be made again alone.
struct FuzzGenerator: RandomNumberGenerator {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(state: seed &* 0x9E37_79B9_7F4A_7C15) }

    mutating func next() -> UInt64 { generator.next() }
    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(bound, 1), using: &self) }
    mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
}

/// Damages model files and hands them to the importer: the only acceptable results are a graph and an `ImportError`.
struct ImporterFuzz {
    struct Tally: Equatable {
        var imported = 0
        var refused = 0
        /// The input that took longest.
        var slowest = 0
        var longest = Duration.zero
    }

    /// Undamaged files.
    let corpus: [Data]
    /// Called with each input's number before it is tried, so that a crash can be told apart.
    var announce: (Int) -> Void = { _ in }

    /// Tries the inputs of these numbers.
    func run(_ numbers: Range<Int>) -> Tally {
        var tally = Tally()
        for number in numbers {
            announce(number)
            let (bytes, options) = input(number)
            let start = ContinuousClock.now
            defer {
                let taken = ContinuousClock.now - start
                if taken > tally.longest { (tally.slowest, tally.longest) = (number, taken) }
            }
            do throws(ImportError) {
                let graph = try Build.load(bytes, options: options)
                precondition(Self.isConsistent(graph), "input \(number) gives an inconsistent graph")
                tally.imported += 1
            } catch {
                precondition(!error.description.contains { $0.isNewline }, "input \(number): the error is not one line")
                tally.refused += 1
            }
        }
        return tally
    }

    /// The input of a number: a file of the corpus with a few changes, either to its bytes or to the decoded
    /// messages, where they reach further.
    func input(_ number: Int) -> (Data, ImportOptions) {
        var generator = FuzzGenerator(seed: UInt64(number))
        var bytes = corpus[generator.below(corpus.count)]
        if !generator.oneIn(3), var model = try? ONNXModelProto(serializedBytes: bytes) {
            for _ in 0...generator.below(3) { ModelDamage.apply(to: &model, &generator) }
            bytes = (try? Build.bytes(model)) ?? bytes
        } else {
            for _ in 0...generator.below(4) { damage(&bytes, &generator) }
        }
        var dimensions: [String: Int] = [:]
        if let model = try? ONNXModelProto(serializedBytes: bytes) {
            for value in model.graph.input {
                for (axis, dimension) in value.type.tensorType.shape.dim.enumerated() {
                    if case .dimValue? = dimension.value { continue }
                    let name = dimension.dimParam.isEmpty ? "\(value.name).\(axis)" : dimension.dimParam
                    dimensions[name] = 1 + generator.below(3)
                }
            }
        }
        return (bytes, ImportOptions(dimensions: dimensions, readsWeights: generator.oneIn(2)))
    }

    private func damage(_ bytes: inout Data, _ generator: inout FuzzGenerator) {
        guard !bytes.isEmpty else { return }
        let place = generator.below(bytes.count)
        switch generator.below(8) {
        case 0: bytes[place] ^= 1 << UInt8(generator.below(8))
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
        case 3: bytes = bytes.prefix(place)
        case 4: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 5: bytes.removeSubrange(place..<min(bytes.count, place + 1 + generator.below(16)))
        case 6:
            let chunk = bytes[place..<min(bytes.count, place + 1 + generator.below(64))]
            bytes.insert(contentsOf: Array(chunk), at: generator.below(bytes.count))
        default:
            // A length or number that promises more than there is.
            let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]
            bytes.replaceSubrange(place..<place + 1, with: huge)
        }
        bytes = Data(bytes)
    }

    /// What everything behind the importer relies on.
    static func isConsistent(_ graph: Graph) -> Bool {
        var isDefined = graph.values.map { $0.kind != .intermediate }
        for node in graph.nodes {
            for input in node.inputs { if let input, !isDefined[input] { return false } }
            for output in node.outputs { if let output { isDefined[output] = true } }
        }
        let dataFits = graph.values.allSatisfy { value in
            value.data.map { $0.type == value.type } ?? true
        }
        return dataFits && graph.outputs.allSatisfy { isDefined[$0] }
            && graph.values.allSatisfy { GraphLimits.standard.objection(to: $0.type) == nil }
    }
}
