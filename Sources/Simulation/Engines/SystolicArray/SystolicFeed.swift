import Architecture
import Programs

/// How a matmul command meets an array: which operand stays, how large the tile is, how fast the memories feed it.
///
/// A matmul multiplies left (m × k, activations) by right (k × n, weights). What the array holds follows from its dataflow:
///
/// | dataflow | stationary | streamed | rows × columns used | vectors |
/// | --- | --- | --- | --- | --- |
/// | weight-stationary | right | rows of left | k × n | m |
/// | input-stationary | left, transposed | columns of right | k × m | n |
/// | output-stationary | – | columns of left, rows of right | m × n | k |
///
/// A memory delivers at most its own width, or its link's, each cycle: a longer vector takes several. Elements of one
/// vector that lie in different lines of the same bank take a cycle each. Vectors of a strided matrix are all alike; those of
/// an implicit im2col (addresses that are not affine in the coordinates) are counted by `BankAccessCounter` and may be late
/// one by one.
struct SystolicFeed {
    let dataflow: Dataflow
    let rows: Int
    let m: Int
    let k: Int
    let n: Int
    private(set) var streamInterval = 1
    private(set) var loadInterval = 1
    /// Cycles by which single vectors come later than that, and single stationary rows.
    private(set) var streamDelays = DeliveryDelays.none
    private(set) var loadDelays = DeliveryDelays.none
    /// Which limit the intervals come from, for stall attribution.
    private(set) var cause = StallCause.operands

    var leftIsStationary: Bool { dataflow == .inputStationary }
    var rightIsStationary: Bool { dataflow == .weightStationary }
    var rowsUsed: Int { dataflow == .outputStationary ? m : k }
    var columnsUsed: Int { dataflow == .inputStationary ? m : n }
    private var vectors: Int {
        switch dataflow {
        case .weightStationary: m
        case .inputStationary: n
        case .outputStationary: k
        }
    }

    init(
        array: SystolicArray, m: Int, k: Int, n: Int, left: CompiledProgram.CompiledRegion,
        right: CompiledProgram.CompiledRegion, out: CompiledProgram.CompiledRegion, unit: Machine.UnitPart,
        memories: [Machine.MemoryPart]
    ) {
        dataflow = array.dataflow
        rows = array.rows
        self.m = m
        self.k = k
        self.n = n
        func interval(_ region: CompiledProgram.CompiledRegion, along dimension: Int, _ elements: Int) -> Int {
            let width = unit.memoryWidth[region.memory]
            guard width < Int.max else { return 1 }
            return max(1, ceilingDivide(region.element.bytes(for: elements), width))
        }
        func conflicts(_ region: CompiledProgram.CompiledRegion, along dimension: Int, _ elements: Int) -> Int {
            let memory = memories[region.memory]
            // A loader takes the block along whichever dimension is contiguous.
            guard !memory.isDRAM, let strides = region.strides, !strides.contains(1) else { return 1 }
            return BankConflicts.cycles(
                elements: elements, strideBytes: max(1, abs(strides[dimension]) * region.element.bits / 8), banks: memory.banks,
                width: memory.bankWidth)
        }
        let streamed: Int
        let loaded: Int
        let clashes: Int
        switch dataflow {
        case .weightStationary:
            streamed = max(interval(left, along: 1, k), interval(out, along: 1, n))
            loaded = interval(right, along: 1, n)
            clashes = conflicts(left, along: 1, k)
            loadInterval = max(loaded, conflicts(right, along: 1, n))
        case .inputStationary:
            streamed = max(interval(right, along: 0, k), interval(out, along: 0, m))
            loaded = interval(left, along: 0, m)
            clashes = conflicts(right, along: 0, k)
            loadInterval = max(loaded, conflicts(left, along: 0, m))
        case .outputStationary:
            streamed = max(interval(left, along: 0, m), interval(right, along: 1, n))
            loaded = 1
            clashes = max(conflicts(left, along: 0, m), conflicts(right, along: 1, n))
            loadInterval = 1
        }
        streamInterval = max(streamed, clashes)
        cause = clashes > streamed || loadInterval > loaded ? .bankConflict : .operands
    }

    func tile(keepsStationary: Bool) -> ArrayTile {
        ArrayTile(
            stream: vectors, rowsUsed: rowsUsed, columnsUsed: columnsUsed,
            loadStationary: dataflow == .outputStationary || !keepsStationary, streamInterval: streamInterval,
            loadInterval: loadInterval, streamDelays: streamDelays, loadDelays: keepsStationary ? .none : loadDelays)
    }

    /// Makes single vectors late.
    mutating func delay(stream: DeliveryDelays, load: DeliveryDelays) {
        streamDelays = stream
        loadDelays = load
        if stream.total > 0 || load.total > 0 { cause = .bankConflict }
    }

    /// The operands at the array's edges: for an input-stationary array the roles are swapped and both are transposed.
    func edges(_ operands: (left: OperandMatrix, right: OperandMatrix)) -> (left: OperandMatrix, top: OperandMatrix) {
        guard dataflow == .inputStationary else { return (operands.left, operands.right) }
        return (operands.right.transposed(rows: k, columns: n), operands.left.transposed(rows: m, columns: k))
    }

    /// Addresses of the results in the order in which the array delivers them.
    func deliveryOrder(_ addresses: [Int]) -> [Int] {
        guard dataflow == .inputStationary else { return addresses }
        return OperandMatrix.transpose(addresses, rows: m, columns: n)
    }

    /// Cycles that the tile takes longer than with memories of unlimited width.
    func slowCycles(_ tile: ArrayTile) -> Int {
        let load = dataflow != .outputStationary && tile.loadStationary ? (loadInterval - 1) * rows + tile.loadDelays.total : 0
        return (streamInterval - 1) * (tile.stream - 1) + tile.streamDelays.total + load
    }
}

/// Cycles that a vector of equally spaced elements takes in a memory of line-interleaved banks.
///
/// The first element starts a line. Elements in the same line are read together; each bank reads one line a cycle.
enum BankConflicts {
    static func cycles(elements: Int, strideBytes: Int, banks: Int, width: Int) -> Int {
        guard elements > 1, width > 0, banks > 0 else { return 1 }
        if strideBytes <= width {
            let lines = ((elements - 1) * strideBytes) / width + 1
            return ceilingDivide(lines, banks)
        }
        if strideBytes % width == 0 {
            let step = (strideBytes / width) % banks
            let distinct = step == 0 ? 1 : banks / greatestCommonDivisor(step, banks)
            return ceilingDivide(elements, min(distinct, elements))
        }
        // Uneven steps: count.
        var perBank = [Int](repeating: 0, count: banks)
        var most = 1
        var lastLine = -1
        for element in 0..<elements {
            let line = element * strideBytes / width
            guard line != lastLine else { continue }
            lastLine = line
            perBank[line % banks] += 1
            most = max(most, perBank[line % banks])
        }
        return most
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
}

extension OperandMatrix {
    func transposed(rows: Int, columns: Int) -> OperandMatrix {
        switch self {
        case .int8(let values): .int8(Self.transpose(values, rows: rows, columns: columns))
        case .int16(let values): .int16(Self.transpose(values, rows: rows, columns: columns))
        case .float(let values): .float(Self.transpose(values, rows: rows, columns: columns))
        }
    }

    static func transpose<Element>(_ values: [Element], rows: Int, columns: Int) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(values.count)
        for column in 0..<columns {
            for row in 0..<rows { result.append(values[row * columns + column]) }
        }
        return result
    }
}
