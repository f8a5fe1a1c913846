import Architecture

/// Places for the boxes and wires of a block diagram: four columns (DRAM, data movement, on-chip memory, arithmetic), of which
/// the empty ones are left out.
struct DiagramLayout {
    enum Kind: String { case memory, mover, engine }

    struct Box {
        var name: String
        var lines: [String]
        var kind: Kind
        var count: Int
        var isShared: Bool
        var column: Int
        var x = 0.0, y = 0.0
        var width = DiagramLayout.boxWidth
        var height: Double { 34 + 16 * Double(lines.count) + 4 }
        var middle: Double { y + height / 2 }
    }

    struct Connection {
        var start: (x: Double, y: Double)
        var end: (x: Double, y: Double)
        var endPointsRight: Bool
        var isBothWays: Bool
        var path: String
        var label: String
        var labelAt: (x: Double, y: Double)
        var title: String
    }

    private(set) var boxes: [Box] = []
    private(set) var connections: [Connection] = []
    private(set) var frame: (x: Double, y: Double, width: Double, height: Double)?
    private(set) var height = 60.0
    private static let gap = 22.0
    private static let boxWidth = 188.0

    init(_ architecture: Architecture) {
        boxes = DiagramLayout.boxes(of: architecture)
        guard !boxes.isEmpty else { return }
        place(framed: architecture.cores > 1)
        connect(DiagramLayout.wires(of: architecture, boxes: boxes))
    }

    private static func boxes(of architecture: Architecture) -> [Box] {
        var boxes: [Box] = []
        for memory in architecture.memories {
            var column = 2
            if memory.isDRAM { column = 0 }
            boxes.append(
                Box(
                    name: memory.name, lines: ArchitectureText.lines(memory), kind: .memory, count: 1,
                    isShared: memory.scope == .shared, column: column))
        }
        for engine in architecture.engines {
            var kind = Kind.engine
            if case .dma = engine.kind { kind = .mover }
            boxes.append(
                Box(
                    name: engine.name, lines: ArchitectureText.lines(engine), kind: kind, count: engine.count,
                    isShared: engine.scope == .shared, column: kind == .mover ? 1 : 3))
        }
        let used = Set(boxes.map(\.column)).sorted()
        for index in boxes.indices { boxes[index].column = used.firstIndex(of: boxes[index].column) ?? 0 }
        return boxes
    }

    /// Shared boxes stand above the frame of the core, or beside it in columns where the core has nothing.
    private mutating func place(framed: Bool) {
        let columns = (boxes.map(\.column).max() ?? 0) + 1
        let margin = framed ? 24.0 : 8.0
        let spacing = columns > 1 ? (PlotLayout.width - 2 * margin - 8 - DiagramLayout.boxWidth) / Double(columns - 1) : 0
        let inner = framed ? boxes.indices.filter { !boxes[$0].isShared } : []
        let framedColumns = Set(inner.map { boxes[$0].column })
        let range = (framedColumns.min() ?? 0)...(framedColumns.max() ?? 0)
        let outside = { (box: Box) in framed && !framedColumns.isEmpty && !range.contains(box.column) }
        let above = boxes.indices.filter { framed && boxes[$0].isShared && !outside(boxes[$0]) }
        let start = 14.0
        var frameTop = start
        for column in 0..<columns {
            let bottom = stack(above.filter { boxes[$0].column == column }, from: start, margin: margin, spacing: spacing)
            frameTop = max(frameTop, bottom)
        }
        let innerTop = inner.isEmpty ? start : frameTop + 38
        let members = framed ? inner : Array(boxes.indices)
        var bottom = innerTop
        for column in 0..<columns {
            bottom = max(bottom, stack(members.filter { boxes[$0].column == column }, from: innerTop, margin: margin, spacing: spacing))
        }
        bottom -= DiagramLayout.gap
        for column in 0..<columns { center(members.filter { boxes[$0].column == column }, between: innerTop, and: bottom) }
        if framed && !inner.isEmpty {
            let left = margin + Double(range.lowerBound) * spacing - 20
            let right = margin + Double(range.upperBound) * spacing + DiagramLayout.boxWidth + 26
            frame = (left, innerTop - 34, right - left, bottom - innerTop + 52)
            bottom += 18
        }
        for column in 0..<columns {
            let lone = boxes.indices.filter { boxes[$0].column == column && outside(boxes[$0]) }
            let end = stack(lone, from: start, margin: margin, spacing: spacing) - DiagramLayout.gap
            bottom = max(bottom, end)
            center(lone, between: start, and: bottom)
        }
        height = bottom + 12
    }

    /// Places boxes below each other; the end of the last, with the gap behind it.
    private mutating func stack(_ members: [Int], from top: Double, margin: Double, spacing: Double) -> Double {
        var y = top
        for index in members {
            boxes[index].x = margin + Double(boxes[index].column) * spacing
            boxes[index].y = y
            y += boxes[index].height + DiagramLayout.gap
        }
        return y
    }

