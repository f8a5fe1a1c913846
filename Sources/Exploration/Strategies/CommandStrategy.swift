import Architecture
import Foundation
import Quantities

/// A strategy of the user's: a program that is asked and told in lines of JSON.
///
/// Points that the constraints forbid, and points that were asked before, do not reach the sweep: the program is told so at once, with the
/// figures of the earlier time where there are any, and asked for others.
struct CommandStrategy: SearchStrategy {
    /// In the words of messages.
    private let name: String
    private let words: [String]
    private let space: DesignSpace
    private let seed: UInt64
    /// Seconds for an answer.
    private let timeOut: Double
    private var child: ChildProcess?
    /// What became of every point that was asked; `nil` while that is not known.
    private var outcomes: [DesignPoint: EvaluatedPoint?] = [:]
    /// Positions of the last batch's points among all that the program gave.
    private var positions: [Int] = []
    private var given = 0
    private var isDone = false
    private var choiceOfValue: [[ParameterValue: Int]]
    /// Answers in a row without a new point, after which the program is taken to have no more.
    private static let maximumIdle = 100

    init(_ space: DesignSpace, command: [String], timeOut: Double, seed: UInt64) {
        self.space = space
        self.seed = seed
        self.timeOut = timeOut
        words = Self.words(command)
        name = words.joined(separator: " ").excerpt
        choiceOfValue = space.parameters.map { parameter in
            Dictionary(uniqueKeysWithValues: parameter.values.enumerated().map { ($1, $0) })
        }
    }

    /// A text alone is cut at spaces; a list is taken as it is.
    static func words(_ command: [String]) -> [String] {
        command.count == 1 ? command[0].split(separator: " ").map(String.init) : command
    }

    // MARK: Ask and tell

    mutating func ask(_ count: Int) throws -> [DesignPoint] {
        if child == nil { try start() }
        var points: [DesignPoint] = []
        positions = []
        var idle = 0
        while points.count < count, !isDone, idle < Self.maximumIdle {
            let answer = try request(count - points.count)
            if answer.isEmpty { isDone = true; break }
            var refused: [CommandMessages.Result] = []
            let before = points.count
            for point in answer {
                let index = given
                given += 1
                if let refusal = refusal(of: point, index) {
                    refused.append(refusal)
                } else {
                    outcomes[point] = .some(nil)
                    points.append(point)
                    positions.append(index)
                }
            }
            idle = points.count == before ? idle + 1 : 0
            if !refused.isEmpty { try send(CommandMessages.Tell(results: refused)) }
        }
        return points
    }

    mutating func tell(_ points: [EvaluatedPoint]) throws {
        // Told more or less than was asked would be a mistake of the sweep.
        precondition(points.count == positions.count, "as many results as points were asked")
        for point in points { outcomes[point.point] = point }
        if !points.isEmpty { try send(CommandMessages.Tell(results: zip(points, positions).map { result($0, $1, status: $0.status.rawValue) })) }
        positions = []
    }

    private func refusal(of point: DesignPoint, _ index: Int) -> CommandMessages.Result? {
        if let known = outcomes[point] {
            guard let earlier = known else {
                return .init(index: index, point: describe(point), status: "repeated", reason: "asked already, and not evaluated yet", objectives: [:], figures: [:])
            }
            return result(earlier, index, status: "repeated", reason: earlier.status == .finished ? "evaluated already" : "\(earlier.status.rawValue): \(earlier.reason)")
        }
        guard !space.isAllowed(point) else { return nil }
        let slots = space.slots(of: point)
        let broken = space.constraintExpressions.first { !$0.holds(slots) }?.text ?? ""
        return .init(index: index, point: describe(point), status: "forbidden", reason: broken, objectives: [:], figures: [:])
    }

    private func result(_ point: EvaluatedPoint, _ index: Int, status: String, reason: String? = nil) -> CommandMessages.Result {
        var objectives: [String: Double] = [:]
        for (objective, value) in zip(space.objectives, point.objectives) { objectives[objective.name] = value }
        var figures: [String: Double] = [:]
        for figure in point.figures { figures[figure.name] = figure.value }
        return .init(index: index, point: describe(point.point), status: status, reason: reason ?? point.reason, objectives: objectives, figures: figures)
    }

    private func describe(_ point: DesignPoint) -> [String: JSONScalar] {
        Dictionary(uniqueKeysWithValues: space.parameters.indices.map { (space.parameters[$0].name, JSONScalar(space.value($0, at: point))) })
    }

    // MARK: The conversation

