import NumberFormats

/// Mod: integers take the divisor's sign as in Python, or the dividend's with `fmod` = 1, as C does.
struct ModOperator: OperatorDefinition {
    let name = "Mod"
    let since = 10

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let a = try context.type(0), b = try context.type(1)
        guard a.element == b.element else { throw context.error("inputs are \(a.text) and \(b.text)") }
        return [TensorType(a.element, try context.broadcastShape([a.shape, b.shape]))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let a = try context.tensor(0), b = try context.tensor(1)
        let shape = try context.broadcastShape([a.shape, b.shape])
        let truncates = try context.flag("fmod")
        if case (.uint64(let x), .uint64(let y)) = (a.storage, b.storage) {
            return [Tensor(.uint64, shape, .uint64(broadcastMap(x, a.shape, y, b.shape, shape) { $1 == 0 ? 0 : $0 % $1 }))]
        }
        if a.element.isInteger {
            let values = broadcastMap(a.intValues, a.shape, b.intValues, b.shape, shape) { x, y -> Int in
                if y == 0 || y == -1 { return 0 }
                let rest = x % y
                return truncates || rest == 0 || (rest < 0) == (y < 0) ? rest : rest + y
            }
            return [Tensor(a.element, shape, integers: values)]
        }
        let values = broadcastMap(a.doubleValues, a.shape, b.doubleValues, b.shape, shape) { x, y -> Double in
            let rest = x.truncatingRemainder(dividingBy: y)
            return truncates || rest == 0 || (rest < 0) == (y < 0) ? rest : rest + y
        }
        return [Tensor(a.element, shape, doubles: values)]
    }
}
