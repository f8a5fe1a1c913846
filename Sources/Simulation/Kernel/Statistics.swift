/// Counts of a run, by unit and by operator.
///
/// While a unit works on one operator its counts are its own few numbers, which fast-forward can multiply; they are added
/// to the operator's when the unit turns to another.
struct Statistics {
    /// Offsets into a row of counts; bytes read and written follow, by memory.
    static let commands = 0
    static let macs = 1
    static let vectorOperations = 2
    /// Vectors that entered arrays, and for each of them the rows and columns that held operands.
    static let vectors = 3
    static let vectorRows = 4
    static let vectorColumns = 5
    /// Requests of DMA engines to off-chip memory: how many, and the two sides of Little's law in the engine's cycles.
    static let requests = 6
    static let requestStays = 7
    static let requestOccupancy = 8
    /// Elements of stationary operands that were shifted into arrays.
    static let stationaryElements = 9
    static let firstMemory = 10

    let memories: Int
    let width: Int
    /// One row for each unit: what it counted since its last change of operator.
    var current: [Int]
    private(set) var byUnit: [Int]
    private(set) var byOperator: [Int]
    /// First instant and last of each operator, in femtoseconds; `Int.max` and 0 when it never ran.
    var operatorStart: [Int]
    var operatorEnd: [Int]
    private let operators: Int
    private var latestOperator = 0

    init(units: Int, memories: Int, operators: Int) {
        self.memories = memories
        self.operators = operators
        width = Self.firstMemory + 2 * memories
        current = Array(repeating: 0, count: units * width)
        byUnit = current
        byOperator = Array(repeating: 0, count: operators * width)
        operatorStart = Array(repeating: Int.max, count: operators)
        operatorEnd = Array(repeating: 0, count: operators)
    }

    /// Share of the operators that have begun, for progress.
    var fractionDone: Double { operators == 0 ? 1 : Double(latestOperator) / Double(operators) }

    mutating func begin(operatorIndex: Int, at time: Int) {
        operatorStart[operatorIndex] = min(operatorStart[operatorIndex], time)
        latestOperator = max(latestOperator, operatorIndex)
    }

    mutating func finish(operatorIndex: Int, at time: Int) {
        operatorEnd[operatorIndex] = max(operatorEnd[operatorIndex], time)
    }

    @inline(__always)
    mutating func count(_ unit: Int, _ what: Int, _ amount: Int) { current[unit * width + what] += amount }

    @inline(__always)
    mutating func countRead(_ unit: Int, memory: Int, bytes: Int) {
        current[unit * width + Self.firstMemory + memory] += bytes
    }

    @inline(__always)
    mutating func countWrite(_ unit: Int, memory: Int, bytes: Int) {
        current[unit * width + Self.firstMemory + memories + memory] += bytes
    }

    /// Adds a unit's counts to its operator and starts afresh.
    mutating func flush(_ unit: Int, operatorIndex: Int) {
        for column in 0..<width {
            let amount = current[unit * width + column]
            byUnit[unit * width + column] += amount
            if operatorIndex >= 0 { byOperator[operatorIndex * width + column] += amount }
            current[unit * width + column] = 0
        }
    }

    func ofUnit(_ unit: Int, _ what: Int) -> Int { byUnit[unit * width + what] }
    func ofOperator(_ index: Int, _ what: Int) -> Int { byOperator[index * width + what] }
    func read(operator index: Int, memory: Int) -> Int { byOperator[index * width + Self.firstMemory + memory] }
    func written(operator index: Int, memory: Int) -> Int { byOperator[index * width + Self.firstMemory + memories + memory] }
}
