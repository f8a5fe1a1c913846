import Architecture

extension Program {
    /// Checks the program, and that the architecture has every unit and memory that it names.
    ///
    /// - Parameter file: name for messages; the program's name when left out.
    /// - Throws: the first mistake.
    public func validate(on architecture: Architecture, file: String? = nil) throws(ProgramError) {
        try validate(file: file)
        let machine = MachineInstances(of: architecture)
        let units = machine.units.map(\.name)
        let memories = machine.memories.map(\.name)
        let memorySet = Set(memories)

        func failure(_ place: String, _ kind: String, _ name: String, _ known: [String]) -> ProgramError {
            ProgramError(
                file: file ?? self.name, message: "\(place): \(architecture.name) has no \(kind) \"\(name)\"",
                suggestion: Spelling.suggestion(for: name, among: known) ?? "it has \(known.joined(separator: ", "))")
        }

        func check(_ region: Region, _ place: String) throws(ProgramError) {
            let exists =
                region.instance == nil
                ? memorySet.contains(region.memory)
                : memories.contains { Program.memberNumber($0, pattern: region.memory) != nil }
            guard exists else { throw failure(place, "memory", region.memory, memories) }
        }

        func check(_ body: [Statement], _ place: String) throws(ProgramError) {
            for statement in body {
                switch statement {
                case .loop(_, _, let body), .when(_, let body): try check(body, place)
                case .acquire, .release: break
                case .read(let symbol, let region): try check(region, "\(place): read \(symbol)")
                case .command(let command):
                    for operand in command.operands { try check(operand.region, "\(place): \(command.opcode): \(operand.name)") }
                }
            }
        }

        for tensor in tensors where !memorySet.contains(tensor.memory) {
            throw failure("tensor \(tensor.value) \"\(tensor.name)\"", "memory", tensor.memory, memories)
        }
        for stream in unfolded.streams {
            guard units.contains(stream.unit) else { throw failure("stream \(stream.unit)", "unit", stream.unit, units) }
            try check(stream.body, "stream \(stream.unit)")
        }
    }
}
