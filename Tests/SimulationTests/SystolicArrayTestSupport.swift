import Architecture
import NumberFormats
import OperatorGraph
import Simulation

func systolicArray(
    _ rows: Int, _ columns: Int, _ dataflow: Dataflow, _ preload: Preload = .exposed, _ drain: Drain = .bus,
    format: DatapathFormat = .int8
) -> SystolicArray {
    switch format {
    case .int8:
        SystolicArray(
            rows: rows, columns: columns, dataflow: dataflow, preload: preload, drain: drain, input: .int8, weight: .int8,
            accumulator: .int32)
    case .int16:
        SystolicArray(
            rows: rows, columns: columns, dataflow: dataflow, preload: preload, drain: drain, input: .uint8, weight: .int8,
            accumulator: .int32)
    case .float:
        SystolicArray(
            rows: rows, columns: columns, dataflow: dataflow, preload: preload, drain: drain, input: .bf16, weight: .fp32,
            accumulator: .fp32)
    }
}

extension OperandMatrix {
    static func random(_ count: Int, _ format: DatapathFormat, using generator: inout SplitMix64) -> OperandMatrix {
        switch format {
        case .int8: .int8((0..<count).map { _ in Int8.random(in: .min ... .max, using: &generator) })
        case .int16: .int16((0..<count).map { _ in Int16.random(in: .min ... .max, using: &generator) })
        case .float: .float((0..<count).map { _ in Float.random(in: -2...2, using: &generator) })
        }
    }
}

/// left (rows × depth) · top (depth × columns) by the definition: one sum after the other, products in order of `depth`.
func matrixProduct(
    _ left: OperandMatrix, _ top: OperandMatrix, addingTo start: SumMatrix?, rows: Int, depth: Int, columns: Int
) -> SumMatrix? {
    func integers(_ a: [Int], _ b: [Int], _ start: [Int32]?) -> SumMatrix {
        var sums = [Int32]()
        for i in 0..<rows {
            for j in 0..<columns {
                var sum = Int(start?[i * columns + j] ?? 0)
                for k in 0..<depth { sum += a[i * depth + k] * b[k * columns + j] }
                sums.append(Int32(truncatingIfNeeded: sum))
            }
        }
        return .int32(sums)
    }
    var integerStart: [Int32]?
    var floatStart: [Float]?
    if case .int32(let values) = start { integerStart = values }
    if case .float(let values) = start { floatStart = values }
    switch (left, top) {
    case (.int8(let a), .int8(let b)): return integers(a.map(Int.init), b.map(Int.init), integerStart)
    case (.int16(let a), .int16(let b)): return integers(a.map(Int.init), b.map(Int.init), integerStart)
    case (.float(let a), .float(let b)):
        var sums = [Float]()
        for i in 0..<rows {
            for j in 0..<columns {
                var sum = floatStart?[i * columns + j] ?? 0
                for k in 0..<depth { sum += a[i * depth + k] * b[k * columns + j] }
                sums.append(sum)
            }
        }
        return .float(sums)
    default: return nil
    }
}
