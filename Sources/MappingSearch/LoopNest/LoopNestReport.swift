/// What a mapping does and costs, counted.
public struct LoopNestReport: Sendable, Hashable {
    /// One tensor in one level that keeps it. Counts are of one instance.
    public struct Tensor: Sendable, Hashable {
        /// The part of the tensor that the instance sees over the whole run.
        public var partitionSize: Int
        /// Words of its tile.
        public var tileSize: Int
        public var reads: Int
        /// Words written from the next outer level that keeps the tensor.
        public var fills: Int
        /// Partial sums written from inside.
        public var updates: Int
        /// Updates that had to be added to what was there.
        public var temporalReductions: Int
        public var addressGenerations: Int
        /// Picojoules, of all instances.
        public var energy: Double
    }

    public struct Level: Sendable, Hashable {
        /// In use at most.
        public var instances: Int
        public var clusters: Int
        /// By tensor; `nil` for one that bypasses the level.
        public var tensors: [Tensor?]
        /// Cycles that its bandwidths alone would take.
        public var bandwidthCycles: Int
        /// Picojoules, of all instances in use.
        public var leakage: Double
        /// Picojoules, leakage included.
        public var energy: Double
    }

    public var computes: Int
    /// Multipliers in use.
    public var computeInstances: Int
    /// Multipliers that there are.
    public var availableInstances: Int
    /// Cycles without any limit of bandwidth.
    public var computeCycles: Int
    public var cycles: Int
    public var computeEnergy: Double
    /// Outermost first.
    public var levels: [Level]
    /// Picojoules.
    public var energy: Double
    /// Square micrometres.
    public var area: Double

    /// Picojoules times cycles.
    public var energyDelay: Double { energy * Double(cycles) }
    /// Multiplications for each that could have been.
    public var utilization: Double { Double(computes) / (Double(cycles) * Double(availableInstances)) }

    /// The share of the needed words per cycle that a level can deliver; 1 when it does not slow anything down.
    public func throttling(_ level: Int) -> Double {
        min(1, Double(computeCycles) / Double(max(1, levels[level].bandwidthCycles)))
    }
}
