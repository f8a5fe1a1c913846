import MemorySystem
import Testing

/// What is said of networks without simulating them, against counting and closed forms.
@Suite struct NetworkAnalysisTests {
    private func analysis(
        _ topology: NetworkTopology, _ parameters: NetworkParameters = NetworkParameters(), _ pattern: NetworkTraffic = .uniform
    ) throws -> NetworkAnalysis {
        try NetworkAnalysis(NetworkExperiment(topology: topology, parameters: parameters, pattern: pattern))
    }

    /// Channels from one half to the other for the best of all divisions of the routers.
    private func counted(_ topology: NetworkTopology) -> Int {
        let count = topology.routers
        var fewest = Int.max
        for set in 0..<(1 << count) where set.nonzeroBitCount == count / 2 {
            fewest = min(fewest, topology.channels.count { set >> $0.from & 1 == 1 && set >> $0.to & 1 == 0 })
        }
        return fewest
    }

    @Test(
        "Bisections of meshes and tori are those of the best of all divisions",
        arguments: [[2], [5], [6], [2, 2], [3, 2], [3, 3], [4, 3], [4, 4], [5, 3], [2, 2, 2], [3, 2, 2]])
    func gridBisections(_ sizes: [Int]) throws {
        for topology in [try NetworkTopology.mesh(sizes), try .torus(sizes)] {
            let bisection = NetworkBisection(topology)
            let least = counted(topology)
            #expect(bisection.isUpperBound ? bisection.channels >= least : bisection.channels == least, "\(topology.name): \(bisection) of \(least)")
        }
        #expect(!NetworkBisection(try .mesh(sizes)).isUpperBound)
    }

    @Test("Bisections of the other families, and of the same networks as lists of channels")
    func otherBisections() throws {
        #expect(NetworkBisection(try .mesh([8, 8])).channels == 8)
        #expect(NetworkBisection(try .torus([8, 8])).channels == 16)
        #expect(NetworkBisection(try .ring(16)).channels == 2)
        #expect(NetworkBisection(try .crossbar(terminals: 16)).channels == 8)
        #expect(NetworkBisection(try .fatTree(arity: 4, levels: 3)).channels == 32)
        #expect(NetworkBisection(try .hTree(arity: 4, levels: 3)).channels == 2)
        #expect(NetworkBisection(try .bus(terminals: 8)) == NetworkBisection(try .bus(terminals: 16)))
        #expect(NetworkBisection(try .bus(terminals: 8)).isShared)
        // The search knows nothing of families.
        for known in [
            try NetworkTopology.ring(8), try .mesh([4, 2]), try .mesh([3, 3]), try .torus([4, 3]), try .hTree(arity: 2, levels: 3),
            try .hTree(arity: 3, levels: 2), try .fatTree(arity: 2, levels: 3), try .fatTree(arity: 3, levels: 2), try .crossbar(terminals: 7),
        ] {
            var custom = known
            custom.kind = .custom
            let found = NetworkBisection(custom)
            #expect(!found.isUpperBound && found.channels == NetworkBisection(known).channels, "\(known.name): \(found)")
        }
        // Beyond all divisions it finds the same for networks of this size.
        for known in [try NetworkTopology.mesh([4, 4]), try .torus([4, 4]), try .ring(20)] {
            var custom = known
            custom.kind = .custom
            let found = NetworkBisection(custom)
            #expect(found.isUpperBound && found.channels == NetworkBisection(known).channels, "\(known.name): \(found)")
        }
    }

    @Test("Diameters and mean distances are those of the textbook")
    func distances() throws {
        let mesh = try analysis(.mesh([8, 8]))
        // (k² − 1) / 3k in each dimension.
        #expect(mesh.diameter == 14 && abs(mesh.meanDistance - 2 * 63.0 / 24) < 1e-12)
        let torus = try analysis(.torus([8, 8]))
        // k / 4 in each dimension.
        #expect(torus.diameter == 8 && abs(torus.meanDistance - 4) < 1e-12)
        let ring = try analysis(.ring(16))
        #expect(ring.diameter == 8 && abs(ring.meanDistance - 4) < 1e-12)
        #expect(try analysis(.fatTree(arity: 4, levels: 3)).diameter == 4)
        #expect(try analysis(.hTree(arity: 4, levels: 3)).diameter == 4)
        #expect(try analysis(.crossbar(terminals: 16)).diameter == 0)
        #expect(try analysis(.bus(terminals: 16)).diameter == 1)
        #expect(mesh.largestRadix == 5 && torus.largestRadix == 5 && ring.largestRadix == 3)
        #expect(try analysis(.fatTree(arity: 4, levels: 3)).largestRadix == 8)
    }

    @Test("The bound of the busiest channel is that of the textbook")
    func bounds() throws {
        func bound(_ topology: NetworkTopology, _ pattern: NetworkTraffic = .uniform) throws -> Double {
            try #require(try analysis(topology, NetworkParameters(), pattern).bound).load
        }
        // Uniform traffic: k-ary meshes 4 / k, tori 8 / k, not more than a terminal sends.
        #expect(abs(try bound(.mesh([8, 8])) - 0.5) < 1e-12)
        #expect(abs(try bound(.mesh([16])) - 0.25) < 1e-12)
        #expect(abs(try bound(.ring(16)) - 0.5) < 1e-12)
        #expect(abs(try bound(.torus([8, 8])) - 1) < 1e-12)
        #expect(abs(try bound(.bus(terminals: 8)) - 1.0 / 8) < 1e-12)
        #expect(abs(try bound(.crossbar(terminals: 8)) - 1) < 1e-12)
        // The root's links carry what three of four subtrees send to one: 64 × 3/4 / 4 = 12.
        #expect(abs(try bound(.hTree(arity: 4, levels: 3)) - 1.0 / 12) < 1e-12)
        #expect(abs(try bound(.fatTree(arity: 4, levels: 3)) - 1) < 1e-12)
        // Transpose by dimension order: the channel out of a row's corner carries all of the row but one.
        #expect(abs(try bound(.mesh([8, 8]), .transpose) - 1.0 / 7) < 1e-12)
        // Bit complement crosses the middle of every row: half of it over one channel.
        #expect(abs(try bound(.mesh([8, 8]), .bitComplement) - 0.25) < 1e-12)
        // The hot terminal takes its share from all and one of 64 of the rest.
        #expect(abs(try bound(.crossbar(terminals: 16), .hotspot(terminal: 3, share: 0.5)) - 1 / (8 + 0.5)) < 1e-12)
        #expect(try analysis(.mesh([4, 4]), NetworkParameters(routing: .minimalAdaptive, reuse: .whenEmpty)).bound == nil)
    }

