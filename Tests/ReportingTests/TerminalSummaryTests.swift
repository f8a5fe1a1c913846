import Reporting
import Testing

@Suite struct TerminalSummaryTests {
    @Test func goldenSummary() {
        let expected = """
            tiny on tpu-v1

              Architecture  tpu-v1, 1 core, 700 MHz, mxu 256×256, vpu 256 lanes
              Workload      tiny, made by a test, 2 operators, 100 k parameters, 1.00 M MACs
              Fidelity      event
              Time          9.33 µs
              Cycles        6,530 at 700 MHz
              Utilisation   0.2 %
              Throughput    214 GOPS of 91.8 TOPS
                            107,198 inferences/s
              DRAM          97.7 KiB read, 0 B written
                            10.7 GB/s of 34.1 GB/s (31.4 %)

            Where the time went (cycles of mxu)
              busy            0.4 %     25  ▏                working on a command
              operands        8.0 %    522  █▋               a scratchpad or link delivers too slowly
              bank conflict   4.0 %    261  ▊                ports or banks of a memory are taken
              DRAM           71.9 %  4,698  ██████████████▍  a tile is on its way from DRAM
              DMA             6.0 %    391  █▎               a tile is on its way through a DMA engine
              buffer free     3.0 %    195  ▋                the buffer to fill is still in use
              dependency      3.0 %    198  ▋                another unit has not finished the data
              nothing to do   3.7 %    240  ▊                no command left

            Slowest operators
              operator   type          time   share  cycles  utilisation  bound by  waits most for
              conv, "1"  Conv+Relu  8.99 µs  96.3 %   6,290        0.2 %  memory    DRAM
              pool       MaxPool     343 ns   3.7 %     240        0.0 %  –         dependency

            Notes
              whole run
              pool: on the vector unit

            """
        #expect(TerminalSummary.text(of: SummaryDocumentTests.report, style: .plain) == expected)
    }

    @Test func howProductsWereMappedIsOneLine() {
        let plain = SummaryDocumentTests.report
        let report = RunReport(
            record: plain.record, architecture: plain.architecture, workload: plain.workload, mapping: "short search, at its bound", notes: plain.notes)
        let lines = TerminalSummary.text(of: report, style: .plain).split(separator: "\n")
        #expect(lines.contains("  Mapping       short search, at its bound"))
        #expect(!TerminalSummary.text(of: plain, style: .plain).contains("Mapping"))
        #expect(SummaryDocument.text(of: report).contains("\"mapping\": \"short search, at its bound\""))
    }

    @Test(arguments: [40, 60, 80, 100, 132, 200])
    func linesFitTheTerminal(width: Int) {
        let report = SyntheticRun.report(layers: SyntheticRun.resnet50, workload: "resnet50")
        let text = TerminalSummary.text(of: report, style: TerminalStyle(isColoured: false, width: width))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // Names have at least 20 columns, whatever is left out for them.
        #expect(lines.allSatisfy { $0.count <= max(width, 62) })
        #expect(lines.allSatisfy { $0.last != " " })
    }

    @Test func colourOnlyOnATerminal() {
        let report = SyntheticRun.report(layers: SyntheticRun.nasty)
        let plain = TerminalSummary.text(of: report, style: .plain)
        #expect(!plain.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        let coloured = TerminalSummary.text(of: report, style: TerminalStyle(isColoured: true, width: 100))
        #expect(coloured.contains("\u{1B}[1m"))
        // A name cannot start a colour of its own, and without its colours the text is the same.
        #expect(!coloured.contains("\u{1B}[31mred"))
        #expect(coloured.replacing(#/\u{1B}\[[0-9]*m/#, with: "") == plain)
    }

    @Test func anEmptyRunHasASummary() {
        let text = TerminalSummary.text(of: SyntheticRun.report(layers: []), style: .plain)
        #expect(text.contains("0 s") && !text.contains("nan") && !text.contains("inf "))
    }
}
