import NumberFormats

extension Program {
    /// The program in its text format, the same for equal programs. `Program.parse` reads it back to an equal program.
    public var text: String {
        var printer = ProgramPrinter(semaphores: semaphores)
        printer.write(self)
        return printer.output
    }
}

/// Writes a program in the grammar that `ProgramParser` reads.
struct ProgramPrinter {
    /// A command whose line would be longer has its operands on lines of their own.
    static let lineLength = 116

    private(set) var output = ""
    /// Semaphores that are arrays, whose references show their index even where it is 0.
    private let arrays: Set<String>

    init(semaphores: [Program.Semaphore]) {
        arrays = Set(semaphores.lazy.filter { $0.count != 1 }.map(\.name))
    }

    mutating func line(_ indent: Int, _ text: String) {
        output.append(String(repeating: " ", count: indent))
        output.append(text)
        output.append("\n")
    }

    mutating func write(_ program: Program) {
        line(0, "program \(ProgramNames.quoted(program.name)) on \(ProgramNames.quoted(program.architecture))")
        writeTable(program.operators) { $0.write($2, $1) }
        writeTable(program.tensors) { $0.write($2) }
        writeTable(program.functions) { $0.write($2, $1) }
        writeTable(program.semaphores) { $0.write($2) }
        for stream in program.streams {
            line(0, "")
            let family = stream.family.map { " for \(ProgramNames.variable($0.variable)) in 0..<\($0.count)" } ?? ""
            line(0, "stream \(ProgramNames.name(stream.unit))\(family)")
            write(stream.body, 2)
        }
    }

    /// Declarations one below the other, those that differ in even numbers once.
    private mutating func writeTable<Element>(_ elements: [Element], _ write: (inout ProgramPrinter, Int, Element) -> Void) {
        guard !elements.isEmpty else { return }
        let before = output
        let declarations = elements.enumerated().map { index, element in
            output = ""
            write(&self, index, element)
            return output
        }
        output = before + "\n" + RepeatFolding.fold(declarations)
    }

    private mutating func write(_ workloadOperator: Program.Operator, _ index: Int) {
        var text = "operator \(index) \(ProgramNames.quoted(workloadOperator.name)) \(ProgramNames.name(workloadOperator.type))"
        if !workloadOperator.unit.isEmpty { text += " unit \(ProgramNames.name(workloadOperator.unit))" }
        if workloadOperator.macs != 0 { text += " macs \(workloadOperator.macs)" }
        line(0, text)
        for note in workloadOperator.notes { line(2, "note \(ProgramNames.quoted(note))") }
    }

    private mutating func write(_ tensor: Program.Placement) {
        var text = "tensor \(tensor.value) \(ProgramNames.quoted(tensor.name)) \(tensor.role.rawValue)"
        text += " \(ProgramNames.name(tensor.memory))@\(tensor.address) \(tensor.element.rawValue)\(Self.shape(tensor.shape))"
        if rowMajorStrides(tensor.shape) != tensor.strides {
            text += " strides [\(tensor.strides.map(String.init).joined(separator: ", "))]"
        }
        if let tiling = tensor.tiling {
            text += " tiled " + ([tiling.extents] + tiling.blocks).map(Self.shape).joined(separator: " by ")
        }
        line(0, text + " bytes \(tensor.bytes)")
    }

    private mutating func write(_ semaphore: Program.Semaphore) {
        let count = semaphore.count == 1 ? "" : "[\(semaphore.count)]"
        line(0, "semaphore \(ProgramNames.name(semaphore.name))\(count) = \(semaphore.initial) \(semaphore.meaning.rawValue)")
    }

    static func shape(_ extents: [Int]) -> String { "[\(extents.map(String.init).joined(separator: " x "))]" }

    private mutating func write(_ body: [Statement], _ indent: Int) {
        for statement in body { write(statement, indent) }
    }

    private mutating func write(_ statement: Statement, _ indent: Int) {
        switch statement {
        case .loop(let variable, let bound, let body):
            line(indent, "for \(ProgramNames.variable(variable)) in 0..<\(bound)")
            write(body, indent + 2)
        case .when(let conditions, let body):
            line(indent, "when \(conditions.isEmpty ? "true" : Self.text(conditions))")
            write(body, indent + 2)
        case .acquire(let semaphore, let count):
            line(indent, "acquire \(text(semaphore))\(count == 1 ? "" : " times \(count)")")
        case .release(let semaphore, let count, let time):
            let times = count == 1 ? "" : " times \(count)"
            line(indent, "release \(text(semaphore))\(times)\(time == .finished ? "" : " when \(time.rawValue)")")
        case .read(let symbol, let region):
            line(indent, "read \(ProgramNames.variable(symbol)) <- \(Self.text(region))")
        case .command(let command):
            write(command, indent)
        }
    }

    private func text(_ semaphore: SemaphoreReference) -> String {
        let name = ProgramNames.name(semaphore.name)
        return semaphore.index == .constant(0) && !arrays.contains(semaphore.name) ? name : "\(name)[\(semaphore.index)]"
    }

    private mutating func write(_ command: Command, _ indent: Int) {
        let served = command.operatorIndex.constantValue.map { "\($0)" } ?? "(\(command.operatorIndex))"
        let head = "\(ProgramNames.opcode(command.opcode)) #\(served)"
        let operands = command.operands.map { "\(ProgramNames.name($0.name)): \(Self.text($0.region))" }
        let attributes = command.attributes.map { "\(ProgramNames.name($0.name)) = \($0.value)" }
        let items = operands + attributes
        let oneLine = items.isEmpty ? head : "\(head) \(items.joined(separator: ", "))"
        if indent + oneLine.utf8.count <= Self.lineLength {
            line(indent, oneLine)
        } else {
            line(indent, head)
            for operand in operands { line(indent + 2, operand) }
            if !attributes.isEmpty { line(indent + 2, attributes.joined(separator: ", ")) }
        }
    }

    static func text(_ conditions: [Condition]) -> String {
        conditions.map { "\($0.left) \($0.relation.rawValue) \($0.right)" }.joined(separator: " and ")
    }

    static func text(_ region: Region) -> String {
        var text = ProgramNames.name(region.memory)
        if let instance = region.instance { text += "[\(instance)]" }
        text += "@\(region.base.asFactor) \(region.element.rawValue)"
        text += "[\(region.extents.map(\.description).joined(separator: " x "))]"
        if region.guards.isEmpty, region.fill == .zero, Region.rowMajorIndex(region.extents) == region.index { return text }
        text += "(\(region.index)"
        if !region.guards.isEmpty { text += " where \(Self.text(region.guards))" }
        if !region.guards.isEmpty || region.fill != .zero { text += " else \(region.fill.rawValue)" }
        return text + ")"
    }
}
