/// A number type whose products are summed in matrix kernels: IEEE addition for real numbers, addition
/// that wraps around for integers.
protocol AccumulatedNumber: Sendable {
    static var additiveZero: Self { get }
    /// self + a·b
    func adding(_ a: Self, times b: Self) -> Self
    func plus(_ other: Self) -> Self
}

extension Float: AccumulatedNumber {
    static var additiveZero: Float { 0 }
    @inline(__always) func adding(_ a: Float, times b: Float) -> Float { self + a * b }
    @inline(__always) func plus(_ other: Float) -> Float { self + other }
}

extension Double: AccumulatedNumber {
    static var additiveZero: Double { 0 }
    @inline(__always) func adding(_ a: Double, times b: Double) -> Double { self + a * b }
    @inline(__always) func plus(_ other: Double) -> Double { self + other }
}

extension Int32: AccumulatedNumber {
    static var additiveZero: Int32 { 0 }
    @inline(__always) func adding(_ a: Int32, times b: Int32) -> Int32 { self &+ a &* b }
    @inline(__always) func plus(_ other: Int32) -> Int32 { self &+ other }
}

extension Int64: AccumulatedNumber {
    static var additiveZero: Int64 { 0 }
    @inline(__always) func adding(_ a: Int64, times b: Int64) -> Int64 { self &+ a &* b }
    @inline(__always) func plus(_ other: Int64) -> Int64 { self &+ other }
}

/// Adds the product of two row-major matrices to a third, in place: out[m,n] += a[m,k] · b[k,n].
///
/// Rows of `out` start at `outOffset` and are `outStride` apart, so that a block of columns can be filled; `a` and
/// `b` are dense and start at their offsets. Four rows of `b` are summed in one pass over a row of `out`.
func accumulateProduct<T: AccumulatedNumber>(
    rows: Int, depth: Int, columns: Int, _ a: [T], from aOffset: Int, _ b: [T], from bOffset: Int,
    into out: inout [T], at outOffset: Int, stride outStride: Int
) {
    if rows == 0 || columns == 0 || depth == 0 { return }
    precondition(aOffset + rows * depth <= a.count && bOffset + depth * columns <= b.count)
    precondition(outOffset + (rows - 1) * outStride + columns <= out.count)
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
            out.withUnsafeMutableBufferPointer { out in
                guard let a = a.baseAddress, let b = b.baseAddress, let out = out.baseAddress else { return }
                if columns < 4 {
                    dotRows(rows, depth, columns, a + aOffset, b + bOffset, out + outOffset, outStride)
                    return
                }
                for row in 0..<rows {
                    let target = out + outOffset + row * outStride
                    let factors = a + aOffset + row * depth
                    var k = 0
                    while k + 4 <= depth {
                        let source = b + bOffset + k * columns
                        addFourRows(
                            target, columns, factors[k], source, factors[k + 1], source + columns,
                            factors[k + 2], source + 2 * columns, factors[k + 3], source + 3 * columns)
                        k += 4
                    }
                    while k < depth {
                        let factor = factors[k]
                        let source = b + bOffset + k * columns
                        for n in 0..<columns { target[n] = target[n].adding(factor, times: source[n]) }
                        k += 1
                    }
                }
            }
        }
    }
}

@inline(__always)
private func addFourRows<T: AccumulatedNumber>(
    _ target: UnsafeMutablePointer<T>, _ count: Int, _ f0: T, _ r0: UnsafePointer<T>, _ f1: T, _ r1: UnsafePointer<T>,
    _ f2: T, _ r2: UnsafePointer<T>, _ f3: T, _ r3: UnsafePointer<T>
) {
    for n in 0..<count {
        target[n] = target[n].adding(f0, times: r0[n]).adding(f1, times: r1[n])
            .adding(f2, times: r2[n]).adding(f3, times: r3[n])
    }
}

/// For very few columns: one sum for each element, in four partial sums.
@inline(__always)
private func dotRows<T: AccumulatedNumber>(
    _ rows: Int, _ depth: Int, _ columns: Int, _ a: UnsafePointer<T>, _ b: UnsafePointer<T>,
    _ out: UnsafeMutablePointer<T>, _ outStride: Int
) {
    for row in 0..<rows {
        for column in 0..<columns {
            let factors = a + row * depth
            var s0 = T.additiveZero, s1 = s0, s2 = s0, s3 = s0
            var k = 0
            while k + 4 <= depth {
                s0 = s0.adding(factors[k], times: b[k * columns + column])
                s1 = s1.adding(factors[k + 1], times: b[(k + 1) * columns + column])
                s2 = s2.adding(factors[k + 2], times: b[(k + 2) * columns + column])
                s3 = s3.adding(factors[k + 3], times: b[(k + 3) * columns + column])
                k += 4
            }
            while k < depth {
                s0 = s0.adding(factors[k], times: b[k * columns + column])
                k += 1
            }
            let index = row * outStride + column
            out[index] = out[index].plus(s0.plus(s1).plus(s2.plus(s3)))
        }
    }
}

/// The transpose of a dense `rows` × `columns` matrix.
func transposed<T>(_ matrix: [T], rows: Int, columns: Int) -> [T] {
    var result: [T] = []
    result.reserveCapacity(matrix.count)
    for column in 0..<columns {
        var index = column
        for _ in 0..<rows {
            result.append(matrix[index])
            index += columns
        }
    }
    return result
}
