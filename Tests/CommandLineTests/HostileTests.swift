import Foundation
import Testing

/// Command lines as somebody writes them who has not read the manual: every message says what is wrong, where, and what to do.
@Suite("Wrong command lines")
struct HostileTests {
    struct Line: CustomTestStringConvertible, Sendable {
        var words: String
        var status: Int32
        var parts: [String]
        init(_ words: String, _ status: Int32, _ parts: String...) { (self.words, self.status, self.parts) = (words, status, parts) }
        var testDescription: String { words }
    }

    private func check(_ line: Line) throws {
        let words = line.words.replacingOccurrences(of: "ROOT", with: Tool.repository)
        let result = try Tool.run(words)
        #expect(result.status == line.status, "\(result.errors)")
        #expect(result.errors.hasPrefix("cyclewright: error: "), "\(result.errors)")
        #expect(result.output.isEmpty)
        for part in line.parts { #expect(result.errors.contains(part), "\(result.errors) lacks \(part)") }
    }

    private static let commandsLines = [
        Line("simulte tpu-v1 resnet18", 64, "simulte: is not a command", "did you mean \"simulate\"?"),
        Line("SIMULATE tpu-v1 resnet18", 64, "did you mean \"simulate\"?"),
        Line("tpu-v1 resnet18", 64, "tpu-v1: is not a command", "an architecture", "`cyclewright simulate`"),
        Line("resnet18", 64, "resnet18: is not a command", "a workload", "`cyclewright simulate`"),
        Line("frobnicate", 64, "there are simulate, map, ", "--help"),
        Line("help simulat", 64, "simulat: is not a command", "did you mean \"simulate\"?"),
        Line("--hlep", 64, "Unknown option '--hlep'", "'--help'"),
        Line("--verison", 64, "'--version'"),
        Line("list workload", 64, "workloads"),
        Line("list networks extra", 64, "extra"),
        Line("describe", 64, "name an architecture, a workload or a network", "--schema"),
        Line("describe --scheme", 64, "'--scheme'", "'--schema'"),
        Line("describe tpu-v1 resnet18", 64, "resnet18"),
        Line("describe DDR4-3200", 64, "is a memory standard", "`cyclewright memory`"),
        Line("describe layers-from-flash", 64, "memory tiers", "`cyclewright tiers"),
        Line("describe tpu-v1 --set clok=3", 64, "--set clok", "did you mean \"clock\"?"),
        Line("describe tpu-v1 --set rows=3", 64, "did you mean \"engines.mxu.rows\"?"),
    ]
    @Test(arguments: commandsLines) func commands(_ line: Line) throws { try check(line) }

    private static let simulateLines = [
        Line("simulate", 64, "<architecture>", "the name of a shipped one"),
        Line("simulate tpu-v1", 64, "<workload>", "the name of a shipped one"),
        Line("simulate tpu-v1 resnet18 extra", 64, "'extra'"),
        Line("simulate tpu-v1 resnet18 --ouput x", 64, "'--ouput'", "'--output'"),
        Line("simulate tpu-v1 resnet18 --set", 64, "--set <path=value>"),
        Line("simulate tpu-v1 resnet18 --set engines.mxu.rows", 64, "engines.mxu.rows: is not of the form path=value"),
        Line("simulate tpu-v1 resnet18 --set engines.mxu.rows=", 64, "engines.mxu.rows: has no value"),
        Line("simulate tpu-v1 resnet18 --set engines.mxu.row=4", 64, "did you mean \"rows\"?"),
        Line("simulate tpu-v1 resnet18 --set rows=4", 64, "did you mean \"engines.mxu.rows\"?"),
        Line("simulate tpu-v1 resnet18 --set mxu.rows=4", 64, "did you mean \"engines.mxu.rows\"?"),
        Line("simulate tpu-v1 resnet18 --set engines.mxu.rows=-5", 64, "-5 is outside of 1"),
        Line("simulate tpu-v1 resnet18 --set clock=700", 64, "no unit", "700 MHz"),
        Line("simulate tpu-v1 resnet18 --set memories.weights.model=bank", 64, "did you mean \"banks\"?"),
        Line("simulate tpu-v1 resnet18 --fidelity registers", 64, "'event' and 'register'"),
        Line("simulate tpu-v1 resnet18 --seed many", 64, "--seed", "whole number"),
        Line("simulate tpu-v1 resnet18 --seed -1", 64, "--seed", "whole number"),
        Line("simulate tpu-v1 gpt2", 64, "gpt2.onnx or gpt2.json"),
        Line("simulate tpu-v1 gpt-2", 66, "did you mean \"gpt2"),
        Line("simulate TPU_V1 resnet18", 66, "did you mean \"tpu-v1\"?"),
        Line("simulate tpu-v1 tpu-v1", 64, "the architecture comes first"),
        Line("simulate tpu-v1 DDR4-3200", 64, "is a memory standard, not a workload", "`cyclewright memory`"),
        Line("simulate mesh-8x8 resnet18", 64, "is a network, not an architecture", "`cyclewright network`"),
        Line("simulate ROOT/Networks/mesh-8x8.yaml resnet18", 64, "is a network, not an architecture", "`cyclewright network`"),
        Line("simulate ROOT/Tiers/layers-from-flash.yaml resnet18", 64, "memory tiers, not an architecture", "`cyclewright tiers`"),
        Line("simulate tpu-v1 llama-3.2-1b --set context=512", 64, "setting context: has no meaning for phase=prefill", "phase=decode"),
        Line("simulate tpu-v1 llama-3.2-1b --set phase=decode --set prompt=5", 64, "setting prompt", "set context"),
        Line("simulate tpu-v1 llama-3.2-1b --set phase=decoding", 64, "prefill or decode"),
        Line("simulate tpu-v1 llama-3.2-1b --set prompt=5 --set context=-1", 64, "setting context: \"-1\" is out of range"),
        Line("simulate tpu-v1 resnet18 --output /dev/null/x", 73, "/dev/null is a file"),
    ]
    @Test(arguments: simulateLines) func simulate(_ line: Line) throws { try check(line) }

    private static let memoryLines = [
        Line("memory", 64, "name a memory standard, such as DDR4-3200", "--list"),
        Line("memory --lst", 64, "'--lst'", "'--list'"),
        Line("memory DDR4", 66, "of DDR4 there are DDR4-2400 and DDR4-3200"),
        Line("memory DDR4-9999 --pattern random", 66, "of DDR4 there are DDR4-2400 and DDR4-3200"),
        Line("memory XYZ9-100 --pattern random", 66, "--list"),
        Line("memory DDR4-3201", 66, "did you mean \"DDR4-3200\"?"),
        Line("memory DDR4-3200", 64, "say what to run on DDR4-3200", "--pattern random", "seqmix"),
        Line("memory DDR4-3200 --pattern random --trace a", 64, "give one of them"),
        Line("memory DDR4-3200 --pattern rnadom", 64, "rnadom", "seq"),
        Line("memory DDR4-3200 --pattern random --requests 1e6", 64, "'1e6'", "--requests", "whole number"),
        Line("memory DDR4-3200 --pattern random --requests -3", 64, "--requests must be at least 1"),
        Line("memory DDR4-3200 --pattern random --channels 3", 64, "not a power of two"),
        Line("memory DDR4-3200 --pattern random --channels -1", 64, "-1 channels", "not a power of two"),
        Line("memory DDR4-3200 --pattern random --set queue=8", 64, "did you mean \"controller.read-queue-size\"?"),
        Line("memory DDR4-3200 --pattern random --set pagePolicy=open", 64, "did you mean \"controller.page-policy\"?"),
        Line("memory DDR4-3200 --pattern random --set tFAW=40", 64, "did you mean \"timing.tFAW\"?"),
        Line("memory DDR4-3200 --pattern random --set ranks=2", 64, "did you mean \"organization.ranks\"?"),
        Line("memory DDR4-3200 --pattern random --mapping abc", 64, "\"abc\"", "RoRaBaCoBgPcCh"),
        Line("memory DDR4-3200 --trace nowhere.trace", 66, "nowhere.trace"),
        Line("memory tpu-v1 --pattern random", 64, "tpu-v1: is an architecture, not a memory standard"),
        Line("memory ROOT/Networks/mesh-8x8.yaml --pattern random", 64, "is a network, not a memory standard"),
        Line("memory random", 66, "random: is neither", "--list"),
    ]
    @Test(arguments: memoryLines) func memory(_ line: Line) throws { try check(line) }

    private static let networksLines = [
        Line("network", 64, "<network>", "a kind of topology"),
        Line("network mseh-8x8", 66, "did you mean \"mesh-8x8\"?"),
        Line("network mesh-8x9", 66, "write mesh --set topology.columns=8 --set topology.rows=9"),
        Line("network ring-64", 66, "write ring --set topology.routers=64"),
        Line("network mesh-8x8 --set columns=0", 64, "--set columns", "did you mean \"topology.columns\"?"),
        Line("network mesh-8x8 --set colums=4", 64, "did you mean \"topology.columns\"?"),
        Line("network mesh-8x8 --set topology.colums=4", 64, "did you mean \"columns\"?"),
        Line("network mesh-8x8 --set topology.columns=0", 64, "0 is outside of 1"),
        Line("network mesh-8x8 --set virtualChannels=2", 64, "did you mean \"router.virtual-channels\"?"),
        Line("network mesh-8x8 --set routing=adaptive", 64, "did you mean \"router.routing\"?"),
        Line("network mesh-8x8 --set packet=5", 64, "did you mean \"traffic.packet\"?"),
        Line("network ring --set routers.buffer=5", 64, "did you mean \"router\"?"),
        Line("network mesh-8x8 --pattern transpoze", 64, "did you mean \"transpose\"?"),
        Line("network mesh-8x8 --loads 0.1,abc", 64, "\"abc\" is not a load"),
        Line("network mesh-8x8 --load -0.1", 64, "\"-0.1\" is not a load"),
        Line("network mesh-8x8 --load 0.1 --loads 0.2", 64, "not both"),
        Line("network tpu-v1", 64, "is an architecture, not a network"),
        Line("network ROOT/Architectures/tpu-v1.yaml", 64, "is an architecture, not a network"),
        Line("network ROOT/Tiers/layers-from-flash.yaml", 64, "memory tiers, not a network"),
        Line("network nowhere.yaml", 66, "there is no such file"),
    ]
    @Test(arguments: networksLines) func networks(_ line: Line) throws { try check(line) }

    private static let collectivesLines = [
        Line("collective", 64, "<operation>", "all-reduce"),
        Line("collective all-reduc --chips 8", 64, "all-reduc: is not a collective operation", "did you mean \"all-reduce\"?"),
        Line("collective AllReduce", 64, "did you mean \"all-reduce\"?"),
        Line("collective scatter", 64, "there are all-reduce"),
        Line("collective all-reduce --chips 8", 64, "needs --bytes, --link-bandwidth and --link-latency", "--bytes 1GiB --link-bandwidth 50GB/s"),
        Line("collective all-reduce --bytes 1GiB --link-bandwidth 5GB/s", 64, "needs --link-latency", "--link-latency 1us"),
        Line("collective all-reduce --chips -2 --bytes 1GiB", 64, "--chips must be at least 1"),
        Line("collective all-reduce --chips eight", 64, "--chips", "whole number"),
        Line("collective all-reduce --bytes 1 --link-bandwidth 5GB/s --link-latency 1us", 64, "--bytes: \"1\" has no unit"),
        Line("collective all-reduce --bytes -1KiB --link-bandwidth 5GB/s --link-latency 1us", 64, "--bytes: \"-1KiB\""),
        Line("collective all-reduce --bytes 1KiB,,2KiB --link-bandwidth 5GB/s --link-latency 1us", 64, "--bytes"),
        Line("collective all-reduce --bytes 1KiB --link-bandwidth 5 --link-latency 1us", 64, "--link-bandwidth: \"5\" has no unit"),
        Line("collective all-reduce --topology rng --bytes 1KiB --link-bandwidth 5GB/s --link-latency 1us", 66, "did you mean \"ring\"?"),
        Line("collective all-reduce --topology tpu-v1 --bytes 1KiB --link-bandwidth 5GB/s --link-latency 1us", 64, "is an architecture, not a network"),
        Line("collective all-reduce --algorithm rign", 64, "'ring', 'halving-doubling' or 'tree'"),
    ]
    @Test(arguments: collectivesLines) func collectives(_ line: Line) throws { try check(line) }

    private static let tiersLines = [
        Line("tiers", 64, "<file>", "the name of a shipped one"),
        Line("tiers nowhere.yaml", 66, "there is no such file", "cyclewright list tiers"),
        Line("tiers layers-from-flsh", 66, "did you mean \"layers-from-flash\"?"),
        Line("tiers tpu-v1", 64, "is an architecture, not a description of memory tiers"),
        Line("tiers ROOT/Networks/mesh-8x8.yaml", 64, "is a network, not a description of memory tiers"),
        Line("tiers layers-from-flash --set channels=32", 64, "did you mean \"memories.", ".channels\"?"),
        Line("tiers layers-from-flash --set memories.flsh.channels=32", 64, "did you mean \"flash\"?"),
        Line("tiers layers-from-flash --set memories.flash.chanels=32", 64, "did you mean \"channels\"?"),
        Line("tiers layers-from-flash --set memories.flash.channels=x", 64, "whole number"),
        Line("tiers layers-from-flash --accesses nowhere.txt", 66, "--accesses nowhere.txt: there is no such file"),
        Line("tiers layers-from-flash --format xml", 64, "'table'", "'json'", "'csv'"),
    ]
    @Test(arguments: tiersLines) func tiers(_ line: Line) throws { try check(line) }

    @Test func shippedTiersAreFoundByName() throws {
        let named = try Tool.run("tiers layers-from-flash --format csv")
        let path = try Tool.run("tiers \(Tool.repository)/Tiers/layers-from-flash.yaml --format csv")
        #expect(named.status == 0 && named.output == path.output, "\(named.errors)")
        #expect(try Tool.run("list tiers").output.contains("layers-from-flash"))
    }
}
