import Architecture
import NumberFormats
import OperatorGraph
import Programs
import Simulation
import Testing

/// The laws that hold strictly where one engine asks the memory, and is answered in the order in which it asks: there nothing that comes
/// earlier can get ahead of something else (`MemoryAnomalyTests` shows that it can where two ask).
@Suite struct SequentialMemoryLawTests {
    /// A machine with one DMA engine, and a program that fetches blocks and works on each.
    struct Case {
        var bandwidth = 8.0
        var latency = 10
        var width = 8
        var outstanding = 1
        var startup = 0
        var lanes = 1
        var buffers = 2
        /// A port for each of the two units: they do not compete for one.
        var ports = 2
        /// Command by command when not empty.
        var standard = ""
        var channels = 1
        var blocks: [(address: Int, bytes: Int, elements: Int)] = []

        static let bufferBytes = 4096

        /// - Parameter banked: whether the memory has channels with banks.
        init(seed: Int, banked: Bool) {
            var random = SplitMix64(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
            func int(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next(below: UInt64(range.count))) }
            bandwidth = [0.7, 3, 8, 19.2, 100][int(0...4)]
            latency = int(0...40)
            width = [1, 4, 8, 32, 64][int(0...4)]
            outstanding = [1, 2, 5, 16][int(0...3)]
            startup = int(0...20)
            lanes = [1, 2, 8][int(0...2)]
            buffers = int(1...4)
            if banked {
                standard = ["DDR3-1600", "DDR4-3200", "LPDDR4-3200", "HBM2-2400"][int(0...3)]
                channels = 1 << int(0...2)
                // With several requests under way channels answer out of order.
                outstanding = 1
            }
            for _ in 0..<int(3...40) {
                let bytes = int(1...64) * int(1...64)
                blocks.append((address: int(0...8000) * 64 + int(0...7) * 8, bytes: bytes, elements: int(1...300)))
            }
        }

        func architecture() throws -> Architecture {
            let dram =
                standard.isEmpty
                ? "bandwidth: \(bandwidth) GB/s, access: 8 B"
                : "bandwidth: 1 GB/s, model: banks, standard: \(standard), channels: \(channels), scheduling: fcfs, refresh: none"
            return try Architecture.decode(
                text: """
                    architecture: sequential
                    clock: 1 GHz
                    memories:
                      dram: { kind: dram, capacity: 1 MiB, latency: \(latency) ns, \(dram) }
                      spad: { kind: sram, capacity: 64 KiB, width: 64 B, ports: \(ports), latency: 1 }
                    engines:
                      vpu: { kind: vector, lanes: \(lanes), reads: spad, writes: spad }
                      load: { kind: dma, width: \(width) B, request: 256 B, outstanding: \(outstanding), startup: \(startup), reads: dram, writes: spad }
                    """, file: "sequential.yaml")
        }

        func program() throws -> Program {
            var load = "", work = ""
            for (index, block) in blocks.enumerated() {
                let place = index % buffers * Self.bufferBytes
                load += "  acquire free\n  copy #0 from: dram@\(block.address) int8[\(block.bytes)], to: spad@\(place) int8[\(block.bytes)]\n  release loaded\n"
                work += "  acquire loaded\n  apply #0 in0: spad@\(place) int8[8], out0: spad@32768 int8[8], function = 0, elements = \(block.elements)\n  release free\n"
            }
            return try Program.parse(
                """
                program "sequential" on "sequential"

                operator 0 "layer" Identity unit vpu

                function 0 scale (0) -> (1)
                  node "scale" Identity version 13 (0) -> (1)
                  step add

                semaphore free = \(buffers) free
                semaphore loaded = 0 loaded

                stream load
                \(load)
                stream vpu
                \(work)
                """, file: "sequential")
        }

        func record() throws -> ExecutionRecord { try Simulation.run(try program(), on: try architecture()).record }
    }

    enum Improvement: String, CaseIterable {
        case bandwidth, latency, width, outstanding, startup, lanes, buffers

