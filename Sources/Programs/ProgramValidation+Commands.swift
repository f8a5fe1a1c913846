/// Checks of what single statements name.
extension ProgramValidator {
    func range(
        _ expression: Expression, _ variables: [String: ClosedRange<Int>], _ coordinates: [ClosedRange<Int>] = [],
        of what: String
    ) throws(ProgramError) -> ClosedRange<Int> {
        do throws(ExpressionProblem) {
            return try expression.range(variables, at: coordinates)
        } catch {
            switch error {
            case .unknownVariable(let name):
                throw failure(
                    "\(what) \(expression) uses \"\(name)\", which is bound nowhere above it",
                    Spelling.suggestion(for: name, among: variables.keys.sorted()))
            case .coordinate(let index, 0):
                throw failure("\(what) \(expression) uses $\(index)", "coordinates have a meaning only in a region's parentheses")
            case .coordinate(let index, let rank):
                throw failure(
                    "\(what) \(expression) uses $\(index), but the region has \(rank) dimension\(rank == 1 ? "" : "s")",
                    rank == 1 ? "use $0" : "use $0 to $\(rank - 1)")
            case .divisor(let divisor):
                throw failure("\(what) \(expression) divides by \(divisor)", "divisors are positive")
            case .overflow: throw failure("\(what) \(expression) can exceed 64 bits")
            }
        }
    }

    func validate(
        _ condition: Condition, _ variables: [String: ClosedRange<Int>], _ coordinates: [ClosedRange<Int>]
    ) throws(ProgramError) {
        _ = try range(condition.left, variables, coordinates, of: "the condition's")
        _ = try range(condition.right, variables, coordinates, of: "the condition's")
    }

    func validate(_ reference: SemaphoreReference, _ count: Int, _ variables: [String: ClosedRange<Int>]) throws(ProgramError) {
        guard let semaphore = semaphores[reference.name] else {
            throw failure(
                "no semaphore \"\(reference.name)\"",
                Spelling.suggestion(for: reference.name, among: program.semaphores.map(\.name))
                    ?? "declare it: semaphore \(reference.name) = 0 loaded")
        }
        guard count > 0 else { throw failure("\(count) of \(reference.name)", "use a positive number") }
        let index = try range(reference.index, variables, of: "the index")
        guard index.overlaps(0...(semaphore.count - 1)) else {
            throw failure(
                "\(reference.name)[\(reference.index)] does not exist",
                semaphore.count == 1 ? "\(reference.name) is a single semaphore" : "indices go from 0 to \(semaphore.count - 1)")
        }
    }

    func validate(_ command: Command, _ variables: [String: ClosedRange<Int>]) throws(ProgramError) {
        guard !command.opcode.isEmpty else { throw failure("the command has no name") }
        let served = try range(command.operatorIndex, variables, of: "the operator")
        guard served.lowerBound >= 0, served.upperBound < program.operators.count else {
            let count = program.operators.count
            throw failure(
                "no operator #\(command.operatorIndex)",
                count == 0 ? "declare one: operator 0 \"name\" Type" : "operators go from #0 to #\(count - 1)")
        }
        var names: Set<String> = []
        for name in command.operands.map(\.name) + command.attributes.map(\.name) {
            guard names.insert(name).inserted else { throw failure("\"\(name)\" is given twice", "remove one of the two") }
        }
        for operand in command.operands {
            do throws(ProgramError) {
                try validate(operand.region, variables)
            } catch {
                var located = error
                located.message = "\(place): \(operand.name)" + error.message.dropFirst(place.count)
                throw located
            }
        }
        for attribute in command.attributes {
            let range = try range(attribute.value, variables, of: "\(attribute.name) =")
            if attribute.name == Command.functionAttribute, !range.overlaps(0..<program.functions.count) {
                throw failure(
                    "no function \(attribute.value)",
                    program.functions.isEmpty ? "declare one" : "functions go from 0 to \(program.functions.count - 1)")
            }
        }
    }

    func validate(_ region: Region, _ variables: [String: ClosedRange<Int>]) throws(ProgramError) {
        guard !region.memory.isEmpty else { throw failure("the memory has no name") }
        if let instance = region.instance {
            guard region.memory.contains("*") else {
                throw failure("the memory \(region.memory) has no place for its number", "write * where it belongs, as in core*.inbox")
            }
            let number = try range(instance, variables, of: "the memory's number")
            guard number.upperBound >= 0 else { throw failure("the memory's number \(instance) is negative") }
        } else if region.memory.contains("*") {
            throw failure("the memory \(region.memory) needs a number", "write \(region.memory)[number]@…")
        }
        let base = try range(region.base, variables, of: "the address")
        guard base.upperBound >= 0 else { throw failure("the address \(region.base) is negative", "addresses count from 0") }
        var coordinates: [ClosedRange<Int>] = []
        for extent in region.extents {
            if let size = extent.constantValue, size < 0 { throw failure("the extent \(size) is negative") }
            let size = try range(extent, variables, of: "the extent")
            coordinates.append(0...Swift.max(0, size.upperBound - 1))
        }
        _ = try range(region.index, variables, coordinates, of: "the index")
        for condition in region.guards { try validate(condition, variables, coordinates) }
    }
}

extension Command {
    /// The attribute that holds the index of the function that a vector command computes.
    public static let functionAttribute = "function"
}
