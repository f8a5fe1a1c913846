/// Latency against load, with the load at which the network saturates.
public struct NetworkCurve: Sendable {
    /// Latency at which the search takes a network for saturated, over that of the empty network.
    public static let saturationFactor = 3.0

    /// In the order of loads.
    public var points: [NetworkMeasurement]
    /// The load, in flits per terminal and cycle, at which the mean latency passes `saturationFactor` times that of the empty network,
    /// and what the network then delivers; `nil` when it was not searched for.
    public var saturation: (load: Double, accepted: Double)?

    public init(points: [NetworkMeasurement], saturation: (load: Double, accepted: Double)?) {
        self.points = points
        self.saturation = saturation
    }
}

extension NetworkExperiment {
    /// Runs of the search for saturation: it ends within 1/256 of the range between a load that passes and one that does not.
    private static let searchRuns = 8

    /// The curve at the given loads, or from light load to beyond saturation.
    ///
    /// - Parameters:
    ///   - loads: in flits per terminal and cycle; `nil` for round loads up to the first two beyond saturation.
    ///   - findsSaturation: always true without loads.
    ///   - threads: points that are worked out at the same time; the curve is the same for any number.
    ///   - progress: called with the share that is done.
    public func curve(
        loads: [Double]?, findsSaturation: Bool, analysis: NetworkAnalysis, threads: Int = NetworkExperiment.processors,
        progress: (Double) -> Void
    ) throws(Failure) -> NetworkCurve {
        var done = 0.0
        var all = Double((loads?.count ?? 12) + (findsSaturation || loads == nil ? Self.searchRuns + 1 : 0))
        func count() {
            done += 1
            progress(min(1, done / all))
        }
        var saturation: (load: Double, accepted: Double)?
        var points: [NetworkMeasurement] = []
        var chosen = loads ?? []
        if findsSaturation || loads == nil {
            let found = try saturationPoint(analysis, count)
            saturation = (found.load, found.accepted)
            if loads == nil {
                chosen = Self.roundLoads(upTo: found.load)
                points.append(found)
            }
        }
        var missing: [Double] = []
        for load in chosen where !points.contains(where: { $0.load == load }) && !missing.contains(load) { missing.append(load) }
        all = done + Double(missing.count)
        points += try sweep(loads: missing, threads: threads, progress: count)
        points.sort { $0.load < $1.load }
        return NetworkCurve(points: points, saturation: saturation)
    }

    /// The largest load found by bisection at which latency stays below the limit; the lowest one tried when none does.
    private func saturationPoint(_ analysis: NetworkAnalysis, _ progress: () -> Void) throws(Failure) -> NetworkMeasurement {
        let limit = analysis.zeroLoadLatency.mean * NetworkCurve.saturationFactor
        var low = 0.0
        var high = min(1, (analysis.bound?.load ?? 1) * 1.1)
        var best: NetworkMeasurement?
        func isBelow(_ load: Double) throws(Failure) -> Bool {
            let point = try measure(load: load)
            progress()
            guard !point.isSaturated, (point.meanLatency ?? 0) <= limit else { return false }
            best = point
            return true
        }
        // Queues take a while to grow, and those of a few terminals do not raise the mean at once: more than the bound may pass for
        // a time. Some networks never saturate.
        while try isBelow(high) {
            low = high
            if high == 1 { break }
            high = min(1, high * 1.5)
        }
        for _ in 0..<Self.searchRuns where low < high {
            let middle = (low + high) / 2
            if try isBelow(middle) { low = middle } else { high = middle }
        }
        if let best { return best }
        return try measure(load: high)
    }

    /// Multiples of 1, 2 or 5 times a power of ten, about ten of them below the load at which the network saturates, and two above.
    static func roundLoads(upTo saturation: Double) -> [Double] {
        var decade = 1.0
        while decade > saturation / 10 && decade > 1e-9 { decade /= 10 }
        let step = [1.0, 2, 5, 10].first { $0 * decade * 12 >= saturation }.map { $0 * decade } ?? decade
        var loads: [Double] = []
        var multiple = 1
        while loads.count < 16 {
            // Through integers, so that 0.3 is 0.3 and not 0.30000000000000004.
            let load = (Double(multiple) * step * 1e9).rounded() / 1e9
            guard load <= 1 else { break }
            loads.append(load)
            if load > saturation + step { break }
            multiple += 1
        }
        return loads
    }
}
