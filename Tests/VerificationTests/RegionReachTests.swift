import Programs
import Testing
import Verification

/// How far a region reaches, against every one of its elements in every iteration.
@Suite struct RegionReachTests {
    private struct Dice {
        var state: UInt64
        mutating func roll(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
    }

    /// The least and the greatest index, by looking at all; `nil` where there is none.
    private func elements(_ region: Region, _ loops: [LoopFrame], _ guards: [Condition]) -> ClosedRange<Int>? {
        var found: ClosedRange<Int>?
        func visit(_ place: Int, _ values: [String: Int]) {
            guard place < loops.count else {
                let holds = guards.allSatisfy { $0.relation.holds($0.left.evaluate(values) ?? 0, $0.right.evaluate(values) ?? 0) }
                let sizes = region.extents.map { $0.evaluate(values) ?? 0 }
                guard holds, sizes.allSatisfy({ $0 > 0 }) else { return }
                func point(_ coordinates: [Int]) {
                    guard coordinates.count < sizes.count else {
                        let inside = region.guards.allSatisfy {
                            $0.relation.holds($0.left.evaluate(values, at: coordinates) ?? 0, $0.right.evaluate(values, at: coordinates) ?? 0)
                        }
                        guard inside, let index = region.index.evaluate(values, at: coordinates) else { return }
                        found = found.map { min($0.lowerBound, index)...max($0.upperBound, index) } ?? index...index
                        return
                    }
                    for next in 0..<sizes[coordinates.count] { point(coordinates + [next]) }
                }
                point([])
                return
            }
            for index in 0..<max(0, loops[place].bound.evaluate(values) ?? 0) { visit(place + 1, values.merging([loops[place].variable: index]) { _, b in b }) }
        }
        visit(0, [:])
        return found
    }

    private func bits(_ elements: ClosedRange<Int>?, _ region: Region) -> Range<Int> {
        elements.map { ($0.lowerBound * region.element.bits)..<(($0.upperBound + 1) * region.element.bits) } ?? 0..<0
    }

    /// Loops whose bounds and regions whose extents depend on other loops, with conditions, negative factors and empty tiles.
    @Test func everyElementAndNoOther() throws {
        var empty = 0
        for seed in 1...400 {
            var dice = Dice(state: UInt64(seed) &* 7919)
            let names = ["a", "b", "c"].prefix(1 + dice.roll(3))
            var loops: [LoopFrame] = []
            for (number, name) in names.enumerated() {
                var bound = Expression.constant(1 + dice.roll(4))
                if number > 0, dice.roll(3) == 0 { bound = .min(bound, Expression.constant(dice.roll(5)) - Expression.variable(names[dice.roll(number)])) }
                loops.append(LoopFrame(variable: name, bound: bound, identity: number))
            }
            func variable() -> Expression { .variable(names[dice.roll(names.count)]) }
            var index = Expression.constant(dice.roll(7))
            for _ in 0..<2 { index = index + variable() * (dice.roll(9) - 3) }
            var extents: [Expression] = []
            for dimension in 0..<(1 + dice.roll(3)) {
                var extent = Expression.constant(1 + dice.roll(4))
                if dice.roll(2) == 0 { extent = .min(extent, Expression.constant(2 + dice.roll(6)) - variable() * (1 + dice.roll(3))) }
                extents.append(extent)
                index = index + Expression.coordinate(dimension) * (dice.roll(12) - 3)
            }
            let guards = dice.roll(3) == 0 ? [Condition(variable(), .less, .constant(1 + dice.roll(3)))] : []
            let region = Region(memory: "m", base: 0, element: .int16, extents: extents, index: index)
            let expected = bits(elements(region, loops, guards), region)
            // Conditions on loops that the region does not depend on say nothing of it.
            let used = Set(index.variables + extents.flatMap(\.variables))
            let bindings = Set(loops.filter { used.contains($0.variable) }.flatMap { $0.bound.variables }).union(used)
            guard loops.allSatisfy({ bindings.contains($0.variable) || $0.bound.constantValue != nil }), guards.allSatisfy({ bindings.isSuperset(of: $0.left.variables) })
            else { continue }
            let found = try #require(region.reach(loops, guards: guards, [:]))
            #expect(found == expected, "\(seed): \(region.index) \(region.extents) \(loops) \(guards)")
            empty += expected.isEmpty ? 1 : 0
        }
        #expect(empty > 5)
    }

    /// Rows of padding are no place: what guards leave out of a window is not reached, and nothing else is missed.
    @Test func windowsWithPadding() throws {
        for seed in 1...60 {
            var dice = Dice(state: UInt64(seed) &* 104_729)
            let (stride, kernel, height, width, padding) = (1 + dice.roll(2), 1 + dice.roll(3), 3 + dice.roll(5), 3 + dice.roll(5), dice.roll(2))
            let rows = max(1, (height + 2 * padding - kernel) / stride + 1)
            let loops = [LoopFrame(variable: "y", bound: .constant(rows), identity: 0)]
            let row = Expression.variable("y") * stride + Expression.coordinate(0) + Expression.constant(-padding)
            let region = Region(
                memory: "m", base: 0, element: .int8, extents: [.constant(kernel), .constant(width)], index: row * width + Expression.coordinate(1),
                guards: [Condition(row, .greaterOrEqual, 0), Condition(row, .less, .constant(height))])
            let expected = bits(elements(region, loops, []), region)
            let found = try #require(region.reach(loops, guards: [], [:]))
            #expect(found.lowerBound <= expected.lowerBound && found.upperBound >= expected.upperBound, "\(seed)")
            #expect(found == expected, "\(seed): the first and the last row are whole")
        }
    }

    /// More iterations of one part than are walked: intervals, which are never too narrow, and no wider than the loops allow.
    @Test func tooManyIterations() throws {
        let (a, b) = (Expression.variable("a"), Expression.variable("b"))
        let loops = [LoopFrame(variable: "a", bound: 700, identity: 0), LoopFrame(variable: "b", bound: 600, identity: 1)]
        let region = Region(memory: "m", base: 0, element: .int8, extents: [.min(8, Expression.constant(2000) - a - b)], index: a * 3 + b * 5 + Expression.coordinate(0))
        let found = try #require(region.reach(loops, guards: [], [:]))
        var greatest = 0
        for x in 0..<700 { for y in 0..<600 { greatest = max(greatest, 3 * x + 5 * y + min(8, 2000 - x - y) - 1) } }
        #expect(found == bits(0...greatest, region))
        // The extent gets small only where the index does not get large: intervals do not see that.
        let narrow = Region(memory: "m", base: 0, element: .int8, extents: [.min(900, Expression.constant(1300) - a - b)], index: a + b + Expression.coordinate(0))
        let wide = try #require(narrow.reach(loops, guards: [], [:]))
        #expect(wide.lowerBound == 0 && wide.upperBound >= 8 * 1300)
        // 2^63 elements cannot be.
        let huge = Region(memory: "m", base: 0, element: .int8, extents: [.constant(1 << 62)], index: Expression.coordinate(0) * 4)
        #expect(huge.reach([], guards: [], [:]) == nil)
    }
}
