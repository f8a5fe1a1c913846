import Programs

/// Walks every stream of a program from its text alone, without units, time or semaphores: an account of its own of
/// what the program asks for.
struct ProgramWalk {
    /// Called for each command with its unit and the values of the loop indices around it.
    private let visit: (String, Command, [String: Int]) -> Void

    init(_ program: Program, _ visit: @escaping (String, Command, [String: Int]) -> Void) {
        self.visit = visit
        for stream in program.unfolded.streams { walk(stream.body, stream.unit, [:]) }
    }

    private func walk(_ body: [Statement], _ unit: String, _ variables: [String: Int]) {
        for statement in body {
            switch statement {
            case .loop(let variable, let bound, let body):
                var inner = variables
                for index in 0..<max(0, bound.evaluate(variables) ?? 0) {
                    inner[variable] = index
                    walk(body, unit, inner)
                }
            case .when(let conditions, let body):
                let holds = conditions.allSatisfy { condition in
                    guard let left = condition.left.evaluate(variables), let right = condition.right.evaluate(variables) else { return false }
                    return condition.relation.holds(left, right)
                }
                if holds { walk(body, unit, variables) }
            case .command(let command): visit(unit, command, variables)
            case .acquire, .release, .read: break
            }
        }
    }
}

extension Region {
    /// Bytes of all points.
    func bytes(_ variables: [String: Int]) -> Int {
        element.bytes(for: extents.reduce(1) { $0 * max(0, $1.evaluate(variables) ?? 0) })
    }
}