        func apply(to law: inout Case) {
            switch self {
            case .bandwidth: law.bandwidth *= 1.3
            case .latency: law.latency /= 2
            case .width: law.width *= 2
            case .outstanding: law.outstanding += 1
            case .startup: law.startup /= 2
            case .lanes: law.lanes *= 2
            case .buffers: law.buffers += 1
            }
        }
    }

    /// Nothing becomes slower, and something faster: the law would say nothing about figures that change nothing.
    private static func expectLaw(_ improvement: Improvement, seeds: Range<Int>, banked: Bool) throws {
        var better = 0
        for seed in seeds {
            let law = Case(seed: seed, banked: banked)
            var improved = law
            improvement.apply(to: &improved)
            let before = try law.record().cycles, after = try improved.record().cycles
            #expect(after <= before, "\(seed): \(improvement.rawValue) makes \(before) cycles \(after)")
            if after < before { better += 1 }
        }
        #expect(better >= 10)
    }

    @Test("One engine, in order: better is never slower", arguments: Improvement.allCases)
    func bandwidthModel(_ improvement: Improvement) throws { try Self.expectLaw(improvement, seeds: 0..<150, banked: false) }

    /// Bandwidth apart: a faster standard has times of its own that need not all be shorter, see `streamsGainByBandwidthAndChannels`.
    @Test("One engine, in order, every command simulated: better is never slower", arguments: Improvement.allCases.filter { $0 != .bandwidth && $0 != .outstanding })
    func banks(_ improvement: Improvement) throws { try Self.expectLaw(improvement, seeds: 0..<100, banked: true) }

    /// A stream of consecutive bytes with as many requests under way as it takes is bound by bandwidth alone.
    @Test("A stream gains by bandwidth and by channels", arguments: [["DDR4-2400", "DDR4-3200"], ["DDR5-4800", "DDR5-5600", "DDR5-6400"], ["HBM2-2000", "HBM2-2400", "HBM2E-3200"], ["LPDDR5-6400", "LPDDR5X-8533"]], [1, 3, 17])
    func streamsGainByBandwidthAndChannels(_ standards: [String], _ blocks: Int) throws {
        func cycles(_ standard: String, channels: Int, refresh: String) throws -> Int {
            let bytes = 32 << 10
            let machine = try Architecture.decode(
                text: """
                    architecture: stream
                    clock: 1 GHz
                    memories:
                      dram: { kind: dram, bandwidth: 1 GB/s, model: banks, standard: \(standard), channels: \(channels), capacity: 1 MiB, latency: 10 ns, refresh: \(refresh) }
                      spad: { kind: sram, capacity: 1 MiB, width: 1 KiB, ports: 8, latency: 1 }
                    engines:
                      vpu: { kind: vector, lanes: 1, reads: spad, writes: spad }
                      load: { kind: dma, width: 1 KiB, request: 256 B, outstanding: 1024, startup: 0, reads: dram, writes: spad }
                    """, file: "stream.yaml")
            var text = "program \"stream\" on \"stream\"\n\noperator 0 \"layer\" Identity unit load\n\nstream load\n"
            for block in 0..<blocks { text += "  copy #0 from: dram@\(block * bytes) int8[\(bytes)], to: spad@0 int8[\(bytes)]\n" }
            return try Simulation.run(try Program.parse(text, file: "stream"), on: machine).record.cycles
        }
        for refresh in ["none", "all-bank"] {
            for channels in [1, 2, 4, 8] {
                let series = try standards.map { try cycles($0, channels: channels, refresh: refresh) }
                #expect(series == series.sorted(by: >), "\(standards), \(channels) channels: \(series) cycles")
            }
            for standard in standards {
                let series = try [1, 2, 4, 8].map { try cycles(standard, channels: $0, refresh: refresh) }
                #expect(series == series.sorted(by: >), "\(standard), 1 to 8 channels: \(series) cycles")
                #expect(series[3] * 4 < series[0], "\(standard): eight channels should be nearly eight times as fast: \(series)")
            }
        }
    }
}
