import Foundation
import NumberFormats

/// What RNN, GRU and LSTM share: shapes, directions, sequence lengths, activation functions.
struct RecurrentShape {
    let gates: Int
    let steps: Int, batch: Int, inputSize: Int, hidden: Int, directions: Int
    let isBatchFirst: Bool
    /// Whether each direction walks from the end.
    let reverses: [Bool]

    init(_ context: OperatorContext, gates: Int) throws(GraphError) {
        self.gates = gates
        let x = try context.shape(0), w = try context.shape(1), r = try context.shape(2)
        isBatchFirst = try context.flag("layout")
        guard x.count == 3, w.count == 3, r.count == 3, r[2] > 0, r[1] == gates * r[2], w == [r[0], r[1], x[2]] else {
            throw context.error("X \(x), W \(w) and R \(r) do not fit \(gates) gates")
        }
        (steps, batch) = isBatchFirst ? (x[1], x[0]) : (x[0], x[1])
        (inputSize, hidden, directions) = (x[2], r[2], r[0])
        switch try context.string("direction", "forward") {
        case "forward": reverses = [false]
        case "reverse": reverses = [true]
        case "bidirectional": reverses = [false, true]
        case let other: throw context.error("direction \"\(other)\" is not known")
        }
        guard reverses.count == directions else { throw context.error("W has \(directions) directions") }
        if context.has(3), try context.shape(3) != [directions, 2 * gates * hidden] {
            throw context.error("B \(try context.shape(3)) is not [\(directions), \(2 * gates * hidden)]")
        }
        let state = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
        for index in 5..<(gates == 4 ? 7 : 6) where context.has(index) {
            guard try context.shape(index) == state else { throw context.error("initial state \(try context.shape(index)) is not \(state)") }
        }
        if gates == 4, context.has(7), try context.shape(7) != [directions, 3 * hidden] {
            throw context.error("P \(try context.shape(7)) is not [\(directions), \(3 * hidden)]")
        }
    }

    func types(_ context: OperatorContext, states: Int) throws(GraphError) -> [TensorType?] {
        let element = try context.realType(0).element
        let all = isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
        let last = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
        return [TensorType(element, all)] + Array(repeating: TensorType(element, last), count: states)
    }

    func inputIndex(_ step: Int, _ row: Int) -> Int {
        (isBatchFirst ? row * steps + step : step * batch + row) * inputSize
    }

    func outputIndex(_ step: Int, _ direction: Int, _ row: Int) -> Int {
        (isBatchFirst ? (row * steps + step) * directions + direction : (step * directions + direction) * batch + row) * hidden
    }

    func stateIndex(_ direction: Int, _ row: Int) -> Int {
        (isBatchFirst ? row * directions + direction : direction * batch + row) * hidden
    }

    var multiplyAccumulates: Int { directions * steps * batch * gates * hidden * (inputSize + hidden) }

    /// The activation functions of one direction, `count` of them.
    func activations(
        _ context: OperatorContext, _ direction: Int, _ standard: [String]
    ) throws(GraphError) -> [@Sendable (Double) -> Double] {
        let names = try context.strings("activations") ?? Array(repeating: standard, count: directions).flatMap { $0 }
        guard names.count == standard.count * directions else { throw context.error("activations are \(names)") }
        var alphas = try context.optionalFloats("activation_alpha") ?? []
        var betas = try context.optionalFloats("activation_beta") ?? []
        var functions: [@Sendable (Double) -> Double] = []
        for (index, name) in names.enumerated() {
            // The lists hold values only for the functions that take them, in order.
            func next(_ list: inout [Float], _ standard: Double) -> Double { list.isEmpty ? standard : Double(list.removeFirst()) }
            let function: @Sendable (Double) -> Double
            switch name.lowercased() {
            case "sigmoid": function = { sigmoid($0) }
            case "tanh": function = { tanh($0) }
            case "relu": function = { max(0, $0) }
            case "softsign": function = { $0 / (1 + abs($0)) }
            case "softplus": function = { softplus($0) }
            case "affine":
                let alpha = next(&alphas, 1), beta = next(&betas, 0)
                function = { alpha * $0 + beta }
            case "leakyrelu":
                let alpha = next(&alphas, 0.01)
                function = { $0 < 0 ? alpha * $0 : $0 }
            case "thresholdedrelu":
                let alpha = next(&alphas, 1)
                function = { $0 > alpha ? $0 : 0 }
            case "scaledtanh":
                let alpha = next(&alphas, 1), beta = next(&betas, 1)
                function = { alpha * tanh(beta * $0) }
            case "hardsigmoid":
                let alpha = next(&alphas, 0.2), beta = next(&betas, 0.5)
                function = { max(0, min(1, alpha * $0 + beta)) }
            case "elu":
                let alpha = next(&alphas, 1)
                function = { $0 < 0 ? alpha * expm1($0) : $0 }
            default: throw context.error("activation \"\(name)\" is not known")
            }
            if index / standard.count == direction { functions.append(function) }
        }
        return functions
    }
}

/// RNN, GRU and LSTM over whole sequences, in binary64, rounded once at the end.
struct RecurrentOperator: OperatorDefinition {
    enum Cell: Sendable { case simple, gatedUnit, longShortTerm }
    let name: String
    let since = 7
    let cell: Cell

