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
        File("DDR3-1600") { PackageResources.DDR3_1600_yaml },
        File("DDR3-2133") { PackageResources.DDR3_2133_yaml },
        File("DDR4-2400") { PackageResources.DDR4_2400_yaml },
        File("DDR4-3200") { PackageResources.DDR4_3200_yaml },
        File("DDR5-4800") { PackageResources.DDR5_4800_yaml },
        File("DDR5-5600") { PackageResources.DDR5_5600_yaml },
        File("DDR5-6400") { PackageResources.DDR5_6400_yaml },
        File("LPDDR4-3200") { PackageResources.LPDDR4_3200_yaml },
        File("LPDDR4X-4266") { PackageResources.LPDDR4X_4266_yaml },
        File("LPDDR5-6400") { PackageResources.LPDDR5_6400_yaml },
        File("LPDDR5X-8533") { PackageResources.LPDDR5X_8533_yaml },
        File("GDDR6-14000") { PackageResources.GDDR6_14000_yaml },
        File("HBM2-2000") { PackageResources.HBM2_2000_yaml },
        File("HBM2-2400") { PackageResources.HBM2_2400_yaml },
        File("HBM2E-3200") { PackageResources.HBM2E_3200_yaml },
        File("HBM3-5200") { PackageResources.HBM3_5200_yaml },
        File("HBM3-6400") { PackageResources.HBM3_6400_yaml },
        File("DDR5-4800-ramulator") { PackageResources.DDR5_4800_ramulator_yaml },
        File("HBM2-2000-ramulator") { PackageResources.HBM2_2000_ramulator_yaml },
        File("HBM3-6400-ramulator") { PackageResources.HBM3_6400_ramulator_yaml },
    ]

    static let rules: [File] = [
        File("common-rules") { PackageResources.common_rules_yaml },
        File("dll-rules") { PackageResources.dll_rules_yaml },
        File("activate-rules") { PackageResources.activate_rules_yaml },
        File("split-activate-rules") { PackageResources.split_activate_rules_yaml },
        File("low-power-activate-rules") { PackageResources.low_power_activate_rules_yaml },
        File("single-group-rules") { PackageResources.single_group_rules_yaml },
        File("bank-group-rules") { PackageResources.bank_group_rules_yaml },
        File("lpddr5-rules") { PackageResources.lpddr5_rules_yaml },
        File("precharge-rules") { PackageResources.precharge_rules_yaml },
        File("bank-refresh-rules") { PackageResources.bank_refresh_rules_yaml },
        File("refresh-management-rules") { PackageResources.refresh_management_rules_yaml },
        File("same-bank-refresh-rules") { PackageResources.same_bank_refresh_rules_yaml },
    ]

    static func standard(named name: String) -> File? { standards.first { $0.name == name } }
    static func rules(named name: String) -> File? { rules.first { $0.name == name } }
}
