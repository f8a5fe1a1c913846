import NumberFormats
import ONNXSchema
import OperatorGraph

extension ONNXTensorDecoder {
    /// A few bytes of a file may name any number of zeros, so what is written out has its own limit.
    private static let mostDenseElements = 1 << 26

    /// A sparse tensor written out: zero but at its indices, which are linear (`[n]`) or one coordinate a
    /// dimension (`[n, rank]`).
    mutating func dense(_ sparse: ONNXSparseTensorProto, place: String) throws(ImportError) -> Tensor {
        let values = try tensor(sparse.values, place: place)
        let indices = try tensor(sparse.indices, place: place)
        let type = TensorType(values.element, sparse.dims.map { Int($0) })
        if let objection = GraphLimits.standard.objection(to: type) { throw failure(place, objection) }
        if type.count > Self.mostDenseElements {
            throw failure(place, "a sparse tensor of \(type.count) elements is over the limit of \(Self.mostDenseElements)")
        }
        let rank = type.shape.count
        let isLinear = indices.shape.count == 1
        guard values.shape.count == 1, !values.isText, indices.element == .int64,
            isLinear ? indices.count == values.count : indices.shape == [values.count, rank]
        else {
            throw failure(place, "the indices of a sparse tensor do not match its values")
        }
        let coordinates = indices.intValues
        var positions: [Int] = []
        for entry in 0..<values.count {
            var position = isLinear ? coordinates[entry] : 0
            if !isLinear {
                for axis in 0..<rank {
                    let coordinate = coordinates[entry * rank + axis]
                    guard coordinate >= 0 && coordinate < type.shape[axis] else {
                        throw failure(place, "index \(coordinate) of a sparse tensor is outside of \(type.shape)")
                    }
                    position = position * type.shape[axis] + coordinate
                }
            }
            guard position >= 0 && position < type.count else {
                throw failure(place, "index \(position) of a sparse tensor is outside of \(type.shape)")
            }
            positions.append(position)
        }
        if values.element.isFloatingPoint {
            var dense = [Double](repeating: 0, count: type.count)
            for (position, value) in zip(positions, values.doubleValues) { dense[position] = value }
            return Tensor(type.element, type.shape, doubles: dense)
        }
        var dense = [Int](repeating: 0, count: type.count)
        for (position, value) in zip(positions, values.intValues) { dense[position] = value }
        return Tensor(type.element, type.shape, integers: dense)
    }
}
