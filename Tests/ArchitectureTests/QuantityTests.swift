import OperatorGraph
import Quantities
import Testing

@Suite("Quantities") struct QuantityTests {
    @Test("Texts of the format are read exactly") func reading() throws {
        #expect(try Frequency(parsing: "700 MHz").hertz == 700e6)
        #expect(try Frequency(parsing: "1.05GHz").hertz == 1.05e9)
        #expect(try Bytes(parsing: "24 MiB").count == 24 << 20)
        #expect(try Bytes(parsing: "24 MB").count == 24_000_000)
        #expect(try Bytes(parsing: "0.5 KiB").count == 512)
        #expect(try Bytes(parsing: "64 B").count == 64)
        #expect(try Bandwidth(parsing: "34 GB/s").bytesPerSecond == 34e9)
        #expect(try Bandwidth(parsing: "167 GiB/s").bytesPerSecond == 167 * 1_073_741_824)
        #expect(try Time(parsing: "100 ns").femtoseconds == 100_000_000)
        #expect(try Time(parsing: "1.25 ns").femtoseconds == 1_250_000)
        #expect(try Time(parsing: "3 µs") == Time(parsing: "3 us"))
        #expect(try Length(parsing: "28 nm").nanometres == 28)
        #expect(try Length(parsing: "0.18 um").nanometres == 180)
        #expect(try Voltage(parsing: "0.9 V").volts == 0.9)
        #expect(try Voltage(parsing: "900 mV").volts == 0.9)
        #expect(try Energy(parsing: "3.5 pJ").joules == 3.5e-12)
        #expect(try Power(parsing: "250 mW").watts == 0.25)
        #expect(try Area(parsing: "331 mm²") == Area(parsing: "331 mm2"))
        #expect(try Area(parsing: "50 um²").squareMillimetres == 50e-6)
    }

    @Test(
        "The shortest text with the largest unit is printed",
        arguments: [
            (Bytes(24 << 20).description, "24 MiB"), (Bytes(64_000).description, "64 kB"), (Bytes(65_536).description, "64 KiB"),
            (Bytes(1_000).description, "1 kB"), (Bytes(0).description, "0 B"), (Bytes(.max).description, "9223372036854775807 B"),
            (Frequency(hertz: 700e6).description, "700 MHz"), (Frequency(hertz: 1.05e9).description, "1.05 GHz"),
            (Bandwidth(bytesPerSecond: 34e9).description, "34 GB/s"), (Bandwidth(bytesPerSecond: 1e18).description, "1 EB/s"),
            (Time(femtoseconds: 100_000_000).description, "100 ns"), (Time(femtoseconds: 1_428_571).description, "1428571 fs"),
            (Length(nanometres: 28).description, "28 nm"), (Voltage(volts: 0.9).description, "900 mV"),
            (Energy(joules: 3.5e-12).description, "3.5 pJ"), (Area(squareMillimetres: 331).description, "331 mm²"),
        ]) func printing(text: String, expected: String) {
        #expect(text == expected)
    }

    @Test(
        "What is no quantity is refused with what would be accepted",
        arguments: [
            ("", "is empty"), ("fast", "is not a number with a unit"), ("700", "has no unit"), ("NaN", "is not a finite number"),
            ("nan MHz", "is not a number with a unit"), ("inf", "is not a finite number"), ("-1 MHz", "is negative"),
            ("1e999 MHz", "is too large"), ("1e9999999999 MHz", "is not a number with a unit"), ("0 MHz", "is a clock that never ticks"),
            ("1e-400 Hz", "is too small"), ("7 mhz", "has an unknown unit"), ("7 parsec", "has an unknown unit"), ("７ MHz", "is not a number with a unit"),
        ]) func refusing(text: String, problem: String) throws {
        let error = try #require(throws: QuantityError.self) { try Frequency(parsing: text) }
        #expect(error.problem == problem)
        #expect(error.accepted.contains("MHz"), "the message does not say what is accepted: \(error)")
    }

    @Test("Whole units are not rounded behind the user's back") func exactness() throws {
        #expect(try #require(throws: QuantityError.self) { try Bytes(parsing: "0.3 B") }.problem == "is not a whole number of bytes")
        #expect(try #require(throws: QuantityError.self) { try Time(parsing: "0.5 fs") }.problem == "is not a whole number of femtoseconds")
        #expect(try #require(throws: QuantityError.self) { try Bytes(parsing: "9223372036854775808 B") }.problem == "is too large")
        #expect(try #require(throws: QuantityError.self) { try Bytes(parsing: "8388608 TiB") }.problem == "is too large")
        #expect(try Bytes(parsing: "8388607 TiB").count == 8_388_607 << 40)
        #expect(try #require(throws: QuantityError.self) { try Bytes(parsing: "1e400 B") }.problem == "is too large")
    }

    @Test("An ambiguous kilobyte is not guessed") func kilobytes() throws {
        let error = try #require(throws: QuantityError.self) { try Bytes(parsing: "4 KB") }
        #expect(error.description == "\"4 KB\" has an unknown unit; did you mean \"kB\" or \"KiB\"?")
    }

    @Test("Every value reads back as itself") func roundTrip() throws {
        var random = SplitMix64(state: 1)
        for _ in 0..<2_000 {
            let count = Int(random.next() >> UInt64(1 + random.next() % 62))
            #expect(try Bytes(parsing: Bytes(count).description).count == count)
            #expect(try Time(parsing: Time(femtoseconds: count).description).femtoseconds == count)
            // Any finite positive double, by its bits.
            let value = Double(bitPattern: random.next() & 0x7FFF_FFFF_FFFF_FFFF)
            guard value.isFinite, value > 1e-290, value < 1e290 else { continue }
            #expect(try Frequency(parsing: Frequency(hertz: value).description).hertz == value)
            #expect(try Bandwidth(parsing: Bandwidth(bytesPerSecond: value).description).bytesPerSecond == value)
            #expect(try Energy(parsing: Energy(joules: value).description).joules == value)
            #expect(try Area(parsing: Area(squareMillimetres: value).description).squareMillimetres == value)
        }
    }
}
