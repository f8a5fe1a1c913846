import Architecture
import NumberFormats

extension Program {
    /// Most semaphores in an array.
    public static let semaphoreLimit = 1 << 20
    /// Most units in a family.
    public static let familyLimit = 1 << 16

    /// Checks that names resolve, variables are in scope, indices are in range and expressions have values in 64 bits.
    ///
    /// - Parameter file: name for messages; the program's name when left out.
    /// - Throws: the first mistake, with the text's line when the program was read by `Program(text:file:)`.
    public func validate(file: String? = nil) throws(ProgramError) {
        try validate(file: file ?? name, lines: nil)
    }

    func validate(file: String, lines: SourceLines?) throws(ProgramError) {
        var validator = ProgramValidator(program: self, file: file, lines: lines)
        try validator.validate()
    }
}

/// One walk over a program, in the order of its text.
struct ProgramValidator {
    let program: Program
    let file: String
    let lines: SourceLines?
    let semaphores: [String: Program.Semaphore]
    /// Line of what is being checked.
    var line: Int?
    /// What is being checked, for messages.
    var place = ""
    /// Statements met so far, to find their lines.
    private var statementNumber = 0
    private var stream = ""

    init(program: Program, file: String, lines: SourceLines?) {
        self.program = program; self.file = file; self.lines = lines
        semaphores = Dictionary(program.semaphores.map { ($0.name, $0) }) { first, _ in first }
    }

    func failure(_ message: String, _ suggestion: String? = nil) -> ProgramError {
        ProgramError(file: file, line: line, message: place.isEmpty ? message : "\(place): \(message)", suggestion: suggestion)
    }

    mutating func validate() throws(ProgramError) {
        try validateSemaphores()
        try validateStreamNames()
        try validateOperators()
        try validateTensors()
        try validateFunctions()
        for (index, stream) in program.streams.enumerated() {
            line = lines?.streams[index]
            self.stream = "stream \(stream.unit)"
            place = self.stream
            var variables: [String: ClosedRange<Int>] = [:]
            if let family = stream.family { variables[family.variable] = 0...(family.count - 1) }
            try validate(stream.body, variables)
        }
    }

    private mutating func validateSemaphores() throws(ProgramError) {
        var seen: Set<String> = []
        for (index, semaphore) in program.semaphores.enumerated() {
            line = lines?.semaphores[index]
            place = "semaphore \(semaphore.name)"
            guard seen.insert(semaphore.name).inserted else { throw failure("the name is taken", "rename one of the two") }
            guard (1...Program.semaphoreLimit).contains(semaphore.count) else {
                throw failure("\(semaphore.count) semaphores", "use 1 to \(Program.semaphoreLimit)")
            }
            guard semaphore.initial >= 0 else { throw failure("starts at \(semaphore.initial)", "semaphores count from 0") }
        }
    }

    private mutating func validateStreamNames() throws(ProgramError) {
        var seen: Set<String> = []
        for (index, stream) in program.streams.enumerated() {
            line = lines?.streams[index]
            place = "stream \(stream.unit)"
            guard !stream.unit.isEmpty else { throw failure("the unit has no name") }
            guard seen.insert(stream.unit).inserted else { throw failure("the unit has a stream already", "join the two") }
            let isPattern = stream.unit.contains("*")
            if let family = stream.family {
                guard isPattern else {
                    throw failure("the family's name has no place for the member's number", "write * where it belongs, as in core*")
                }
                guard (1...Program.familyLimit).contains(family.count) else {
                    throw failure("\(family.count) units", "use 1 to \(Program.familyLimit)")
                }
            } else if isPattern {
                throw failure("* stands for the number of a family's member", "add: for core in 0..<count")
            }
        }
        for (index, stream) in program.streams.enumerated() {
            guard let family = stream.family else { continue }
            line = lines?.streams[index]
            place = "stream \(stream.unit)"
            for other in program.streams where other.family == nil {
                if let number = Program.memberNumber(other.unit, pattern: stream.unit), number < family.count {
                    throw failure("the family contains the unit \(other.unit), which has a stream already", "join the two")
                }
            }
        }
    }

    func isUnit(_ name: String) -> Bool {
        program.streams.contains { stream in
            if stream.unit == name { return true }
            guard let family = stream.family else { return false }
            return Program.memberNumber(name, pattern: stream.unit).map { $0 < family.count } ?? false
        }
    }

    private mutating func validateOperators() throws(ProgramError) {
        for (index, workloadOperator) in program.operators.enumerated() {
            line = lines?.operators[index]
            place = "operator \(index) \"\(workloadOperator.name)\""
            guard workloadOperator.macs >= 0 else { throw failure("\(workloadOperator.macs) multiply-accumulates") }
            guard workloadOperator.unit.isEmpty || isUnit(workloadOperator.unit) else {
                throw failure(
                    "no stream for the unit \"\(workloadOperator.unit)\"",
                    Spelling.suggestion(for: workloadOperator.unit, among: program.streams.map(\.unit)))
            }
        }
    }

