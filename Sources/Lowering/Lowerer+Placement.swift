import Architecture
import Mapping
import OperatorGraph
import Programs

/// Where tensors lie, and in which layout.
extension Lowerer {
    func role(of value: Graph.ValueID) -> Program.Placement.Role {
        if graph.outputs.contains(value) || graph.states.contains(where: { $0.output == value }) { return .output }
        switch graph.values[value].kind {
        case .input: return .input
        case .parameter: return .parameter
        case .constant: return .constant
        case .intermediate: return .intermediate
        }
    }

    mutating func record(_ value: Graph.ValueID, _ location: TensorLocation) {
        locations[value] = location
        placements.append(
            Program.Placement(
                value: value, name: graph.values[value].name, role: role(of: value), memory: location.memory,
                address: location.address + location.offset * location.element.bits / 8, element: location.element,
                shape: location.shape, strides: location.strides, bytes: location.bytes))
    }

    func strides(_ shape: [Int], _ layout: Layout) -> [Int] {
        switch layout {
        case .rowMajor: return TensorLocation.rowMajor(shape)
        case .channelsLast: return TensorLocation.channelsLast(shape)
        case .outputsInputs:
            return shape.count == 2 ? [1, shape[0]] : TensorLocation.rowMajor(shape)
        case .kernelChannelsOutputs:
            // (outputs, channels, kernel …) with outputs innermost, then channels, then the kernel.
            var strides = [Int](repeating: 1, count: shape.count)
            var step = shape[0]
            if shape.count > 1 { strides[1] = step; step *= shape[1] }
            for dimension in stride(from: shape.count - 1, to: 1, by: -1) {
                strides[dimension] = step
                step *= shape[dimension]
            }
            return strides
        }
    }

    /// Where a value lies; a value that comes with the workload is placed off chip the first time it is asked for.
    mutating func location(of value: Graph.ValueID) throws(LoweringError) -> TensorLocation {
        try parameterLocation(value, layout: graph.values[value].type.shape.count == 4 && graph.values[value].kind == .input ? .channelsLast : .rowMajor)
    }

    /// The same, with the layout that the first reader of a parameter wants.
    mutating func parameterLocation(_ value: Graph.ValueID, layout: Layout) throws(LoweringError) -> TensorLocation {
        if let known = locations[value] { return known }
        let type = graph.values[value].type
        guard graph.values[value].kind != .intermediate else {
            throw LoweringError(graph.values[value].name, "the tensor is read before an operator has made it")
        }
        let bytes = type.bytes
        let flash = inFlash.contains(value) ? cores[0].weights?.name : nil
        let location = TensorLocation(
            memory: flash ?? cores[0].dram.name, isDRAM: true,
            address: flash == nil ? offChipTensors.allocate(bytes) : flashTensors.allocate(bytes), bytes: bytes, element: type.element,
            shape: type.shape, strides: strides(type.shape, layout))
        record(value, location)
        return location
    }

    /// A place for a result: on chip if it fits and nobody needs it off chip, or where the mapping wants it.
    mutating func place(_ value: Graph.ValueID, layout: Layout) throws(LoweringError) -> TensorLocation {
        if let part = fused.parts[value] { return try placePart(part, of: value, layout: layout) }
        let type = graph.values[value].type
        let bytes = type.bytes
        var location = TensorLocation(
            memory: cores[0].dram.name, isDRAM: true, address: 0, bytes: bytes, element: type.element, shape: type.shape,
            strides: strides(type.shape, layout))
        let wanted = wantedPlace(of: value)
        let isFree = !offChip.contains(rootOf(value)) && residents != nil
        if isFree || wanted != nil { choices[value] = .offChip }
        let mayStay = isFree && (buffers == .shared ? wanted?.place == .onChip : wanted?.place != .offChip)
        if mayStay, let range = residents?.allocate(bytes, for: value, at: wanted?.address), let memory = residents?.memory {
            location.memory = memory
            location.isDRAM = false
            location.address = range.lowerBound
            choices[value] = .onChip
            shareRoom()
        } else if let wanted, wanted.place == .onChip {
            throw cannotPlace(wanted, whyOffChip(value, bytes))
        } else if lasting.contains(value) {
            location.address = offChipTensors.allocate(bytes)
        } else {
            if offChipZone.top + bytes > cores[0].dram.description.capacity.count { freeRetired() }
            location.address = offChipZone.allocate(bytes, for: value)?.lowerBound ?? 0
        }
        record(value, location)
        return location
    }

    /// Bytes of the memory for results, and of those of them that are there.
    func residentBytes(_ isCounted: (Graph.ValueID) -> Bool) -> (taken: Int, size: Int) {
        residents.map { ($0.bytes(isCounted), $0.size) } ?? (0, 0)
    }

    mutating func keepOffChip(_ value: Graph.ValueID) { offChip.insert(rootOf(value)) }

    /// Gives back the places off chip of results that nobody reads any more.
    mutating func freeRetired() {
        for value in retired { offChipZone.free(value) }
        retired = []
    }

    func whyOffChip(_ value: Graph.ValueID, _ bytes: Int) -> String {
        guard let residents else { return "the scratchpads of \(cores.count) cores are their own, and results pass between them off chip" }
        if lasting.contains(rootOf(value)) { return "it is a result of the workload, which lies off chip" }
        if offChip.contains(rootOf(value)) { return "an operator reads it as a right operand, which comes from off-chip memory to \(cores[0].rightMemory)" }
        if let address = wantedPlace(of: value)?.address {
            return "bytes \(address) to \(address + bytes) of \(residents.memory), which has \(residents.size), are not all free at \(builder.operators.last?.name ?? "this operator")"
        }
        return "it takes \(bytes) bytes of \(residents.memory), where tensors have \(residents.size) in all and \(residents.largestGap) are free in one piece at \(builder.operators.last?.name ?? "this operator")"
    }

    /// Layout for the result of an operator: as its largest operand, channels last for images.
    func layout(for group: OperatorGroup) -> Layout {
        let shape = graph.values[group.output].type.shape
        guard shape.count == 4 || shape.count == 3 else { return .rowMajor }
        if group.kind == .matmul {
            return group.nodes.contains { $0.operation.hasPrefix("Conv") } ? .channelsLast : .rowMajor
        }
        for input in group.inputs {
            if let location = locations[input], location.shape.count == shape.count, location.count >= graph.values[group.output].type.count || location.count > 1,
                location.isChannelsLast, location.strides != TensorLocation.rowMajor(location.shape)
            {
                return .channelsLast
            }
        }
        return .rowMajor
    }
}
