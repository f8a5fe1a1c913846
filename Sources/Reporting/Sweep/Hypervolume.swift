/// The volume that a set of points dominates, up to a reference point that is worse than all of them: how far a front has come, in one number.
///
/// Source: Zitzler and Thiele, "Multiobjective optimization using evolutionary algorithms", PPSN 1998. Exact in one to three dimensions; in
/// more, `sampledShare` estimates it.
public enum Hypervolume {
    /// The dimensions up to which `exact` works.
    public static let exactDimensions = 3

    /// The exact volume; less is better in every dimension. Points that do not beat the reference in every dimension add nothing.
    ///
    /// - Parameters:
    ///   - points: of one to three dimensions, in any order; dominated ones may be among them.
    ///   - reference: as many values.
    /// - Complexity: O(n log n) in two dimensions, O(n²) in three.
    public static func exact(_ points: [[Double]], reference: [Double]) -> Double {
        let inside = points.filter { point in zip(point, reference).allSatisfy { $0 < $1 } }
        guard !inside.isEmpty else { return 0 }
        switch reference.count {
        case 1: return reference[0] - (inside.map { $0[0] }.min() ?? reference[0])
        case 2: return area(inside.map { ($0[0], $0[1]) }, reference: (reference[0], reference[1]))
        default: return volume(inside, reference: reference)
        }
    }

    /// The area left of and below the reference, in strips between neighbours of the staircase.
    private static func area(_ points: [(Double, Double)], reference: (Double, Double)) -> Double {
        var total = 0.0, height = reference.1
        for (x, y) in points.sorted(by: { $0.0 < $1.0 || ($0.0 == $1.0 && $0.1 < $1.1) }) where y < height {
            total += (reference.0 - x) * (height - y)
            height = y
        }
        return total
    }

    /// Slices between neighbouring values of the third dimension: each is the area of the points that are at least as good there.
    private static func volume(_ points: [[Double]], reference: [Double]) -> Double {
        let order = points.sorted { $0[2] < $1[2] }
        var staircase: [(Double, Double)] = []
        var total = 0.0
        for (index, point) in order.enumerated() {
            let candidate = (point[0], point[1])
            if !staircase.contains(where: { $0.0 <= candidate.0 && $0.1 <= candidate.1 }) {
                staircase.removeAll { $0.0 >= candidate.0 && $0.1 >= candidate.1 }
                staircase.append(candidate)
            }
            let next = index + 1 < order.count ? order[index + 1][2] : reference[2]
            if next > point[2] { total += area(staircase, reference: (reference[0], reference[1])) * (next - point[2]) }
        }
        return total
    }

    /// Halton's low-discrepancy points in the unit cube: the same every time, and spread more evenly than random ones.
    ///
    /// - Parameter dimensions: at most 12.
    static func samples(_ count: Int, dimensions: Int) -> [[Double]] {
        let bases = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]
        return (1...max(1, count)).map { index in
            (0..<dimensions).map { dimension in
                let base = bases[dimension % bases.count]
                var fraction = 1.0, value = 0.0, rest = index
                while rest > 0 {
                    fraction /= Double(base)
                    value += fraction * Double(rest % base)
                    rest /= base
                }
                return value
            }
        }
    }
}
