import Foundation
import NumberFormats

/// NegativeLogLikelihoodLoss, and SoftmaxCrossEntropyLoss which takes the logarithm of a softmax first.
struct LossOperator: OperatorDefinition {
    let name: String
    let since = 12
    let takesScores: Bool

    private func reduction(_ context: OperatorContext) throws(GraphError) -> String {
        let reduction = try context.string("reduction", "mean")
        guard ["none", "sum", "mean"].contains(reduction) else { throw context.error("reduction \"\(reduction)\" is not known") }
        return reduction
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.realType(0), target = try context.shape(1)
        guard input.shape.count >= 2, target == [input.shape[0]] + input.shape[2...] else {
            throw context.error("target \(target) does not fit \(input.shape)")
        }
        if context.has(2), try context.shape(2) != [input.shape[1]] { throw context.error("weights are not [\(input.shape[1])]") }
        return [
            TensorType(input.element, try reduction(context) == "none" ? target : []),
            takesScores && context.wants(1) ? input : nil,
        ]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0), targets = try context.tensor(1).intValues
        let types = try inferTypes(context)
        let ignored = try context.optionalInt("ignore_index")
        let weights = context.optionalReals(2)
        let view = AxisView(input.shape, axis: 1)
        var logarithms = input.doubleValues
        if takesScores {
            for o in 0..<view.outer {
                for i in 0..<view.inner {
                    let start = view.start(o, i)
                    let line = (0..<view.extent).map { logarithms[start + $0 * view.inner] }
                    let largest = line.max() ?? 0
                    let sum = log(line.reduce(0) { $0 + exp($1 - largest) })
                    for k in 0..<view.extent { logarithms[start + k * view.inner] = line[k] - largest - sum }
                }
            }
        }
        var losses: [Double] = []
        var total = 0.0
        for (index, target) in targets.enumerated() {
            if target == ignored {
                losses.append(0)
                continue
            }
            let label = try context.index(target, extent: view.extent)
            let weight = weights?[label] ?? 1
            losses.append(-weight * logarithms[view.start(index / view.inner, index % view.inner) + label * view.inner])
            total += weight
        }
        switch try reduction(context) {
        case "sum": losses = [losses.reduce(0, +)]
        case "mean": losses = [losses.reduce(0, +) / total]
        default: break
        }
        return [
            types[0].map { Tensor($0.element, $0.shape, doubles: losses) },
            types.count > 1 ? types[1].map { Tensor($0.element, $0.shape, doubles: logarithms) } : nil,
        ]
    }
}

extension OperatorRegistry {
    static let losses: [any OperatorDefinition] = [
        LossOperator(name: "NegativeLogLikelihoodLoss", takesScores: false),
        LossOperator(name: "SoftmaxCrossEntropyLoss", takesScores: true),
    ]
}