    private mutating func center(_ members: [Int], between top: Double, and bottom: Double) {
        guard let last = members.last else { return }
        let shift = max(0, (bottom - (boxes[last].y + boxes[last].height)) / 2)
        for index in members { boxes[index].y += shift }
    }
}

// MARK: - Wires

extension DiagramLayout {
    /// A wish for a connection, from the box at the left to the box at the right.
    private struct Wire {
        var left: Int, right: Int
        var toRight: Bool, toLeft: Bool
        var label: String
    }

    private static func wires(of architecture: Architecture, boxes: [Box]) -> [Wire] {
        var wires: [Wire] = []
        let places = Dictionary(boxes.indices.map { (boxes[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        for engine in architecture.engines {
            guard let unit = places[engine.name] else { continue }
            let names = engine.reads + [engine.writes]
            for (index, name) in names.enumerated() where names.firstIndex(of: name) == index {
                guard let memory = places[name], boxes[memory].column != boxes[unit].column else { continue }
                let isRead = engine.reads.contains(name), isWritten = engine.writes == name
                let memoryIsLeft = boxes[memory].column < boxes[unit].column
                let label = label(between: name, and: engine, in: architecture)
                wires.append(
                    Wire(
                        left: memoryIsLeft ? memory : unit, right: memoryIsLeft ? unit : memory,
                        toRight: memoryIsLeft ? isRead : isWritten, toLeft: memoryIsLeft ? isWritten : isRead, label: label))
            }
        }
        return wires
    }

    private static func label(between memory: String, and engine: Engine, in architecture: Architecture) -> String {
        let link = architecture.links.first {
            ($0.from == memory && $0.to == engine.name) || ($0.from == engine.name && $0.to == memory)
        }
        if let link { return "\(QuantityText.bytes(link.width.count))/cycle" }
        if case .dma(let dma) = engine.kind { return "\(QuantityText.bytes(dma.width.count))/cycle" }
        return ""
    }

    /// Neighbouring columns are joined by a curve. A wire that passes a column runs below all boxes.
    private mutating func connect(_ wires: [Wire]) {
        let starts = ports(wires, of: \.left, other: \.right), ends = ports(wires, of: \.right, other: \.left)
        var lane = height + 8
        var used = 0.0
        for (index, wire) in wires.enumerated() {
            let left = boxes[wire.left], right = boxes[wire.right]
            let a = (x: left.x + left.width, y: starts[index]), b = (x: right.x, y: ends[index])
            let n = SVG.number
            let path: String, labelAt: (x: Double, y: Double)
            if right.column - left.column == 1 {
                let bend = (b.x - a.x) * 0.5
                path = "M\(n(a.x)) \(n(a.y))C\(n(a.x + bend)) \(n(a.y)) \(n(b.x - bend)) \(n(b.y)) \(n(b.x)) \(n(b.y))"
                labelAt = ((a.x + b.x) / 2 + 8, (a.y + b.y) / 2 - 6)
            } else {
                let out = a.x + 13 + used * 6, back = b.x - 15 - used * 6, r = 8.0
                path = "M\(n(a.x)) \(n(a.y))H\(n(out - r))q\(n(r)) 0 \(n(r)) \(n(r))V\(n(lane - r))q0 \(n(r)) \(n(r)) \(n(r))"
                    + "H\(n(back - r))q\(n(r)) 0 \(n(r)) \(n(-r))V\(n(b.y + r))q0 \(n(-r)) \(n(r)) \(n(-r))H\(n(b.x))"
                labelAt = ((out + back) / 2, lane - 6)
                lane += 22
                used += 1
            }
            let bothWays = wire.toLeft && wire.toRight
            let arrow = bothWays ? "↔" : wire.toRight ? "→" : "←"
            connections.append(
                Connection(
                    start: wire.toRight ? a : b, end: wire.toRight ? b : a, endPointsRight: wire.toRight, isBothWays: bothWays, path: path,
                    label: wire.label, labelAt: labelAt,
                    title: "\(left.name) \(arrow) \(right.name)" + (wire.label.isEmpty ? "" : ", \(wire.label)")))
        }
        if used > 0 { height = lane - 12 }
    }

    /// The height at which each wire meets its box, spread over the side in the order of the boxes at the other ends.
    private func ports(_ wires: [Wire], of side: KeyPath<Wire, Int>, other: KeyPath<Wire, Int>) -> [Double] {
        var heights = [Double](repeating: 0, count: wires.count)
        for (box, place) in zip(boxes.indices, boxes) {
            let attached = wires.indices.filter { wires[$0][keyPath: side] == box }.sorted {
                (boxes[wires[$0][keyPath: other]].middle, $0) < (boxes[wires[$1][keyPath: other]].middle, $1)
            }
            for (order, wire) in attached.enumerated() {
                heights[wire] = place.y + place.height * Double(order + 1) / Double(attached.count + 1)
            }
        }
        return heights
    }
}
