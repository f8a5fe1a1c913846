import MemorySystem
import Testing

@Suite("Controller settings by name")
struct TrafficSettingsTests {
    /// A new field of the configuration gets a name, or this fails.
    @Test func everyFieldHasAName() {
        let fields = Mirror(reflecting: DRAMControllerConfiguration()).children.compactMap(\.label)
        let names = fields.map { field in
            field.reduce(into: "") { text, letter in text += letter.isUppercase ? "-" + letter.lowercased() : String(letter) }
        }
        #expect(DRAMControllerConfiguration.settings.map(\.name).sorted() == names.sorted())
    }

    @Test func valuesReadBack() throws {
        for preset in DRAMControllerConfiguration.presetNames {
            let original = try DRAMControllerConfiguration(preset: preset)
            var copy = DRAMControllerConfiguration()
            for setting in DRAMControllerConfiguration.settings { try copy.set(setting.name, to: setting.value(original)) }
            #expect(copy == original)
        }
    }

    @Test func eachChangesItsFieldOnly() throws {
        let other = [
            "scheduling": "fcfs", "page-policy": "closed", "refresh": "none", "write-high-watermark": "0.7", "write-low-watermark": "0.3",
        ]
        for setting in DRAMControllerConfiguration.settings {
            let original = DRAMControllerConfiguration()
            let value = other[setting.name] ?? (setting.value(original) == "true" ? "false" : setting.value(original) == "false" ? "true" : "77")
            var copy = original
            try copy.set(setting.name, to: value)
            #expect(setting.value(copy) == value)
            let changed = DRAMControllerConfiguration.settings.filter { $0.value(copy) != $0.value(original) }
            #expect(changed.map(\.name) == [setting.name])
        }
    }

    @Test func mistakesAreExplained() {
        var configuration = DRAMControllerConfiguration()
        func message(_ name: String, _ value: String) -> String {
            do { try configuration.set(name, to: value) } catch { return error.description }
            return "accepted"
        }
        #expect(message("page-polcy", "open").contains("did you mean \"page-policy\"?"))
        #expect(message("zzz", "open").contains("there are read-queue-size"))
        #expect(message("page-policy", "ajar").contains("write open, closed, adaptive, timeout"))
        #expect(message("read-queue-size", "many").contains("a whole number"))
        #expect(message("write-low-watermark", "nan").contains("from 0 to 1"))
        #expect(message("forwards-writes", "yes").contains("true or false"))
        #expect(configuration == DRAMControllerConfiguration())
    }
}
