/// Rows of text in aligned columns.
package struct TerminalTable {
    package struct Column {
        package var title: String
        package var isRight = false
        /// Gives way when the table is wider than the terminal.
        package var isFlexible = false
        /// Left out when the table is wider than the terminal even so, the last such column first.
        package var canGo = false
        package var role: TerminalStyle.Role?

        package init(
            title: String, isRight: Bool = false, isFlexible: Bool = false, canGo: Bool = false, role: TerminalStyle.Role? = nil
        ) {
            self.title = title; self.isRight = isRight; self.isFlexible = isFlexible; self.canGo = canGo; self.role = role
        }
    }

    package var columns: [Column]
    package var rows: [[String]] = []

    package init(_ columns: [Column]) { self.columns = columns }

    /// Lines with two spaces in front and between columns; a header only if a column has a title.
    package func lines(_ style: TerminalStyle) -> [String] {
        let cells = rows.map { $0.map(TerminalText.visible) }
        var widths = columns.indices.map { column in
            cells.reduce(TerminalText.width(columns[column].title)) { max($0, TerminalText.width($1[column])) }
        }
        var shown = Array(columns.indices)
        let least = { (column: Int) in columns[column].isFlexible ? min(widths[column], 20) : widths[column] }
        while shown.reduce(0, { $0 + least($1) + 2 }) > style.width, let last = shown.lastIndex(where: { columns[$0].canGo }) {
            shown.remove(at: last)
        }
        let total = shown.reduce(0) { $0 + widths[$1] + 2 }
        shrink(&widths, by: total - style.width)
        var lines: [String] = []
        if columns.contains(where: { !$0.title.isEmpty }) {
            lines.append(line(columns.map(\.title), shown, widths, style) { text, _ in style.paint(text, .dim) })
        }
        for row in cells {
            lines.append(line(row, shown, widths, style) { text, column in columns[column].role.map { style.paint(text, $0) } ?? text })
        }
        return lines
    }

    /// Takes columns from the widest flexible cell columns, down to eight each.
    private func shrink(_ widths: inout [Int], by excess: Int) {
        for _ in 0..<max(0, excess) {
            let candidates = columns.indices.filter { columns[$0].isFlexible && widths[$0] > 8 }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
        }
    }

    private func line(
        _ row: [String], _ shown: [Int], _ widths: [Int], _ style: TerminalStyle, paint: (String, Int) -> String
    ) -> String {
        var text = "", pending = 0
        for index in shown {
            let cell = row[index]
            let fitted = columns[index].isFlexible ? TerminalText.fitted(cell, columns: widths[index]) : cell
            let space = max(0, widths[index] - TerminalText.width(fitted))
            pending += 2 + (columns[index].isRight ? space : 0)
            // Blanks are written only in front of something, so that no line ends in them.
            if !fitted.isEmpty {
                text += String(repeating: " ", count: pending) + paint(fitted, index)
                pending = 0
            }
            if !columns[index].isRight { pending += space }
        }
        return text
    }
}
