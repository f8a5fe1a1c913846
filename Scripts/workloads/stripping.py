"""Turns an ONNX model into a workload file of tens of kilobytes: the structure without the weights.

A stripped initializer keeps its name, element type and dims and has no data. Cyclewright reads such
an initializer as a parameter whose values come from a seeded generator when values are needed.
"""

import math

import onnx
from onnx import TensorProto

FLOATING = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE}
# Anything this small may be a scale, an epsilon or a shape that the structure depends on.
KEPT_ELEMENTS = 16
MASK_ELEMENTS = 1 << 14


def drop_data(tensor):
    """Empties the tensor's data, keeping name, element type and dims."""
    for field in ("raw_data", "float_data", "int32_data", "int64_data", "double_data", "external_data", "data_location"):
        tensor.ClearField(field)


def is_mask(tensor):
    """True for an attention mask: zeros and large negative values only."""
    values = onnx.numpy_helper.to_array(tensor).astype("float64").ravel()
    return len(values) <= MASK_ELEMENTS and (values <= -100).any() and ((values == 0) | (values <= -100)).all()


def variances(model):
    """Names of the variances of batch normalisations, which have to stay positive."""
    return {node.input[4] for node in model.graph.node if node.op_type == "BatchNormalization"}


def strip(model, weights=None):
    """Strips the floating-point initializers of more than KEPT_ELEMENTS elements, or exactly the
    initializers named in `weights`. Removes exporter notes (stack traces, source locations)."""
    kept = variances(model)
    for tensor in model.graph.initializer:
        tensor.ClearField("doc_string")
        count = math.prod(tensor.dims)
        if weights is not None:
            if tensor.name in weights:
                drop_data(tensor)
        elif tensor.data_type in FLOATING and count > KEPT_ELEMENTS:
            if not is_mask(tensor) and tensor.name not in kept:
                drop_data(tensor)
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in list(model.graph.input) + list(model.graph.output) + list(model.graph.value_info):
        value.ClearField("metadata_props")
        value.ClearField("doc_string")
    for tensor in model.graph.initializer:
        tensor.ClearField("metadata_props")
    model.graph.ClearField("metadata_props")
    model.graph.ClearField("doc_string")
    model.ClearField("metadata_props")
    model.ClearField("doc_string")
    return model


def shapes_of(model):
    """Shape of every value whose type the file states, with symbolic dimensions as strings."""
    shapes = {tensor.name: list(tensor.dims) for tensor in model.graph.initializer}
    for value in list(model.graph.input) + list(model.graph.output) + list(model.graph.value_info):
        if value.type.tensor_type.HasField("shape"):
            shapes[value.name] = [
                d.dim_value if d.HasField("dim_value") else d.dim_param for d in value.type.tensor_type.shape.dim
            ]
    return shapes


def multiply_accumulates(model):
    """Multiply-accumulate operations of Conv, Gemm and MatMul; None where a shape is not known."""
    shapes = shapes_of(model)
    total = 0
    for node in model.graph.node:
        if node.op_type not in ("Conv", "Gemm", "MatMul"):
            continue
        output, first, second = shapes.get(node.output[0]), shapes.get(node.input[0]), shapes.get(node.input[1])
        if output is None or first is None or second is None or any(isinstance(d, str) for d in output + first):
            return None
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "Conv":
            depth = math.prod(second[1:])
        elif node.op_type == "Gemm":
            depth = first[0] if attributes.get("transA", 0) else first[1]
        else:
            depth = first[-1]
        total += math.prod(output) * depth
    return total


def stripped_parameters(model):
    """Elements of the initializers that were left without data."""
    return sum(
        math.prod(t.dims)
        for t in model.graph.initializer
        if math.prod(t.dims) and not (t.raw_data or t.float_data or t.int32_data or t.int64_data or t.double_data)
    )


def summary(name, model):
    """One line of Markdown for Workloads/README.md."""
    opset = next(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
    macs = multiply_accumulates(model)
    operators = sorted({n.op_type for n in model.graph.node})
    return (
        f"| {name} | {opset} | {len(model.graph.node)} | {stripped_parameters(model):,} | "
        f"{macs if macs is None else format(macs, ',')} | {model.ByteSize() // 1000} | {', '.join(operators)} |"
    )
