import Programs

/// All steps, in an order that the semaphores between operators allow.
extension OperatorOrder {
    func walk(_ streams: Streams, _ initial: [Int], _ names: [String]) -> Finding {
        // What each operator's units begin after is found for it alone.
        var beginnings: [[(first: Int, second: Int)]] = []
        var beginningTimes: [Duration] = []
        for text in sections.operators {
            let mark = ProcessorTime.now
            beginnings.append(self.beginnings(of: text))
            beginningTimes.append(ProcessorTime.now - mark)
        }
        var walk = OrderWalk(streams, initial, beginnings: beginnings, texts: sections.operators.count, memories: touched.memories.count)
        walk.run()
        var finding = Finding(conflicts: walk.conflicts, reached: walk.steps, spent: zip(walk.spent, beginningTimes).map { $0 + $1 })
        for unit in streams.events.indices where walk.place[unit] < streams.events[unit].count {
            var operatorIndex = 0
            for event in streams.events[unit][walk.place[unit]...] { if case .work(_, let index, _) = event { operatorIndex = index; break } }
            var semaphore = "its partner"
            if case .take(let counter, _) = streams.events[unit][walk.place[unit]] { semaphore = names[counter] }
            finding.standstill = Standstill(unit: unit, semaphore: semaphore, operatorIndex: operatorIndex)
            break
        }
        return finding
    }
}

/// Units that run as far as semaphores let them, with vector clocks, and what they touch on their way.
private struct OrderWalk {
    /// What a unit knew when it gave.
    private struct Gift {
        var total: Int
        /// Of the row of clocks.
        var row: Int
    }

    /// A unit that gives a counter, all that it ever gives, and what it has given so far.
    private struct Giver {
        var unit: Int
        var total: Int
        private(set) var first: Gift?
        /// Behind the first: most counters are given once.
        private var others: [Gift] = []

        init(unit: Int, total: Int) { (self.unit, self.total) = (unit, total) }

        mutating func give(_ count: Int, _ row: Int) {
            guard let first else { self.first = Gift(total: count, row: row); return }
            others.append(Gift(total: (others.last ?? first).total + count, row: row))
        }

        /// The row of the gift with which it had given so many.
        func row(atLeast least: Int) -> Int? {
            guard let first, first.total < least else { return first?.row }
            var (low, high) = (0, others.count)
            while low < high {
                let middle = (low + high) / 2
                if others[middle].total >= least { high = middle } else { low = middle + 1 }
            }
            return low < others.count ? others[low].row : nil
        }
    }

    private let streams: OperatorOrder.Streams
    private let initial: [Int]
    private let beginnings: [[(first: Int, second: Int)]]
    private let units: Int
    private var counts: [Int]
    private var taken: [Int]
    private var givers: [[Giver]]
    /// What units know to have ended: rows of what has finished by unit, and of what has read by unit.
    private var clocks: [Int32]
    /// The same at gifts, and at the beginnings of operators.
    private var rows: [Int32] = []
    private var began: [Int: Int] = [:]
    /// By unit: the row of the gift that was its last step.
    private var lastGifts: [(row: Int, isRead: Bool)?]
    private var memories: [TouchedMemory]
    private(set) var place: [Int]
    private(set) var conflicts: [Int: OperatorOrder.Conflict] = [:]
    /// By text: steps that were walked, and what they have cost.
    private(set) var steps: [Int]
    private(set) var spent: [Duration]
    private var mark = ProcessorTime.now

    init(_ streams: OperatorOrder.Streams, _ initial: [Int], beginnings: [[(first: Int, second: Int)]], texts: Int, memories: Int) {
        self.streams = streams
        self.initial = initial
        self.beginnings = beginnings
        units = streams.events.count
        counts = initial
        taken = initial.map { _ in 0 }
        givers = initial.map { _ in [] }
        lastGifts = Array(repeating: nil, count: units)
        clocks = Array(repeating: 0, count: 2 * units * units)
        self.memories = Array(repeating: TouchedMemory(), count: memories)
        place = Array(repeating: 0, count: units)
        steps = Array(repeating: 0, count: texts)
        spent = Array(repeating: .zero, count: texts)
        for unit in 0..<units {
            for case .give(let counter, let count, _) in streams.events[unit] {
                if let known = givers[counter].firstIndex(where: { $0.unit == unit }) {
                    givers[counter][known].total += count
                } else {
                    givers[counter].append(Giver(unit: unit, total: count))
                }
            }
        }
    }

    mutating func run() {
        var moved = true
        while moved {
            moved = false
            for unit in 0..<units {
                while place[unit] < streams.events[unit].count, advance(unit, streams.events[unit][place[unit]]) { moved = true }
            }
        }
    }

