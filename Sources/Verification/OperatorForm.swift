import Programs

/// What an operator's text has in common with others: everything but addresses, names and units.
enum OperatorForm {
    /// - Parameter buffers: what the operator writes; where other operands lie does not matter to its proofs.
    static func key(_ text: OperatorText, _ semaphores: [Program.Semaphore], _ layers: [String: Int], buffers: [Buffer]) -> String {
        let counts = Dictionary(semaphores.map { ($0.name, $0) }) { first, _ in first }
        var names: [String: (number: Int, lowest: Int)] = [:]
        var streams: [Int: Int] = [:]
        var holders: [String: Int] = [:]
        for (number, buffer) in buffers.enumerated() {
            for access in buffer.writers + buffer.readers { holders["\(access.site).\(access.operand)"] = number }
        }
        for site in text.sites {
            if streams[site.stream] == nil { streams[site.stream] = streams.count }
            switch site.kind {
            case .acquire(let reference, _), .release(let reference, _, _):
                let constant = AffineForm(reference.index).constant
                let known = names[reference.name] ?? (names.count, constant)
                names[reference.name] = (known.0, min(known.1, constant))
            case .command, .read: break
            }
        }
        func place(_ region: Region, _ holder: Int?) -> String {
            // Bits from the buffer's beginning: where the constant stands, in the base or in the index, does not matter.
            var form = AffineForm(region.base.substituting { layers[$0].map { .constant($0) } })
            guard let holder else {
                form.constant = 0
                return "-@\(form.expression)"
            }
            form.constant = (form.constant - buffers[holder].range.lowerBound) * 8 + AffineForm(region.index).constant * region.element.bits
            return "\(holder)@\(form.expression)"
        }
        var key = ""
        func conditions(_ list: [Condition]) -> String {
            list.map { "\($0.left)\($0.relation.rawValue)\($0.right)" }.joined(separator: "&")
        }
        func counter(_ reference: SemaphoreReference) -> String {
            guard let own = counts[reference.name], let name = names[reference.name] else { return "" }
            var index = AffineForm(reference.index)
            index.constant -= name.lowest
            return "s\(name.number)=\(own.initial)[\(index.expression)]"
        }
        for (number, site) in text.sites.enumerated() {
            let loops: String = site.loops.map { "\($0.variable)<\($0.bound)" }.joined(separator: ",")
            key += "\(streams[site.stream] ?? 0)|\(loops)|\(conditions(site.guards))|"
            switch site.kind {
            case .acquire(let reference, let count): key += "a \(counter(reference)) \(count)"
            case .release(let reference, let count, let time): key += "r \(counter(reference)) \(count) \(time.rawValue)"
            case .read(let symbol, _): key += "read \(symbol)"
            case .command(let command):
                key += command.opcode
                for operand in command.operands {
                    let region = operand.region
                    var index = AffineForm(region.index)
                    index.constant = 0
                    key += " \(operand.name):\(place(region, holders["\(number).\(operand.name)"])) \(region.element.rawValue)\(region.extents)(\(index.expression) \(conditions(region.guards)))"
                }
                for attribute in command.attributes where attribute.name != Command.functionAttribute { key += " \(attribute.name)=\(attribute.value)" }
            }
            key += "\n"
        }
        return key
    }
}

extension OperatorText {
    /// The units that semaphores of the operator join, part by part.
    func parts(joinedBy semaphores: [Program.Semaphore]) -> [OperatorText] {
        let own = Dictionary(semaphores.map { ($0.name, $0.count) }) { first, _ in first }
        var group: [Int: Int] = [:]
        for site in sites { group[site.stream] = site.stream }
        // Units that use the same counters of a semaphore.
        var users: [String: [(range: ClosedRange<Int>, stream: Int)]] = [:]
        for site in sites {
            let reference: SemaphoreReference
            switch site.kind {
            case .acquire(let used, _), .release(let used, _, _): reference = used
            default: continue
            }
            guard let count = own[reference.name] else { continue }
            var ranges = Dictionary(layers.map { ($0.variable, 0...max(0, ($0.bound.constantValue ?? 1) - 1)) }) { first, _ in first }
            for loop in site.loops { ranges[loop.variable] = 0...max(0, (loop.bound.interval(ranges)?.upperBound ?? 1) - 1) }
            users[reference.name, default: []].append((reference.index.interval(ranges) ?? 0...(count - 1), site.stream))
        }
        for list in users.values {
            for (place, one) in list.enumerated() {
                for other in list[..<place] where one.range.overlaps(other.range) && group[one.stream] != group[other.stream] {
                    let (from, to) = (group[one.stream], group[other.stream])
                    for (stream, value) in group where value == from { group[stream] = to }
                }
            }
        }
        let names = Set(group.values).sorted()
        return names.map { name in
            var part = self
            part.sites = sites.filter { group[$0.stream] == name }
            part.statements = statements.filter { group[$0.key] == name }
            return part
        }
    }

    /// The statements that decide which loops go over tiles: those of the units that multiply, and of those that take the sums.
    var partOfProducts: OperatorText {
        let memories = Set(commands.filter { $0.command?.opcode == "matmul" }.compactMap { $0.command?[operand: "out"]?.memory })
        var part = self
        let streams = Set(commands.filter { site in
            site.command?.operands.contains { memories.contains($0.region.memory) && ($0.name == "out" || $0.name == "in0") } ?? false
        }.map(\.stream))
        part.sites = sites.filter { streams.contains($0.stream) }
        return part
    }
}
