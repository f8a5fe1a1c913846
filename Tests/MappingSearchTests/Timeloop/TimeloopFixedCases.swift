/// The 20 fixed mappings that Timeloop 4cf6d4c was run on, and what it counted (reference/mapping.md §1.3, access_counts.csv and summary.csv): 00
/// to 04 are mappings of its tutorial, the others our study's. Written down from the figures.
enum TimeloopFixedCases {
    enum Machine { case one, two, three, spread }

    struct Case: Sendable, CustomStringConvertible {
        var name: String
        var problem: String
        var machine: Machine
        /// Level, type, factors and permutation, or level and tensors that bypass it.
        var mapping: String
        var cycles: Int
        /// Picojoules for each multiplication, as it prints them.
        var energy: Double
        /// Level, tensor, instances in use, words of the tile, and of one instance: reads, fills, updates.
        var counts: String
        var description: String { name }
    }

    /// All figures of one machine: picojoules and sizes of the tutorial's tables.
    static func architecture(_ machine: Machine) -> String {
        let units = machine == .spread ? 16 : 1
        func part(_ name: String, _ kind: String, _ count: Int, _ attributes: String) -> String {
            "    - {name: '\(name)[1..\(count)]', class: \(kind), attributes: {meshX: \(count), \(attributes), datawidth: 8}}\n"
        }
        let memory = part("MainMemory", "DRAM", 1, "width: 256")
        let buffer = part(machine == .two ? "MainMemory" : "GlobalBuffer", "SRAM", units, "depth: 32768, width: 64")
        let registers = part(machine == .one || machine == .two ? "Buffer" : "RegisterFile", "regfile", units, "depth: 64, width: 8")
        var text = "architecture:\n  version: '0.4'\n  subtree:\n  - name: top\n    local:\n"
        switch machine {
        case .one: text += registers
        case .two: text += buffer + registers
        case .three: text += memory + buffer + registers
        case .spread: text += memory + part("inter_PE_spatial", "dummy_storage", 1, "width: 1") + buffer + registers
        }
        text += part("MACC", "intmac", units, "width: 8") + "ERT:\n  version: '0.4'\n  tables:\n"
        func table(_ name: String, _ read: Double, _ write: Double, _ leak: Double) -> String {
            "  - name: 'top.\(name)[1..\(units)]'\n    actions: [{name: read, energy: \(read)}, {name: write, energy: \(write)}, {name: update, energy: \(write)}, {name: leak, energy: \(leak)}]\n"
        }
        let ofRegisters = table(machine == .one || machine == .two ? "Buffer" : "RegisterFile", 0.42564, 0.42564, 0.000861)
        let ofBuffer = table(machine == .two ? "MainMemory" : "GlobalBuffer", 43.353054, 30.878292, 0.007972)
        if machine != .one { text += ofBuffer }
        if machine == .three || machine == .spread { text += table("MainMemory", 2048, 2048, 0) }
        return text + ofRegisters + "  - name: 'top.MACC[1..\(units)]'\n    actions: [{name: compute, energy: 0.845}]\n"
    }

    static func problem(_ dimensions: String, _ instance: String, weights: String, inputs: String, outputs: String, coefficients: String = "[]") -> String {
        """
        problem:
          version: '0.4'
          instance: {\(instance)}
          shape:
            name: problem
            dimensions: [\(dimensions)]
            coefficients: \(coefficients)
            data_spaces:
            - {name: Weights, projection: [\(weights)]}
            - {name: Inputs, projection: [\(inputs)]}
            - {name: Outputs, projection: [\(outputs)], read_write: true}

        """
    }

    /// A kernel of 3 over a row of 16, with 32 output channels, and with 32 input channels too.
    static func row(channels: Bool = false, outputs: Bool = false) -> String {
        let (c, k) = (channels ? "[[C]], " : "", outputs ? "[[K]], " : "")
        return problem(
            (channels ? "C, " : "") + (outputs ? "K, " : "") + "R, P", (channels ? "C: 32, " : "") + (outputs ? "K: 32, " : "") + "R: 3, P: 16", weights: c + k + "[[R]]",
            inputs: c + "[[R], [P]]", outputs: k + "[[P]]")
    }

    static func convolution(stride: Int = 1) -> String {
        problem(
            "C, M, R, S, P, Q", "C: 8, M: 16, R: 3, S: 3, P: 8, Q: 8, Wstride: \(stride), Hstride: \(stride)", weights: "[[C]], [[M]], [[R]], [[S]]",
            inputs: "[[C]], [[R], [P, Wstride]], [[S], [Q, Hstride]]", outputs: "[[M]], [[P]], [[Q]]",
            coefficients: "[{name: Wstride, default: 1}, {name: Hstride, default: 1}]")
    }

    static let product = problem("M, N, K", "M: 32, N: 32, K: 64", weights: "[[K]], [[N]]", inputs: "[[M]], [[K]]", outputs: "[[M]], [[N]]")

    /// The section of a mapping that is written in short.
    static func mapping(_ text: String, spreads: Bool) -> String {
        var yaml = "mapping:\n"
        if spreads { yaml += "- {target: inter_PE_spatial, type: bypass, bypass: [Weights, Inputs, Outputs]}\n" }
        for directive in text.split(separator: ";") {
            let words = directive.split(separator: " ")
            yaml += "- {target: \(words[0]), type: \(words[1]), " + (words[1] == "bypass" ? "bypass: [\(words[2])]}\n" : "factors: \"\(words[2])\", permutation: \(words[3])}\n")
        }
        return yaml
    }
}
