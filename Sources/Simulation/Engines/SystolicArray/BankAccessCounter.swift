import Programs

/// # Bank conflicts of implicit operands
///
/// ## What is modelled
/// A memory reads one line in each bank in a cycle; lines are interleaved over the banks. An access to the elements of one
/// vector takes as many cycles as the fullest bank has different lines to read. Padding is not read. Where a block is
/// turned between memory and array, a loader holds all of it and reads each line once; what the fullest bank takes beyond the
/// array's own pace is spread evenly over the vectors.
///
/// ## How it is counted
/// Moving an access by whole lines moves all its banks alike and changes nothing. So its cost follows from the place in a line
/// where it begins and from the elements that the guards leave; accesses that agree in both are counted once.
///
/// ## What is not modelled
/// Line buffers that keep lines from one vector to the next, and conflicts with other units, which ports arbitrate.
struct BankAccessCounter {
    /// An operand that is read, by its place in `CompiledProgram.implicitOperands`, with the extents of the moment.
    struct Access {
        var operand: Int
        /// Elements that are read at a time, and how many times.
        var elements: Int
        var reads: Int

        init(_ operand: Int, extents: (first: Int, second: Int), readDimension: Int) {
            self.operand = operand
            (elements, reads) = readDimension == 0 ? extents : (extents.second, extents.first)
        }
    }

    /// Values of an operand's parts along one dimension, one row for each coordinate: the index, then the guards.
    private var tables: [[Int]: [Int]] = [:]
    private var tableEntries = 0
    /// Delays by operand, extents and variables, and by what of the variables matters: channels of a depthwise convolution lie at
    /// different addresses, but at the same places in their lines.
    private var known: [[Int]: Int] = [:]
    private var alike: [[Int]: Int] = [:]

    private static let tableLimit = 1 << 20
    private static let knownLimit = 1 << 14
    /// Accesses that are worked out at a time.
    private static let chunk = 1 << 12

    /// False when the distance of first and last element shows that no vector is late.
    static func mayBeLate(_ access: Access, interval: Int, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>) -> Bool {
        let implicit = code.implicitOperands[access.operand]
        guard implicit.isSeparable, access.elements > 0, access.reads > 0 else { return true }
        let across = code.expressions.range(implicit.index[implicit.readDimension], variables, coordinates: 0...(access.elements - 1))
        guard implicit.isTurned else { return implicit.mostCycles(span: across.high &- across.low) > interval }
        let along = code.expressions.range(implicit.index[1 - implicit.readDimension], variables, coordinates: 0...(access.reads - 1))
        return implicit.mostCycles(span: across.high &- across.low &+ along.high &- along.low) > access.elements * interval
    }

    /// Cycles by which the vectors of an operand are late, one by one; those of the first do not count where `skipsFirst`.
    mutating func delays(
        _ access: Access, interval: Int, skipsFirst: Bool, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>
    ) -> [Int] {
        guard code.implicitOperands[access.operand].isTurned else {
            var each = Array(repeating: 0, count: access.reads)
            forEachRead(access, code, variables) { read, cycles in each[read] = max(0, cycles - interval) }
            if skipsFirst, !each.isEmpty { each[0] = 0 }
            return each
        }
        let late = turnedDelay(access, interval: interval, code, variables)
        let vectors = access.elements
        var each: [Int] = []
        each.reserveCapacity(vectors)
        for vector in 0..<vectors {
            each.append(skipsFirst && vector == 0 ? 0 : Self.share(vector + 1, late, vectors) - Self.share(vector, late, vectors))
        }
        return each
    }

    /// The sum of `delays`.
    mutating func totalDelay(
        _ access: Access, interval: Int, skipsFirst: Bool, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>
    ) -> Int {
        var key = [access.operand, access.elements, access.reads, interval]
        for slot in code.implicitOperands[access.operand].slots { key.append(variables[slot]) }
        if let total = known[key] { return total }
        if known.count >= Self.knownLimit { known.removeAll(keepingCapacity: true) }
        if let form = form(of: access, interval: interval, code, variables) {
            let total = alike[form] ?? workedOutDelay(access, interval: interval, skipsFirst: skipsFirst, code, variables)
            if alike.count >= Self.knownLimit { alike.removeAll(keepingCapacity: true) }
            alike[form] = total
            known[key] = total
            return total
        }
        let total = workedOutDelay(access, interval: interval, skipsFirst: skipsFirst, code, variables)
        known[key] = total
        return total
    }

    /// What decides the cost of an operand's accesses; `nil` where its addresses depend on both coordinates together.
    private func form(
        of access: Access, interval: Int, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>
    ) -> [Int]? {
        let implicit = code.implicitOperands[access.operand]
        guard implicit.isSeparable else { return nil }
        var form = [access.operand, access.elements, access.reads, interval, floorRemainder(corner(implicit, code, variables), implicit.lineBits)]
        for condition in implicit.guards { form.append(code.expressions.evaluate(condition.parts.rest, variables)) }
        for dimension in 0..<2 {
            code.expressions.forEachSlot(implicit.index[dimension]) { form.append(variables[$0]) }
            for condition in implicit.guards { code.expressions.forEachSlot(condition.parts[dimension]) { form.append(variables[$0]) } }
        }
        return form
    }

    /// The bit at which an operand begins, but for what depends on its coordinates.
    private func corner(_ implicit: ImplicitOperand, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>) -> Int {
        code.expressions.evaluate(implicit.base, variables) &* 8
            &+ code.expressions.evaluate(implicit.index.rest, variables) &* implicit.elementBits
    }

