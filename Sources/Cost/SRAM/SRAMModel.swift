import Architecture
import Foundation
import Quantities

/// Energy, access time, leakage and area of SRAM, from its size, width, banks, ports and technology.
///
/// Follows CACTI 7 over a grid of 414 arrays (2 KiB to 4 MiB, 8 B to 256 B, 32 to 65 nm) within 32 % on every figure, typically 5 %. Figures of
/// banks that are no power of two are interpolated; nodes between calibrated ones too, others are scaled and say so. At a given width every
/// figure rises with the capacity.
///
/// Not modelled: tags, redundancy, sleep modes, voltage below what cells can be read at.
public struct SRAMModel: Sendable {
    let parameters: SRAMParameters
    let scaling: TechnologyScaling

    public static let shipped = SRAMModel(
        parameters: ShippedTables.load { () throws(ArchitectureError) in try SRAMParameters.decode(ShippedTables.sram, file: "sram.yaml") },
        scaling: .shipped)

    init(parameters: SRAMParameters, scaling: TechnologyScaling) {
        self.parameters = parameters
        self.scaling = scaling
    }

    /// Reads other coefficients.
    public init(text: String, file: String, scaling: TechnologyScaling = .shipped) throws(ArchitectureError) {
        self.init(parameters: try SRAMParameters.decode(text, file: file), scaling: scaling)
    }

    /// The largest bank that is priced.
    public static let largestBank = Bytes(1 << 28)
    /// The widest access that is priced.
    public static let largestWidth = Bytes(1 << 16)
    static let largestBanks = 1 << 16
    static let largestPorts = 16

    /// - Throws: `CostError` for an array that cannot be, or beyond the limits above.
    public func cost(of array: SRAMArray) throws(CostError) -> SRAMCost {
        try check(array)
        let bank = bankShape(array)
        let corners = parameters.corners(array.process.flavour)
        var notes = Provenance(parameters.source)
        let node = array.process.node.nanometres
        let above = corners.last { $0.nanometres >= node }
        let below = corners.first { $0.nanometres <= node }
        guard let first = above ?? below else { preconditionFailure("the parameters have corners of both flavours") }
        var figures: SRAMFigures
        let reference: ProcessPoint
        if let above, let below, above.nanometres != below.nanometres {
            let share = log(above.nanometres / node) / log(above.nanometres / below.nanometres)
            figures = try memory(array, bank, above).interpolated(to: memory(array, bank, below), share)
            let voltage = above.voltage + (below.voltage - above.voltage) * share
            reference = ProcessPoint(nanometres: node, volts: voltage, flavour: array.process.flavour)
            notes = notes.adding("interpolated between \(Length(nanometres: above.nanometres)) and \(Length(nanometres: below.nanometres))")
        } else {
            figures = try memory(array, bank, first)
            reference = ProcessPoint(nanometres: first.nanometres, volts: first.voltage, flavour: array.process.flavour)
        }
        try scale(&figures, from: reference, to: array.process, &notes)
        note(array, slices: bank.slices, words: bank.words, widthBits: bank.widthBits, &notes)
        let search = SRAMSearch(equations: SRAMEquations(parameters: parameters, corner: first, additionalPorts: additionalPorts(array)))
        let width = Double(Self.powerOfTwo(bank.widthBits))
        let words = Double(Self.powerOfTwo(bank.words))
        for figure in [figures.read, figures.write, figures.access, figures.leakage, figures.area] {
            guard figure.isFinite, figure >= 0, figure < 1e12 else {
                throw CostError(.outOfRange, "an SRAM of \(array.capacity)", "has a figure that is not a price (\(figure))", accepted: "check the coefficients of the model")
            }
        }
        return SRAMCost(
            readEnergy: Energy(joules: figures.read * 1e-12), writeEnergy: Energy(joules: figures.write * 1e-12),
            accessTime: Time(femtoseconds: Int((figures.access * 1e6).rounded())), leakage: Power(watts: figures.leakage * 1e-3),
            area: Area(squareMillimetres: figures.area), organization: try search.price(bits: width * words, width: width).best, provenance: notes)
    }

    /// A bank of one slice: arrays wider than the widest are slices side by side, all of which answer.
    private struct Bank {
        var slices: Int
        /// Bits of an access to one slice.
        var widthBits: Double
        /// May have a fraction: the last word of a bank that is no multiple of the width.
        var words: Double
    }