    @Test("The latency of the empty network under a pattern is the mean over its pairs")
    func zeroLoad() throws {
        for topology in [try NetworkTopology.mesh([4, 4]), try .torus([4, 4]), try .fatTree(arity: 2, levels: 4), try .bus(terminals: 16)] {
            let network = try FlitNetwork(topology)
            let uniform = try network.zeroLoadLatency(under: .uniform, flits: 3)
            #expect(abs(uniform.mean - network.meanZeroLoadLatency(flits: 3)) < 1e-9)
            let targets = try #require(try NetworkTraffic.transpose.destinations(in: topology))
            let pairs = targets.enumerated().map { network.zeroLoadLatency(from: $0, to: $1, flits: 3) }
            let transpose = try network.zeroLoadLatency(under: .transpose, flits: 3)
            #expect(abs(transpose.mean - Double(pairs.reduce(0, +)) / 16) < 1e-9)
            #expect(transpose.least == pairs.min() && transpose.most == pairs.max())
            let hot = try network.zeroLoadLatency(under: .hotspot(terminal: 5, share: 1), flits: 1)
            let toHot = (0..<16).map { network.zeroLoadLatency(from: $0, to: 5, flits: 1) }
            #expect(abs(hot.mean - Double(toHot.reduce(0, +)) / 16) < 1e-9)
        }
    }

    @Test("The verdict on deadlock says what was examined")
    func verdicts() throws {
        func verdict(_ topology: NetworkTopology, _ parameters: NetworkParameters = NetworkParameters()) throws -> DeadlockVerdict {
            try analysis(topology, parameters).deadlock
        }
        let mesh = try verdict(.mesh([2, 2]))
        // Of eight channels the four of the first dimension go on over the second.
        #expect(mesh.isFree && mesh.argument.hasPrefix("the 4 dependencies between the 8 channels under"), "\(mesh.argument)")
        #expect(try verdict(.torus([4, 4])).argument.contains("2 classes, changed where a ring closes"))
        #expect(try verdict(.crossbar(terminals: 4)).argument.contains("one router"))
        let adaptive = NetworkParameters(routing: .minimalAdaptive, reuse: .whenEmpty)
        #expect(try verdict(.mesh([4, 4]), adaptive).argument.hasPrefix("1 virtual channel of each port is set aside for escape"))
        #expect(try verdict(.torus([4, 4]), adaptive).argument.hasPrefix("2 virtual channels of each port are set aside for escape"))
        #expect(try verdict(.fatTree(arity: 2, levels: 3), adaptive).argument.contains("all shortest paths together"))
        let upward = NetworkParameters(
            routing: .table((0..<4).map { router in Array(repeating: (router + 1) % 4, count: 4) }), allowsCyclicDependencies: true)
        let ring = try verdict(.ring(4), upward)
        #expect(!ring.isFree && ring.argument.contains("channel 0→1 → channel 1→2"))
    }

    @Test("A curve without loads goes up to saturation and beyond, in round steps")
    func curve() throws {
        let experiment = NetworkExperiment(topology: try .bus(terminals: 8), warmUpCycles: 500, measuredCycles: 3000)
        let analysis = try NetworkAnalysis(experiment)
        var progress: [Double] = []
        let curve = try experiment.curve(loads: nil, findsSaturation: true, analysis: analysis) { progress.append($0) }
        let saturation = try #require(curve.saturation)
        // The bus carries one flit a cycle: an eighth for each terminal.
        #expect(saturation.load > 0.1 && saturation.load < 0.135, "\(saturation)")
        #expect(curve.points.map(\.load) == curve.points.map(\.load).sorted())
        #expect(curve.points.contains { $0.load == 0.04 } && curve.points.contains { $0.load > saturation.load })
        #expect(curve.points.allSatisfy { $0.accepted < 0.126 })
        #expect(progress == progress.sorted() && progress.last == 1)
        let one = try experiment.curve(loads: [0.05], findsSaturation: false, analysis: analysis) { _ in }
        #expect(one.saturation == nil && one.points.map(\.load) == [0.05])
        #expect(abs(try #require(one.points[0].meanLatency) / analysis.zeroLoadLatency.mean - 1) < 0.2)
    }

    @Test("A run that ends early because it is saturated says so at the same loads")
    func early() throws {
        let experiment = NetworkExperiment(topology: try .mesh([4, 4]), warmUpCycles: 500, measuredCycles: 2000, latencyLimit: 100)
        for load in [0.1, 0.4, 0.6] { #expect(try !experiment.measure(load: load).isSaturated, "\(load)") }
        for load in [0.95, 1] {
            let point = try experiment.measure(load: load)
            #expect(point.isSaturated && point.accepted < 0.9, "\(load)")
        }
    }
}
