import Architecture

extension StandardDecoder {
    /// What the standard says of refresh management: `refresh-management: {source: …, RAAIMT: 32, RAAMMT: 96, refresh-decrement: 16}`.
    mutating func decodeRefreshManagement() -> DRAMRefreshManagement? {
        let path = "refresh-management"
        guard let node = root[path] else { return nil }
        guard node.entries != nil else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a group of source and numbers of activates belongs")
            return nil
        }
        reportUnknownKeys(of: node, known: ["source", "RAAIMT", "RAAMMT", "refresh-decrement"], path: path)
        let source = text("source", in: node, path: path)
        let initial = integer("RAAIMT", in: node, path: path, 2...(1 << 20))
        let maximum = integer("RAAMMT", in: node, path: path, 2...(1 << 20))
        let decrement = integer("refresh-decrement", in: node, path: path, 0...(1 << 20))
        guard let source, let initial, let maximum, let decrement else { return nil }
        guard initial <= maximum else {
            diagnostics.report(
                node["RAAMMT"]?.origin, join(path, "RAAMMT"),
                "a bank may not be activated more than \(maximum) times (RAAMMT), but is only due for management after \(initial) (RAAIMT)")
            return nil
        }
        return DRAMRefreshManagement(source: source, initialThreshold: initial, maximumThreshold: maximum, refreshDecrement: decrement)
    }
}
