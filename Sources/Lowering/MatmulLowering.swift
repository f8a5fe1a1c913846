import Architecture
import Mapping
import NumberFormats
import OperatorGraph
import Programs

/// The part of a product that one core does: ranges of the batch, the rows and the columns.
struct ProductShare {
    var batch: Range<Int>
    var m: Range<Int>
    var n: Range<Int>
}

extension Lowerer {
    mutating func lowerProduct(_ group: OperatorGroup) throws(LoweringError) {
        guard let main = group.nodes.first(where: { OperatorGrouping.matmuls.contains($0.operation) }) else {
            throw LoweringError(group.nodes.first?.name ?? "", "the group holds no product")
        }
        guard let array = cores[0].array else {
            throw LoweringError(
                main.name, "\(architecture.name) has no systolic array for \(main.operation)",
                suggestion: "add an engine of kind systolic-array")
        }
        if VectorShape.isDepthwise(main, graph) {
            // Tiles are for an array.
            let wanted = wantsVector(main.name) ?? (isMapped(main.name) ? false : nil)
            let isVector = wanted ?? unitOfBlocks(of: main.name).map { $0 == .vector } ?? vectorIsFaster(main, array)
            units.append(ChosenUnit(name: main.name, kind: isVector ? .vector : .array))
            if isVector {
                let reason = wanted == nil ? "where it takes fewer cycles than on the array" : "as the mapping says"
                try lowerVector(group, notes: ["depthwise: runs on the vector unit, \(reason)"])
                return
            }
        }
        let product = try product(group, main)
        guard cores[0].vector != nil else {
            throw LoweringError(
                main.name, "\(architecture.name) has no vector unit to take the sums from the array",
                suggestion: "add an engine of kind vector that reads \(cores[0].sumMemory)")
        }
        builder.begin(
            main.name, type: group.type, unit: active[0].arrays.first?.name ?? "",
            macs: product.batch * product.m * product.k * product.n)
        let epilogue = try epilogue(group, main: main, product: product, sums: array.accumulator)
        for operand in epilogue.operands { _ = try location(of: operand.value) }
        let output = try place(group.output, layout: layout(for: group))
        let function = builder.add(fused.naming(epilogue.function))
        var weights = WeightTiles(value: main.inputs[1].flatMap { mayTile(product, weight: $0) ? $0 : nil })
        if let value = weights.value, let shared = sharedWeights[value] { weights = shared }
        for (core, share) in zip(active, shares(of: product)) {
            guard !share.batch.isEmpty, !share.m.isEmpty, !share.n.isEmpty else { continue }
            try lower(product, share, epilogue, &weights, function: function, output: output, on: core, array: array)
        }
        if let value = main.inputs[1], fused.base(of: main.name) != nil, mayTile(product, weight: value) { sharedWeights[value] = weights }
    }

    /// Divides a product among the cores that run it: as the mapping says, or by batch, else by columns, else by rows.
    private func shares(of product: MatmulProduct) -> [ProductShare] {
        let whole = ProductShare(batch: 0..<product.batch, m: 0..<product.m, n: 0..<product.n)
        guard active.count > 1, let array = cores[0].array else { return [whole] }
        func parts(_ extent: Int, unit: Int) -> [Range<Int>] {
            let units = ceilingDivide(extent, unit)
            let each = ceilingDivide(units, active.count) * unit
            return active.indices.map { min(extent, $0 * each)..<min(extent, ($0 + 1) * each) }
        }
        let rule: AssignedCores.Division =
            product.batch >= active.count ? .batch : ceilingDivide(product.n, array.columns) >= active.count ? .columns : .rows
        return switch division ?? rule {
        case .batch: parts(product.batch, unit: 1).map { ProductShare(batch: $0, m: whole.m, n: whole.n) }
        case .columns: parts(product.n, unit: array.columns).map { ProductShare(batch: whole.batch, m: whole.m, n: $0) }
        case .rows: parts(product.m, unit: product.rowUnit).map { ProductShare(batch: whole.batch, m: $0, n: whole.n) }
        }
    }

    /// Depthwise convolutions leave a systolic array nearly empty: compare the two units.
    private func vectorIsFaster(_ node: Graph.Node, _ array: SystolicArray) -> Bool {
        guard case .vector(let unit)? = cores[0].vector?.description.kind, let weight = node.inputs[1], let output = node.outputs[0] else { return false }
        let shape = graph.values[output].type.shape
        let area = graph.values[weight].type.shape.dropFirst(2).reduce(1, *)
        let pixels = shape.dropFirst(2).reduce(1, *)
        let fold = array.preload == .overlapped ? max(pixels, array.rows) : pixels + 2 * array.rows + array.columns
        let onArray = shape[0] * shape[1] * fold / max(1, cores[0].arrays.count)
        let onVector = ceilingDivide(shape.reduce(1, *), max(1, unit.lanes)) * area * 2
        return onVector < onArray
    }