    private func bankShape(_ array: SRAMArray) -> Bank {
        let slices = (array.width.count + parameters.largestWidth - 1) / parameters.largestWidth
        let words = Double(array.capacity.count) / Double(array.banks) / Double(array.width.count)
        return Bank(slices: slices, widthBits: Double(array.width.count * 8) / Double(slices), words: words)
    }

    private func additionalPorts(_ array: SRAMArray) -> Int { array.readWritePorts + array.readPorts + array.writePorts - 1 }

    /// All banks and slices of a memory in one calibrated technology.
    private func memory(_ array: SRAMArray, _ bank: Bank, _ corner: SRAMParameters.Corner) throws(CostError) -> SRAMFigures {
        let equations = SRAMEquations(parameters: parameters, corner: corner, additionalPorts: additionalPorts(array))
        var figures = try slice(bank, equations)
        let slices = Double(bank.slices)
        figures.read *= slices; figures.write *= slices; figures.leakage *= slices; figures.area *= slices
        let banks = Double(array.banks)
        if array.banks > 1 {
            // From the middle of an edge of a square of banks: half its side one way and a quarter the other on average, less the bank itself.
            let length = 0.75 * (figures.area.squareRoot() * (banks.squareRoot() - 1))
            let route = equations.route(length, width: Double(array.width.count * 8), words: bank.words * banks)
            figures.read += route.read; figures.write += route.write; figures.access += route.access
            figures.leakage = figures.leakage * banks + route.leakage
            figures.area = figures.area * banks + route.area
        }
        return figures
    }

    /// One bank of one slice, between the powers of two around it.
    private func slice(_ bank: Bank, _ equations: SRAMEquations) throws(CostError) -> SRAMFigures {
        let search = SRAMSearch(equations: equations)
        let bits = bank.widthBits * bank.words
        func atWidth(_ width: Double) throws(CostError) -> SRAMFigures {
            // A fraction of a word costs a word.
            let depth = max(1, bits / width)
            let exponent = Int(log2(depth).rounded(.down))
            let share = log2(depth) - Double(exponent)
            let chain = try search.chain(width: width, exponents: exponent + (share > 0 ? 1 : 0))
            return share > 0 ? chain[exponent].interpolated(to: chain[exponent + 1], share) : chain[exponent]
        }
        let lower = exp2(log2(bank.widthBits).rounded(.down))
        let share = log2(bank.widthBits / lower)
        return share > 0 ? try atWidth(lower).interpolated(to: atWidth(2 * lower), share) : try atWidth(lower)
    }

    private static func powerOfTwo(_ value: Double) -> Int { Int(exp2(log2(max(1, value)).rounded())) }

    private func check(_ array: SRAMArray) throws(CostError) {
        func require(_ condition: Bool, _ subject: String, _ problem: String, _ accepted: String) throws(CostError) {
            guard condition else { throw CostError(.outOfRange, subject, problem, accepted: accepted) }
        }
        try require(
            array.width.count >= 1 && array.width.count <= Self.largestWidth.count, "width \(array.width) of an SRAM", "cannot be priced",
            "give from 1 B to \(Self.largestWidth)")
        try require(
            array.banks >= 1 && array.banks <= Self.largestBanks, "\(array.banks) banks of an SRAM", "cannot be priced",
            "give from 1 to \(Self.largestBanks)")
        for ports in [array.readWritePorts, array.readPorts, array.writePorts] {
            try require(ports >= 0 && ports <= Self.largestPorts, "\(ports) ports of an SRAM", "cannot be priced", "give from 0 to \(Self.largestPorts)")
        }
        try require(
            array.readWritePorts > 0 || (array.readPorts > 0 && array.writePorts > 0), "an SRAM", "has no way to be read or to be written",
            "give a read/write port, or a read port and a write port")
        try require(
            array.capacity.count >= array.banks && array.capacity.count / array.banks >= array.width.count, "an SRAM of \(array.capacity)",
            "has banks smaller than one access of \(array.width)", "give \(Bytes(array.width.count * array.banks)) or more")
        try require(
            array.capacity.count / array.banks <= Self.largestBank.count, "an SRAM of \(array.capacity)", "has banks larger than can be priced",
            "divide it into banks of \(Self.largestBank) at most")
    }
}