    private mutating func validateTensors() throws(ProgramError) {
        for (index, tensor) in program.tensors.enumerated() {
            line = lines?.tensors[index]
            place = "tensor \(tensor.value) \"\(tensor.name)\""
            guard tensor.value >= 0 else { throw failure("the value's number is negative") }
            guard !tensor.memory.isEmpty else { throw failure("the memory has no name") }
            guard tensor.shape.allSatisfy({ $0 >= 0 }) else { throw failure("an extent is negative") }
            guard tensor.strides.count == tensor.shape.count else {
                throw failure("\(tensor.strides.count) strides for \(tensor.shape.count) dimensions", "give one stride for each dimension")
            }
            if let tiling = tensor.tiling { try validate(tiling, of: tensor) }
            guard tensor.address >= 0 else { throw failure("the address \(tensor.address) is negative") }
            guard tensor.bytes >= 0 else { throw failure("it occupies \(tensor.bytes) bytes") }
            guard !tensor.address.addingReportingOverflow(tensor.bytes).overflow else {
                throw failure("its end has no 64-bit address")
            }
        }
    }

    /// A tiling speaks of the elements in the order that the strides give them: each has a place in it, and none is left over.
    private func validate(_ tiling: Tiling, of tensor: Program.Placement) throws(ProgramError) {
        if let mistake = tiling.mistake { throw failure(mistake.message, mistake.suggestion) }
        let dense = zip(tensor.shape, tensor.strides).filter { $0.0 != 1 }.sorted { $0.1 < $1.1 }
        var count = 1
        for (extent, stride) in dense {
            guard stride == count else {
                throw failure("it is tiled, but its strides \(tensor.strides) leave gaps or meet", "tile tensors whose elements follow each other")
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw failure("the shape has more elements than 64 bits can count") }
            count = product
        }
        guard count == tiling.extents.reduce(1, *) else {
            throw failure("\(count) elements are tiled as \(tiling.extents.reduce(1, *))", "make the tiled extents' product \(count)")
        }
    }

    private mutating func validateFunctions() throws(ProgramError) {
        let operations = VectorUnit.Operation.allCases.map(\.rawValue)
        for (index, function) in program.functions.enumerated() {
            line = lines?.functions[index]
            place = "function \(index) \(function.name)"
            for step in function.steps {
                guard operations.contains(step.operation) else {
                    throw failure(
                        "\"\(step.operation)\" is no vector operation",
                        Spelling.suggestion(for: step.operation, among: operations) ?? "one of \(operations.joined(separator: ", "))")
                }
                guard step.repeats >= 0 else { throw failure("\(step.operation) is repeated \(step.repeats) times", "leave the step out") }
            }
            let produced = Set(function.inputs + function.nodes.flatMap { $0.outputs.compactMap { $0 } })
            if let output = function.outputs.first(where: { !produced.contains($0) }) {
                throw failure("nothing computes its output \(output)", "add a node with that output")
            }
        }
    }

    private mutating func validate(_ body: [Statement], _ outer: [String: ClosedRange<Int>]) throws(ProgramError) {
        var variables = outer
        for statement in body {
            line = lines?.statements[statementNumber]
            statementNumber += 1
            switch statement {
            case .loop(let variable, let bound, let body):
                place = "\(stream): for \(variable)"
                let range = try range(bound, variables, of: "the bound")
                try validate(body, try binding(variable, 0...Swift.max(0, range.upperBound - 1), variables))
            case .when(let conditions, let body):
                place = "\(stream): when"
                for condition in conditions { try validate(condition, variables, []) }
                try validate(body, variables)
            case .acquire(let semaphore, let count):
                place = "\(stream): acquire"
                try validate(semaphore, count, variables)
            case .release(let semaphore, let count, _):
                place = "\(stream): release"
                try validate(semaphore, count, variables)
            case .read(let symbol, let region):
                place = "\(stream): read \(symbol)"
                guard let range = region.element.readableRange else {
                    throw failure("\(region.element.rawValue) is no integer format", "read counts and indices from an integer format")
                }
                guard region.extents.allSatisfy({ $0 == .constant(1) }) else {
                    throw failure("it reads more than one value", "make the extents [1]")
                }
                try validate(region, variables)
                variables = try binding(symbol, range, variables)
            case .command(let command):
                place = "\(stream): \(command.opcode)"
                try validate(command, variables)
            }
        }
    }

    private func binding(
        _ name: String, _ range: ClosedRange<Int>, _ variables: [String: ClosedRange<Int>]
    ) throws(ProgramError) -> [String: ClosedRange<Int>] {
        guard variables[name] == nil else { throw failure("\"\(name)\" is bound already", "use another name") }
        var result = variables
        result[name] = range
        return result
    }
}
