import Programs
import Testing

@Suite struct HostileTextTests {
    private func error(_ text: String) -> ProgramError? {
        do throws(ProgramError) {
            _ = try Program(text: text, file: "f")
            return nil
        } catch {
            return error
        }
    }

    private func bound(_ expression: String) -> ProgramError? {
        error("program \"p\" on \"a\"\nstream u\n  for k in 0..<\(expression)\n")
    }

    @Test func deepNestingIsAnError() {
        let million = 1_000_000
        #expect(bound(String(repeating: "(", count: million))?.message.contains("nested deeper") == true)
        #expect(bound(String(repeating: "-", count: million))?.message.contains("nested deeper") == true)
        #expect(bound(String(repeating: "min(", count: million))?.message.contains("nested deeper") == true)
        #expect(bound(String(repeating: "1+(", count: million))?.message.contains("nested deeper") == true)
        // A sum that is written flat is still a deep tree.
        #expect(bound("n" + String(repeating: "+n", count: million))?.message.contains("nested deeper") == true)
        #expect(bound("1" + String(repeating: "+1", count: 20_000)) == nil)
        // The rounded-down multiple of 7 lies below the smallest integer; the remainder exists all the same.
        #expect(bound("-9223372036854775808%7") == nil)
        #expect(bound(String(repeating: "(", count: 150) + "3" + String(repeating: ")", count: 150)) == nil)
        var loops = "program \"p\" on \"a\"\nstream u\n"
        for depth in 1...1_000 { loops += String(repeating: " ", count: depth) + "for i\(depth) in 0..<2\n" }
        #expect(error(loops)?.message.contains("statements are nested deeper than 64") == true)
        #expect(error(loops)?.line == 68)
    }

    @Test func everyTruncationIsReadOrRefused() throws {
        var random = RandomPrograms(seed: 11)
        let text = random.program().text + random.program().text.replacing("program ", with: "// program ")
        var refused = 0
        for length in 0..<text.unicodeScalars.count {
            let part = String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
            do throws(ProgramError) {
                _ = try Program.parse(part, file: "f")
            } catch {
                refused += 1
                #expect(error.line != nil && error.column != nil)
            }
        }
        #expect(refused > 100)
    }

    /// Damaged programs are read or refused; what is read can be printed and read again.
    @Test(arguments: [3_000]) func damagedTextsDoNotCrash(count: Int) throws {
        var random = RandomPrograms(seed: 5)
        let pieces = ["(", ")", "[", "]", "\"", "\n", "\n  ", " ", "9999999999999999999", "-", "$", "0..<", "min(", "for ", "x", "*", "/0", "@", ",", "\u{0}", "é", "//"]
        var readable = 0
        var bytes: [UInt8] = []
        for round in 0..<count {
            if round % 50 == 0 { bytes = Array(random.program().text.utf8) }
            var damaged = bytes
            for _ in 0...random.random.below(4) where !damaged.isEmpty {
                let place = random.random.below(damaged.count)
                switch random.random.below(5) {
                case 0: damaged[place] = UInt8(random.random.below(256))
                case 1: damaged.removeSubrange(place..<Swift.min(damaged.count, place + random.random.below(20)))
                case 2: damaged.insert(contentsOf: random.random.pick(pieces).utf8, at: place)
                case 3: damaged.swapAt(place, random.random.below(damaged.count))
                default:
                    let end = Swift.min(damaged.count, place + random.random.below(60))
                    damaged.insert(contentsOf: damaged[place..<end], at: random.random.below(damaged.count))
                }
            }
            let text = String(decoding: damaged, as: UTF8.self)
            guard let program = try? Program.parse(text, file: "f") else { continue }
            readable += 1
            let again = try Program.parse(program.text, file: "f")
            #expect(again.text == program.text)
            _ = try? program.validate()
        }
        #expect(readable > count / 100)
    }
}
