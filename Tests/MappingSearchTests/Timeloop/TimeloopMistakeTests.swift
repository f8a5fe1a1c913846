import Architecture
import MappingSearch
import Testing
import TimeloopFiles

/// Mistakes in Timeloop's files are named with file, line and what would be accepted. Timeloop ends at the last of the first six with an
/// uncaught exception (reference/mapping.md §1.3).
@Suite struct TimeloopMistakeTests {
    private static func message(_ mapping: String, replacing: (String, String)? = nil) -> String {
        var text = PeerMachines.eyeriss(PeerMachines.layer(c: 64, m: 64, r: 3, s: 3, p: 56, q: 56, mapping: "mapping:\n" + mapping))
        if let replacing { text = text.replacing(replacing.0, with: replacing.1) }
        do {
            let specification = try TimeloopSpecification(files: [("machine.yaml", text)])
            guard let mapping = specification.mapping else { return "no mapping" }
            do throws(LoopNestError) { _ = try LoopNestAnalysis(specification.problem, on: specification.hierarchy).report(mapping) } catch {
                return specification.located(error).description
            }
            return "accepted"
        } catch { return "\(error)" }
    }

    private static let nowhere = ["columns", "rows"].map { "- {target: \($0), type: bypass, bypass: [Weights, Inputs, Outputs]}\n" }.joined()
        + "- {target: glb, type: bypass, bypass: [Weights]}\n- {target: ifmap, type: bypass, bypass: [Weights, Outputs]}\n"
        + "- {target: weights, type: bypass, bypass: [Inputs, Outputs]}\n- {target: psum, type: bypass, bypass: [Weights, Inputs]}\n"

    @Test func factorsThatDoNotMultiplyOut() {
        let message = Self.message(Self.nowhere + "- {target: DRAM, type: temporal, factors: \"C=64 M=32 R=3 S=3 P=56 Q=56\"}\n")
        #expect(message.contains("machine.yaml:"))
        #expect(message.contains("the factors of M over all levels multiply to 32, and the problem's M is 64; one of them has to be 2 times as large"))
    }

    @Test func tilesThatDoNotFit() {
        let message = Self.message(
            Self.nowhere + "- {target: DRAM, type: temporal, factors: \"M=64 S=3 P=56 Q=56\"}\n- {target: weights, type: temporal, factors: \"C=64 R=3\"}\n")
        #expect(message.contains("ifmap: the tiles Inputs 192 = 192 words do not fit into its 24 words"))
    }

    @Test func moreSideBySideThanThereIs() {
        let message = Self.message(
            Self.nowhere + "- {target: DRAM, type: temporal, factors: \"C=64 M=4 R=3 S=3 P=56 Q=56\"}\n- {target: columns, type: spatial, factors: M=16}\n")
        #expect(message.contains("columns: the spatial factors along X need 16 units side by side, and there are 14"))
    }

    @Test func bypassedEverywhere() {
        let message = Self.message(
            Self.nowhere.replacing("weights, type: bypass, bypass: [Inputs", with: "weights, type: bypass, bypass: [Weights, Inputs")
                + "- {target: DRAM, type: temporal, factors: \"C=64 M=64 R=3 S=3 P=56 Q=56\"}\n- {target: DRAM, type: bypass, bypass: [Weights]}\n")
        #expect(message.contains("Weights bypasses every level"))
    }

    @Test func unknownNames() {
        #expect(Self.message("- {target: DRAN, type: temporal, factors: C=64}\n").contains("there is no level \"DRAN\""))
        #expect(Self.message("- {target: DRAN, type: temporal, factors: C=64}\n").contains("did you mean \"DRAM\"?"))
        #expect(Self.message("- {target: DRAM, type: temporal, factors: X=64}\n").contains("there is no dimension \"X\"; there are C, M, R, S, N, P and Q"))
        #expect(Self.message("- {target: DRAM, type: temporal, factors: C=64, permutation: CMX}\n").contains("there is no dimension \"X\""))
        #expect(Self.message("- {target: DRAM, type: temporal, factors: C=64, permutation: CMC}\n").contains("names C twice"))
        #expect(Self.message("- {target: DRAM, type: temporel, factors: C=64}\n").contains("did you mean \"temporal\"?"))
        #expect(Self.message("- {target: glb, type: bypass, keep: [Weigths]}\n").contains("did you mean \"Weights\"?"))
        #expect(Self.message("- {target: mac, type: temporal, factors: C=64}\n").contains("mac computes; directives are for storage"))
        #expect(Self.message("- 7\n").contains("a directive has target, type and more"))
        #expect(Self.message("", replacing: ("architecture:", "architektur:")).contains("is not a section of a Timeloop file"))
    }

