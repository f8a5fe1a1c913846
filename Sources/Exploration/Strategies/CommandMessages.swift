import Foundation

/// The lines that a sweep and a strategy of the user's exchange: one JSON object each.
///
/// The format is documented in `Documentation/sweep-spaces.md`; a change that an old strategy does not understand has a new number.
enum CommandMessages {
    static let version = 1

    // MARK: To the strategy

    struct Hello: Encodable {
        struct Parameter: Encodable {
            var name: String
            var ordered: Bool
            var values: [JSONScalar]
        }
        struct Objective: Encodable {
            var name: String
            var expression: String
            var goal: String
            var unit: String
        }
        var type = "hello"
        var protocolVersion = CommandMessages.version
        var space: String
        var architecture: String
        var workloads: [String]
        var parameters: [Parameter]
        var constraints: [String]
        var objectives: [Objective]
        var limits: [String]
        var seed: UInt64
        /// Points of the sweep; absent for as many as the strategy has.
        var points: Int?

        enum CodingKeys: String, CodingKey {
            case type, space, architecture, workloads, parameters, constraints, objectives, limits, seed, points
            case protocolVersion = "protocol"
        }
    }

    struct Ask: Encodable {
        var type = "ask"
        var count: Int
    }

    struct Done: Encodable { var type = "done" }

    struct Tell: Encodable {
        var type = "tell"
        var results: [Result]
    }

    struct Result: Encodable {
        /// Of the point, in the order in which the strategy gave points, from 0.
        var index: Int
        var point: [String: JSONScalar]
        /// `finished`, `beyond-limit`, `failed`, `forbidden` or `repeated`.
        var status: String
        var reason: String
        /// By name; empty without a value.
        var objectives: [String: Double]
        var figures: [String: Double]
    }

    // MARK: From the strategy

    struct Reply: Decodable {
        var type: String
        var points: [[String: JSONScalar]]?
        var message: String?
    }

    static func line(_ message: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A limit's figure can be infinite, which JSON cannot say.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return Array(try encoder.encode(message))
    }
}

/// A value of a parameter in JSON: a number or a text.
enum JSONScalar: Codable, Hashable {
    case integer(Int)
    case number(Double)
    case text(String)

    init(_ value: ParameterValue) {
        switch value {
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .number(value)
        case .text(let text): self = .text(text)
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let text): try container.encode(text)
        }
    }

    /// As a file would have it: 8.0 is 8.
    var value: ParameterValue {
        switch self {
        case .integer(let value): .integer(value)
        case .number(let value): Int(exactly: value).map { .integer($0) } ?? .number(value)
        case .text(let text): .text(text)
        }
    }
}