    private mutating func start() throws(StrategyError) {
        do throws(ChildProcess.Failure) { child = try ChildProcess(words) } catch { throw failure(error, "starting") }
        child?.farewell = (try? CommandMessages.line(CommandMessages.Done())) ?? []
        let hello = CommandMessages.Hello(
            space: space.name, architecture: space.architecture, workloads: space.workloads.map(\.name),
            parameters: space.parameters.map { .init(name: $0.name, ordered: $0.isOrdered, values: $0.values.map(JSONScalar.init)) },
            constraints: space.constraints,
            objectives: space.objectives.map { .init(name: $0.name, expression: $0.expression, goal: $0.goal.rawValue, unit: $0.unit) },
            limits: space.limits.map(\.text), seed: seed, points: space.strategy.points)
        try send(hello)
        let reply = try receive("hello")
        guard reply.type == "ready" else { throw wrong("answered \"hello\" with \"\(reply.type.excerpt)\" and has to answer with {\"type\": \"ready\"}") }
    }

    private mutating func request(_ count: Int) throws(StrategyError) -> [DesignPoint] {
        try send(CommandMessages.Ask(count: count))
        let reply = try receive("ask")
        guard reply.type == "points", let points = reply.points else {
            throw wrong("answered \"ask\" with \"\(reply.type.excerpt)\" and has to answer with {\"type\": \"points\", \"points\": […]}")
        }
        guard points.count <= count else { throw wrong("gave \(points.count) points where \(count) were asked for") }
        var found: [DesignPoint] = []
        for point in points { found.append(try read(point)) }
        return found
    }

    private func read(_ point: [String: JSONScalar]) throws(StrategyError) -> DesignPoint {
        let names = space.parameters.map(\.name)
        if let stray = point.keys.sorted().first(where: { !names.contains($0) }) {
            throw wrong("gave a point with \"\(stray.excerpt)\", which is no parameter of the space", suggestion: Suggestion.closest(to: stray, among: names))
        }
        var choices: [Int] = []
        for (index, name) in names.enumerated() {
            guard let scalar = point[name] else { throw wrong("gave a point without \"\(name)\"") }
            guard let choice = choiceOfValue[index][scalar.value] else {
                throw wrong("gave a point with \(name) = \(scalar.value.description.excerpt), which is not among the values of the space")
            }
            choices.append(choice)
        }
        return DesignPoint(choices: choices)
    }

    private func send(_ message: some Encodable) throws(StrategyError) {
        guard let child else { return }
        let line: [UInt8]
        do { line = try CommandMessages.line(message) } catch { throw wrong("cannot be told: \("\(error)".excerpt)") }
        do throws(ChildProcess.Failure) { try child.write(line, seconds: timeOut) } catch { throw failure(error, "reading") }
    }

    private func receive(_ question: String) throws(StrategyError) -> CommandMessages.Reply {
        guard let child else { throw wrong("is not running") }
        let line: [UInt8]
        do throws(ChildProcess.Failure) { line = try child.readLine(seconds: timeOut) } catch { throw failure(error, "answering \"\(question)\"") }
        guard let reply = try? JSONDecoder().decode(CommandMessages.Reply.self, from: Data(line)) else {
            throw wrong("answered \"\(question)\" with \"\(String(decoding: line.prefix(200), as: UTF8.self).excerpt)\", which is no JSON object with a \"type\"; print nothing else to the output")
        }
        if reply.type == "error" { throw wrong("reports: \((reply.message ?? "no message").excerpt)") }
        return reply
    }

    private func wrong(_ message: String, suggestion: String? = nil) -> StrategyError {
        StrategyError("\(name) \(message)\(complaints)", suggestion: suggestion)
    }

    private var complaints: String {
        guard let child, case let text = child.complaints, !text.isEmpty else { return "" }
        return "; it wrote: \(text)"
    }

    private func failure(_ failure: ChildProcess.Failure, _ doing: String) -> StrategyError {
        // What does not answer is not waited for again.
        child?.grace = 0
        return switch failure {
        case .cannotStart(let reason): StrategyError("\(name) cannot be started: \(reason); check the command", option: "command")
        case .timeOut: wrong("took more than \(timeOut) seconds for \(doing); set the option \"timeout\" if it needs longer")
        case .ended(let status): wrong("ended (\(status)) while \(doing)")
        case .tooLong: wrong("wrote a line of more than 64 MiB while \(doing)")
        case .system(let reason): wrong("cannot be spoken to: \(reason)")
        }
    }
}
