import Architecture
import Foundation
import Quantities

extension ComponentTable {
    /// The price of a component in a technology: from its own figure at the nearest node, or at the two around it, scaled; at nodes where its
    /// format has none, derived from others; for a multiply-accumulate without one, multiplier and adder of the format.
    ///
    /// - Throws: `CostError` when no table has the component, or nothing to derive the format from.
    public func price(_ component: String, format: ArithmeticFormat? = nil, at process: ProcessPoint) throws(CostError) -> ComponentPrice {
        try price(component, format: format, at: process, depth: 0)
    }

    /// A multiplier with an adder of the accumulator's format behind it.
    public func multiplyAccumulate(
        _ format: ArithmeticFormat, accumulator: ArithmeticFormat, at process: ProcessPoint
    ) throws(CostError) -> ComponentPrice {
        let multiplier = try price("multiplier", format: format, at: process)
        let adder = try price("adder", format: accumulator, at: process)
        guard let product = multiplier.actions.first(where: { $0.name == "compute" }), let sum = adder.actions.first(where: { $0.name == "compute" }) else {
            throw CostError(.unknown, "a multiply-accumulate of \(format)", "has no energy of \"compute\"", accepted: "give the multiplier and the adder one")
        }
        let note = "multiplier of \(format) and adder of \(accumulator)"
        var price = ComponentPrice(component: "mac", format: format, per: nil, actions: [], area: nil, leakage: nil)
        price.actions = [
            .init(
                name: "compute", energy: Energy(joules: product.energy.joules + sum.energy.joules),
                provenance: (product.provenance + sum.provenance).adding(note))
        ]
        if let a = multiplier.area, let b = adder.area {
            price.area = Sourced(
                Area(squareMillimetres: a.value.squareMillimetres + b.value.squareMillimetres), (a.provenance + b.provenance).adding(note))
        }
        return price
    }

    /// A converter between analog and digital; other resolutions than the published take twice the energy and area for each bit.
    public func converter(_ component: String, bits: Int, at process: ProcessPoint) throws(CostError) -> ComponentPrice {
        guard (1...24).contains(bits) else {
            throw CostError(.outOfRange, "a converter of \(bits) bits", "cannot be priced", accepted: "give from 1 to 24 bits")
        }
        guard let layer = layers.first(where: { $0.contains { $0.component == component && $0.bits != nil } }) else { throw unknown(component) }
        let entries = layer.filter { $0.component == component && $0.bits != nil }
        let nearest = entries.min { distance($0, bits) < distance($1, bits) }
        guard let nearest, let published = nearest.bits else { throw unknown(component) }
        var price = try priced(nearest, component, nil, at: process)
        guard published != bits else { return price }
        let factor = exp2(Double(bits - published))
        let note = "\(bits) bits derived from \(published): × \(TechnologyScaling.text(factor)), twice for each bit"
        for index in price.actions.indices {
            price.actions[index].energy.joules *= factor
            price.actions[index].provenance = price.actions[index].provenance.adding(note, isEstimate: true)
        }
        price.area = price.area.map { Sourced(Area(squareMillimetres: $0.value.squareMillimetres * factor), $0.provenance.adding(note, isEstimate: true)) }
        return price
    }

    private func distance(_ entry: Entry, _ bits: Int) -> Int { abs((entry.bits ?? 0) - bits) }

    private func price(_ component: String, format: ArithmeticFormat?, at process: ProcessPoint, depth: Int) throws(CostError) -> ComponentPrice {
        guard depth < 8 else {
            throw CostError(.unknown, "the price of \(component)", "is relative to itself over other components", accepted: "give one of them an energy")
        }
        for layer in layers {
            let own = layer.filter { $0.component == component && ($0.relative != nil || format == nil || $0.format == format || $0.format == nil) }
            guard !own.isEmpty else { continue }
            if let relative = own.first(where: { $0.relative != nil }), let (times, of) = relative.relative {
                let base = try price(of, format: relative.format, at: process, depth: depth + 1)
                guard let action = base.actions.first(where: { $0.name == "compute" }) else { throw unknown(of) }
                let provenance = relative.provenance.adding("\(TechnologyScaling.text(times)) × \(of) of \(relative.format?.name ?? "its format")") + action.provenance
                return ComponentPrice(
                    component: component, format: nil, per: relative.per,
                    actions: [.init(name: "access", energy: Energy(joules: action.energy.joules * times), provenance: provenance)], area: nil, leakage: nil)
            }
            if format == nil, own.contains(where: { $0.format != nil }), !own.contains(where: { $0.format == nil }) {
                let known = own.compactMap(\.format?.name)
                throw CostError(.unknown, "\(component) without a number format", "has no price", accepted: "name the format: \(wordList(Array(Set(known)).sorted()))")
            }
            let bare = own.filter { $0.bits == nil }
            guard !bare.isEmpty else {
                throw CostError(.unknown, "\(component) without a resolution", "has no price", accepted: "ask for a converter with its bits")
            }
            return try price(component, format, from: layer, at: process)
        }
        if let format {
            for layer in layers {
                let derived = try price(component, format, from: layer, at: process)
                if !derived.actions.isEmpty { return derived }
            }
            if component == "mac" { return try multiplyAccumulate(format, accumulator: format, at: process) }
        }
        throw unknown(component, format)
    }

