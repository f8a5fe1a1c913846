import Programs

/// Buffers of an operator: what it writes on chip and reads again, by where it lies.
struct Buffer {
    var memory: String
    /// Bytes, over all iterations.
    var range: Range<Int>
    var writers: [Access] = []
    var readers: [Access] = []
}

/// Reaches of regions that depend on no layer, by statement and operand.
final class ReachTable {
    private var known: [String: Range<Int>] = [:]
    private let tensors: TensorTable

    init(_ tensors: TensorTable) { self.tensors = tensors }

    /// Whether an operator finds a tensor at an address.
    func isTensor(_ memory: String, _ address: Int, _ operatorIndex: Int) -> Bool {
        tensors.placement(memory, address, isWrite: false, by: operatorIndex) != nil
    }

    func reach(_ access: Access, _ site: Site, _ layers: [String: Int]) -> Range<Int>? {
        let region = access.region
        var names = Set(region.index.variables)
        for extent in region.extents { names.formUnion(extent.variables) }
        for loop in site.loops { names.formUnion(loop.bound.variables) }
        for condition in region.guards + site.guards { names.formUnion(condition.left.variables + condition.right.variables) }
        guard names.isDisjoint(with: layers.keys) else { return region.reach(site.loops, guards: site.guards, layers) }
        let key = "\(site.stream).\(site.position).\(access.operand)"
        if let found = known[key] { return found }
        guard let found = region.reach(site.loops, guards: site.guards, layers) else { return nil }
        known[key] = found
        return found
    }
}

extension OperatorText {
    /// Memory that the operator writes, in parts that do not meet, with everything that touches them; `nil` when a region's reach
    /// is not known.
    func buffers(_ layers: [String: Int], _ reaches: ReachTable) -> [Buffer]? {
        var all: [Buffer] = []
        var reads: [Access] = []
        for (index, site) in sites.enumerated() {
            guard let command = site.command else { continue }
            for access in Access.all(of: command, site: index) {
                guard access.isWrite else { reads.append(access); continue }
                guard let range = hull(of: access, layers, reaches) else { return nil }
                guard !range.isEmpty else { continue }
                var joined = Buffer(memory: access.region.memory, range: range, writers: [access])
                all.removeAll { other in
                    guard other.memory == joined.memory, other.range.overlaps(joined.range) else { return false }
                    joined.range = min(joined.range.lowerBound, other.range.lowerBound)..<max(joined.range.upperBound, other.range.upperBound)
                    joined.writers = other.writers + joined.writers
                    return true
                }
                all.append(joined)
            }
        }
        for access in reads {
            let region = access.region
            let base = AffineForm(region.base.substituting { layers[$0].map { .constant($0) } }).constant
            if let place = all.firstIndex(where: { $0.memory == region.memory && $0.range.contains(base) }) {
                all[place].readers.append(access)
                continue
            }
            if let served = index.evaluate(layers), reaches.isTensor(region.memory, base, served) { continue }
            // Rows of padding lie before what is put into a buffer: then what is read begins behind the base.
            guard let range = hull(of: access, layers, reaches), !range.isEmpty else { continue }
            for place in all.indices where all[place].memory == region.memory && all[place].range.overlaps(range) {
                all[place].readers.append(access)
            }
        }
        return all.sorted { ($0.memory, $0.range.lowerBound) < ($1.memory, $1.range.lowerBound) }
    }

    /// Bytes that an access touches over all iterations.
    func hull(of access: Access, _ layers: [String: Int], _ reaches: ReachTable) -> Range<Int>? {
        let site = sites[access.site]
        guard let reach = reaches.reach(access, site, layers) else { return nil }
        let names = Set(access.region.base.variables)
        var ranges = layers.mapValues { $0...$0 }
        for loop in Enumeration.loops(site.loops, for: names) {
            guard let bound = loop.bound.interval(ranges) else { return nil }
            ranges[loop.variable] = 0...max(0, bound.upperBound - 1)
        }
        for (name, value) in site.pins { ranges[name] = value...value }
        guard let base = access.region.base.interval(ranges), !reach.isEmpty else { return 0..<0 }
        return (base.lowerBound + floorDivide(reach.lowerBound, 8))..<(base.upperBound + (reach.upperBound + 7) / 8)
    }
}
