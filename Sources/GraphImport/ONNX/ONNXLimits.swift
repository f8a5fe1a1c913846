/// Bounds on what an ONNX file may ask for, checked before memory is taken.
package struct ONNXLimits: Sendable {
    /// Largest model file in bytes; protocol buffers themselves end at 2 GiB.
    package var fileBytes = 1 << 31
    /// Most nodes in the file.
    package var nodes = 10_000_000
    /// Most nodes after functions are written out (each call may hold thousands).
    package var expandedNodes = 2_000_000
    /// Deepest nesting of messages.
    package var messageDepth = 64
    /// Deepest nesting of function calls.
    package var functionDepth = 64
    /// Most bytes that the decoded messages may take besides the values of tensors.
    package var structureBytes = 4 << 30
    /// Most elements of one tensor.
    package var tensorElements = 1 << 40
    /// Most dimensions of one tensor.
    package var rank = 64
    /// Most bytes of tensor values read from the model and its external files together.
    package var valueBytes = 64 << 30

    package init() {}
    package static let standard = ONNXLimits()
}
