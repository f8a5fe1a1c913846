import NumberFormats

extension Tensor {
    /// How two tensors differ.
    public struct Difference: Sendable, Equatable {
        /// Row-major index of the worst element; -1 when the types differ.
        public var index: Int
        /// What differs, in words.
        public var description: String
    }

    /// `nil` when `self` equals `expected` within the tolerances; else the worst element.
    ///
    /// Element by element |self − expected| ≤ absolute + relative·|expected|, NaN equals NaN, infinities must agree.
    /// Integers, booleans and text must be equal when both tolerances are zero.
    public func difference(from expected: Tensor, relative: Double = 0, absolute: Double = 0) -> Difference? {
        if type != expected.type || isText != expected.isText {
            return Difference(index: -1, description: "is \(type.text), expected \(expected.type.text)")
        }
        if isText {
            let ours = stringValues, theirs = expected.stringValues
            for index in 0..<ours.count where ours[index] != theirs[index] {
                return Difference(
                    index: index, description: "at \(index) is \"\(ours[index])\", expected \"\(theirs[index])\"")
            }
            return nil
        }
        if !element.isFloatingPoint && relative == 0 && absolute == 0 {
            let ours = intValues, theirs = expected.intValues
            for index in 0..<ours.count where ours[index] != theirs[index] {
                return Difference(
                    index: index, description: "at \(index) is \(ours[index]), expected \(theirs[index])")
            }
            return nil
        }
        let ours = doubleValues, theirs = expected.doubleValues
        var worst = -1
        var worstExcess = 0.0
        for index in 0..<ours.count {
            let (a, b) = (ours[index], theirs[index])
            if a == b || (a.isNaN && b.isNaN) { continue }
            let excess = abs(a - b) - (absolute + relative * abs(b))
            if excess.isNaN || excess == .infinity { worst = index; break }
            if excess > worstExcess { worst = index; worstExcess = excess }
        }
        if worst < 0 { return nil }
        return Difference(index: worst, description: "at \(worst) is \(ours[worst]), expected \(theirs[worst])")
    }

    /// True when `difference(from:)` finds none.
    public func isClose(to expected: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8) -> Bool {
        difference(from: expected, relative: relative, absolute: absolute) == nil
    }
}

extension TensorType {
    /// "fp32[1,3,224,224]", for messages.
    public var text: String { "\(element.rawValue)[\(shape.map { String($0) }.joined(separator: ","))]" }
}
