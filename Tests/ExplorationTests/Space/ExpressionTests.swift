import Exploration
import Testing

@Suite("Expressions of a space")
struct ExpressionTests {
    static let parameters = [
        SpaceParameter(name: "rows", targets: ["rows"], values: [.integer(8), .integer(16)]),
        SpaceParameter(name: "columns", targets: ["columns"], values: [.integer(4), .integer(32)]),
        SpaceParameter(name: "buffer-size", targets: ["b"], values: [.text("64 KiB"), .text("1 MiB")]),
        SpaceParameter(name: "dataflow", targets: ["d"], values: [.text("weight-stationary"), .text("output-stationary")]),
    ]
    /// rows 16, columns 4, buffer-size 64 KiB, dataflow weight-stationary; then figures.
    static let slots: [Double] = [16, 4, 65536, 0]

    private func compile(
        _ text: String, _ kind: CompiledExpression.Kind = .number, figures: Bool = false
    ) throws(ExpressionError) -> CompiledExpression {
        var scope = ExpressionScope(parameters: Self.parameters, workloads: ["resnet18-int8"])
        return try ExpressionParser.compile(text, expected: kind, scope: &scope, allowsFigures: figures)
    }

    /// Values reckoned by hand.
    @Test(arguments: [
        ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9), ("10 - 4 - 3", 3), ("64 / 4 / 2", 8), ("2 ** 3 ** 2", 512), ("-2 ** 2", -4), ("(-2) ** 2", 4),
        ("2 ** -1", 0.5), ("7 % 4", 3), ("-7 % 4", 1), ("rows * columns", 64), ("rows-columns", 12), ("rows - -columns", 20), ("min(3, rows, 5)", 3),
        ("max(3, rows, 5)", 16), ("floor(7 / 2)", 3), ("ceil(7 / 2)", 4), ("round(2.5)", 3), ("abs(3 - rows)", 13), ("sqrt(rows)", 4),
        ("log2(rows * columns)", 6), ("buffer-size / 1 KiB", 64), ("1.5e3", 1500), ("50 mm2", 50), ("2 GHz", 2e9), ("34 GB/s / 2", 17e9),
        ("8 / columns", 2), ("1 MiB - buffer-size", 983040), (".5 + 1", 1.5), ("max(min(rows, 2) * 3, 5)", 6), ("1000 ms", 1),
    ])
    func numbers(text: String, value: Double) throws {
        #expect(try compile(text).evaluate(Self.slots) == value)
    }

    @Test(arguments: [
        ("rows * columns <= 64", true), ("rows * columns < 64", false), ("rows > columns and columns >= 4", true), ("rows == 8 or columns == 4", true),
        ("not rows == 16", false), ("not (rows == 8 or columns == 32)", true), ("rows == 8 or rows == 16 and columns == 32", false),
        ("dataflow == weight-stationary", true), ("dataflow == 'output-stationary'", false), ("dataflow != output-stationary", true),
        ("buffer-size <= 64 KiB", true), ("rows != 16", false), ("1 / 0 > 5", true), ("0 / 0 == 0 / 0", false), ("sqrt(-1) < 5", false),
        ("dataflow == weight-stationary and rows % 8 == 0", true), ("8 < rows", true), ("4 >= columns", true),
    ])
    func truths(text: String, value: Bool) throws {
        #expect(try compile(text, .truth).holds(Self.slots) == value)
    }

    @Test(arguments: [
        ("", "a number or a name"), ("1 +", "the end"), ("(1 + 2", "\")\""), ("1 2", "where an operator or the end belongs"), ("rows colums", "operator"),
        ("colums", "no parameter of the space"), ("minn(1, 2)", "no function"), ("floor(1, 2)", "one number"), ("min()", "a number or a name"),
        ("rows = 3", "no sign"), ("rows & 3", "no sign"), ("1 < 2 < 3", "do not chain"), ("rows and columns", "has to be a comparison"),
        ("(rows < 3) + 1", "has to be a number"), ("rows < 3", "has to be a number"), ("dataflow + 1", "values that are no numbers"),
        ("'a", "not closed"), ("5 furlongs", "no unit"), ("1.2.3", "not a number"), ("1e999", "not a number"), ("rows.shape(2)", "no function"),
        ("dataflow", "has to be a number"), ("__import__('os')", "no function"), ("rows; columns", "no sign"), ("$rows", "no sign"), ("min(1,)", "a number or a name"),
    ])
    func malformed(text: String, message: String) {
        let error = #expect(throws: ExpressionError.self) { try compile(text) }
        #expect(error?.message.contains(message) == true, "\(text): \(error?.message ?? "")")
    }

    @Test(arguments: [
        ("dataflow < 3", "compares a name with a number"), ("dataflow < weight-stationary", "no order"), ("dataflow == 'weigth-stationary'", "is never"),
        ("rows + 1", "has to be a comparison"), ("not 3", "has to be a comparison"), ("(rows < 3) == (rows < 4)", "one side is a comparison"),
    ])
    func malformedTruths(text: String, message: String) {
        let error = #expect(throws: ExpressionError.self) { try compile(text, .truth) }
        #expect(error?.message.contains(message) == true, "\(text): \(error?.message ?? "")")
    }

    @Test func suggestions() {
        #expect(throws: ExpressionError.self) { try compile("colums") }
        do { _ = try compile("colums") } catch { #expect(error.suggestion == "columns") }
        do { _ = try compile("dataflow == 'weigth-stationary'", .truth) } catch { #expect(error.suggestion == "weight-stationary") }
        do { _ = try compile("flor(2)") } catch { #expect(error.suggestion == "floor") }
        do { _ = try compile("rows ^ 2") } catch { #expect(error.suggestion == "**") }
    }

    /// Deep nesting is refused before it fills the stack.
    @Test func nestingHasALimit() throws {
        #expect(try compile(String(repeating: "(", count: 60) + "1" + String(repeating: ")", count: 60)).evaluate([]) == 1)
        for opening in ["(", "-", "floor(", "2 ** ", "not "] {
            let error = #expect(throws: ExpressionError.self) { try compile(String(repeating: opening, count: 10_000) + "1") }
            #expect(error?.message.contains("nested") == true)
        }
    }

    @Test func figuresOfOneWorkloadHaveItsName() throws {
        var scope = ExpressionScope(parameters: Self.parameters, workloads: ["resnet18-int8"])
        let expression = try ExpressionParser.compile("resnet18-int8.cycles - cycles / rows", expected: .number, scope: &scope, allowsFigures: true)
        #expect(expression.evaluate(Self.slots + [100, 160]) == 90)
        #expect(expression.slots == [0, 4, 5])
    }
}
