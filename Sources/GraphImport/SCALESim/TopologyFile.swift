/// Reads the rows of a SCALE-Sim topology file.
///
/// Accepted, one layer a line: convolutions (`name, input height, input width, filter height, filter width,
/// channels, filters, stride[, stride of the width][, N:M]`) and matrix products (`name, M, N, K[, N:M]`).
/// SCALE-Sim asks the user which of both a file holds (`-i conv|gemm`); here the number of columns tells them
/// apart. A first line of column titles is recognised by having no numbers, so a file without one loses no layer
/// (SCALE-Sim always drops the first line). Empty lines, lines that start with `#`, a byte-order mark, spaces and
/// a comma at the end of a line are ignored. A sparsity column has to say that the layer is dense.
package enum TopologyFile {
    /// Kind of all rows of one file.
    package enum Kind: String, Sendable { case convolution, product }

    static let largestRowCount = 1 << 16
    static let largestExtent = 1 << 24
    static let largestElementCount = 1 << 40
    static let largestOperationCount = 1 << 60

    /// Rows in the order of the file, at least one.
    package static func rows(of text: String, file: String) throws(ImportError) -> [TopologyRow] {
        var rows: [TopologyRow] = []
        var kind: Kind?
        var isFirst = true
        var line = 0
        var content = text[...].utf8
        if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
        for bytes in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            var cells = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(trimmed)
            while let last = cells.last, last.isEmpty { cells.removeLast() }
            if cells.isEmpty || cells[0].first == "#" { continue }
            defer { isFirst = false }
            if isFirst && isTitle(cells) { continue }
            let row = try self.row(cells, line: line, file: file)
            let rowKind: Kind = if case .convolution = row.shape { .convolution } else { .product }
            if let kind, kind != rowKind {
                throw ImportError(
                    file: file, place: "line \(line)",
                    message: "a \(rowKind.rawValue) among rows of the kind \(kind.rawValue)",
                    suggestion: "keep convolutions and matrix products in files of their own, as SCALE-Sim does")
            }
            kind = rowKind
            rows.append(row)
            if rows.count > largestRowCount {
                throw ImportError(
                    file: file, place: "line \(line)", message: "more than \(largestRowCount) layers",
                    suggestion: "split the file")
            }
        }
        if rows.isEmpty {
            throw ImportError(
                file: file, message: "holds no layers",
                suggestion: "write a line such as \"conv1, 224, 224, 7, 7, 3, 64, 2,\" or \"product1, 256, 128, 64,\"")
        }
        return rows
    }

    private static func trimmed(_ cell: Substring.UTF8View) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        let rest = cell.drop(while: isSpace)
        guard let end = rest.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(decoding: rest[...end], as: UTF8.self)
    }

    /// Column titles: nothing behind the first cell starts like a number.
    private static func isTitle(_ cells: [String]) -> Bool {
        cells.count >= 2
            && cells.dropFirst().allSatisfy { cell in
                guard let first = cell.first else { return true }
                return !first.isNumber && first != "-" && first != "+"
            }
    }

    private static func row(_ cells: [String], line: Int, file: String) throws(ImportError) -> TopologyRow {
        var numbers = Array(cells.dropFirst())
        if let last = numbers.last, last.contains(":") || last.lowercased() == "dense" {
            try requireDense(last, line: line, file: file)
            numbers.removeLast()
        }
        switch numbers.count {
        case 3:
            let names = ["M", "N", "K"]
            var values: [Int] = []
            for (name, cell) in zip(names, numbers) {
                values.append(try number(cell, column: name, line: line, file: file))
            }
            let row = TopologyRow(name: cells[0], line: line, shape: .product(m: values[0], n: values[1], k: values[2]))
            try checkSizes(row, file: file)
            return row
        case 7, 8:
            let names = [
                "input height", "input width", "filter height", "filter width", "channels", "filters", "stride",
                "stride of the width",
            ]
            var values: [Int] = []
            for (name, cell) in zip(names, numbers) {
                values.append(try number(cell, column: name, line: line, file: file))
            }
            let row = TopologyRow(
                name: cells[0], line: line,
                shape: .convolution(
                    .init(
                        inputHeight: values[0], inputWidth: values[1], filterHeight: values[2], filterWidth: values[3],
                        channels: values[4], filters: values[5], strideHeight: values[6],
                        strideWidth: values.count == 8 ? values[7] : values[6])))
            try checkSizes(row, file: file)
            return row
        default:
            throw ImportError(
                file: file, place: "line \(line)",
                message: "\(numbers.count) numbers behind the layer's name; a convolution has 7 and a matrix product 3",
                suggestion: "separate the columns with commas: name, M, N, K, or name, input height, input width, "
                    + "filter height, filter width, channels, filters, stride,")
        }
    }

    private static func requireDense(_ cell: String, line: Int, file: String) throws(ImportError) {
        if cell.lowercased() == "dense" { return }
        let parts = cell.split(separator: ":", omittingEmptySubsequences: false).map { Int(trimmed($0.utf8)) }
        guard parts.count == 2, let kept = parts[0], let block = parts[1], kept >= 1, block >= kept else {
            throw ImportError(
                file: file, place: "line \(line)", message: "\"\(cell)\" is not a sparsity",
                suggestion: "write N:M with N of every M weights kept, or 1:1 for a dense layer")
        }
        if kept != block {
            throw ImportError(
                file: file, place: "line \(line)", message: "\(cell) (N:M) sparsity is not supported yet",
                suggestion: "write 1:1 for a dense layer")
        }
    }

    private static func number(_ cell: String, column: String, line: Int, file: String) throws(ImportError) -> Int {
        guard let value = Int(cell), (1...largestExtent).contains(value) else {
            throw ImportError(
                file: file, place: "line \(line)", message: "\"\(cell)\" is no \(column)",
                suggestion: "write an integer from 1 to \(largestExtent)")
        }
        return value
    }

    /// Bounds what the rest of the simulator computes with: elements of every tensor and multiplications.
    private static func checkSizes(_ row: TopologyRow, file: String) throws(ImportError) {
        let tensors: [[Int]]
        let operations: [Int]
        switch row.shape {
        case .product(let m, let n, let k):
            (tensors, operations) = ([[m, k], [k, n], [m, n]], [m, n, k])
        case .convolution(let c):
            if c.outputHeight < 1 || c.outputWidth < 1 {
                throw ImportError(
                    file: file, place: "line \(row.line)",
                    message: "a filter of \(c.filterHeight) × \(c.filterWidth) does not fit an input of "
                        + "\(c.inputHeight) × \(c.inputWidth)",
                    suggestion: "SCALE-Sim has no padding: add it to the input's height and width")
            }
            // A depthwise layer has `filters` output channels for each of its channels.
            let outputs = row.isDepthwise ? [c.channels, c.filters] : [c.filters]
            tensors = [
                [c.channels, max(c.inputHeight, c.filterHeight) + c.strideHeight, max(c.inputWidth, c.filterWidth) + c.strideWidth],
                [c.filters, c.channels, c.filterHeight, c.filterWidth], outputs + [c.outputHeight, c.outputWidth],
            ]
            operations = [c.filters, c.channels, c.filterHeight, c.filterWidth, c.outputHeight, c.outputWidth]
        }
        if tensors.contains(where: { product($0, exceeds: largestElementCount) })
            || product(operations, exceeds: largestOperationCount)
        {
            throw ImportError(
                file: file, place: "line \(row.line)", message: "the layer \"\(row.name)\" is too large",
                suggestion: "keep tensors under 2^40 elements and the layer under 2^60 multiplications")
        }
    }

    private static func product(_ factors: [Int], exceeds limit: Int) -> Bool {
        var value = 1
        for factor in factors {
            let (next, overflow) = value.multipliedReportingOverflow(by: factor)
            if overflow || next > limit { return true }
            value = next
        }
        return false
    }
}