    private mutating func workedOutDelay(
        _ access: Access, interval: Int, skipsFirst: Bool, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>
    ) -> Int {
        var total = 0
        if code.implicitOperands[access.operand].isTurned {
            let late = turnedDelay(access, interval: interval, code, variables)
            total = late - (skipsFirst ? Self.share(1, late, access.elements) : 0)
        } else {
            forEachRead(access, code, variables) { read, cycles in
                if cycles > interval, read > 0 || !skipsFirst { total += cycles - interval }
            }
        }
        return total
    }

    /// Cycles that a loader needs for a block beyond the array's own pace.
    private mutating func turnedDelay(
        _ access: Access, interval: Int, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>
    ) -> Int {
        var cycles = 0
        forEachRead(access, code, variables) { cycles = $1 }
        return max(0, cycles - access.elements * interval)
    }

    /// What of `total` falls to the first `count` of `vectors`.
    private static func share(_ count: Int, _ total: Int, _ vectors: Int) -> Int {
        let (quotient, remainder) = total.quotientAndRemainder(dividingBy: max(1, vectors))
        return quotient * count + remainder * count / max(1, vectors)
    }

    /// Visits the accesses in order with the cycles that each takes; of a turned block only the last, with the cycles of all.
    private mutating func forEachRead(
        _ access: Access, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>, _ body: (_ read: Int, _ cycles: Int) -> Void
    ) {
        let implicit = code.implicitOperands[access.operand]
        guard implicit.isSeparable else { return forEachWholeRead(access, code, variables, body) }
        let width = 1 + implicit.guards.count
        let bits = implicit.elementBits
        let runs = ElementRuns(
            table(access.operand, implicit.readDimension, from: 0, count: access.elements, code, variables), width: width, bits: bits,
            implicit.guards)
        var lines = BankLines(banks: implicit.banks)
        var classes = AccessClasses(keyWidth: width)
        let corner = corner(implicit, code, variables)
        let guardRests = implicit.guards.map { code.expressions.evaluate($0.parts.rest, variables) }
        withUnsafeTemporaryAllocation(of: Int.self, capacity: width) { key in
            guard let key = key.baseAddress else { return }
            for first in stride(from: 0, to: access.reads, by: Self.chunk) {
                let count = min(Self.chunk, access.reads - first)
                let reads = table(access.operand, 1 - implicit.readDimension, from: first, count: count, code, variables)
                reads.withUnsafeBufferPointer { reads in
                    for read in 0..<count {
                        let bit = corner &+ reads[read * width] &* bits
                        key[0] = implicit.isTurned ? bit : floorRemainder(bit, implicit.lineBits)
                        for index in guardRests.indices {
                            key[index + 1] = runs.outcome(of: index, implicit.guards[index].relation, reads[read * width + index + 1] &+ guardRests[index])
                        }
                        if implicit.isTurned {
                            runs.add(key, implicit.guards, lineBits: implicit.lineBits, to: &lines)
                            if first + read == access.reads - 1 { body(first + read, lines.finish()) }
                        } else {
                            let cycles = classes.cost(of: key) {
                                runs.add(key, implicit.guards, lineBits: implicit.lineBits, to: &lines)
                                return lines.finish()
                            }
                            body(first + read, cycles)
                        }
                    }
                }
            }
        }
    }

    /// Element by element, for addresses that depend on both coordinates together.
    private func forEachWholeRead(
        _ access: Access, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>, _ body: (_ read: Int, _ cycles: Int) -> Void
    ) {
        let implicit = code.implicitOperands[access.operand]
        var lines = BankLines(banks: implicit.banks)
        let bits = implicit.elementBits
        let base = code.expressions.evaluate(implicit.base, variables) &* 8
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 2) { point in
            guard let coordinates = point.baseAddress else { return }
            for read in 0..<access.reads {
                point[1 - implicit.readDimension] = read
                for element in 0..<access.elements {
                    point[implicit.readDimension] = element
                    let isThere = implicit.guards.allSatisfy {
                        $0.relation.holds(
                            code.expressions.evaluate($0.left, variables, at: coordinates), code.expressions.evaluate($0.right, variables, at: coordinates))
                    }
                    guard isThere else { continue }
                    let first = base &+ code.expressions.evaluate(implicit.wholeIndex, variables, at: coordinates) &* bits
                    lines.add(floorDivide(first, implicit.lineBits), through: floorDivide(first &+ bits &- 1, implicit.lineBits))
                }
                if !implicit.isTurned || read == access.reads - 1 { body(read, lines.finish()) }
            }
        }
    }

    /// The parts along a dimension for `count` coordinates from `first` on.
    private mutating func table(
        _ operand: Int, _ dimension: Int, from first: Int, count: Int, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>
    ) -> [Int] {
        let implicit = code.implicitOperands[operand]
        let columns = [implicit.index[dimension]] + implicit.guards.map { $0.parts[dimension] }
        var key = [operand, dimension, first, count]
        for column in columns { code.expressions.forEachSlot(column) { key.append(variables[$0]) } }
        if let table = tables[key] { return table }
        var table = [Int](repeating: 0, count: count * columns.count)
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 2) { point in
            guard let coordinates = point.baseAddress else { return }
            point.initialize(repeating: 0)
            for row in 0..<count {
                point[dimension] = first + row
                for column in columns.indices {
                    table[row * columns.count + column] = code.expressions.evaluate(columns[column], variables, at: coordinates)
                }
            }
        }
        if tableEntries + table.count > Self.tableLimit {
            tables.removeAll(keepingCapacity: true)
            tableEntries = 0
        }
        tableEntries += table.count
        tables[key] = table
        return table
    }
}
