/// Storage levels one inside the other, and the multipliers within the innermost.
///
/// All figures are of one instance; instances form a mesh, and the mesh of a level is a whole multiple of the next outer one's.
public struct MemoryHierarchy: Sendable, Hashable {
    /// Picojoules of one access, which moves a block of words.
    public struct AccessEnergy: Sendable, Hashable {
        public var read: Double
        /// Filled from outside.
        public var write: Double
        /// Written by a partial sum from inside.
        public var update: Double
        /// Of one instance in one cycle.
        public var leak: Double

        public init(read: Double, write: Double, update: Double? = nil, leak: Double = 0) {
            self.read = read
            self.write = write
            self.update = update ?? write
            self.leak = leak
        }
    }

    public struct Level: Sendable, Hashable {
        public var name: String
        /// Words; `nil` when everything fits.
        public var capacity: Int?
        public var wordBits = 8
        /// Words that one access moves.
        public var blockSize = 1
        public var instances = 1
        public var meshX = 1
        public var meshY = 1
        /// Instances that share one physical array and its accesses.
        public var clusterSize = 1
        /// How many tiles are there at once: 2 to fill one while the other is used.
        public var multipleBuffering = 1.0
        /// Words per cycle; `nil` without limit.
        public var readBandwidth: Double?
        public var writeBandwidth: Double?
        public var sharedBandwidth: Double?
        public var energy = AccessEnergy(read: 0, write: 0)
        /// Square micrometres.
        public var area = 0.0
        /// False for a level that only spreads work over the instances within.
        public var holdsData = true

        public init(_ name: String, capacity: Int? = nil) {
            self.name = name
            self.capacity = capacity
        }

        /// Words that the tiles of one moment may take together.
        public var effectiveCapacity: Int? { capacity.map { Int(Double($0) / multipleBuffering) } }
    }

    public struct Compute: Sendable, Hashable {
        public var name: String
        public var instances = 1
        public var meshX = 1
        public var meshY = 1
        /// Picojoules of one multiplication and addition.
        public var energy = 0.0
        public var area = 0.0

        public init(_ name: String) { self.name = name }
    }

    /// Outermost first.
    public let levels: [Level]
    public let compute: Compute

    public static let maximumLevels = 24
    public static let maximumInstances = 1 << 20

    public init(levels: [Level], compute: Compute) throws(LoopNestError) {
        guard (1...Self.maximumLevels).contains(levels.count) else {
            throw .hierarchy("\(levels.count) storage levels; give from 1 to \(Self.maximumLevels)")
        }
        var outer = (name: "the whole", x: 1, y: 1)
        let meshes = levels.map { ($0.name, $0.instances, $0.meshX, $0.meshY) } + [(compute.name, compute.instances, compute.meshX, compute.meshY)]
        for (name, instances, x, y) in meshes {
            guard x >= 1, y >= 1, instances >= 1, instances <= Self.maximumInstances, x <= Self.maximumInstances, y <= Self.maximumInstances else {
                throw .hierarchy("\(name): \(instances) instances as \(x) × \(y); give from 1 to \(Self.maximumInstances)")
            }
            guard x * y == instances else { throw .hierarchy("\(name): its mesh of \(x) × \(y) is not its \(instances) instances; set meshX and meshY") }
            guard x % outer.x == 0, y % outer.y == 0 else {
                throw .hierarchy("\(name): a mesh of \(x) × \(y) cannot be divided among \(outer.name)'s \(outer.x) × \(outer.y)")
            }
            outer = (name, x, y)
        }
        for (index, level) in levels.enumerated() {
            guard !levels[..<index].contains(where: { $0.name == level.name }), level.name != compute.name else {
                throw .hierarchy("\(level.name) is the name of two levels")
            }
            guard level.capacity ?? 1 >= 1, level.capacity ?? 1 <= 1 << 50 else { throw .hierarchy("\(level.name): holds \(level.capacity ?? 0) words; give from 1 to 2^50") }
            guard level.blockSize >= 1, level.clusterSize >= 1, level.blockSize <= 1 << 20, level.clusterSize <= Self.maximumInstances else {
                throw .hierarchy("\(level.name): an access moves \(level.blockSize) words for \(level.clusterSize) instances; both are from 1 on")
            }
            guard level.multipleBuffering >= 1, level.multipleBuffering <= 1024 else { throw .hierarchy("\(level.name): multiple buffering is from 1 to 1024") }
            for bandwidth in [level.readBandwidth, level.writeBandwidth, level.sharedBandwidth] {
                guard bandwidth ?? 1 > 0, (bandwidth ?? 1).isFinite else { throw .hierarchy("\(level.name): a bandwidth is not a positive number") }
            }
            let energies = [level.energy.read, level.energy.write, level.energy.update, level.energy.leak, level.area]
            guard energies.allSatisfy({ $0 >= 0 && $0 < 1e15 }) else { throw .hierarchy("\(level.name): energies and areas are from 0 to 10^15") }
        }
        guard levels.contains(where: \.holdsData) else { throw .hierarchy("no level holds data") }
        guard compute.energy >= 0, compute.energy < 1e15, compute.area >= 0, compute.area < 1e15 else {
            throw .hierarchy("\(compute.name): energies and areas are from 0 to 10^15")
        }
        self.levels = levels
        self.compute = compute
    }

    /// Instances of the next inner level side by side for each instance of this one.
    public func fanOut(_ level: Int) -> (x: Int, y: Int) {
        let own = levels[level]
        guard level + 1 < levels.count else { return (compute.meshX / own.meshX, compute.meshY / own.meshY) }
        return (levels[level + 1].meshX / own.meshX, levels[level + 1].meshY / own.meshY)
    }

    public func level(named name: String) -> Int? { levels.firstIndex { $0.name == name } }

    /// Square micrometres of all instances.
    public var area: Double {
        levels.reduce(Double(compute.instances) * compute.area) { $0 + Double($1.instances) * $1.area }
    }
}
