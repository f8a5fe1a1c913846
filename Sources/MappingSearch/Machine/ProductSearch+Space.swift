import Architecture
import Mapping

/// The mappings of one product: what a search may choose from.
extension ProductSearch {
    /// Sizes that the search tries along a dimension, ascending.
    package func sizes(_ dimension: MatmulDimension, most: Int? = nil) -> [Int] {
        let access = problem.layout.map { $0.granularity * 8 / max(1, problem.rightBits) } ?? 1
        let alignments: [Int] =
            switch (dimension, resources.dataflow) {
            case (.m, .weightStationary): []
            case (.m, .inputStationary): [resources.columns]
            case (.m, .outputStationary): [resources.rows]
            case (.k, .outputStationary): [access]
            case (.k, _): [resources.rows]
            case (.n, .inputStationary): [access]
            case (.n, _): [resources.columns, access]
            }
        return TileSizes.candidates(
            extent: problem.extent(of: dimension), unit: problem.unit(of: dimension), dividing: dimension == .k && problem.dividesK,
            alignments: alignments, bounds: bounds(of: dimension), most: most)
    }

    private func bounds(of dimension: MatmulDimension) -> [TileBounds] {
        requirements.compactMap { if case .tile(dimension, let bounds) = $0.content { bounds } else { nil } }
    }

    private func choices<Choice: CaseIterable & Equatable>(_ wanted: [Choice]) -> [Choice] {
        Choice.allCases.filter { choice in wanted.allSatisfy { $0 == choice } }
    }

    /// The orders, stays and splits that the requirements leave.
    private var orders: [MatmulMapping.Order] { choices(requirements.compactMap { if case .order(let order) = $0.content { order } else { nil } }) }
    private var splits: [MatmulMapping.Split] {
        let all = choices(requirements.compactMap { (requirement) -> MatmulMapping.Split? in if case .split(let split) = requirement.content { split } else { nil } })
        // One array has nothing to split; an input-stationary one holds rows.
        let sensible: [MatmulMapping.Split] = resources.arrays == 1 || resources.dataflow == .inputStationary ? [.rows] : [.columns, .rows]
        let both = all.filter { sensible.contains($0) }
        return both.isEmpty ? Array(all.prefix(1)) : both
    }
    private func stays(_ isResident: Bool, _ wanted: [MatmulMapping.Stay]) -> [MatmulMapping.Stay] {
        let all = choices(wanted)
        return isResident ? Array(all.prefix(1)) : all
    }
    private var leftStays: [MatmulMapping.Stay] {
        stays(problem.leftIsResident, requirements.compactMap { if case .left(let stay) = $0.content { stay } else { nil } })
    }
    private var rightStays: [MatmulMapping.Stay] {
        stays(problem.rightIsResident, requirements.compactMap { if case .right(let stay) = $0.content { stay } else { nil } })
    }

    /// A choice of stays, and the bytes that it moves at least with the tiles at hand.
    private struct Stays {
        var left: MatmulMapping.Stay
        var right: MatmulMapping.Stay
        var bytes = LeastBytes()
        var isOpen = true
    }

    /// Visits every mapping that fits and whose bytes and array time alone do not rule it out.
    ///
    /// - Parameter body: false ends the visit.
    func visit(_ effort: SearchEffort, _ limit: () -> ObjectiveValue?, _ body: (MatmulMapping, ObjectiveValue) -> Bool) -> Bool {
        let (sizesM, sizesN, sizesK) = (sizes(.m, most: effort.sizes), sizes(.n, most: effort.sizes), sizes(.k, most: effort.sizes))
        let (orders, splits) = (self.orders, self.splits)
        var stays = leftStays.flatMap { left in rightStays.map { Stays(left: left, right: $0) } }
        for tileM in sizesM.reversed() {
            for tileN in sizesN.reversed() {
                let tilesM = (problem.m + tileM - 1) / tileM, tilesN = (problem.n + tileN - 1) / tileN
                for index in stays.indices {
                    stays[index].bytes = leastBytes(tilesM: tilesM, tilesN: tilesN, stays[index].left, stays[index].right)
                    stays[index].isOpen = mayStay(within: limit(), stays[index].bytes)
                }
                if !stays.contains(where: \.isOpen) { continue }
                for tileK in sizesK.reversed() {
                    for split in splits {
                        var mapping = MatmulMapping(
                            tileM: tileM, tileN: tileN, tileK: tileK, order: .rowsOuter, left: .streamed, right: .streamed, split: split)
                        let most = objective == .cycles ? limit()?.first ?? .infinity : .infinity
                        let arrayTime = model.arrayTime(mapping, upTo: most)
                        if arrayTime > most { continue }
                        for index in stays.indices where stays[index].isOpen {
                            (mapping.left, mapping.right) = (stays[index].left, stays[index].right)
                            let bound = bound(mapping, stays[index].bytes, arrayTime: arrayTime)
                            if let limit = limit(), !(bound < limit) { continue }
                            for order in orders {
                                mapping.order = order
                                guard MatmulAllocation(mapping, problem).fits(resources) else { continue }
                                if !body(mapping, bound) { return false }
                            }
                        }
                    }
                }
            }
        }
        return true
    }

    /// Whether so many bytes alone are not too many.
    private func mayStay(within limit: ObjectiveValue?, _ bytes: LeastBytes) -> Bool {
        guard let limit else { return true }
        return switch objective {
        case .traffic: bytes.total <= limit.first
        case .cycles: model.lowerBound(arrayTime: 0, bytes) <= limit.first
        case .energy, .edp: true
        }
    }
}
