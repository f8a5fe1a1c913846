import NumberFormats

/// Rounds intermediate values of operators whose definition is a composition of others: to the 16-bit formats;
/// wider formats are left in binary64.
struct StepRounding {
    private let element: ElementType?

    init(_ element: ElementType) { self.element = element == .fp16 || element == .bf16 ? element : nil }

    @inline(__always) func callAsFunction(_ value: Double) -> Double {
        guard let element else { return value }
        return Double(element.rounded(Float(value)))
    }

    /// A partial sum: NumPy keeps those of bf16 in bf16, and those of fp16 in a wider format.
    @inline(__always) func runningSum(_ value: Double) -> Double { element == .bf16 ? self(value) : value }

    func apply(_ values: inout [Double]) {
        if element == nil { return }
        for index in values.indices { values[index] = self(values[index]) }
    }
}
