/// What is wrong with a plan.
public enum ScheduleViolation: Error, Sendable, Equatable {
    /// Not every operator exactly once.
    case order
    case residence(Residence)
    /// An operator's tensor that is not on chip when it runs.
    case absent(tensor: Int, step: Int)
    /// A tensor that is read from off chip before it is there, or without having been written.
    case notOffChip(tensor: Int, step: Int)
    /// A tensor on chip that is neither made nor read there.
    case fromNowhere(tensor: Int, step: Int)
    case notStored(output: Int)
    case capacity(step: Int, bytes: Int)
    case overlap(PlacementViolation)
}

extension ScheduleProblem {
    /// Runs a plan step by step, with code that has no part in finding one, and counts the bytes that move.
    public func replay(_ plan: SchedulePlan) throws(ScheduleViolation) -> Int {
        guard plan.order.sorted() == Array(operators.indices) else { throw .order }
        var arrivals = [[Residence]](repeating: [], count: plan.order.count)
        var departures = [[Int]](repeating: [], count: plan.order.count + 1)
        for residence in plan.residences {
            let steps = residence.steps
            guard tensors.indices.contains(residence.tensor), !steps.isEmpty, steps.lowerBound >= 0, steps.upperBound <= plan.order.count else {
                throw .residence(residence)
            }
            arrivals[steps.lowerBound].append(residence)
            departures[steps.upperBound].append(residence.tensor)
        }
        var isOnChip = [Bool](repeating: false, count: tensors.count)
        var isMade = producers.map { $0 == nil }
        var isOffChip = producers.map { $0 == nil }
        var bytes = 0
        for tensor in plan.stores {
            guard tensors.indices.contains(tensor), producers[tensor] != nil else { throw .notOffChip(tensor: tensor, step: 0) }
            bytes += tensors[tensor].size
        }
        let stored = Set(plan.stores)
        if stored.count != plan.stores.count { throw .order }
        var onChip = 0
        for (step, index) in plan.order.enumerated() {
            for tensor in departures[step] {
                isOnChip[tensor] = false
                onChip -= tensors[tensor].size
                if stored.contains(tensor) { isOffChip[tensor] = true }
            }
            let operation = operators[index]
            for residence in arrivals[step] {
                let tensor = residence.tensor
                guard !isOnChip[tensor] else { throw .residence(residence) }
                if residence.isLoaded {
                    guard isOffChip[tensor] else { throw .notOffChip(tensor: tensor, step: step) }
                    bytes += tensors[tensor].size
                } else if !operation.outputs.contains(tensor) {
                    throw .fromNowhere(tensor: tensor, step: step)
                }
                isOnChip[tensor] = true
                onChip += tensors[tensor].size
            }
            if onChip + operation.workspace > capacity { throw .capacity(step: step, bytes: onChip + operation.workspace) }
            for tensor in operation.inputs where !isOnChip[tensor] || !isMade[tensor] { throw .absent(tensor: tensor, step: step) }
            for tensor in operation.outputs {
                if !isOnChip[tensor] || isMade[tensor] { throw .absent(tensor: tensor, step: step) }
                isMade[tensor] = true
            }
        }
        for tensor in tensors.indices where tensors[tensor].isOutput && producers[tensor] != nil && !stored.contains(tensor) {
            throw .notStored(output: tensor)
        }
        return bytes
    }
}
