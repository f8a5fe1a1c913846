import Architecture
import Exploration

/// The commands of all points as a page carries them: pieces that most points share, and which piece a point has.
///
/// A piece is chosen by a parameter where it goes with one, as it mostly does; otherwise each point says which one it has.
struct PageCommands {
    /// The texts of one place in the commands.
    private struct Piece {
        var texts: [String]
        /// By point, an index into `texts`.
        var choices: [Int]
    }

    private var pieces: [Piece] = []
    /// By workload: which pieces make its command.
    private var commands: [[Int]] = []
    private let results: SweepResults

    init(_ results: SweepResults, _ recipe: RunRecipe) {
        self.results = results
        let settings = results.points.map(recipe.settings)
        var known: [[String]: Int] = [:]
        for workload in recipe.workloads.indices {
            var targets: [String] = [], places: [String: Int] = [:]
            var columns = [settings.map { recipe.head(workload, $0) }]
            for (point, list) in settings.enumerated() {
                for setting in list {
                    guard let text = recipe.argument(setting, workload) else { continue }
                    let place = places[setting.target] ?? targets.count
                    if place == targets.count {
                        places[setting.target] = place
                        targets.append(setting.target)
                        columns.append([String](repeating: "", count: settings.count))
                    }
                    columns[place + 1][point] = text
                }
            }
            commands.append(columns.map { column in
                if let place = known[column] { return place }
                known[column] = pieces.count
                pieces.append(Self.piece(column))
                return pieces.count - 1
            })
        }
    }

    private static func piece(_ column: [String]) -> Piece {
        var places: [String: Int] = [:]
        var piece = Piece(texts: [], choices: [])
        for text in column {
            let place = places[text] ?? piece.texts.count
            if place == piece.texts.count {
                places[text] = place
                piece.texts.append(text)
            }
            piece.choices.append(place)
        }
        return piece
    }

    var value: JSONValue {
        .object([
            ("pieces", .array(pieces.map(value))), ("commands", .array(commands.map { .array($0.map(JSONValue.integer)) })),
        ])
    }

    private func value(_ piece: Piece) -> JSONValue {
        if piece.texts.count <= 1 { return .object([("texts", .array(piece.texts.map(JSONValue.string)))]) }
        for (index, parameter) in results.parameters.enumerated() {
            var texts = [Int?](repeating: nil, count: parameter.values.count)
            let follows = zip(results.points, piece.choices).allSatisfy { point, choice in
                let value = point.point.choices[index]
                defer { texts[value] = choice }
                return texts[value] == nil || texts[value] == choice
            }
            guard follows else { continue }
            return .object([
                ("parameter", .integer(index)), ("texts", .array(texts.map { .string($0.map { piece.texts[$0] } ?? "") })),
            ])
        }
        return .object([("texts", .array(piece.texts.map(JSONValue.string))), ("choices", .array(piece.choices.map(JSONValue.integer)))])
    }
}
