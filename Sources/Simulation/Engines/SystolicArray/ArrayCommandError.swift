import Architecture

/// Why a systolic array refuses a command.
package enum ArrayCommandError: Error, Equatable, CustomStringConvertible {
    /// A field of the tile is outside what the array can do.
    case invalidTile(String)
    /// The tile continues with an operand or with sums that the array does not hold.
    case nothingToContinue(String)
    /// The array accepts this command at `earliest` at the soonest; `nil` when only stepping can tell.
    case tooEarly(cycle: Int, earliest: Int?)
    /// An operand does not have the elements that the tile asks for.
    case operandSize(edge: String, expected: Int, actual: Int)
    /// Operands in another number format than the array was built for.
    case operandFormat(expected: DatapathFormat)
    /// No datapath holds these element types.
    case unsupportedFormat(String)

    package var description: String {
        switch self {
        case .invalidTile(let why): "systolic array: \(why)"
        case .nothingToContinue(let why): "systolic array: \(why)"
        case .tooEarly(let cycle, let earliest):
            "systolic array: command issued in cycle \(cycle), but the array accepts it "
                + (earliest.map { "from cycle \($0) on" } ?? "later")
        case .operandSize(let edge, let expected, let actual):
            "systolic array: \(edge)-edge operand has \(actual) elements; the tile needs \(expected)"
        case .operandFormat(let expected): "systolic array: operands must be held as \(expected)"
        case .unsupportedFormat(let why): "systolic array: \(why)"
        }
    }
}

extension ArrayTile {
    /// Sizes and intervals above this are taken for a mistake; below it no product of two of them overflows.
    private static let limit = 1 << 30

    /// Checks the tile against the array's size and dataflow.
    func validate(for array: SystolicArray) throws(ArrayCommandError) {
        guard (1...Self.limit).contains(stream) else {
            throw .invalidTile("streams \(stream) vectors; 1...\(Self.limit) are possible")
        }
        guard (1...max(1, array.rows)).contains(rowsUsed), (1...max(1, array.columns)).contains(columnsUsed) else {
            throw .invalidTile(
                "tile of \(rowsUsed) × \(columnsUsed) on an array of \(array.rows) × \(array.columns); tiles are at least 1 × 1 and at most the array")
        }
        guard (1...Self.limit).contains(streamInterval), (1...Self.limit).contains(loadInterval) else {
            throw .invalidTile("intervals \(streamInterval) and \(loadInterval); 1...\(Self.limit) cycles are possible")
        }
        guard (0...Self.limit * Self.limit).contains(streamDelays.total), (0...Self.limit * Self.limit).contains(loadDelays.total) else {
            throw .invalidTile("delays of \(streamDelays.total) and \(loadDelays.total) cycles; 0...\(Self.limit * Self.limit) are possible")
        }
        if array.dataflow != .outputStationary, !initialize || !drainAfter {
            throw .invalidTile(
                "sums stay in the elements only with dataflow output-stationary; set initialize and drainAfter to true")
        }
    }

    /// Checks what an array that steps needs beyond that: each vector's delay where any is late.
    func validateDelays(for array: SystolicArray) throws(ArrayCommandError) {
        for (name, delays, count) in [("streamed vectors", streamDelays, stream), ("stationary rows", loadDelays, array.rows)] {
            guard delays.total > 0 else { continue }
            guard delays.each.count == count, delays.each.allSatisfy({ $0 >= 0 }), name.hasPrefix("stationary") || delays.each.first == 0 else {
                throw .invalidTile("the \(count) \(name) need a delay of 0 or more cycles each, the first vector one of 0; there are \(delays.each.count)")
            }
        }
    }
}
