import Reporting
import Testing

@Suite struct QuantityTextTests {
    @Test(arguments: [
        (0, "0 s"), (1.234e-3, "1.23 ms"), (12.34e-6, "12.3 µs"), (123.4e-9, "123 ns"), (0.9999e-3, "1.00 ms"), (999.4e-6, "999 µs"),
        (2, "2.00 s"), (86_400, "86,400 s"), (1.5e-12, "1.50 ps"), (.nan, "–"), (.infinity, "–"),
    ])
    func time(seconds: Double, text: String) {
        #expect(QuantityText.time(seconds: seconds) == text)
    }

    @Test(arguments: [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (24 << 20, "24.0 MiB"), (8 << 30, "8.00 GiB"), (1_048_575, "1.00 MiB"),
        (1 << 62, "4.00 EiB"),
    ])
    func bytes(count: Int, text: String) {
        #expect(QuantityText.bytes(count) == text)
    }

    @Test func rates() {
        #expect(QuantityText.bandwidth(bytesPerSecond: 45.6e9) == "45.6 GB/s")
        #expect(QuantityText.operationRate(perSecond: 91.75e12) == "91.8 TOPS")
        #expect(QuantityText.frequency(hertz: 700e6) == "700 MHz")
        #expect(QuantityText.rate(perSecond: 12_345.6) == "12,346")
        #expect(QuantityText.count(25_557_032) == "25.6 M")
        #expect(QuantityText.count(9999) == "9,999")
    }

    @Test func integersHaveSeparatorsUpToTheExtremes() {
        #expect(QuantityText.integer(0) == "0")
        #expect(QuantityText.integer(999) == "999")
        #expect(QuantityText.integer(1000) == "1,000")
        #expect(QuantityText.integer(-1_234_567) == "−1,234,567")
        #expect(QuantityText.integer(.max) == "9,223,372,036,854,775,807")
        #expect(QuantityText.integer(.min) == "−9,223,372,036,854,775,808")
    }

    @Test func sharesThatExistDoNotVanish() {
        #expect(QuantityText.percent(0) == "0.0 %")
        #expect(QuantityText.percent(0.0001) == "<0.1 %")
        #expect(QuantityText.percent(0.3455) == "34.6 %")
        #expect(QuantityText.percent(1) == "100.0 %")
        #expect(QuantityText.percent(.nan) == "–")
    }

    @Test func fixedRoundsAndKeepsZeros() {
        #expect(QuantityText.fixed(1.005, decimals: 1) == "1.0")
        #expect(QuantityText.fixed(-0.04, decimals: 1) == "0.0")
        #expect(QuantityText.fixed(-1234.56, decimals: 1) == "−1,234.6")
        #expect(QuantityText.fixed(1e300, decimals: 2) == "1e+300")
    }
}
