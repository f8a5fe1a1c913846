/// Points as coordinates for surrogate models: an ordered parameter is its position among its values, from 0 to 1; a name has a coordinate for
/// each value, so that any two names are a distance of 1 apart.
struct PointFeatures: Sendable {
    /// The parameter of each coordinate.
    let parameterOfCoordinate: [Int]
    private let space: DesignSpace
    /// Names beyond so many share coordinates.
    private static let maximumNames = 32

    init(_ space: DesignSpace) {
        self.space = space
        var owners: [Int] = []
        for (index, parameter) in space.parameters.enumerated() {
            owners += Array(repeating: index, count: parameter.isOrdered ? 1 : min(parameter.values.count, Self.maximumNames))
        }
        parameterOfCoordinate = owners
    }

    func coordinates(_ point: DesignPoint) -> [Double] {
        var coordinates: [Double] = []
        coordinates.reserveCapacity(parameterOfCoordinate.count)
        for (index, parameter) in space.parameters.enumerated() {
            let choice = point.choices[index]
            if parameter.isOrdered {
                coordinates.append(parameter.values.count > 1 ? Double(choice) / Double(parameter.values.count - 1) : 0)
            } else {
                let names = min(parameter.values.count, Self.maximumNames)
                for name in 0..<names { coordinates.append(name == choice % names ? 0.5.squareRoot() : 0) }
            }
        }
        return coordinates
    }
}
