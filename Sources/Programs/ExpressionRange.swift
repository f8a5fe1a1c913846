import NumberFormats

/// Why an expression has no value in some iteration.
enum ExpressionProblem: Error, Equatable {
    case unknownVariable(String)
    /// No dimension of the region has this number; regions have `rank` of them.
    case coordinate(Int, rank: Int)
    case divisor(Int)
    case overflow
}

extension Expression {
    /// Bounds of the value over all values of the variables and coordinates, by interval arithmetic: never too narrow.
    ///
    /// - Throws: what keeps the expression from having a value in 64 bits.
    func range(
        _ variables: [String: ClosedRange<Int>], at coordinates: [ClosedRange<Int>] = []
    ) throws(ExpressionProblem) -> ClosedRange<Int> {
        switch self {
        case .constant(let value): return value...value
        case .variable(let name):
            guard let range = variables[name] else { throw .unknownVariable(name) }
            return range
        case .coordinate(let index):
            guard coordinates.indices.contains(index) else { throw .coordinate(index, rank: coordinates.count) }
            return coordinates[index]
        case .sum(let a, let b):
            let (x, y) = (try a.range(variables, at: coordinates), try b.range(variables, at: coordinates))
            return try checked(x.lowerBound.addingReportingOverflow(y.lowerBound))...checked(x.upperBound.addingReportingOverflow(y.upperBound))
        case .product(let a, let factor):
            let x = try a.range(variables, at: coordinates)
            let low = try checked(x.lowerBound.multipliedReportingOverflow(by: factor))
            let high = try checked(x.upperBound.multipliedReportingOverflow(by: factor))
            return Swift.min(low, high)...Swift.max(low, high)
        case .quotient(let a, let divisor):
            let x = try a.range(variables, at: coordinates)
            guard divisor > 0 else { throw .divisor(divisor) }
            return floorDivide(x.lowerBound, divisor)...floorDivide(x.upperBound, divisor)
        case .remainder(let a, let divisor):
            let x = try a.range(variables, at: coordinates)
            guard divisor > 0 else { throw .divisor(divisor) }
            let quotient = floorDivide(x.lowerBound, divisor)
            guard quotient == floorDivide(x.upperBound, divisor) else { return 0...(divisor - 1) }
            return floorRemainder(x.lowerBound, divisor)...floorRemainder(x.upperBound, divisor)
        case .minimum(let a, let b):
            let (x, y) = (try a.range(variables, at: coordinates), try b.range(variables, at: coordinates))
            return Swift.min(x.lowerBound, y.lowerBound)...Swift.min(x.upperBound, y.upperBound)
        case .maximum(let a, let b):
            let (x, y) = (try a.range(variables, at: coordinates), try b.range(variables, at: coordinates))
            return Swift.max(x.lowerBound, y.lowerBound)...Swift.max(x.upperBound, y.upperBound)
        }
    }

    private func checked(_ result: (partialValue: Int, overflow: Bool)) throws(ExpressionProblem) -> Int {
        guard !result.overflow else { throw .overflow }
        return result.partialValue
    }
}

extension ElementType {
    /// Values that a `read` of this format may bind; `nil` for floating point, which binds nothing.
    ///
    /// 64-bit values must lie within ±2⁴⁰, so that addresses made from them can be checked against 64 bits.
    public var readableRange: ClosedRange<Int>? {
        switch self {
        case .bool: 0...1
        case .ternary: -1...1
        case .int64: -(1 << 40)...(1 << 40)
        case .uint64: 0...(1 << 40)
        case _ where isFloatingPoint: nil
        case _ where isSigned: -(1 << (bits - 1))...((1 << (bits - 1)) - 1)
        default: 0...((1 << bits) - 1)
        }
    }
}
