import Architecture

/// A register-level array of any datapath format: the type that machines hold.
///
/// Exactly one of the three arrays is there. They are optionals rather than cases of an enum because an optional is mutated in place.
package struct AnyRegisterArray: Sendable {
    package let format: DatapathFormat
    private var int8: RegisterArray<Int8>?
    private var int16: RegisterArray<Int16>?
    private var float: RegisterArray<Float>?

    /// An idle array at cycle 0, all registers zero.
    ///
    /// - Throws: `ArrayCommandError.unsupportedFormat` when no datapath holds the array's element types.
    package init(_ array: SystolicArray) throws(ArrayCommandError) {
        format = try DatapathFormat(input: array.input, weight: array.weight, accumulator: array.accumulator)
        switch format {
        case .int8: int8 = RegisterArray(array)
        case .int16: int16 = RegisterArray(array)
        case .float: float = RegisterArray(array)
        }
    }

    /// The cycle that the next `step` simulates.
    package var cycle: Int { int8?.cycle ?? int16?.cycle ?? float?.cycle ?? 0 }

    /// True when no command is in flight.
    package var isIdle: Bool { int8?.isIdle ?? int16?.isIdle ?? float?.isIdle ?? true }

    /// Whether `issue` takes this tile in the current cycle.
    package func accepts(_ tile: ArrayTile) -> Bool {
        int8?.accepts(tile) ?? int16?.accepts(tile) ?? float?.accepts(tile) ?? false
    }

    /// Takes a command in the current cycle, before it is stepped, and returns its number: 0, 1, 2, …
    ///
    /// - Parameters: operands as `ArrayTile` describes them; `top` is ignored when the stationary operand is kept.
    /// - Throws: `ArrayCommandError` when the tile or its operands do not suit the array or come too early; nothing changes then.
    package mutating func issue(
        _ tile: ArrayTile, left: OperandMatrix, top: OperandMatrix
    ) throws(ArrayCommandError) -> Int {
        switch (left, top) {
        case (.int8(let left), .int8(let top)):
            if let number = try int8?.issue(tile, left: left, top: top) { return number }
        case (.int16(let left), .int16(let top)):
            if let number = try int16?.issue(tile, left: left, top: top) { return number }
        case (.float(let left), .float(let top)):
            if let number = try float?.issue(tile, left: left, top: top) { return number }
        default: break
        }
        throw .operandFormat(expected: format)
    }

    /// Simulates the current cycle.
    package mutating func step() -> ArraySignals {
        if let signals = int8?.step() { return signals }
        if let signals = int16?.step() { return signals }
        return float?.step() ?? ArraySignals()
    }

    /// Lets cycles pass in which nothing moves; only an idle array can.
    package mutating func skip(_ cycles: Int) {
        int8?.skip(cycles)
        int16?.skip(cycles)
        float?.skip(cycles)
    }
}

/// The values of an array at event fidelity, for any datapath format.
package struct AnySystolicDatapath: Sendable {
    package let format: DatapathFormat
    private var int8: SystolicDatapath<Int8>
    private var int16: SystolicDatapath<Int16>
    private var float: SystolicDatapath<Float>

    /// - Throws: `ArrayCommandError.unsupportedFormat` when no datapath holds the array's element types.
    package init(_ array: SystolicArray) throws(ArrayCommandError) {
        format = try DatapathFormat(input: array.input, weight: array.weight, accumulator: array.accumulator)
        int8 = SystolicDatapath(dataflow: array.dataflow)
        int16 = SystolicDatapath(dataflow: array.dataflow)
        float = SystolicDatapath(dataflow: array.dataflow)
    }

    /// The results of a tile, `nil` when it keeps its sums.
    package mutating func execute(
        _ tile: ArrayTile, left: OperandMatrix, top: OperandMatrix
    ) throws(ArrayCommandError) -> SumMatrix? {
        switch (format, left, top) {
        case (.int8, .int8(let left), .int8(let top)):
            try int8.execute(tile, left: left, top: top).map(Int8.matrix)
        case (.int16, .int16(let left), .int16(let top)):
            try int16.execute(tile, left: left, top: top).map(Int16.matrix)
        case (.float, .float(let left), .float(let top)):
            try float.execute(tile, left: left, top: top).map(Float.matrix)
        default: throw .operandFormat(expected: format)
        }
    }
}
