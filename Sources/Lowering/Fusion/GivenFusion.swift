import Mapping
import OperatorGraph

/// What a mapping file says about fusion, applied to a workload.
enum GivenFusion {
    /// - Throws: for groups that cannot be fused so, with the line of the file.
    static func apply(_ mapping: WorkloadMapping?, to graph: Graph) throws(LoweringError) -> FusedGraph {
        var fused = FusedGraph(graph)
        // A file for another workload is refused as such later.
        guard let mapping, mapping.workload.isEmpty || mapping.workload == graph.name else { return fused }
        for (index, group) in mapping.fusion.enumerated() {
            do throws(FusedRegion.Refusal) {
                fused = try BlockFusion.apply(group, to: fused)
            } catch {
                let file = mapping.file ?? "the mapping"
                throw LoweringError(
                    mappingPlace: (group.line.map { "\(file):\($0)" } ?? file) + ": fusion[\(index)]", error.message, suggestion: error.suggestion)
            }
        }
        return fused
    }
}

extension Lowerer {
    /// A block's result goes where the whole has it.
    mutating func placePart(_ part: FusedPart, of value: Graph.ValueID, layout: Layout) throws(LoweringError) -> TensorLocation {
        let whole: TensorLocation
        if let known = locations[part.whole] {
            whole = known
        } else {
            keepRoom(for: part.whole)
            whole = try place(part.whole, layout: layout)
        }
        var view = whole.sliced(part.dimension, from: part.range.lowerBound, count: part.range.count)
        view.straightens()
        view.span = view.hull
        locations[value] = view
        return view
    }
}

extension Lowerer {
    /// Blocks are on chip before what they make is: a whole that would take their room goes off chip, unless the file wants it otherwise.
    private mutating func keepRoom(for whole: Graph.ValueID) {
        guard buffers == .apart, wantedPlace(of: whole) == nil, let bytes = fused.blockBytes[whole] else { return }
        let others = residentBytes { value in BlockName.base(of: graph.values[value].name) == nil }
        if others.taken + graph.values[whole].type.bytes + bytes > others.size { keepOffChip(whole) }
    }
}

extension TensorLocation {
    /// Bytes from its first element to its last.
    var hull: Range<Int> {
        let last = shape.indices.reduce(offset) { $0 + max(0, shape[$1] - 1) * strides[$1] }
        return address + offset * element.bits / 8..<address + ((last + 1) * element.bits + 7) / 8
    }

    /// A stride over one index is free: it becomes that of a tensor without gaps, if the others are.
    mutating func straightens() {
        for plain in [Self.channelsLast(shape), Self.rowMajor(shape)] where shape.indices.allSatisfy({ shape[$0] == 1 || strides[$0] == plain[$0] }) {
            strides = plain
            return
        }
    }

    /// Channels are neighbours, then pixels of a row, then rows; images may lie apart.
    var isChannelsLast: Bool {
        let plain = Self.channelsLast(shape)
        return shape.count >= 3 && strides.dropFirst() == plain.dropFirst() && (strides[0] == plain[0] || shape[0] > 1)
    }
}