    /// Whether the unit could make its next step.
    private mutating func advance(_ unit: Int, _ event: OperatorOrder.Event) -> Bool {
        switch event {
        case .take(let counter, let count):
            guard counts[counter] >= count else { return false }
            counts[counter] -= count
            taken[counter] += count
            let needed = taken[counter] - initial[counter]
            let all = givers[counter].reduce(0) { $0 + $1.total }
            for giver in givers[counter] {
                // What the others cannot have given.
                let least = needed - (all - giver.total)
                guard least > 0, least <= giver.total, let row = giver.row(atLeast: least) else { continue }
                join(unit, row)
            }
            place[unit] += 1
            lastGifts[unit] = nil
        case .give(let counter, let count, let isRead):
            counts[counter] += count
            place[unit] += 1
            // Gifts one after the other say the same.
            let row: Int
            if let last = lastGifts[unit], last.isRead == isRead {
                row = last.row
            } else {
                row = snapshot(unit)
                rows[row + units + unit] = Int32(place[unit])
                if !isRead { rows[row + unit] = Int32(place[unit]) }
                lastGifts[unit] = (row, isRead)
            }
            if let giver = givers[counter].firstIndex(where: { $0.unit == unit }) {
                givers[counter][giver].give(count, row)
            }
        case .work(let text, let operatorIndex, let touches):
            for pair in beginnings[text] where pair.second == unit { guard began[operatorIndex * units + pair.first] != nil else { return false } }
            for pair in beginnings[text] where pair.second == unit { if let row = began[operatorIndex * units + pair.first] { join(unit, row) } }
            if beginnings[text].contains(where: { $0.first == unit }) { began[operatorIndex * units + unit] = snapshot(unit) }
            place[unit] += 1
            lastGifts[unit] = nil
            for touch in streams.touches[touches] { note(touch, unit, text, operatorIndex) }
            steps[text] += 1
            let now = ProcessorTime.now
            spent[text] += now - mark
            mark = now
        }
        return true
    }

    private mutating func snapshot(_ unit: Int) -> Int {
        let row = rows.count
        rows += clocks[(2 * units * unit)..<(2 * units * (unit + 1))]
        return row
    }

    private mutating func join(_ unit: Int, _ row: Int) {
        let own = 2 * units * unit
        for index in 0..<(2 * units) where rows[row + index] > clocks[own + index] { clocks[own + index] = rows[row + index] }
    }

    private mutating func note(_ touch: OperatorOrder.Touch, _ unit: Int, _ text: Int, _ operatorIndex: Int) {
        let position = Int32(place[unit])
        let clock = 2 * units * unit
        let (clocks, units) = (clocks, units)
        var found: TouchedMemory.Past?
        memories[touch.memory].update(touch.bytes) { list in
            var kept = 0
            for index in list.indices {
                var entry = list[index]
                var isKept = true
                if entry.unit == unit {
                    // The same unit's later step stands for its earlier one.
                    if touch.isWrite || !entry.isWrite { isKept = entry.isKept(besides: operatorIndex) }
                } else if entry.operatorIndex != operatorIndex, entry.isWrite || touch.isWrite, !touch.isFilled || entry.operatorIndex > operatorIndex {
                    let known = entry.isWrite ? clocks[clock + entry.unit] : clocks[clock + units + entry.unit]
                    if known < entry.position {
                        if found == nil { found = entry }
                        isKept = false
                    } else if touch.isWrite {
                        isKept = entry.isKept(besides: operatorIndex)
                    }
                }
                if isKept {
                    list[kept] = entry
                    kept += 1
                }
            }
            list.removeLast(list.count - kept)
            list.append(TouchedMemory.Past(unit: unit, position: position, operatorIndex: operatorIndex, isWrite: touch.isWrite, bytes: touch.bytes))
        }
        guard let found else { return }
        if conflicts[text] == nil {
            conflicts[text] = OperatorOrder.Conflict(
                memory: touch.memory, bytes: found.bytes.clamped(to: touch.bytes),
                first: OperatorOrder.Side(unit: found.unit, operatorIndex: found.operatorIndex, isWrite: found.isWrite),
                second: OperatorOrder.Side(unit: unit, operatorIndex: operatorIndex, isWrite: touch.isWrite))
        }
        // Said once: what follows from the same lack of order is not said again.
        if found.isWrite { self.clocks[clock + found.unit] = max(clocks[clock + found.unit], found.position) }
        self.clocks[clock + units + found.unit] = max(clocks[clock + units + found.unit], found.position)
    }
}
