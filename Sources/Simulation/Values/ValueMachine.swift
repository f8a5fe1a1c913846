import NumberFormats
import OperatorGraph
import Programs

/// The contents of a machine's memories, and what commands do to them: the program's third reading.
///
/// A command acts on values when it is issued. Commands that depend on each other are ordered by semaphores that are
/// given when the earlier one has finished, so the values are those that the machine would compute.
struct ValueMachine {
    let source: ValueSource
    private(set) var images: [MemoryImage?]
    private let machine: Machine

    /// Host memory that a value run may take.
    private static let limit = 8 << 30

    init(_ source: ValueSource, machine: Machine, program: Program) {
        self.source = source
        self.machine = machine
        images = Array(repeating: nil, count: machine.memories.count)
    }

    /// Makes the memories and puts the workload's inputs and parameters into them.
    mutating func allocate(_ program: Program) throws(SimulationError) {
        var total = 0
        for (index, memory) in machine.memories.enumerated() {
            var bytes = memory.isDRAM ? 0 : memory.capacity
            for tensor in program.tensors where tensor.memory == memory.name { bytes = max(bytes, tensor.address + tensor.bytes) }
            total += bytes
            guard total <= Self.limit else {
                throw .limit("running on values would take more than 8 GiB of memory: \(memory.name) alone holds \(bytes) bytes")
            }
            images[index] = MemoryImage(byteCount: bytes)
        }
        for placement in program.tensors where placement.role != .output && placement.role != .intermediate {
            guard let tensor = source.tensors[placement.value] else {
                throw .invalidProgram("\(placement.name) has no values")
            }
            guard let memory = machine.memoryIndex[placement.memory], let image = images[memory] else {
                throw .unsupported("\(placement.name) lies in \(placement.memory), which the machine does not have")
            }
            TensorLayout(placement).store(tensor, into: image)
        }
    }

    /// The values of a tensor as the memories hold them now.
    func tensor(_ placement: Program.Placement) -> Tensor? {
        guard let memory = machine.memoryIndex[placement.memory], let image = images[memory] else { return nil }
        return TensorLayout(placement).load(from: image)
    }

    // MARK: Points of a region

    /// Bit addresses of a region's points in row-major order; −1 where a guard does not hold.
    func addresses(
        _ region: CompiledProgram.CompiledRegion, _ expressions: ExpressionTable, _ base: UnsafeMutablePointer<Int>
    ) throws(SimulationError) -> (addresses: [Int], extents: [Int]) {
        let extents = region.extents.map { max(0, expressions.evaluate($0, base)) }
        let count = extents.reduce(1, *)
        let bits = region.element.bits
        let start = expressions.evaluate(region.base, base) * 8
        var addresses = [Int](repeating: -1, count: count)
        guard count > 0 else { return (addresses, extents) }
        if let strides = region.strides, region.guards.isEmpty {
            let offset = start + expressions.evaluate(region.offset, base) * bits
            addresses[0] = offset
            var filled = 1
            for dimension in extents.indices.reversed() {
                let step = strides[dimension] * bits
                for position in 1..<max(1, extents[dimension]) {
                    for inner in 0..<filled { addresses[position * filled + inner] = addresses[inner] + position * step }
                }
                filled *= extents[dimension]
            }
        } else {
            let rank = extents.count
            withUnsafeTemporaryAllocation(of: Int.self, capacity: max(1, rank)) { point in
                point.initialize(repeating: 0)
                guard let coordinates = UnsafePointer(point.baseAddress) else { return }
                for linear in 0..<count {
                    var inside = true
                    for condition in region.guards where inside {
                        inside = condition.relation.holds(
                            expressions.evaluate(condition.left, base, at: coordinates),
                            expressions.evaluate(condition.right, base, at: coordinates))
                    }
                    if inside { addresses[linear] = start + expressions.evaluate(region.index, base, at: coordinates) * bits }
                    var dimension = rank - 1
                    while dimension >= 0 {
                        point[dimension] += 1
                        if point[dimension] < extents[dimension] { break }
                        point[dimension] = 0
                        dimension -= 1
                    }
                }
            }
        }
        let capacity = (images[region.memory]?.byteCount ?? 0) * 8
        for address in addresses where address >= capacity || address < -1 {
            throw .invalidProgram("address \(address / 8) is outside of \(machine.memories[region.memory].name), which holds \(capacity / 8) bytes")
        }
        return (addresses, extents)
    }

    func readInteger(
        _ region: CompiledProgram.CompiledRegion, _ expressions: ExpressionTable, _ base: UnsafeMutablePointer<Int>
    ) -> Int? {
        guard let first = try? addresses(region, expressions, base).addresses.first, first >= 0 else { return nil }
        return images[region.memory]?.integer(first, region.element)
    }