    @Test func numbersThatCannotBe() {
        #expect(Self.message("- {target: DRAM, type: temporal, factors: C=99999999999999999999}\n").contains("64 bits"))
        #expect(Self.message("- {target: DRAM, type: temporal, factors: C=0}\n").contains("no factor from 1 on"))
        #expect(Self.message("", replacing: ("C: 64,", "C: -1,")).contains("problem.instance.C: is -1; give from 1"))
        #expect(Self.message("", replacing: ("C: 64,", "C: 1099511627776, ")).contains("2^60"))
        #expect(Self.message("", replacing: ("depth: 16384", "depth: lots")).contains("\"lots\" is not a whole number"))
        #expect(Self.message("", replacing: ("depth: 16384, width: 64", "depth: 16384, width: 60")).contains("not a whole number of words"))
        #expect(Self.message("", replacing: ("meshX: 14, meshY: 12", "meshX: 13, meshY: 12")).contains("its mesh of 13 × 12 is not its 168 instances"))
        #expect(Self.message("", replacing: ("top.psum", "top.psun")).contains("has no table for psum; did you mean \"psun\"?"))
        #expect(Self.message("", replacing: ("[P, Wstride]", "[P, Wstrode]")).contains("did you mean \"Wstride\"?"))
        #expect(Self.message("", replacing: ("version: '0.4'\n  subtree", "version: '0.3'\n  subtree")).contains("0.4"))
    }

    /// Wishes that no mapping can fulfil are refused before any search. Timeloop drops dimensions silently (its issue 187).
    @Test func wishesAreChecked() throws {
        let layer = PeerMachines.layer(c: 64, m: 64, r: 3, s: 3, p: 56, q: 56)
        func outcome(_ wishes: String) throws -> MapspaceOutcome {
            let specification = try TimeloopSpecification(files: [("machine.yaml", PeerMachines.eyeriss(layer)), ("wishes.yaml", "mapspace_constraints:\n  targets:\n" + wishes)])
            let outcome = try MapspaceSearch(specification.problem, on: specification.hierarchy, constraints: specification.constraints).run(.edp)
            #expect(specification.constraints.violations(by: outcome.mapping, specification.problem, on: specification.hierarchy) == [])
            return outcome
        }
        let free = try outcome("  - {target: DRAM, type: temporal, permutation: N}\n")
        let bound = try outcome("  - {target: glb, type: temporal, factors: \"C<=2 Q=7\", permutation: QP}\n  - {target: rows, type: parallelism, min: 6}\n")
        #expect(bound.value >= free.value)
        #expect(bound.mapping.levels[1].temporal[6] == 7)
        #expect(bound.mapping.levels[1].temporal[0] <= 2)
        #expect(throws: MapspaceError.self) { try outcome("  - {target: glb, type: temporal, factors: C=48}\n") }
        let expected = "these requirements cannot hold together; without any one of them the others can:\n  glb: the temporal factor of C is 32\n  rows: at least 12 instances are in use"
        do {
            _ = try outcome("  - {target: glb, type: temporal, factors: \"C=32 M<=7\"}\n  - {target: rows, type: parallelism, min: 12}\n  - {target: rows, type: spatial, factors: \"M=1 S=1\"}\n")
            Issue.record("accepted")
        } catch let error as MapspaceError {
            #expect(error.description.hasPrefix("these requirements cannot hold together"))
            #expect(error.description.contains("rows: at least 12 instances are in use"))
            #expect(!error.description.contains("glb: the temporal factor of M"), "\(error) and not \(expected)")
        }
        #expect(throws: ArchitectureError.self) { try outcome("  - {target: ifmap, type: temporal, factors: C=2}\n") }
        #expect(throws: ArchitectureError.self) { try outcome("  - {target: glb, type: bypass, keep: [Weights]}\n") }
        #expect(throws: ArchitectureError.self) { try outcome("  - {target: rows, type: spatial, factors: C>=99999999999999999999}\n") }
    }

    /// What hostile files are made of: refused at once, by name.
    @Test func hostileText() {
        func message(_ text: String) -> String {
            do { _ = try TimeloopSpecification(files: [("bomb.yaml", text)]) } catch { return "\(error)" }
            return "accepted"
        }
        // Aliases that double with each line, and one that contains itself.
        var bomb = "problem: &a0 [x, x]\n"
        for index in 1..<40 { bomb += "variables\(index): &a\(index) [*a\(index - 1), *a\(index - 1)]\n" }
        #expect(message(bomb).contains("anchors and aliases (&name, *name) are not part of the format"))
        #expect(message("problem: &self\n  shape: *self\n").contains("anchors and aliases"))
        #expect(message("mapping:\n" + String(repeating: "- {target: DRAM, type: temporal, factors: C=1}\n", count: 1_000_000)).contains("is larger than 1 MiB"))
        #expect(message("mapping:\n" + String(repeating: "- [a, b, c, d]\n", count: 30_000)).contains("more than 100000 values"))
        #expect(message("mapping: " + String(repeating: "[", count: 500) + String(repeating: "]", count: 500)).contains("nested more than 32 deep"))
        #expect(message("mapping: !!python/object:os.system ls\n").contains("tag"))
        #expect(message("problem: 5\n").contains("architecture: is missing"))
        #expect(message("").contains("is empty"))
    }