    private var gates: Int { cell == .simple ? 1 : cell == .gatedUnit ? 3 : 4 }
    private var standardActivations: [String] {
        switch cell {
        case .simple: ["Tanh"]
        case .gatedUnit: ["Sigmoid", "Tanh"]
        case .longShortTerm: ["Sigmoid", "Tanh", "Tanh"]
        }
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        try RecurrentShape(context, gates: gates).types(context, states: cell == .longShortTerm ? 2 : 1)
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        try RecurrentShape(context, gates: gates).multiplyAccumulates
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let shape = try RecurrentShape(context, gates: gates)
        let types = try inferTypes(context)
        let n = shape.hidden
        let x = try context.reals(0), w = try context.reals(1), r = try context.reals(2)
        let b = context.optionalReals(3) ?? Array(repeating: 0, count: shape.directions * 2 * gates * n)
        let lengths = try context.optionalIntegers(4) ?? Array(repeating: shape.steps, count: shape.batch)
        guard lengths.count == shape.batch, lengths.allSatisfy({ $0 >= 0 && $0 <= shape.steps }) else {
            throw context.error("sequence lengths \(lengths) do not fit \(shape.steps) steps")
        }
        let stateCount = shape.directions * shape.batch * n
        var h = context.optionalReals(5) ?? Array(repeating: 0, count: stateCount)
        var c = cell == .longShortTerm ? context.optionalReals(6) ?? Array(repeating: 0, count: stateCount) : []
        let peepholes = cell == .longShortTerm ? context.optionalReals(7) : nil
        let clip = Double(try context.optionalFloat("clip") ?? .infinity)
        let couples = try context.flag("input_forget"), resetsLate = try context.flag("linear_before_reset")
        var y = Array(repeating: 0.0, count: shape.steps * stateCount)
        for direction in 0..<shape.directions {
            let f = try shape.activations(context, direction, standardActivations)
            let wBase = direction * gates * n * shape.inputSize, rBase = direction * gates * n * n
            let bBase = direction * 2 * gates * n
            for row in 0..<shape.batch {
                let state = shape.stateIndex(direction, row)
                for count in 0..<lengths[row] {
                    let step = shape.reverses[direction] ? lengths[row] - 1 - count : count
                    let input = shape.inputIndex(step, row)
                    // The input's and the state's share of each gate, biases included.
                    var fromInput = Array(repeating: 0.0, count: gates * n), fromState = fromInput
                    for gate in 0..<(gates * n) {
                        var sum = b[bBase + gate]
                        for i in 0..<shape.inputSize { sum += x[input + i] * w[wBase + gate * shape.inputSize + i] }
                        fromInput[gate] = sum
                        sum = b[bBase + gates * n + gate]
                        for i in 0..<n { sum += h[state + i] * r[rBase + gate * n + i] }
                        fromState[gate] = sum
                    }
                    func clipped(_ value: Double) -> Double { min(max(value, -clip), clip) }
                    var next = Array(repeating: 0.0, count: n)
                    switch cell {
                    case .simple:
                        for i in 0..<n { next[i] = f[0](clipped(fromInput[i] + fromState[i])) }
                    case .gatedUnit:
                        let reset = (0..<n).map { f[0](clipped(fromInput[n + $0] + fromState[n + $0])) }
                        for i in 0..<n {
                            let update = f[0](clipped(fromInput[i] + fromState[i]))
                            var recurrent = reset[i] * fromState[2 * n + i]
                            if !resetsLate {
                                recurrent = b[bBase + 5 * n + i]
                                for j in 0..<n { recurrent += reset[j] * h[state + j] * r[rBase + (2 * n + i) * n + j] }
                            }
                            let candidate = f[1](clipped(fromInput[2 * n + i] + recurrent))
                            next[i] = (1 - update) * candidate + update * h[state + i]
                        }
                    case .longShortTerm:
                        for i in 0..<n {
                            let old = c[state + i]
                            func peephole(_ gate: Int, _ value: Double) -> Double {
                                peepholes.map { $0[direction * 3 * n + gate * n + i] * value } ?? 0
                            }
                            let inputGate = f[0](clipped(fromInput[i] + fromState[i] + peephole(0, old)))
                            let forgetGate = couples
                                ? 1 - inputGate : f[0](clipped(fromInput[2 * n + i] + fromState[2 * n + i] + peephole(2, old)))
                            let candidate = f[1](clipped(fromInput[3 * n + i] + fromState[3 * n + i]))
                            let new = forgetGate * old + inputGate * candidate
                            let outputGate = f[0](clipped(fromInput[n + i] + fromState[n + i] + peephole(1, new)))
                            c[state + i] = new
                            next[i] = outputGate * f[2](new)
                        }
                    }
                    let output = shape.outputIndex(step, direction, row)
                    for i in 0..<n {
                        h[state + i] = next[i]
                        y[output + i] = next[i]
                    }
                }
            }
        }
        return zip(types, [y, h, c]).map { type, values in type.map { Tensor($0.element, $0.shape, doubles: values) } }
    }
}

extension OperatorRegistry {
    static let recurrent: [any OperatorDefinition] = [
        RecurrentOperator(name: "RNN", cell: .simple),
        RecurrentOperator(name: "GRU", cell: .gatedUnit),
        RecurrentOperator(name: "LSTM", cell: .longShortTerm),
    ]
}
