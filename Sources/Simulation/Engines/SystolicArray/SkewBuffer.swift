/// The delay lines at one edge of the array: lane i hands on what entered i cycles ago.
///
/// Kept as a ring of whole vectors, as an edge memory would be, so that a cycle costs one vector and not a triangle of registers.
struct SkewBuffer<Operand: DatapathOperand>: Sendable {
    private let lanes: Int
    private var ring: [Operand]
    private var head = 0

    init(lanes: Int) {
        self.lanes = lanes
        ring = Array(repeating: Operand.zero, count: lanes * lanes)
    }

    /// Lets a vector enter: lane i takes `source[offset + i·stride]` for i below `count`, the others zero.
    mutating func push(_ source: [Operand], offset: Int, stride: Int, count: Int) {
        advance()
        let base = head * lanes
        precondition(count <= lanes && (count == 0 || offset + (count - 1) * stride < source.count), "operand too short")
        // Safe: the highest indices of both are checked above.
        ring.withUnsafeMutableBufferPointer { ring in
            source.withUnsafeBufferPointer { source in
                for i in 0..<count { ring[base &+ i] = source[offset &+ i &* stride] }
                for i in count..<lanes { ring[base &+ i] = .zero }
            }
        }
    }

    /// Lets a cycle pass in which what enters does not matter.
    mutating func pushNothing() { advance() }

    /// Lets a bubble enter.
    mutating func pushZeros() {
        advance()
        let base = head * lanes
        ring.withUnsafeMutableBufferPointer { $0[base..<(base + lanes)].update(repeating: .zero) }
    }

    private mutating func advance() { head = head + 1 == lanes ? 0 : head + 1 }

    /// Writes what leaves the lanes in this cycle to `target[i·stride]`.
    func tap(into target: inout [Operand], stride: Int) {
        ring.withUnsafeBufferPointer { ring in
            target.withUnsafeMutableBufferPointer { target in
                // Lane i taps the vector i places back in the ring.
                for i in 0...head { target[i &* stride] = ring[(head &- i) &* lanes &+ i] }
                for i in (head + 1)..<max(lanes, head + 1) {
                    target[i &* stride] = ring[(head &- i &+ lanes) &* lanes &+ i]
                }
            }
        }
    }
}
