/// A square matrix of bits, as it maps one word of bits to another: the exclusive or of the columns of all set bits.
struct BitMatrix: Sendable, Equatable {
    /// What each input bit contributes to the output.
    var columns: [UInt64]

    /// Input bits beyond 64 cannot be.
    init(columns: [UInt64]) {
        precondition(columns.count <= 64, "a word has 64 bits")
        self.columns = columns
    }

    func apply(_ value: UInt64) -> UInt64 {
        var result: UInt64 = 0
        for (bit, column) in columns.enumerated() where value >> UInt64(bit) & 1 == 1 { result ^= column }
        return result
    }

    /// The matrix that undoes this one, `nil` when two inputs have the same output (Gauss-Jordan over single bits).
    func inverse() -> BitMatrix? {
        let count = columns.count
        // Column operations that make the left side the unit matrix, applied to the unit matrix on the right; all along,
        // `apply(right[i]) == left[i]`.
        var left = columns
        var right = (0..<count).map { UInt64(1) << UInt64($0) }
        for bit in 0..<count {
            let mask = UInt64(1) << UInt64(bit)
            guard let pivot = (bit..<count).first(where: { left[$0] & mask != 0 }) else { return nil }
            left.swapAt(bit, pivot)
            right.swapAt(bit, pivot)
            for other in 0..<count where other != bit && left[other] & mask != 0 {
                left[other] ^= left[bit]
                right[other] ^= right[bit]
            }
        }
        return BitMatrix(columns: right)
    }

    /// An input other than zero whose output is zero; zero for a matrix that has an inverse.
    func nullVector() -> UInt64 {
        var basis: [(value: UInt64, origin: UInt64)] = []
        for (index, column) in columns.enumerated() {
            var value = column
            var origin = UInt64(1) << UInt64(index)
            for vector in basis where value ^ vector.value < value {
                value ^= vector.value
                origin ^= vector.origin
            }
            if value == 0 { return origin }
            basis.append((value, origin))
            basis.sort { $0.value > $1.value }
        }
        return 0
    }

    /// Outputs by eight bits of input: 256 words for each.
    func table() -> [UInt64] {
        var result: [UInt64] = []
        for first in stride(from: 0, to: columns.count, by: 8) {
            for byte in 0..<UInt64(256) { result.append(apply(byte << UInt64(first))) }
        }
        return result
    }
}
