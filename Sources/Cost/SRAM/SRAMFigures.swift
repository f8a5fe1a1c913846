import Foundation

/// The five figures of an array while they are computed: picojoules, nanoseconds, milliwatts and square millimetres.
struct SRAMFigures {
    var read = 0.0
    var write = 0.0
    var access = 0.0
    var leakage = 0.0
    var area = 0.0

    func combined(_ other: SRAMFigures, _ operation: (Double, Double) -> Double) -> SRAMFigures {
        SRAMFigures(
            read: operation(read, other.read), write: operation(write, other.write), access: operation(access, other.access),
            leakage: operation(leakage, other.leakage), area: operation(area, other.area))
    }

    /// Between this (share 0) and another (share 1), geometrically.
    func interpolated(to other: SRAMFigures, _ share: Double) -> SRAMFigures {
        if share == 0 { return self }
        return combined(other) { $0 * pow($1 / $0, share) }
    }
}
