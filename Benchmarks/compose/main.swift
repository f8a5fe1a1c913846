import Foundation
import MappingSearch
import SMT
import SearchInstances

// Scheduling and composition against the figures of a study of their encodings (2026-11: Z3 4.8.12 and OR-tools 9.15 on a
// two-core machine under load, CPU seconds of the solver). U-Net and its figures are the study's; of its other graphs only the
// numbers of operators are known, so that graphs of the same kind and size stand for them.
//
//     compose-benchmark [--check]
//
// With --check it exits with 1 where something is not proved or takes longer than is allowed.

/// CPU seconds of this process.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func measure<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
    let start = processorSeconds()
    let result = try body()
    return (result, processorSeconds() - start)
}

func column(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }

var failures = 0

/// - Parameters:
///   - peer: CPU seconds of the study's best engine for such a problem.
///   - limit: CPU seconds allowed.
@MainActor func row(_ name: String, _ what: String, _ cost: String, isProved: Bool, _ seconds: Double, peer: Double?, limit: Double) {
    let ratio = peer.map { String(format: "%8.2f s, %7.0f ×", $0, $0 / max(seconds, 1e-6)) } ?? ""
    print(column(name, 22) + column(what, 8) + column(cost, 18) + column(isProved ? "proved" : "NOT PROVED", 11) + String(format: "%9.4f s", seconds) + "   " + ratio)
    if !isProved || seconds > limit { failures += 1 }
}

typealias Row = (name: String, problem: ScheduleProblem, fixed: Double?, joint: Double?)
let graphs: [Row] = [
    ("U-Net 3", try ScheduleGraphs.uNet(levels: 3, capacity: 256), nil, 0.01),
    ("U-Net 8", try ScheduleGraphs.uNet(levels: 8, capacity: 320), 0.18, nil),
    ("ResNet 8", try ScheduleGraphs.resNet(blocks: 8, capacity: 228), nil, nil),
    ("Inception 2", try ScheduleGraphs.inception(cells: 2, capacity: 288), nil, 0.10),
    ("NASNet 1", try ScheduleGraphs.nasNet(cells: 1, capacity: 384), nil, 0.14),
    ("NASNet 2", try ScheduleGraphs.nasNet(cells: 2, capacity: 384), 0.03, 0.76),
    ("NASNet-acc 1", try ScheduleGraphs.accumulatingNASNet(cells: 1, capacity: 192), 0.03, 0.16),
    ("NASNet-acc 2", try ScheduleGraphs.accumulatingNASNet(cells: 2, capacity: 192), 0.05, 3.24),
    ("transformer 1", try ScheduleGraphs.transformer(blocks: 1, capacity: 384), 0.02, 0.69),
    ("transformer 2", try ScheduleGraphs.transformer(blocks: 2, capacity: 384), 0.04, nil),
]
print("schedule: KiB off chip, places included; the study's best engine beside it")
for graph in graphs {
    for freedom in Scheduler.Freedom.allCases {
        let (outcome, seconds) = try measure { try Scheduler().schedule(graph.problem, order: freedom) }
        row(
            "\(graph.name) (\(graph.problem.operators.count)/\(graph.problem.tensors.count))", freedom.rawValue,
            "\(outcome.bytes) (\(outcome.compulsoryBytes))", isProved: outcome.isOptimal && outcome.placement == .placed, seconds,
            peer: freedom == .fixed ? graph.fixed : graph.joint, limit: freedom == .fixed ? 2 : 20)
    }
}

print("\nschedule by Z3 alone, order fixed, residences only")
for graph in graphs {
    let (answer, seconds) = try measure { try ResidencyEncoding(graph.problem, order: graph.problem.topologicalOrder).solve(Minimizer()) }
    row(graph.name, "fixed", "\(graph.problem.compulsoryBytes + (answer.cost ?? -1))", isProved: answer.cost == answer.lowerBound, seconds, peer: graph.fixed, limit: 2)
}

print("\ncompose: layers with 8 options on 2 cores, skip connections, one capacity")
for (layers, peer) in [(4, 0.37), (8, 0.03), (16, 0.10), (32, 0.92), (64, nil), (256, nil)] as [(Int, Double?)] {
    let problem = try ComposeInstances.chain(layers: layers, options: 8, fused: 2, seed: UInt64(layers))
    for objective in MappingObjective.allCases {
        let (outcome, seconds) = try measure { try Composer().compose(problem, for: objective) }
        row(
            "\(layers) layers", objective.rawValue, String(format: "%.0f", outcome.cost), isProved: outcome.isOptimal, seconds,
            peer: objective == .cycles ? peer : nil, limit: layers <= 32 ? 2 : 20)
    }
}

print("\ncompose: 32 layers, skip connections over 2 to 12 layers, 12 chains of each: the slowest")
for reach in [2, 3, 5, 8, 12] {
    for objective in MappingObjective.allCases {
        var (worst, open, cost) = (0.0, 0, "")
        for seed in 1...12 {
            let problem = try ComposeInstances.chain(layers: 32, options: 8, reach: reach, fused: seed % 3, seed: UInt64(seed))
            let (outcome, seconds) = try measure { try Composer().compose(problem, for: objective) }
            open += outcome.isOptimal ? 0 : 1
            if seconds > worst { (worst, cost) = (seconds, String(format: "%.0f", outcome.cost)) }
        }
        row("over \(reach) layers", objective.rawValue, cost, isProved: open == 0, worst, peer: nil, limit: 2)
    }
}

print("\ncompose by Z3 alone")
for (layers, peer) in [(4, 0.37), (8, 0.21), (16, 0.48), (32, 0.92)] {
    let problem = try ComposeInstances.chain(layers: layers, options: 8, seed: UInt64(layers))
    let (answer, seconds) = try measure { try Composer().solve(problem, ComposeWeights(cycles: 1)) }
    let best = try Composer().compose(problem, for: .cycles)
    let isRight = answer.result.isOptimal && answer.result.cost.map(Double.init) == best.cost
    row("\(layers) layers", "latency", answer.result.cost.map(String.init) ?? "-", isProved: isRight, seconds, peer: peer, limit: 10)
}

if CommandLine.arguments.contains("--check"), failures > 0 {
    print("\n\(failures) not proved, or slower than allowed")
    exit(1)
}
