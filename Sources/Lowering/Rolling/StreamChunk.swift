import Programs

/// A piece of a stream, named so that the streams of equal cores can be laid side by side.
enum StreamChunk {
    /// Statements of one kind for one operator.
    case statements(key: String, [Statement])
    /// A loop over layers.
    case loop(variable: String, bound: Int, [StreamChunk])

    var key: String {
        switch self {
        case .statements(let key, _): key
        case .loop(let variable, _, _): "loop \(variable)"
        }
    }

    var statements: [Statement] {
        switch self {
        case .statements(_, let body): body
        case .loop(let variable, let bound, let chunks):
            [.loop(variable: variable, bound: .constant(bound), body: chunks.flatMap(\.statements))]
        }
    }
}

extension Statement {
    /// The statement with its semaphores replaced.
    func replacingSemaphores(_ replacement: (SemaphoreReference) -> SemaphoreReference) -> Statement {
        switch self {
        case .loop(let variable, let bound, let body):
            .loop(variable: variable, bound: bound, body: body.map { $0.replacingSemaphores(replacement) })
        case .when(let conditions, let body): .when(conditions, body: body.map { $0.replacingSemaphores(replacement) })
        case .acquire(let reference, let count): .acquire(replacement(reference), count: count)
        case .release(let reference, let count, let time): .release(replacement(reference), count: count, when: time)
        case .read, .command: self
        }
    }
}
