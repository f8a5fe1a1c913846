import Architecture
import Cost

/// Costs as JSON, in `summary.json` and from `cyclewright cost --json`.
public enum CostDocument {
    /// What a machine costs, part by part, with the source of every figure.
    package static func machine(_ machine: MachineCost) -> JSONValue {
        .object([
            ("architecture", .string(machine.architecture)), ("process", .string(machine.process.description)),
            ("squareMillimetres", .number((try? machine.area().area.squareMillimetres) ?? .nan)),
            ("leakageWatts", .number((try? machine.leakage().power.watts) ?? .nan)),
            ("parts", .array(machine.parts.map(part))), ("notes", .array(machine.notes.map(JSONValue.string))),
        ])
    }

    private static func part(_ part: MachineCost.Part) -> JSONValue {
        let component = part.component
        return .object([
            ("name", .string(component.name)), ("kind", .string(component.kind)), ("component", .string(part.owner)),
            ("category", .string(part.category.rawValue)), ("count", .integer(component.count)),
            ("squareMillimetresEach", .number(component.area.area.squareMillimetres)),
            ("areaSource", .string(component.areaProvenance?.description ?? "")),
            ("leakageWattsEach", .number(component.leakage.power.watts)),
            ("leakageSource", .string(component.leakageProvenance?.description ?? "")),
            ("actions", .array(zip(component.actions, part.units).map { action($0, per: $1) })),
        ])
    }

    private static func action(_ action: ComponentCost.Action, per unit: String) -> JSONValue {
        .object([
            ("name", .string(action.name)), ("per", .string(unit)), ("joules", .number(action.energy.energy.joules)),
            ("isEstimate", .boolean(action.provenance.isEstimate)), ("source", .string(action.provenance.description)),
        ])
    }

    /// What a run cost. Energies are joules; "quectojoules" has them as whole numbers of 10⁻³⁰ J, of which parts and operators add up to the whole.
    static func run(_ cost: RunCost) -> JSONValue {
        let figures: [(String, JSONValue)] = [
            ("joules", .number(cost.joules)), ("quectojoules", .string(String(cost.total.units))),
            ("staticJoules", .number(cost.staticJoules)), ("onChipJoules", .number(cost.onChipJoules)),
            ("averageWatts", .number(cost.averageWatts)), ("peakWatts", .number(cost.peakWatts)),
            ("jouleSeconds", .number(cost.jouleSeconds)), ("teraOperationsPerJoule", .number(cost.teraOperationsPerJoule)),
            ("squareMillimetres", .number(cost.squareMillimetres)),
            ("teraOperationsPerSecondAndSquareMillimetre", .number(cost.teraOperationsPerSecondAndArea)),
            ("process", .string(cost.machine.process.description)),
        ]
        let levels = (try? cost.levels()) ?? []
        let power: [(String, JSONValue)] = [
            ("secondsPerStretch", .number(cost.power.secondsPerStretch)), ("watts", .array(cost.power.total.map(JSONValue.number))),
        ]
        let lists: [(String, JSONValue)] = [
            ("items", .array(cost.items.map { item($0, cost.machine) })), ("memoryLevels", .array(levels.map(level))), ("power", .object(power)),
            ("notes", .array(cost.machine.notes.map(JSONValue.string))),
        ]
        return .object(figures + lists)
    }

    private static func item(_ item: RunCost.Item, _ machine: MachineCost) -> JSONValue {
        let part = machine.parts[item.part]
        var members: [(String, JSONValue)] = [
            ("part", .string(part.component.name)), ("component", .string(part.owner)), ("category", .string(part.category.rawValue)),
            ("action", .string(item.action)),
        ]
        if let count = item.count { members.append(("count", .integer(count))) }
        members.append(("joules", .number(item.energy.energy.joules)))
        members.append(("quectojoules", .string(String(item.energy.units))))
        return .object(members)
    }

    private static func level(_ level: RunCost.Level) -> JSONValue {
        .object([
            ("name", .string(level.name)), ("accessJoules", .number(level.access.energy.joules)),
            ("wireJoules", .number(level.wires.energy.joules)), ("leakageJoules", .number(level.leakage.energy.joules)),
        ])
    }

    static func operation(_ energy: RunCost.OperatorEnergy) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("joules", .number(energy.total.energy.joules)), ("quectojoules", .string(String(energy.total.units))),
            ("leakage", .number(energy.leakage.energy.joules)),
        ]
        for category in CostCategory.allCases { members.append((category.rawValue, .number(energy[category].energy.joules))) }
        return .object(members)
    }
}
