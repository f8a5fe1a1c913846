import NumberFormats
import OperatorGraph
import Programs

/// Moves tensors between row-major order and a memory's layout.
struct TensorLayout {
    private let placement: Program.Placement

    init(_ placement: Program.Placement) { self.placement = placement }

    func store(_ tensor: Tensor, into image: MemoryImage) {
        Self.store(tensor, addresses, placement.element, into: image)
    }

    func load(from image: MemoryImage) -> Tensor {
        Self.load(addresses, placement.shape, placement.element, .zero, from: image)
    }

    /// Bit addresses of the elements in row-major order.
    private var addresses: [Int] {
        let bits = placement.element.bits
        guard let tiling = placement.tiling else { return strided(from: placement.address * 8, times: bits) }
        let positions = tiling.positions()
        return strided(from: 0, times: 1).map { placement.address * 8 + positions[$0] * bits }
    }

    /// The elements' places by strides alone, in units of `scale`.
    private func strided(from start: Int, times scale: Int) -> [Int] {
        var places = [Int](repeating: start, count: placement.shape.reduce(1, *))
        guard !places.isEmpty else { return [] }
        var filled = 1
        for dimension in placement.shape.indices.reversed() {
            let step = placement.strides[dimension] * scale
            for position in 1..<max(1, placement.shape[dimension]) {
                for inner in 0..<filled { places[position * filled + inner] = places[inner] + position * step }
            }
            filled *= placement.shape[dimension]
        }
        return places
    }

    static func store(_ tensor: Tensor, _ addresses: [Int], _ element: ElementType, into image: MemoryImage) {
        switch tensor.storage {
        case .int8(let values) where element.bits == 8:
            for (address, value) in zip(addresses, values) { image.store(value, address) }
        case .int32(let values) where element == .int32:
            for (address, value) in zip(addresses, values) { image.store(value, address) }
        case .float(let values):
            for (address, value) in zip(addresses, values) { image.setFloat(value, address, element) }
        case .double(let values):
            for (address, value) in zip(addresses, values) { image.store(value.bitPattern, address) }
        default:
            for (address, value) in zip(addresses, tensor.intValues) { image.setInteger(value, address, element) }
        }
    }

    /// A tensor of the points' values; points outside of a region's guards read as its fill.
    static func load(
        _ addresses: [Int], _ shape: [Int], _ element: ElementType, _ fill: Region.Fill, from image: MemoryImage
    ) -> Tensor {
        if element == .fp64 {
            return Tensor(element, shape, .double(addresses.map { $0 < 0 ? (fill == .zero ? 0 : -.infinity) : Double(bitPattern: image.load($0, as: UInt64.self)) }))
        }
        if element.isFloatingPoint {
            let outside: Float = fill == .zero ? 0 : -.infinity
            return Tensor(element, shape, .float(addresses.map { $0 < 0 ? outside : image.float($0, element) }))
        }
        if element == .int8 {
            let outside: Int8 = fill == .zero ? 0 : .min
            return Tensor(element, shape, .int8(addresses.map { $0 < 0 ? outside : image.load($0, as: Int8.self) }))
        }
        let outside = fill == .zero || !element.isSigned ? 0 : -(1 << (element.bits - 1))
        return Tensor(element, shape, integers: addresses.map { $0 < 0 ? outside : image.integer($0, element) })
    }
}
