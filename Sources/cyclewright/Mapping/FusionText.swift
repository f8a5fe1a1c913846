import Lowering
import Mapping
import Reporting

/// What `map` says about fused operators.
enum FusionText {
    /// Behind a group in the file.
    static func comment(_ summary: FusionSummary) -> String {
        "\(QuantityText.integer(summary.bytes)) bytes between them exist by blocks of \(QuantityText.integer(summary.blockBytes))"
    }

    static func line(_ summary: FusionSummary) -> String {
        let group = summary.operators
        return "Fused: \(group.operators.map(TerminalText.visible).joined(separator: " → ")) in \(group.blocks) blocks of \(group.dimension.rawValue): "
            + "\(QuantityText.bytes(summary.bytes)) that would be written off chip and read again exist by blocks of \(QuantityText.bytes(summary.blockBytes))"
    }
}