    // MARK: Commands

    func executeCopy(
        command: CompiledProgram.CompiledCommand, from: CompiledProgram.CompiledRegion, to: CompiledProgram.CompiledRegion,
        _ expressions: ExpressionTable, _ base: UnsafeMutablePointer<Int>
    ) throws(SimulationError) {
        guard let source = images[from.memory], let destination = images[to.memory] else { return }
        let read = try addresses(from, expressions, base).addresses
        let written = try addresses(to, expressions, base).addresses
        guard read.count == written.count else {
            throw .invalidProgram("a copy of \(read.count) elements into \(written.count)")
        }
        switch from.element.bits {
        case 8: for index in read.indices { destination.store(source.load(read[index], as: UInt8.self), written[index]) }
        case 16: for index in read.indices { destination.store(source.load(read[index], as: UInt16.self), written[index]) }
        case 32: for index in read.indices { destination.store(source.load(read[index], as: UInt32.self), written[index]) }
        case 64: for index in read.indices { destination.store(source.load(read[index], as: UInt64.self), written[index]) }
        case let bits:
            for index in read.indices { destination.storeBits(source.loadBits(read[index], bits), written[index], bits) }
        }
    }

    /// Copies the rows of a table that the indices name. Negative indices count from the end.
    func executeGather(
        command: CompiledProgram.CompiledCommand, from: CompiledProgram.CompiledRegion, to: CompiledProgram.CompiledRegion,
        _ expressions: ExpressionTable, _ base: UnsafeMutablePointer<Int>
    ) throws(SimulationError) {
        guard let place = command.operand("indices") else { throw .invalidProgram("a gather command needs operand indices") }
        let indices = command.operands[place]
        guard let source = images[from.memory], let destination = images[to.memory], let list = images[indices.memory],
            let strides = from.strides, strides.count == 2
        else { throw .invalidProgram("a gather reads a table of two dimensions") }
        let written = try addresses(to, expressions, base).addresses
        let chosen = try addresses(indices, expressions, base).addresses
        let count = expressions.evaluate(from.extents[0], base)
        let width = expressions.evaluate(from.extents[1], base)
        let bits = from.element.bits
        let start = expressions.evaluate(from.base, base) * 8 + expressions.evaluate(from.offset, base) * bits
        guard written.count == chosen.count * width else { throw .invalidProgram("a gather of \(chosen.count) rows into \(written.count) elements") }
        for (row, address) in chosen.enumerated() {
            var index = list.integer(address, indices.element)
            if index < 0 { index += count }
            guard index >= 0, index < count else { throw .invalidProgram("index \(index) is outside of a table of \(count) rows") }
            for column in 0..<width {
                destination.copyElement(
                    from: source, start + (index * strides[0] + column * strides[1]) * bits, to: written[row * width + column], bits: bits)
            }
        }
    }

    /// Operands of a matmul as the datapath holds them, zero points subtracted.
    func matmulOperands(
        _ command: CompiledProgram.CompiledCommand, left: CompiledProgram.CompiledRegion,
        right: CompiledProgram.CompiledRegion, sums: ElementType, _ expressions: ExpressionTable,
        _ base: UnsafeMutablePointer<Int>
    ) throws(SimulationError) -> (left: OperandMatrix, right: OperandMatrix) {
        let leftZero = command.attribute("leftZero").map { expressions.evaluate($0, base) } ?? 0
        let rightZero = command.attribute("rightZero").map { expressions.evaluate($0, base) } ?? 0
        let leftAddresses = try addresses(left, expressions, base).addresses
        let rightAddresses = try addresses(right, expressions, base).addresses
        guard let leftImage = images[left.memory], let rightImage = images[right.memory] else {
            throw .invalidProgram("a matmul reads a memory without contents")
        }
        if sums.isFloatingPoint {
            func value(_ image: MemoryImage, _ address: Int, _ element: ElementType, zero: Int) -> Float {
                address < 0 ? 0 : element.isFloatingPoint ? image.float(address, element) : Float(image.integer(address, element) - zero)
            }
            return (
                .float(leftAddresses.map { value(leftImage, $0, left.element, zero: leftZero) }),
                .float(rightAddresses.map { value(rightImage, $0, right.element, zero: rightZero) })
            )
        }
        if left.element == .int8 && right.element == .int8 && leftZero == 0 && rightZero == 0 {
            return (
                .int8(leftAddresses.map { $0 < 0 ? 0 : leftImage.load($0, as: Int8.self) }),
                .int8(rightAddresses.map { $0 < 0 ? 0 : rightImage.load($0, as: Int8.self) })
            )
        }
        return (
            .int16(leftAddresses.map { $0 < 0 ? 0 : Int16(truncatingIfNeeded: leftImage.integer($0, left.element) - leftZero) }),
            .int16(rightAddresses.map { $0 < 0 ? 0 : Int16(truncatingIfNeeded: rightImage.integer($0, right.element) - rightZero) })
        )
    }

