import Simulation

/// What a unit does in a cycle: working, or waiting for one of the causes. The order is that of legends and stacked bars.
package enum UnitState: CaseIterable, Hashable {
    case busy, operands, bankConflict, dram, dma, bufferFree, dependency, nothingToDo

    package var cause: StallCause? {
        switch self {
        case .busy: nil
        case .operands: .operands
        case .bankConflict: .bankConflict
        case .dram: .dram
        case .dma: .dma
        case .bufferFree: .bufferFree
        case .dependency: .dependency
        case .nothingToDo: .nothingToDo
        }
    }

    /// For people.
    package var name: String {
        switch self {
        case .busy: "busy"
        case .operands: "operands"
        case .bankConflict: "bank conflict"
        case .dram: "DRAM"
        case .dma: "DMA"
        case .bufferFree: "buffer free"
        case .dependency: "dependency"
        case .nothingToDo: "nothing to do"
        }
    }

    /// One line on what the state means.
    var explanation: String {
        switch self {
        case .busy: "working on a command"
        case .operands: "a scratchpad or link delivers too slowly"
        case .bankConflict: "ports or banks of a memory are taken"
        case .dram: "a tile is on its way from DRAM"
        case .dma: "a tile is on its way through a DMA engine"
        case .bufferFree: "the buffer to fill is still in use"
        case .dependency: "another unit has not finished the data"
        case .nothingToDo: "no command left"
        }
    }

    /// Name of the class that colours it in the HTML report.
    package var styleClass: String { cause.map { "state-" + $0.label } ?? "state-busy" }

    package func cycles(in activity: Activity) -> Int { cause.map { activity[$0] } ?? activity.busy }

    /// The cause with the most cycles, the first of equals; `nil` when the unit never waited.
    static func mainStall(of activity: Activity) -> UnitState? {
        let waits = allCases.filter { $0 != .busy && $0.cycles(in: activity) > 0 }
        return waits.max { $0.cycles(in: activity) < $1.cycles(in: activity) }
    }
}
