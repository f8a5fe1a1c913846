/// The standards and rule files that come with Cyclewright, embedded so that they are found wherever the program runs.
///
/// A new file in `Data/` is one line here; a test compares this list with the folder.
enum ShippedStandards {
    struct File: Sendable {
        let name: String
        let contents: @Sendable () -> [UInt8]

        init(_ name: String, _ contents: @escaping @Sendable () -> [UInt8]) {
            self.name = name
            self.contents = contents
        }

        var text: String { String(decoding: contents(), as: UTF8.self) }
        /// As messages name it.
        var fileName: String { name + ".yaml" }
    }

    static let standards: [File] = [
        File("DDR4-3200") { PackageResources.DDR4_3200_yaml },
    ]

    static let rules: [File] = [
        File("common-rules") { PackageResources.common_rules_yaml },
        File("dll-rules") { PackageResources.dll_rules_yaml },
        File("activate-rules") { PackageResources.activate_rules_yaml },
        File("bank-group-rules") { PackageResources.bank_group_rules_yaml },
    ]

    static func standard(named name: String) -> File? { standards.first { $0.name == name } }
    static func rules(named name: String) -> File? { rules.first { $0.name == name } }
}