    /// The product of a tile, m × n, in the order of additions of every dataflow: over k, ascending.
    func multiply(_ operands: (left: OperandMatrix, right: OperandMatrix), m: Int, k: Int, n: Int) -> SumMatrix {
        switch operands {
        case (.int8(let left), .int8(let right)):
            var sums = [Int32](repeating: 0, count: m * n)
            SystolicDatapath<Int8>.multiply(left, right, into: &sums, rows: m, depth: k, columns: n)
            return .int32(sums)
        case (.int16(let left), .int16(let right)):
            var sums = [Int32](repeating: 0, count: m * n)
            SystolicDatapath<Int16>.multiply(left, right, into: &sums, rows: m, depth: k, columns: n)
            return .int32(sums)
        case (.float(let left), .float(let right)):
            var sums = [Float](repeating: 0, count: m * n)
            SystolicDatapath<Float>.multiply(left, right, into: &sums, rows: m, depth: k, columns: n)
            return .float(sums)
        default: preconditionFailure("both operands of a matmul have one datapath format")
        }
    }

    /// Writes the sums of a tile, or adds them to what is there.
    func store(
        _ sums: SumMatrix, addresses: [Int], memory: Int, element: ElementType, accumulates: Bool
    ) throws(SimulationError) {
        guard let image = images[memory] else { return }
        switch sums {
        case .int32(let values):
            for (address, value) in zip(addresses, values) {
                let old = accumulates ? image.load(address, as: Int32.self) : 0
                image.store(old &+ value, address)
            }
        case .float(let values):
            for (address, value) in zip(addresses, values) {
                let old = accumulates ? image.float(address, element) : 0
                image.setFloat(old + value, address, element)
            }
        }
    }

    /// Applies a function to tiles.
    func executeApply(
        function: Program.Function, command: CompiledProgram.CompiledCommand, _ expressions: ExpressionTable,
        _ base: UnsafeMutablePointer<Int>
    ) throws(SimulationError) {
        var known: [Graph.ValueID: Tensor] = [:]
        for (position, value) in function.inputs.enumerated() {
            guard let operand = command.operand("in\(position)") else {
                throw .invalidProgram("function \(function.name) misses operand in\(position)")
            }
            let region = command.operands[operand]
            guard let image = images[region.memory] else { continue }
            let (points, extents) = try addresses(region, expressions, base)
            known[value] = TensorLayout.load(points, extents, region.element, region.fill, from: image)
        }
        for node in function.nodes {
            var inputs: [Tensor?] = []
            for input in node.inputs {
                guard let input else { inputs.append(nil); continue }
                guard let tensor = known[input] ?? source.tensors[input] ?? source.graph.values[input].data else {
                    throw .invalidProgram("function \(function.name) has no value for \(source.graph.values[input].name)")
                }
                inputs.append(tensor)
            }
            do {
                let outputs = try Operators.evaluate(Self.fitted(node, inputs), inputs: inputs)
                for (value, tensor) in zip(node.outputs, outputs) {
                    if let value, let tensor { known[value] = tensor }
                }
            } catch {
                throw .invalidProgram("\(error)")
            }
        }
        for (position, value) in function.outputs.enumerated() {
            guard let operand = command.operand("out\(position)"), let tensor = known[value] else {
                throw .invalidProgram("function \(function.name) has no output \(position)")
            }
            let region = command.operands[operand]
            guard let image = images[region.memory] else { continue }
            let (points, _) = try addresses(region, expressions, base)
            guard points.count == tensor.count else {
                throw .invalidProgram("function \(function.name) gives \(tensor.count) elements for a region of \(points.count)")
            }
            TensorLayout.store(tensor, points, region.element, into: image)
        }
    }

    /// A depthwise convolution of a block of channels has as many groups as the block has channels.
    private static func fitted(_ node: Graph.Node, _ inputs: [Tensor?]) -> Graph.Node {
        guard node.operation == "Conv" || node.operation == "ConvInteger", node.attributes["group"] != nil, inputs.count > 1,
            let input = inputs[0], let weight = inputs[1], input.shape.count > 1, weight.shape.count > 1, weight.shape[1] == 1
        else { return node }
        var fitted = node
        fitted.attributes["group"] = .int(input.shape[1])
        return fitted
    }
}