    /// Energy, area and leakage may come from different entries: each from the nodes around the technology that have one.
    private func price(_ component: String, _ format: ArithmeticFormat?, from layer: [Entry], at process: ProcessPoint) throws(CostError) -> ComponentPrice {
        var price = ComponentPrice(component: component, format: format, per: nil, actions: [], area: nil, leakage: nil)
        let own = layer.filter { $0.component == component && ($0.format == nil || $0.format == format) && $0.bits == nil }
        let related = layer.filter { $0.component == component && $0.format != nil && $0.format?.isFloatingPoint == format?.isFloatingPoint }
        price.per = own.compactMap(\.per).first
        var names: [String] = []
        for entry in own { for (action, _) in entry.energies where !names.contains(action) { names.append(action) } }
        if format != nil, own.allSatisfy({ $0.energies.isEmpty }), related.contains(where: { !$0.energies.isEmpty }) { names = ["compute"] }
        for name in names {
            let sites = sites(own, related, format) { entry in entry.energies.first { $0.action == name }?.energy.joules }
            if let value = try combined(sites, at: process, by: { (from, to) throws(CostError) in try isSame(from, to) ? nil : scaling.energy(from: from, to: to) }) {
                price.actions.append(.init(name: name, energy: Energy(joules: value.value), provenance: value.provenance))
            }
        }
        let areas = sites(own, related, format) { $0.area?.squareMillimetres }
        if let value = try combined(areas, at: process, by: { (from, to) throws(CostError) in from.node == to.node ? nil : try scaling.area(from: from.node, to: to.node) }) {
            price.area = Sourced(Area(squareMillimetres: value.value), value.provenance)
        }
        let leakages = sites(own, [], nil) { $0.leakage?.watts }
        if let value = try combined(leakages, at: process, by: { (from, to) throws(CostError) in try isSame(from, to) ? nil : scaling.leakage(from: from, to: to) }) {
            price.leakage = Sourced(Power(watts: value.value), value.provenance)
        }
        return price
    }

    /// A figure in the technology: scaled from the nearest node that has one, or interpolated between what the two around it scale to.
    private func combined(
        _ sites: [Site], at process: ProcessPoint, by factor: (ProcessPoint, ProcessPoint) throws(CostError) -> Sourced<Double>?
    ) throws(CostError) -> Sourced<Double>? {
        func scaled(_ site: Site) throws(CostError) -> Sourced<Double> {
            guard let from = site.process, let factor = try factor(from, process) else { return Sourced(site.value, site.provenance) }
            return Sourced(site.value * factor.value, site.provenance + factor.provenance)
        }
        if let fixed = sites.first(where: { $0.process == nil }) { return try scaled(fixed) }
        func node(_ site: Site) -> Double { site.process?.node.nanometres ?? 0 }
        let wanted = process.node.nanometres
        let above = sites.filter { node($0) >= wanted }.min { node($0) < node($1) }
        let below = sites.filter { node($0) <= wanted }.max { node($0) < node($1) }
        guard let above, let below, node(above) != node(below) else { return try (above ?? below).map(scaled) }
        let share = log(node(above) / wanted) / log(node(above) / node(below))
        let upper = try scaled(above)
        let lower = try scaled(below)
        guard upper.value > 0, lower.value > 0 else { return upper }
        return Sourced(
            upper.value * pow(lower.value / upper.value, share),
            (upper.provenance + lower.provenance).adding("interpolated between what the figures at \(above.process?.node.description ?? "") and \(below.process?.node.description ?? "") scale to"))
    }

    /// One converter's figures, scaled.
    private func priced(_ entry: Entry, _ component: String, _ format: ArithmeticFormat?, at process: ProcessPoint) throws(CostError) -> ComponentPrice {
        var price = ComponentPrice(component: component, format: format, per: entry.per, actions: [], area: nil, leakage: nil)
        var energyFactor: Sourced<Double>?
        if let from = entry.process, try !isSame(from, process) { energyFactor = try scaling.energy(from: from, to: process) }
        for (action, energy) in entry.energies {
            if let energyFactor {
                price.actions.append(
                    .init(name: action, energy: Energy(joules: energy.joules * energyFactor.value), provenance: entry.provenance + energyFactor.provenance))
            } else {
                price.actions.append(.init(name: action, energy: energy, provenance: entry.provenance))
            }
        }
        if let area = entry.area {
            if let from = entry.process, from.node != process.node {
                let factor = try scaling.area(from: from.node, to: process.node)
                price.area = Sourced(Area(squareMillimetres: area.squareMillimetres * factor.value), entry.provenance + factor.provenance)
            } else {
                price.area = Sourced(area, entry.provenance)
            }
        }
        if let leakage = entry.leakage {
            if let from = entry.process, try !isSame(from, process) {
                let factor = try scaling.leakage(from: from, to: process)
                price.leakage = Sourced(Power(watts: leakage.watts * factor.value), entry.provenance + factor.provenance)
            } else {
                price.leakage = Sourced(leakage, entry.provenance)
            }
        }
        return price
    }

    private func isSame(_ a: ProcessPoint, _ b: ProcessPoint) throws(CostError) -> Bool { try scaling.resolved(a) == scaling.resolved(b) }

    private func unknown(_ component: String, _ format: ArithmeticFormat? = nil) -> CostError {
        let known = layers.joined().filter { $0.component == component }.compactMap(\.format?.name)
        if let format, !known.isEmpty {
            return CostError(
                .unknown, "\(component) of \(format)", "has no price and cannot be derived from \(wordList(Array(Set(known)).sorted(), conjunction: "and"))",
                accepted: "give its price in a component table")
        }
        let suggestion = Suggestion.closest(to: component, among: names)
        return CostError(
            .unknown, "component \"\(component.excerpt)\"", "is in no table",
            accepted: suggestion.map { "did you mean \"\($0)\"?" } ?? "there are \(wordList(names, conjunction: "and"))")
    }
}
