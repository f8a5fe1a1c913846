import Programs

/// An expression whose variables are places in an array of values: for walking programs step by step.
indirect enum SlotExpression {
    case constant(Int)
    case variable(Int)
    case coordinate(Int)
    case sum(SlotExpression, SlotExpression)
    case product(SlotExpression, Int)
    case quotient(SlotExpression, Int)
    case remainder(SlotExpression, Int)
    case minimum(SlotExpression, SlotExpression)
    case maximum(SlotExpression, SlotExpression)

    /// `nil` when a variable has no place.
    init?(_ expression: Expression, _ places: [String: Int]) {
        func make(_ a: Expression) -> SlotExpression? { SlotExpression(a, places) }
        switch expression {
        case .constant(let value): self = .constant(value)
        case .variable(let name):
            guard let place = places[name] else { return nil }
            self = .variable(place)
        case .coordinate(let index): self = .coordinate(index)
        case .sum(let a, let b):
            guard let x = make(a), let y = make(b) else { return nil }
            self = .sum(x, y)
        case .product(let a, let factor):
            guard let x = make(a) else { return nil }
            self = .product(x, factor)
        case .quotient(let a, let divisor):
            guard let x = make(a), divisor > 0 else { return nil }
            self = .quotient(x, divisor)
        case .remainder(let a, let divisor):
            guard let x = make(a), divisor > 0 else { return nil }
            self = .remainder(x, divisor)
        case .minimum(let a, let b):
            guard let x = make(a), let y = make(b) else { return nil }
            self = .minimum(x, y)
        case .maximum(let a, let b):
            guard let x = make(a), let y = make(b) else { return nil }
            self = .maximum(x, y)
        }
    }

    func value(_ values: [Int], at coordinates: [Int] = []) -> Int {
        switch self {
        case .constant(let value): value
        case .variable(let place): values[place]
        case .coordinate(let index): index < coordinates.count ? coordinates[index] : 0
        case .sum(let a, let b): a.value(values, at: coordinates) &+ b.value(values, at: coordinates)
        case .product(let a, let factor): a.value(values, at: coordinates) &* factor
        case .quotient(let a, let divisor): floorDivide(a.value(values, at: coordinates), divisor)
        case .remainder(let a, let divisor): floorRemainder(a.value(values, at: coordinates), divisor)
        case .minimum(let a, let b): min(a.value(values, at: coordinates), b.value(values, at: coordinates))
        case .maximum(let a, let b): max(a.value(values, at: coordinates), b.value(values, at: coordinates))
        }
    }
}
