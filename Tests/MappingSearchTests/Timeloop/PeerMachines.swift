/// Two machines and eight layers in Timeloop's format, written from their figures (reference/mapping.md §1.4: shapes, sizes, picojoules
/// per access), to search the mapspaces that Timeloop was measured on.
enum PeerMachines {
    struct Part {
        var name: String
        var mesh: (Int, Int) = (1, 1)
        var kind = "smartbuffer_SRAM"
        var attributes = ""
        /// Read, write, leak; a multiplier's compute first.
        var energy: [Double] = []
    }

    static func file(_ parts: [Part], _ constraints: String, _ problem: String, objective: String) -> String {
        var text = "architecture:\n  version: '0.4'\n  subtree:\n  - name: top\n    local:\n"
        var energies = "ERT:\n  version: '0.4'\n  tables:\n"
        for part in parts {
            text += "    - name: \(part.name)[1..\(part.mesh.0 * part.mesh.1)]\n      class: \(part.kind)\n"
            text += "      attributes: {meshX: \(part.mesh.0), meshY: \(part.mesh.1)\(part.attributes.isEmpty ? "" : ", " + part.attributes)}\n"
            if part.kind == "intmac" {
                energies += "  - {name: 'top.\(part.name)[1..9]', actions: [{name: compute, energy: \(part.energy[0])}]}\n"
            } else if !part.energy.isEmpty {
                energies += "  - name: 'top.\(part.name)[1..9]'\n    actions: [{name: read, energy: \(part.energy[0])}, {name: write, energy: \(part.energy[1])}, "
                energies += "{name: update, energy: \(part.energy[1])}, {name: leak, energy: \(part.energy[2])}]\n"
            }
        }
        return text + "architecture_constraints:\n  targets:\n" + constraints + problem + energies + "mapper:\n  optimization_metrics: [\(objective)]\n"
    }

    private static let noLoops = "C=1,M=1,R=1,S=1,N=1,P=1,Q=1"

    private static func keep(_ target: String, _ kept: String, _ bypassed: String) -> String {
        "  - {target: \(target), type: bypass, keep: [\(kept)], bypass: [\(bypassed)]}\n"
    }

    private static func spread(_ target: String, _ factors: String, _ split: String = "") -> String {
        "  - {target: \(target), type: spatial, factors: \"\(factors)\"\(split)}\n" + "  - {target: \(target), type: temporal, factors: \"\(noLoops)\"}\n"
            + keep(target, "", "Weights, Inputs, Outputs")
    }

    /// 14 × 12 multipliers, each with spads of 24, 384 and 16 words; a buffer of 128 KiB.
    static func eyeriss(_ layer: String, objective: String = "edp") -> String {
        let pes = (14, 12)
        let spad = "width: 16, read_bandwidth: 2, write_bandwidth: 2"
        return file(
            [
                Part(name: "DRAM", kind: "DRAM", attributes: "width: 64, datawidth: 8", energy: [512, 512, 0]),
                Part(
                    name: "glb", attributes: "depth: 16384, width: 64, datawidth: 8, read_bandwidth: 16, write_bandwidth: 16",
                    energy: [18.183829, 14.137929, 0.005652]),
                Part(name: "columns", kind: "dummy_storage"), Part(name: "rows", mesh: (14, 1), kind: "dummy_storage"),
                Part(name: "ifmap", mesh: pes, attributes: "depth: 12, datawidth: 8, \(spad)", energy: [0.202442, 0.176713, 0.000101]),
                Part(name: "weights", mesh: pes, attributes: "depth: 192, datawidth: 8, \(spad)", energy: [1.976602, 1.881657, 0.001592]),
                Part(name: "psum", mesh: pes, attributes: "depth: 16, datawidth: 16, \(spad)", energy: [0.2513, 0.2191, 0.000134]),
                Part(name: "mac", mesh: pes, kind: "intmac", energy: [0.207692]),
            ],
            keep("glb", "Inputs, Outputs", "Weights") + spread("columns", "N=1,C=1,P=1,R=1,S=1", ", split: 999")
                + spread("rows", "N=1,P=1,Q=1,R=1", ", split: 0") + keep("ifmap", "Inputs", "Weights, Outputs")
                + "  - {target: ifmap, type: temporal, factors: \"\(noLoops)\"}\n" + keep("weights", "Weights", "Inputs, Outputs")
                + "  - {target: weights, type: temporal, permutation: NMPQSCR, factors: \"N=1,M=1,P=1,Q=1,S=1\"}\n" + keep("psum", "Outputs", "Weights, Inputs")
                + "  - {target: psum, type: temporal, permutation: NCPQRSM, factors: \"N=1,C=1,R=1,S=1,P=1,Q=1\"}\n", layer, objective: objective)
    }

