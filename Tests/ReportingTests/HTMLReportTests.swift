import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct HTMLReportTests {
    static let plots = [
        "plot-unit-activity", "plot-operator-time", "plot-utilization", "plot-roofline", "plot-traffic", "plot-timeline",
        "plot-architecture",
    ]

    @Test(arguments: ["none", "five", "resnet50", "repeated", "distinct", "nasty"])
    func thePageIsWellFormedAndComplete(kind: String) throws {
        let page = try HTMLReport.text(of: SyntheticRun.report(layers: Self.layers(kind), workload: kind))
        try Self.expectWellFormed(page)
        for plot in Self.plots { #expect(page.contains("<svg id=\"\(plot)\"")) }
        #expect(!page.contains("<script") && !page.contains("NaN") && !page.contains("Optional("))
        // Nothing that a browser would fetch.
        for attribute in ["src=", "href=\"http", "url(", "@import"] { #expect(!page.contains(attribute), "\(attribute)") }
    }

    @Test func coresAndSeveralArraysAreDrawn() throws {
        let run = SyntheticRun.report(layers: SyntheticRun.resnet50)
        let machine = SyntheticRun.machine(cores: 4, arrays: 2)
        let page = try HTMLReport.text(of: RunReport(record: run.record, architecture: machine, workload: run.workload))
        try Self.expectWellFormed(page)
        #expect(page.contains("core, 4 of them") && page.contains("mxu × 2") && page.contains("64 B/cycle"))
    }

    @Test func namesAreShownAndDoNothing() throws {
        let page = try HTMLReport.text(of: SyntheticRun.report(layers: SyntheticRun.nasty, workload: "<b>\"&'"))
        #expect(page.contains("<h1>&lt;b&gt;&quot;&amp;&#39; on tpu-v1</h1>"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(page.contains("😀 emoji, comma"))
        #expect(page.contains("{{mustache}} {{{raw}}}"))
        #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }

    @Test func parametersHaveTheirSources() throws {
        let page = try HTMLReport.text(of: SyntheticRun.report(layers: SyntheticRun.resnet50))
        for parameter in SyntheticRun.architecture.parameters {
            #expect(page.contains(">\(parameter.value)"))
            if let source = parameter.source { #expect(page.contains(">\(source)</td>")) }
        }
        #expect(page.contains("How results leave &lt;the&gt; array &amp; &quot;go&quot;"))
        #expect(page.contains("<span class=\"tag\">default</span>") && page.contains(">not given</td>"))
    }

    @Test func aLargeRunMakesAPageOfBoundedSize() throws {
        let page = try HTMLReport.text(of: SyntheticRun.report(layers: SyntheticRun.distinct(5000)))
        #expect(page.utf8.count < 3_000_000)
    }

    @Test func theSameRunGivesTheSameBytes() throws {
        let first = try HTMLReport.text(of: SyntheticRun.report(layers: SyntheticRun.repeated(300)))
        let second = try HTMLReport.text(of: SyntheticRun.report(layers: SyntheticRun.repeated(300)))
        #expect(first == second)
    }

    static func layers(_ kind: String) -> [SyntheticRun.Layer] {
        switch kind {
        case "five": Array(SyntheticRun.resnet50.prefix(5))
        case "resnet50": SyntheticRun.resnet50
        case "repeated": SyntheticRun.repeated(2000)
        case "distinct": SyntheticRun.distinct(5000)
        case "nasty": SyntheticRun.nasty
        default: []
        }
    }

    /// Reads the page as XML, after closing the elements that HTML leaves open: stricter than any browser.
    static func expectWellFormed(_ page: String) throws {
        var text = page.replacing(#/<!DOCTYPE html>/#, with: "")
        text = text.replacing(#/<((?:meta|link)\b[^>]*)>/#) { "<\($0.output.1)/>" }
        let parser = XMLParser(data: Data(text.utf8))
        let isWhole = parser.parse()
        #expect(isWhole, "line \(parser.lineNumber): \(parser.parserError.map(String.init(describing:)) ?? "")")
    }
}
