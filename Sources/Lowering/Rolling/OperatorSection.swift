import Programs

/// What one unit does for one operator.
struct OperatorSection {
    var operatorIndex: Int
    /// Operators that must have ended before, in all of their units.
    var waits: [Int] = []
    var body: [Statement] = []
}

/// A semaphore that belongs to one operator.
struct OperatorSemaphore {
    var operatorIndex: Int
    /// Its name within the operator: `left.full`, `core1.left.full`.
    var shortName: String
    var core: Int
    /// Its name when the cores' semaphores are one array: `op3.left.full`.
    var joinedName: String
    var semaphore: Program.Semaphore
}
