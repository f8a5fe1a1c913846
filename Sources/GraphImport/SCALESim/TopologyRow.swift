/// One row of a SCALE-Sim topology, checked.
///
/// Extents follow SCALE-Sim v3 (`scalesim/topology_utils.py`): a convolution has no padding, and its output
/// extent is `ceil((input − filter + stride) / stride)`, rounded **up** where ONNX rounds down.
package struct TopologyRow: Sendable, Hashable {
    package enum Shape: Sendable, Hashable {
        case convolution(Convolution)
        /// `[m, k] × [k, n]`; the file lists m, n, k in this order.
        case product(m: Int, n: Int, k: Int)
    }

    package struct Convolution: Sendable, Hashable {
        package var inputHeight, inputWidth: Int
        package var filterHeight, filterWidth: Int
        package var channels, filters: Int
        package var strideHeight, strideWidth: Int

        package var outputHeight: Int { Self.extent(inputHeight, filterHeight, strideHeight) }
        package var outputWidth: Int { Self.extent(inputWidth, filterWidth, strideWidth) }

        /// Rows or columns of zeros behind the input that make an ONNX convolution's extent equal SCALE-Sim's.
        package var endPadding: (height: Int, width: Int) {
            (
                (outputHeight - 1) * strideHeight + filterHeight - inputHeight,
                (outputWidth - 1) * strideWidth + filterWidth - inputWidth
            )
        }

        static func extent(_ input: Int, _ filter: Int, _ stride: Int) -> Int {
            let span = input - filter + stride
            return span <= 0 ? 0 : (span + stride - 1) / stride
        }
    }

    package var name: String
    /// One-based line of the file.
    package var line: Int
    package var shape: Shape

    /// SCALE-Sim's convention: a convolution whose layer name contains "DP" is depthwise.
    package var isDepthwise: Bool {
        guard case .convolution = shape else { return false }
        return name.utf8.elementsContainPair(UInt8(ascii: "D"), UInt8(ascii: "P"))
    }
}

extension String.UTF8View {
    /// True where `first` is directly followed by `second`.
    fileprivate func elementsContainPair(_ first: UInt8, _ second: UInt8) -> Bool {
        var previous: UInt8 = 0
        for byte in self {
            if previous == first && byte == second { return true }
            previous = byte
        }
        return false
    }
}
