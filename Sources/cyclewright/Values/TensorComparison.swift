import OperatorGraph

/// One tensor of a run beside its reference: integers must be equal, real numbers within a bound.
package struct TensorComparison: Sendable, Equatable {
    /// The first element that is wrong.
    package struct Mismatch: Sendable, Equatable {
        /// Position in every dimension; empty for a scalar, and when the types differ.
        package var index: [Int]
        package var description: String

        package init(index: [Int], description: String) {
            self.index = index
            self.description = description
        }
    }

    package var name: String
    package var elements: Int
    /// True for integer and logical formats.
    package var isExact: Bool
    /// Largest |actual − expected| over the largest |expected|; 0 for integers.
    package var worstError: Double
    /// What `worstError` may be; 0 for integers.
    package var bound: Double
    package var mismatch: Mismatch?

    /// - Parameter bound: of the error relative to the largest magnitude in `expected`; integers ignore it.
    package init(name: String, actual: Tensor, expected: Tensor, bound: Double) {
        self.name = name
        elements = expected.count
        isExact = !expected.element.isFloatingPoint
        self.bound = isExact ? 0 : bound
        worstError = 0
        guard actual.type == expected.type else {
            mismatch = Mismatch(index: [], description: "is \(actual.type.text), expected \(expected.type.text)")
            return
        }
        if isExact { compareIntegers(actual, expected) } else { compareReals(actual, expected) }
    }

    private mutating func compareIntegers(_ actual: Tensor, _ expected: Tensor) {
        if actual.storage == expected.storage { return }
        let ours = actual.intValues, theirs = expected.intValues
        guard let position = ours.indices.first(where: { ours[$0] != theirs[$0] }) else { return }
        mismatch = TensorComparison.mismatch(position, expected.shape, "\(ours[position])", "\(theirs[position])")
    }

    private mutating func compareReals(_ actual: Tensor, _ expected: Tensor) {
        let ours = actual.doubleValues, theirs = expected.doubleValues
        var magnitude = Double(Float.leastNormalMagnitude)
        for value in theirs where value.isFinite { magnitude = max(magnitude, abs(value)) }
        for position in ours.indices {
            let (a, b) = (ours[position], theirs[position])
            if a == b || (a.isNaN && b.isNaN) { continue }
            // An infinity or a NaN on one side only leaves no error to measure.
            let error = a.isFinite && b.isFinite ? abs(a - b) / magnitude : .infinity
            worstError = max(worstError, error)
            if error > bound && mismatch == nil {
                mismatch = TensorComparison.mismatch(position, expected.shape, "\(a)", "\(b)")
            }
        }
    }

    private static func mismatch(_ position: Int, _ shape: [Int], _ actual: String, _ expected: String) -> Mismatch {
        var rest = position
        var index: [Int] = []
        for extent in shape.reversed() {
            index.append(rest % extent)
            rest /= extent
        }
        index.reverse()
        let place = index.map(String.init).joined(separator: ", ")
        return Mismatch(index: index, description: "at [\(place)] is \(actual), expected \(expected)")
    }
}
