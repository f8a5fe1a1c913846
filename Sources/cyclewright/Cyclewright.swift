import Architecture
import GraphImport
import Lowering
import OperatorGraph
import Programs
import Simulation
import Foundation

@main struct Main {
    static func main() throws {
        let a = CommandLine.arguments
        var t = Date()
        func lap(_ s: String) { FileHandle.standardError.write("\(s) \(Date().timeIntervalSince(t))\n".data(using: .utf8)!); t = Date() }
        let architecture = try Architecture.load(path: a[1], overrides: [:])
        lap("arch")
        var opt = ImportOptions()
        for s in a.dropFirst(4) where s.contains("=") { let p = s.split(separator: "="); opt.settings[String(p[0])] = String(p[1]) }
        let graph = try WorkloadImport.load(path: a[2], options: opt)
        lap("graph \(graph.nodes.count)")
        let lowered = try Lowering.lower(graph, to: architecture)
        lap("lower")
        if a.contains("text") { print(lowered.program.text) }
        var options = SimulationOptions()
        options.fastForward = !a.contains("noff")
        if a.contains("reg") { options.fidelity = .register }
        if a.contains("values") || a.contains("reg") {
            var tensors: [Graph.ValueID: Tensor] = [:]
            let gen = ValueGenerator(seed: 1)
            let roles = ValueRoles(lowered.graph)
            for (i, v) in lowered.graph.values.enumerated() where v.kind != .intermediate {
                tensors[i] = v.data ?? gen.tensor(named: v.name, v.type, role: roles[i])
            }
            options.values = ValueSource(graph: lowered.graph, tensors: tensors)
            lap("values")
        }
        let outcome = try Simulation.run(lowered.program, on: architecture, options: options)
        lap("simulate")
        let r = outcome.record
        print(r.cycles, r.macs, r.utilization, r.seconds, "replays", outcome.replays)
        for u in r.units { print(u.name, u.activity.busy, u.activity.stalls, u.commands, u.macs, u.activity.total == r.cycles) }
        for m in r.memories { print(m.name, m.readBytes, m.writeBytes, m.allocatedBytes) }
        if a.contains("ops") { for o in r.operators { print(o.name, o.type, o.cycles, o.activity.busy, o.activity.stalls, o.macs, o.notes) } }
        if let values = options.values {
            let result = try ReferenceExecutor.run(lowered.graph, inputs: values.tensors.filter { lowered.graph.values[$0.key].data == nil }, seed: 1, keep: .values(Set(outcome.tensors.keys)))
            lap("reference")
            var bad = 0
            for (id, tensor) in outcome.tensors.sorted(by: { $0.key < $1.key }) {
                guard let expected = result[id] else { continue }
                if let d = tensor.difference(from: expected, relative: 1e-5, absolute: 1e-5) { bad += 1; if bad < 10 { print("DIFF", lowered.graph.values[id].name, d.description) } }
            }
            print("compared", outcome.tensors.count, "bad", bad)
        }
    }
}
