import Architecture
import Cost
import Foundation
import GraphImport
import Lowering
import MappingSearch
import OperatorGraph
import Simulation
import Synchronization

/// What single layers take on machines: lowered and simulated as `cyclewright simulate` does, priced by `Cost`, and remembered.
final class LayerSimulation: Sendable {
    struct Layer: Sendable {
        var name: String
        /// A line of a topology, with the layer's shape; the same for layers that are alike.
        var row: String
        var file: String
    }

    struct Machine: Sendable {
        var architecture: Architecture
        var price: MachineCost
        /// Tells it from other machines.
        var key: String
        var leakageWatts: Double
        var squareMillimetres: Double
    }

    struct LayerCost: Sendable {
        var femtoseconds: Int
        /// Leakage included.
        var femtojoules: Int
    }

    struct Failure: Error, Sendable { var reason: String }

    /// Machines and layers are few in a sweep; when they are more, memory starts again from nothing.
    private static let capacity = 1 << 17
    private let memoises: Bool
    private let machines = Mutex<[String: Machine]>([:])
    private let costs = Mutex<[String: Result<LayerCost, Failure>]>([:])

    /// - Parameter memoises: whether anything is remembered; changes no figure.
    init(memoises: Bool = true) { self.memoises = memoises }

    /// The layers of a topology.
    static func layers(_ path: String) throws(CommandFailure) -> [Layer] {
        guard FilePath.suffix(path) == "csv" else {
            throw CommandFailure(.data, "\(path): networks that are divided between accelerators are layer lists (.csv), whose layers each run from memory to memory")
        }
        do throws(ImportError) {
            // Checks the whole before it is taken apart.
            _ = try SCALESimImport.load(path: path)
        } catch {
            throw CommandFailure(error)
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw CommandFailure(.noInput, "\(path): cannot be read") }
        var layers: [Layer] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count > 1, !cells[0].hasPrefix("#"), Int(cells[1]) != nil else { continue }
            // One name for all, so that layers of one shape are one layer; SCALE-Sim tells depthwise layers by their name.
            let name = cells[0].contains("DP") ? "DP" : "layer"
            layers.append(Layer(name: cells[0], row: ([name] + cells.dropFirst()).joined(separator: ",") + "\n", file: path))
        }
        return layers
    }

    func machine(_ path: String, _ settings: [String: String]) throws(CommandFailure) -> Machine {
        let key = path + "\n" + settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        if let known = machines.withLock({ $0[key] }) { return known }
        let architecture: Architecture
        do throws(ArchitectureError) { architecture = try Architecture.load(path: path, overrides: settings) } catch { throw CommandFailure(error) }
        let machine: Machine
        do throws(CostError) {
            let price = try MachineCost(of: architecture)
            machine = Machine(
                architecture: architecture, price: price, key: key, leakageWatts: try price.leakage().power.watts,
                squareMillimetres: try price.area().area.squareMillimetres)
        } catch {
            throw CommandFailure(.data, "\(architecture.name): \(error)")
        }
        machines.withLock { known in
            if known.count >= Self.capacity { known = [:] }
            if memoises { known[key] = machine }
        }
        return machine
    }

    func cost(of layer: Layer, on machine: Machine) -> Result<LayerCost, Failure> {
        let key = machine.key + layer.row
        if let known = costs.withLock({ $0[key] }) { return known }
        let result = Self.simulate(layer, machine)
        costs.withLock { known in
            if known.count >= Self.capacity { known = [:] }
            if memoises { known[key] = result }
        }
        return result
    }

    private static func simulate(_ layer: Layer, _ machine: Machine) -> Result<LayerCost, Failure> {
        let graph: Graph
        do throws(ImportError) { graph = try SCALESimImport.graph(text: layer.row, file: layer.file) } catch { return .failure(Failure(reason: error.description)) }
        let lowered: LoweredWorkload
        do throws(LoweringError) {
            lowered = try Lowering.lower(
                graph, to: machine.architecture,
                options: LoweringOptions(mapper: MachineMapper.quick(), memorySpeed: Simulation.memorySpeed(of: machine.architecture)))
        } catch {
            return .failure(Failure(reason: error.description))
        }
        let record: ExecutionRecord
        do throws(SimulationError) { record = try Simulation.run(lowered.program, on: machine.architecture).record } catch {
            return .failure(Failure(reason: error.description))
        }
        do throws(CostError) {
            let joules = try RunCost(record, on: machine.price).joules
            return .success(LayerCost(femtoseconds: record.cycles * record.clockPeriodFemtoseconds, femtojoules: Int((joules * 1e15).rounded())))
        } catch {
            return .failure(Failure(reason: "\(error)"))
        }
    }
}
