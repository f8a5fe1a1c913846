/// What is wrong with a memory tier, or with what is asked of it, and what to do.
public struct TierError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }

    static func require(_ value: Int, _ parameter: String, in range: ClosedRange<Int>) throws(TierError) {
        guard range.contains(value) else {
            throw TierError("\(parameter) is \(value); it must lie in \(range.lowerBound)…\(range.upperBound)")
        }
    }
}