    @Test func extremeNumbers() {
        // 2^63, 2^64, 0, a fraction, an infinity, in extents, sizes, meshes, energies and factors.
        for number in ["9223372036854775808", "18446744073709551616", "-9223372036854775808", "0", "1.5", ".inf", "nan", "1e400", "''", "[1]", "{a: 1}"] {
            for replaced in ["C: 64,", "Wstride: 1,"] {
                let key = replaced.prefix { $0 != ":" }
                let message = Self.message("", replacing: (replaced, "\(key): \(number),"))
                #expect(message.contains("problem.instance.\(key)"), "\(key) \(number): \(message)")
            }
            #expect(Self.message("", replacing: ("depth: 16384", "depth: \(number)")).contains("attributes.depth") || number == "''")
            #expect(Self.message("", replacing: ("meshX: 14, meshY: 12", "meshX: \(number), meshY: 12")).contains("attributes.meshX"))
            #expect(Self.message("- {target: DRAM, type: temporal, factors: \"C=\(number)\"}\n") != "accepted")
            #expect(Self.message("- {target: rows, type: spatial, factors: S=3, split: \(number)}\n") != "accepted")
        }
        for number in ["-1", "1e16", ".inf", "x"] { #expect(Self.message("", replacing: ("energy: 0.207692", "energy: \(number)")).contains("ERT.tables")) }
        // Factors whose product leaves 64 bits are no crash.
        let large = "C=4611686018427387904"
        #expect(Self.message(Self.nowhere + "- {target: DRAM, type: temporal, factors: \"\(large)\"}\n- {target: glb, type: temporal, factors: \"\(large)\"}\n").contains("the factors of C over all levels"))
    }

    /// Extents as large as they may be, and with as many divisors as there can be, end in a mapping or in words, and soon.
    @Test(arguments: ["C: 1099511627776, M: 1, R: 1, S: 1, P: 1, Q: 1", "C: 963761198400, M: 1, R: 1, S: 1, P: 1, Q: 1", "C: 1099511627689, M: 1, R: 1, S: 1, P: 1, Q: 1",
        "C: 83160, M: 83160, R: 1, S: 1, P: 1, Q: 1"])
    func extremeExtentsAreSearchedOrRefused(_ extents: String) throws {
        let layer = PeerMachines.layer(c: 64, m: 64, r: 3, s: 3, p: 56, q: 56).replacing("C: 64, M: 64, R: 3, S: 3, P: 56, Q: 56", with: extents)
        for text in [PeerMachines.eyeriss(layer), PeerMachines.simba(layer)] {
            let specification = try TimeloopSpecification(files: [("machine.yaml", text)])
            var search = MapspaceSearch(specification.problem, on: specification.hierarchy, constraints: specification.constraints)
            (search.labelLimit, search.skeletonLabelLimit, search.closingLabelLimit) = (1_000_000, 500_000, 200_000)
            do throws(MapspaceError) {
                let outcome = try search.run(.edp)
                #expect(outcome.bound > 0 && outcome.bound <= outcome.value * (1 + 1e-9))
            } catch {
                #expect(error.description.contains("constrain") || error.description.contains("divisors") || error.description.contains("no mapping fits"), "\(error)")
            }
        }
    }

    /// Wishes that contradict each other over several directives and levels, in the user's terms and with nothing superfluous.
    @Test func contradictionsAreNamedWithNothingSuperfluous() throws {
        let layer = PeerMachines.layer(c: 64, m: 64, r: 3, s: 3, p: 56, q: 56)
        func conflict(_ wishes: String) throws -> [String] {
            let specification = try TimeloopSpecification(files: [("machine.yaml", PeerMachines.eyeriss(layer)), ("wishes.yaml", "mapspace_constraints:\n  targets:\n" + wishes)])
            do throws(MapspaceError) { _ = try MapspaceSearch(specification.problem, on: specification.hierarchy, constraints: specification.constraints).run(.energy) } catch {
                return error.description.split(separator: "\n").map(String.init)
            }
            return ["accepted"]
        }
        // 64 channels cannot be 16 × 8 parts, whatever else is wished for.
        let two = try conflict("  - {target: glb, type: temporal, factors: \"C=16 P=7\"}\n  - {target: DRAM, type: temporal, factors: \"C=8 Q<=4\"}\n")
        #expect(two.first == "these requirements cannot hold together; without any one of them the others can:")
        #expect(two.dropFirst().sorted() == ["  DRAM: the temporal factor of C is 8", "  glb: the temporal factor of C is 16"])
        // A single one that divides nothing.
        let one = try conflict("  - {target: glb, type: temporal, factors: \"P=5 M<=32\"}\n")
        #expect(one.dropFirst() == ["  glb: the temporal factor of P is 5"])
        // Two for the same factor are seen when they are read.
        #expect(throws: ArchitectureError.self) {
            try conflict("  - {target: glb, type: temporal, factors: \"C=16\"}\n  - {target: glb, type: temporal, factors: \"C<=8\"}\n")
        }
    }
}
