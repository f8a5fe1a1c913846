import Foundation
import MemorySystem

// Requests per CPU second of the event-driven DRAM controller, on the workloads of the peer measurements.
//
//     dram-benchmark [--only SUBSTRING] [--requests N] [--preset NAME] [--ticking]

func value(_ name: String) -> String? {
    let arguments = CommandLine.arguments
    guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else { return nil }
    return arguments[place + 1]
}

func processorSeconds() -> Double {
    Double(clock()) / Double(CLOCKS_PER_SEC)
}

func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return left ? text + space : space + text
}

/// `--set timing.tFAW=16`, as often as wanted.
var overrides: [String: String] = [:]
for (place, argument) in CommandLine.arguments.enumerated() where argument == "--set" && place + 1 < CommandLine.arguments.count {
    let parts = CommandLine.arguments[place + 1].split(separator: "=", maxSplits: 1).map(String.init)
    if parts.count == 2 { overrides[parts[0]] = parts[1] }
}

struct Case {
    var standard: String
    var mapping: String
    var pattern: String
    var capacity: Int
    var requests: Int
}

let gibibyte = 1 << 30
var cases: [Case] = []
let memories: [(standard: String, capacity: Int, requests: Int, stride: Int)] = [
    ("DDR4-3200", 8 * gibibyte, 1_000_000, 131_072), ("HBM2-2000-ramulator", 2 * gibibyte, 200_000, 65_536),
    ("GDDR6-14000", gibibyte, 200_000, 65_536), ("LPDDR5-6400", 2 * gibibyte, 200_000, 65_536),
    ("HBM3-6400-ramulator", 2 * gibibyte, 200_000, 65_536), ("DDR5-4800-ramulator", 8 * gibibyte, 200_000, 131_072),
]
for memory in memories {
    for mapping in ["RoBaRaCoCh", "MOP4CLXOR"] {
        for pattern in ["seq", "rand", "seqmix", "randmix", "stride512", "stride\(memory.stride)"] {
            cases.append(
                Case(
                    standard: memory.standard, mapping: mapping, pattern: pattern, capacity: memory.capacity,
                    requests: pattern.hasPrefix("stride") ? memory.requests / 5 : memory.requests))
        }
    }
}
if let only = value("--only") { cases = cases.filter { "\($0.standard) \($0.mapping) \($0.pattern) ".contains(only) } }

if let requests = value("--stream").flatMap({ Int($0) }) {
    // Bulk replay: contiguous reads of one channel.
    print("standard             requests      cycles  cyc/req   GB/s  simulated  CPU s     requests/CPU s")
    for name in DRAMStandard.shippedNames where name.contains(value("--only") ?? "-") {
        let standard = try DRAMStandard(named: name)
        let bytes = standard.organization.accessBytes
        let mapping = try AddressMapping(value("--mapping") ?? AddressMapping.defaultScheme, organization: standard.organization)
        let count = min(requests, mapping.capacity / bytes)
        let start = processorSeconds()
        var controller = try EventController(standard: standard)
        controller.drive(ChannelStream(address: 0, stride: bytes, count: count, isWrite: false), mapping: mapping)
        controller.drain()
        let seconds = processorSeconds() - start
        let perRequest = Double(controller.cycle) / Double(count)
        print(
            padded(name, 20, left: true), padded("\(count)", 9), padded("\(controller.cycle)", 11), padded(String(format: "%.3f", perRequest), 8),
            padded(String(format: "%.2f", Double(bytes) / (perRequest * Double(standard.clockPeriod) * 1e-6)), 6),
            padded(String(format: "%.4f", 1 - Double(controller.replayedAccesses) / Double(count)), 10),
            padded(String(format: "%.3f", seconds), 6), padded("\(Int(Double(count) / seconds))", 12))
    }
    exit(0)
}

if let mebibytes = value("--requests-of").flatMap({ Int($0) }) {
    // DMA requests with completions, eight under way: what an event-driven machine asks of its memory.
    print("standard             channels  KiB/request  accesses     GB/s  CPU s  accesses/CPU s")
    for (name, channels) in [("DDR4-3200", 1), ("HBM2-2000", 16), ("HBM3-6400", 16)] {
        for kibibytes in [4, 64, 1024] {
            let standard = try DRAMStandard(named: name)
            let start = processorSeconds()
            var memory = try DRAMSystem(standard: standard, channels: channels)
            let requests = mebibytes * 1024 / kibibytes
            var submitted = 0
            var now = 0
            var done = 0
            while done < requests {
                while submitted < requests, submitted < done + 8 {
                    let request = DRAMRequest(
                        address: submitted * kibibytes * 1024 % memory.capacity, runBytes: kibibytes * 1024, isWrite: submitted % 4 == 3,
                        tag: submitted)
                    _ = memory.submit(request, at: now)
                    submitted += 1
                }
                now = max(now, memory.nextCompletion(before: Int.max) ?? now)
                while memory.popCompletion(at: now) != nil { done += 1 }
            }
            let seconds = processorSeconds() - start
            let accesses = mebibytes * 1_048_576 / standard.organization.accessBytes
            print(
                padded(name, 20, left: true), padded("\(channels)", 8), padded("\(kibibytes)", 12), padded("\(accesses)", 9),
                padded(String(format: "%.2f", Double(mebibytes * 1_048_576) / (Double(now) * 1e-6)), 8), padded(String(format: "%.3f", seconds), 6),
                padded("\(Int(Double(accesses) / seconds))", 15))
        }
    }
    exit(0)
}

print("standard             mapping     pattern        requests     cycles  cyc/req   GB/s  row hits  latency  CPU s     requests/CPU s")
for item in cases {
    let standard = try DRAMStandard(named: item.standard, overrides: overrides)
    let mapping = try AddressMapping(item.mapping, organization: standard.organization)
    guard let pattern = TrafficPattern(name: item.pattern) else { continue }
    let requests = value("--requests").flatMap { Int($0) } ?? item.requests
    let traffic = try TrafficGenerator(
        pattern, count: requests, accessBytes: standard.organization.accessBytes, capacity: min(item.capacity, mapping.capacity))
    var configuration = try DRAMControllerConfiguration(preset: value("--preset") ?? "ramulator2.1")
    if CommandLine.arguments.contains("--one-bus") { configuration.sharesCommandBus = true }
    if CommandLine.arguments.contains("--one-cycle") { configuration.oneCycleCommands = true }
    let start = processorSeconds()
    var controller = try EventController(standard: standard, configuration: configuration)
    controller.drive(traffic, mapping: mapping)
    let seconds = processorSeconds() - start
    let statistics = controller.statistics
    let perRequest = Double(statistics.cycles) / Double(requests)
    let rate = Double(standard.organization.accessBytes) / (perRequest * Double(standard.clockPeriod) * 1e-6)
    print(
        padded(item.standard, 20, left: true), padded(item.mapping, 11, left: true), padded(item.pattern, 13, left: true), padded("\(requests)", 9),
        padded("\(statistics.lastCompletion)", 10), padded(String(format: "%.3f", perRequest), 8), padded(String(format: "%.2f", rate), 6),
        padded(String(format: "%.4f", statistics.rowHitRate), 9), padded(String(format: "%.1f", statistics.readLatency.average), 8),
        padded(String(format: "%.3f", seconds), 6), padded("\(Int(Double(requests) / seconds))", 12))
    if CommandLine.arguments.contains("--stalls") {
        for stall in statistics.stalls { print("    stall", stall.name, stall.cycles) }
        print("   ", DRAMCommand.allCases.map { "\($0) \(statistics.count(of: $0))" }.joined(separator: ", "))
    }
}
