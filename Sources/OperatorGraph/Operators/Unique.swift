import NumberFormats

/// Unique: the distinct elements (or slices along an axis), their first indices, the inverse mapping and counts.
struct UniqueOperator: OperatorDefinition {
    let name = "Unique"
    let since = 11

    private struct Grouping {
        /// Line of the first occurrence of each distinct line, in the order of the result.
        var firsts: [Int] = []
        var inverse: [Int] = []
        var counts: [Int] = []
    }

    private func view(_ context: OperatorContext) throws(GraphError) -> (AxisView, axis: Int?) {
        let shape = try context.shape(0)
        guard let axis = try context.optionalInt("axis") else { return (AxisView([shape.product], axis: 0), nil) }
        let resolved = try context.axis(axis, rank: shape.count)
        return (AxisView(shape, axis: resolved), resolved)
    }

    private func grouping(_ context: OperatorContext) throws(GraphError) -> Grouping {
        let input = try context.tensor(0)
        let view = try view(context).0
        let isSorted = try context.flag("sorted", true)
        if input.isText { return group(input.stringValues, view, isSorted) }
        return input.element.isFloatingPoint
            ? group(input.doubleValues, view, isSorted) : group(input.intValues, view, isSorted)
    }

    private func group<T: Comparable>(_ values: [T], _ view: AxisView, _ isSorted: Bool) -> Grouping {
        let lines = (0..<view.extent).map { k -> [T] in
            (0..<view.outer).flatMap { o in (0..<view.inner).map { values[view.start(o, $0) + k * view.inner] } }
        }
        func precedes(_ a: Int, _ b: Int) -> Bool {
            for (x, y) in zip(lines[a], lines[b]) where x != y { return x < y }
            return a < b
        }
        var grouping = Grouping()
        grouping.inverse = Array(repeating: 0, count: view.extent)
        var groups: [[Int]] = []
        for line in (0..<view.extent).sorted(by: precedes) {
            if let last = groups.last, lines[last[0]] == lines[line] {
                groups[groups.count - 1].append(line)
            } else {
                groups.append([line])
            }
        }
        if !isSorted { groups.sort { $0[0] < $1[0] } }
        for (index, members) in groups.enumerated() {
            grouping.firsts.append(members[0])
            grouping.counts.append(members.count)
            for line in members { grouping.inverse[line] = index }
        }
        return grouping
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        let grouping = try grouping(context)
        var shape = [grouping.firsts.count]
        if let axis = try view(context).axis {
            shape = type.shape
            shape[axis] = grouping.firsts.count
        }
        let list = TensorType(.int64, [grouping.firsts.count])
        return [TensorType(type.element, shape), list, TensorType(.int64, [grouping.inverse.count]), list]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let (view, axis) = try view(context)
        let grouping = try grouping(context)
        var shape = [grouping.firsts.count]
        if let axis {
            shape = input.shape
            shape[axis] = grouping.firsts.count
        }
        var indices: [Int] = []
        for o in 0..<view.outer {
            for line in grouping.firsts {
                for i in 0..<view.inner { indices.append(view.start(o, i) + line * view.inner) }
            }
        }
        func list(_ values: [Int]) -> Tensor { Tensor(.int64, [values.count], integers: values) }
        return [
            input.gathered(indices, shape: shape), list(grouping.firsts), list(grouping.inverse), list(grouping.counts),
        ]
    }
}
