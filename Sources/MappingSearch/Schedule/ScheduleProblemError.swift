/// What is wrong with a scheduling problem.
public enum ScheduleProblemError: Error, Sendable, Equatable, CustomStringConvertible {
    case tooMany(String, Int, limit: Int)
    case capacity(Int)
    case size(String, Int)
    case workspace(String, Int)
    case unknownTensor(operator: String, Int)
    case twoProducers(String, String, String)
    case traffic
    /// Operators that wait for each other.
    case cycle([String])
    /// An operator whose tensors do not fit together.
    case noRoom(operator: String, bytes: Int, tensors: [String], sizes: [Int], capacity: Int)
    /// An order that is not one of all operators with producers before consumers.
    case order

    public var description: String {
        switch self {
        case .tooMany(let what, let count, let limit):
            return "\(count) \(what); at most \(limit) can be scheduled"
        case .capacity(let capacity):
            return "a capacity of \(capacity) bytes; it has to be from 1 to \(PlacementProblem.maximumValue)"
        case .size(let name, let size):
            return "tensor \"\(name)\" has a size of \(size) bytes; it has to be from 1 to \(PlacementProblem.maximumValue)"
        case .workspace(let name, let size):
            return "operator \"\(name)\" has a workspace of \(size) bytes; it has to be from 0 to \(PlacementProblem.maximumValue)"
        case .unknownTensor(let name, let index):
            return "operator \"\(name)\" names tensor \(index), which there is not"
        case .twoProducers(let tensor, let first, let second):
            return "tensor \"\(tensor)\" is made by \"\(first)\" and again by \"\(second)\"; every tensor has one producer"
        case .traffic:
            return "sizes and uses of the tensors together are beyond \(ScheduleProblem.maximumBytes) bytes"
        case .cycle(let names):
            let shown = names.prefix(8).map { "\"\($0)\"" }.joined(separator: " → ")
            return "operators wait for each other: \(shown)\(names.count > 8 ? " → …" : "") → \"\(names.first ?? "")\""
        case .noRoom(let name, let bytes, let tensors, let sizes, let capacity):
            let order = tensors.indices.sorted { sizes[$0] != sizes[$1] ? sizes[$0] > sizes[$1] : $0 < $1 }
            let shown = order.prefix(6).map { "\"\(tensors[$0])\" with \(sizes[$0])" }.joined(separator: ", ")
            let larger = order.first.map { sizes[$0] > capacity } ?? false
            return
                "operator \"\(name)\" needs \(bytes) bytes on chip at once, and the capacity is \(capacity): \(shown)\(order.count > 6 ? ", …" : "")"
                + (larger ? "; a tensor is larger than the capacity, so the operator has to be tiled first" : "")
        case .order:
            return "the order is not one of all operators with every producer before its consumers"
        }
    }
}