    private mutating func lower(
        _ product: MatmulProduct, _ share: ProductShare, _ epilogue: EpilogueFunction, _ weights: inout WeightTiles, function: Int,
        output: TensorLocation, on core: CoreUnits, array: SystolicArray
    ) throws(LoweringError) {
        let operatorName = builder.operators.last?.name ?? ""
        let left = product.leftLocation
        let right = product.right.location
        let leftIsResident = !left.isDRAM
        let rightIsResident = right.memory == core.rightMemory
        if !rightIsResident && !right.isDRAM {
            throw LoweringError(operatorName, "\(core.rightMemory) cannot be filled from \(right.memory)", suggestion: "add a dma engine between them")
        }
        let (m, n, k, batch) = (share.m.count, share.n.count, product.k, share.batch.count)
        var problem = MatmulProblem(
            batch: batch, m: m, k: k, n: n, leftBits: left.element.bits, rightBits: right.element.bits,
            sumBits: array.accumulator.bits, outBits: output.element.bits, leftIsResident: leftIsResident,
            rightIsResident: rightIsResident, outIsResident: !output.isDRAM, streamedEpilogueBits: 0, rowUnit: product.rowUnit,
            leftPerUnit: product.rowUnit * k, leftHalo: 0, kUnit: 1)
        if case .convolution(let access) = product.left, !leftIsResident {
            problem.leftPerUnit = access.stride.height * access.input.width * access.channels
            problem.leftHalo = max(0, access.halo) * access.input.width * access.channels
            problem.kUnit = product.kernelArea
            problem.leftShape = .image(access.rows)
        } else if case .matrix(let access) = product.left {
            problem.leftShape = .matrix(rowsAreRuns: access.columnStride == 1, requestBytes: core.leftRequestBytes)
        }
        var operands: [EpilogueOperand] = []
        for operand in epilogue.operands {
            var location = try location(of: operand.value)
            if location.shape != operand.shape {
                guard let view = location.reshaped(to: operand.shape) else {
                    throw LoweringError(operatorName, "\(graph.values[operand.value].name) lies in memory in a way that the epilogue cannot read")
                }
                location = view
            }
            let isVector = operand.follows.compactMap { $0 }.count <= 1 && location.element.bytes(for: location.count) <= 1 << 16
            operands.append(EpilogueOperand(location: location, follows: operand.follows, isWhole: isVector && location.isDRAM))
            if location.isDRAM && !isVector {
                problem.streamedEpilogueBits += location.element.bits
                problem.streams.append(product.stream(of: location, follows: operand.follows))
            }
        }
        let wholeBytes = operands.filter(\.isWhole).reduce(0) { $0 + ($1.location.element.bytes(for: $1.location.count) + 63) / 64 * 64 }
        let sharesSums = core.sumMemory == core.leftMemory
        let sharesRight = core.rightMemory == core.leftMemory
        func resources(whole: Bool) -> MatmulResources {
            func room(_ memory: String) -> Int { (whole ? zones[memory]?.limit : zones[memory]?.budget) ?? 0 }
            return MatmulResources(
                rows: array.rows, columns: array.columns, dataflow: array.dataflow, preload: array.preload,
                arrays: core.arrays.count, leftBudget: room(core.leftMemory) - wholeBytes, rightBudget: room(core.rightMemory),
                sumBudget: zones[core.sumMemory]?.limit ?? 0, rightSharesLeft: sharesRight, sumsShareLeft: sharesSums,
                bytesPerCycle: core.bytesPerCycle)
        }
        // Half of each zone leaves room to prefetch for the next operator; all of it is better than nothing.
        let most = resources(whole: true)
        problem.layout = layout(of: product, share, operands, output, mayTile: weights.value != nil, on: core)
        problem.timing = timing(of: operands, function: function, on: core, array: array)
        let request = MatmulRequest(operatorName: operatorName, problem: problem, preferred: resources(whole: false), most: most)
        let given = try given(for: request, whole: product.extents, memories: (core.leftMemory, core.rightMemory, core.sumMemory))
        let agreed = agreed(weights.mapping, given, problem, most)
        guard let mapping = agreed.map({ $0.fitted(to: problem) }) ?? mapper.map(request) else {
            throw LoweringError(
                operatorName,
                "no tile of its \(m) × \(k) × \(n) product fits: \(most.leftBudget) bytes of \(core.leftMemory), \(most.rightBudget) of \(core.rightMemory), \(most.sumBudget) of \(core.sumMemory)",
                suggestion: "give these memories more capacity")
        }
        let footprint = MatmulAllocation(mapping, problem)
        products.append(
            MappedProduct(
                operatorIndex: builder.current, core: core.core, whole: product.extents, request: request, mapping: mapping,
                isGiven: given != nil))
        var needs: [String: Int] = [core.leftMemory: footprint.left + footprint.epilogue + footprint.out + wholeBytes]
        needs[core.rightMemory, default: 0] += footprint.right
        needs[core.sumMemory, default: 0] += footprint.sums
        for (memory, bytes) in needs.sorted(by: { $0.key < $1.key }) { reserve(memory, bytes) }
        layOut(&weights, of: product, mapping, problem)
        let hasTiledWeights = weights.mapping != nil
        var emitter = MatmulEmitter(
            product: hasTiledWeights ? product.withTiledWeights : product, share: share, problem: problem, mapping: mapping,
            core: core, array: array, output: output, function: function, operatorIndex: builder.current,
            hasTiledWeights: hasTiledWeights, weightReaders: weights.readers)
        try emitter.emit(into: &self, operands: operands)
    }
}

/// A tensor that the epilogue reads besides the sums.
struct EpilogueOperand {
    var location: TensorLocation
    /// Result dimension that each dimension follows.
    var follows: [Int?]
    /// Fetched once as a whole, because it is small.
    var isWhole: Bool
    /// Its buffer, when it is not read in place.
    var buffer: BlockBuffer?
}
