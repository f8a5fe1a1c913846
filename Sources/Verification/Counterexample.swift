import Programs

/// Why an obligation does not hold: where, and for which loop indices.
public struct Counterexample: Sendable, Equatable {
    /// Bytes that an operand of a command touches in one iteration.
    public struct Touched: Sendable, Equatable {
        public var operand: String
        public var isWrite: Bool
        public var memory: String
        /// From the first to the last; there may be gaps in between.
        public var bytes: ClosedRange<Int>
    }

    /// One statement of a program in one iteration.
    public struct Step: Sendable, Equatable {
        public var unit: String
        /// As the program's text has it, in one line.
        public var text: String
        /// Loop indices by name, outermost first.
        public var indices: [(name: String, value: Int)]
        /// The statement's first line in the program's text, from 1; `nil` where there is no such text.
        public var line: Int?
        /// What a command touches.
        public var touched: [Touched] = []
        /// Where the statement stands: the stream, and the statement's number in it.
        var place: (stream: Int, position: Int)?

        public static func == (a: Step, b: Step) -> Bool {
            a.unit == b.unit && a.text == b.text && a.line == b.line && a.touched == b.touched && a.indices.elementsEqual(b.indices, by: ==)
        }
    }

    /// What is wrong, in a sentence.
    public var message: String
    public var steps: [Step]
    public init(_ message: String, steps: [Step] = []) { self.message = message; self.steps = steps }

    /// With the lines of the program's text.
    func located(_ lines: ProgramLines) -> Counterexample {
        var result = self
        for index in result.steps.indices {
            guard let place = result.steps[index].place else { continue }
            result.steps[index].line = lines.line(stream: place.stream, position: place.position)
        }
        return result
    }
}

extension Counterexample.Step {
    /// - Parameter values: of loop variables, and of those of the layers; loops without one are at what conditions say, or at 0.
    init(_ site: Site, _ values: [String: Int]) {
        unit = site.unit
        text = StatementText.line(site.statement)
        indices = site.loops.map { ($0.variable, values[$0.variable] ?? site.pins[$0.variable] ?? 0) }
        place = (site.stream, site.position)
        guard let command = site.command else { return }
        let here = values.merging(indices.map { ($0.name, $0.value) }) { _, own in own }
        for access in Access.all(of: command, site: 0) {
            guard let bytes = access.region.bytes(here) else { continue }
            touched.append(Counterexample.Touched(operand: access.operand, isWrite: access.isWrite, memory: access.region.memory, bytes: bytes))
        }
    }
}

extension Region {
    /// Bytes from the first to the last that the region touches in one iteration; `nil` when there are none, or a variable has no value.
    func bytes(_ values: [String: Int]) -> ClosedRange<Int>? {
        guard let start = base.evaluate(values) else { return nil }
        var ranges: [ClosedRange<Int>] = []
        for extent in extents {
            guard let size = extent.evaluate(values), size > 0 else { return nil }
            ranges.append(0...(size - 1))
        }
        guard case .known(let index)? = IndexBounds(self).bounds(values.mapValues { $0...$0 }, at: ranges) else { return nil }
        return (start + floorDivide(index.lowerBound * element.bits, 8))...(start + floorDivide((index.upperBound + 1) * element.bits + 7, 8) - 1)
    }
}