    /// 16 elements of 4 × 4 multipliers, a buffer of 64 KiB.
    static func simba(_ layer: String, objective: String = "edp") -> String {
        file(
            [
                Part(name: "DRAM", kind: "DRAM", attributes: "width: 64, datawidth: 8", energy: [512, 512, 0]),
                Part(name: "glb", attributes: "depth: 2048, width: 256, datawidth: 8", energy: [51.870888, 66.310888, 0.003241]),
                Part(name: "elements", kind: "dummy_storage"),
                Part(name: "inputs", mesh: (16, 1), attributes: "depth: 8192, width: 64, datawidth: 8", energy: [242.079552, 241.503552, 0.207488]),
                Part(name: "buffers", mesh: (16, 1), kind: "dummy_storage"),
                Part(name: "weights", mesh: (16, 4), attributes: "depth: 4096, width: 64, datawidth: 8", energy: [121.36387, 120.78787, 0.104535]),
                Part(name: "sums", mesh: (16, 4), attributes: "depth: 128, width: 24, datawidth: 24", energy: [3.091057, 2.875058, 0.003416]),
                Part(name: "lanes", mesh: (16, 4), kind: "dummy_storage"),
                Part(name: "registers", mesh: (16, 16), attributes: "depth: 1, width: 512, datawidth: 8, cluster_size: 64", energy: [0.259899, 0.080139, 0.000169]),
                Part(name: "mac", mesh: (16, 16), kind: "intmac", energy: [0.315]),
            ],
            keep("glb", "Inputs, Outputs", "Weights") + spread("elements", "R=1,S=1,P=1,Q=1,N=1") + keep("inputs", "Inputs", "Weights, Outputs")
                + spread("buffers", "P=1,Q=1,R=1,S=1,C=1,N=1") + keep("weights", "Weights", "Inputs, Outputs") + keep("sums", "Outputs", "Inputs, Weights")
                + spread("lanes", "P=1,Q=1,R=1,S=1,M=1,N=1") + keep("registers", "Weights", "Inputs, Outputs"), layer, objective: objective)
    }

    static func layer(c: Int, m: Int, r: Int, s: Int, p: Int, q: Int, stride: Int = 1, mapping: String = "") -> String {
        """
        problem:
          version: '0.4'
          instance: {C: \(c), M: \(m), R: \(r), S: \(s), P: \(p), Q: \(q), N: 1, Wstride: \(stride), Hstride: \(stride)}
          shape:
            name: convolution
            dimensions: [C, M, R, S, N, P, Q]
            coefficients: [{name: Wstride, default: 1}, {name: Hstride, default: 1}]
            data_spaces:
            - {name: Weights, projection: [[[C]], [[M]], [[R]], [[S]]]}
            - {name: Inputs, projection: [[[N]], [[C]], [[R], [P, Wstride]], [[S], [Q, Hstride]]]}
            - {name: Outputs, projection: [[[N]], [[M]], [[Q]], [[P]]], read_write: true}

        """ + mapping
    }

    static let layers: [(name: String, text: String)] = [
        ("alexnet_conv3", layer(c: 256, m: 384, r: 3, s: 3, p: 13, q: 13)), ("bert_base_ffn1_seq128", layer(c: 768, m: 3072, r: 1, s: 1, p: 128, q: 1)),
        ("gpt2_qkv_seq1024", layer(c: 768, m: 2304, r: 1, s: 1, p: 1024, q: 1)), ("resnet50_conv1", layer(c: 3, m: 64, r: 7, s: 7, p: 112, q: 112, stride: 2)),
        ("resnet50_conv2_3x3", layer(c: 64, m: 64, r: 3, s: 3, p: 56, q: 56)), ("resnet50_conv3_1x1up", layer(c: 128, m: 512, r: 1, s: 1, p: 28, q: 28)),
        ("resnet50_conv4_3x3", layer(c: 256, m: 256, r: 3, s: 3, p: 14, q: 14)), ("resnet50_conv5_1x1up", layer(c: 512, m: 2048, r: 1, s: 1, p: 7, q: 7)),
    ]
}
