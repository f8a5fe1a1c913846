import NumberFormats

/// NonMaxSuppression: of overlapping boxes of a class only the best scored one remains.
struct NonMaxSuppressionOperator: OperatorDefinition {
    let name = "NonMaxSuppression"
    let since = 10

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(.int64, [try selected(context).count, 3])]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let selected = try selected(context)
        return [Tensor(.int64, [selected.count, 3], integers: selected.flatMap { $0 })]
    }

    private func selected(_ context: OperatorContext) throws(GraphError) -> [[Int]] {
        let boxes = try context.tensor(0), scores = try context.tensor(1)
        guard boxes.shape.count == 3, boxes.shape[2] == 4, scores.shape.count == 3,
            [scores.shape[0], scores.shape[2]] == Array(boxes.shape[..<2])
        else { throw context.error("scores \(scores.shape) do not fit boxes \(boxes.shape)") }
        let limit = context.optionalTensor(2)?.intValues.first ?? 0
        let overlapLimit = Double(context.optionalTensor(3)?.floatValues.first ?? 0)
        let scoreLimit = context.optionalTensor(4)?.doubleValues.first ?? -.infinity
        let isCentred = try context.flag("center_point_box")
        let (coordinates, values) = (boxes.doubleValues, scores.doubleValues)
        let count = boxes.shape[1]
        var result: [[Int]] = []
        for image in 0..<boxes.shape[0] {
            let corners = (0..<count).map { box(coordinates, (image * count + $0) * 4, isCentred) }
            for label in 0..<scores.shape[1] {
                let base = (image * scores.shape[1] + label) * count
                let line = Array(values[base..<(base + count)])
                let order = line.indices.filter { line[$0] > scoreLimit }
                    .sorted { a, b in line[a] == line[b] ? a < b : line[a] > line[b] }
                var kept: [Int] = []
                for candidate in order where kept.count < limit {
                    if kept.allSatisfy({ overlap(corners[$0], corners[candidate]) <= overlapLimit }) { kept.append(candidate) }
                }
                result += kept.map { [image, label, $0] }
            }
        }
        return result
    }

    private typealias Box = (top: Double, left: Double, bottom: Double, right: Double)

    private func box(_ values: [Double], _ start: Int, _ isCentred: Bool) -> Box {
        let (a, b, c, d) = (values[start], values[start + 1], values[start + 2], values[start + 3])
        if isCentred { return (b - d / 2, a - c / 2, b + d / 2, a + c / 2) }
        return (min(a, c), min(b, d), max(a, c), max(b, d))
    }

    /// Intersection over union.
    private func overlap(_ a: Box, _ b: Box) -> Double {
        let height = min(a.bottom, b.bottom) - max(a.top, b.top), width = min(a.right, b.right) - max(a.left, b.left)
        if height <= 0 || width <= 0 { return 0 }
        let intersection = height * width
        let union = (a.bottom - a.top) * (a.right - a.left) + (b.bottom - b.top) * (b.right - b.left) - intersection
        return union <= 0 ? 0 : intersection / union
    }
}

extension OperatorRegistry {
    static let vision: [any OperatorDefinition] = [
        NonMaxSuppressionOperator(), Col2ImOperator(), DeterminantOperator(),
    ]
}
