"""Writes Workloads/NAME-int8.onnx: a residual network in quantise/dequantise (Q/DQ) form, int8 throughout.

    venv/bin/python Scripts/workloads/quantise.py --output Workloads resnet18 resnet50

The network is exported by export_models.py (batch normalisation folded into the convolutions) and rewritten here:
- weights: int8, uniform at random in -127…127, symmetric, one scale per output channel chosen so that the real
  weights have the standard deviation sqrt(2 / fan-in) of He's initialisation, varied by a seeded factor per channel;
- biases: int32, scale = input scale x weight scale, a tenth of the accumulator's standard deviation; kept as data;
- activations: int8, symmetric, one scale per tensor, QuantizeLinear and DequantizeLinear after every convolution
  (behind the Relu where one follows), pooling, addition and matrix multiplication. The scale maps the 99.9th percentile of the
  magnitude to 127, measured on one random image with onnxruntime, so that random weights keep every tensor in range.
The weights are then stripped (stripping.py). Checked before: the rewritten model, run by onnxruntime with its
weights, saturates less than 1 % of any tensor.
"""

import argparse
import pathlib

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import export_models
import stripping

PASS_THROUGH = {"Relu", "Reshape", "Flatten"}


def run(model, image, names):
    """Values of the named tensors for one image."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    present = {o.name for o in probe.graph.output}
    probe.graph.output.extend(onnx.ValueInfoProto(name=n) for n in names if n not in present)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(probe.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return dict(zip(names, session.run(list(names), {model.graph.input[0].name: image})))


def randomise(model, random):
    """Replaces every weight by scale x random int8; returns {name: (int8 values, scales)}."""
    initializers = {t.name: t for t in model.graph.initializer}
    quantised = {}
    for node in model.graph.node:
        if node.op_type not in ("Conv", "Gemm"):
            continue
        dims = list(initializers[node.input[1]].dims)
        values = random.integers(-127, 128, dims, dtype=numpy.int8)
        fan_in = int(numpy.prod(dims[1:]))
        scales = (numpy.sqrt(2 / fan_in) / 73.3 * random.uniform(0.8, 1.25, dims[0])).astype(numpy.float32)
        real = values.astype(numpy.float32) * scales.reshape([-1] + [1] * (len(dims) - 1))
        initializers[node.input[1]].CopyFrom(numpy_helper.from_array(real, node.input[1]))
        # A tenth of the output's standard deviation for inputs of about unit variance.
        bias = (0.1 * random.standard_normal(dims[0])).astype(numpy.float32)
        initializers[node.input[2]].CopyFrom(numpy_helper.from_array(bias, node.input[2]))
        quantised[node.input[1]] = (values, scales)
    return quantised


def quantisation_points(model):
    """For every tensor that is computed: the tensor behind the Relu that follows it, or itself."""
    consumers = {}
    for node in model.graph.node:
        for name in node.input:
            consumers.setdefault(name, []).append(node)
    ends = {}
    for node in model.graph.node:
        if node.op_type in PASS_THROUGH:
            continue
        readers = consumers.get(node.output[0], [])
        fused = len(readers) == 1 and readers[0].op_type == "Relu"
        ends[node.output[0]] = readers[0].output[0] if fused else node.output[0]
    return ends


class Rewriter:
    """Builds the Q/DQ graph node by node."""

    def __init__(self, model, weights, scales):
        self.model, self.weights, self.scales = model, weights, scales
        self.initializers = {t.name: t for t in model.graph.initializer}
        self.nodes, self.constants, self.stripped = [], [], set()
        self.renamed, self.scale_of = {}, {}
        self.constants.append(numpy_helper.from_array(numpy.int8(0), "zero_point"))

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def quantise(self, name):
        """Adds QuantizeLinear and DequantizeLinear behind a tensor; later readers get the dequantised one."""
        scale = self.constant(f"{name}_scale", numpy.float32(self.scales[name]))
        self.nodes.append(helper.make_node(
            "QuantizeLinear", [name, scale, "zero_point"], [f"{name}_quantized"], name=f"{name}_quantize"))
        self.nodes.append(helper.make_node(
            "DequantizeLinear", [f"{name}_quantized", scale, "zero_point"], [f"{name}_dequantized"],
            name=f"{name}_dequantize"))
        self.renamed[name] = f"{name}_dequantized"
        self.scale_of[f"{name}_dequantized"] = numpy.float32(self.scales[name])

    def dequantised_weights(self, node):
        weight, bias = node.input[1], node.input[2]
        values, scales = self.weights[weight]
        input_scale = self.scale_of[self.renamed.get(node.input[0], node.input[0])]
        bias_scales = (input_scale * scales).astype(numpy.float32)
        real_bias = numpy_helper.to_array(self.initializers[bias])
        integers = numpy.round(real_bias / bias_scales).astype(numpy.int32)
        names = []
        for name, array, scale in ((weight, values, scales), (bias, integers, bias_scales)):
            self.constant(f"{name}_quantized", array)
            self.constant(f"{name}_scale", scale)
            self.nodes.append(helper.make_node(
                "DequantizeLinear", [f"{name}_quantized", f"{name}_scale"], [f"{name}_dequantized"],
                name=f"{name}_dequantize", axis=0))
            names.append(f"{name}_dequantized")
        self.stripped.add(f"{weight}_quantized")
        return names

    def rewrite(self):
        graph = self.model.graph
        ends = set(quantisation_points(self.model).values()) | {graph.input[0].name}
        self.quantise(graph.input[0].name)
        for node in graph.node:
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            del copy.input[:]
            copy.input.extend(self.renamed.get(name, name) for name in node.input)
            if node.op_type in ("Conv", "Gemm"):
                copy.input[1:] = self.dequantised_weights(node)
            elif node.op_type in PASS_THROUGH and copy.input[0] in self.scale_of:
                self.scale_of[node.output[0]] = self.scale_of[copy.input[0]]
            for name in node.input:
                if name in self.initializers and node.op_type not in ("Conv", "Gemm"):
                    if all(name != c.name for c in self.constants):
                        self.constants.append(self.initializers[name])
            self.nodes.append(copy)
            if node.output[0] in ends:
                self.quantise(node.output[0])
        output = onnx.ValueInfoProto()
        output.CopyFrom(graph.output[0])
        # The network's output keeps its name.
        output.name = graph.output[0].name
        for node in self.nodes:
            node.input[:] = [f"{name}_real" if name == output.name else name for name in node.input]
            node.output[:] = [f"{name}_real" if name == output.name else name for name in node.output]
        self.nodes[-1].output[0] = output.name
        result = helper.make_model(
            helper.make_graph(self.nodes, graph.name, list(graph.input), [output], self.constants),
            opset_imports=list(self.model.opset_import), ir_version=self.model.ir_version)
        return onnx.shape_inference.infer_shapes(result), self.stripped


def quantise(name, seed=1):
    model, _ = export_models.export(name)
    random = numpy.random.default_rng(seed)
    weights = randomise(model, random)
    image = random.standard_normal([1, 3, 224, 224]).astype(numpy.float32)
    ends = sorted(set(quantisation_points(model).values()))
    values = run(model, image, ends)
    values[model.graph.input[0].name] = image
    scales = {n: max(float(numpy.percentile(numpy.abs(v), 99.9)), 1e-6) / 127 for n, v in values.items()}
    result, stripped = Rewriter(model, weights, scales).rewrite()
    onnx.checker.check_model(result)
    names = [n.output[0] for n in result.graph.node if n.op_type == "QuantizeLinear"]
    for key, value in run(result, image, names).items():
        saturated = float((numpy.abs(value.astype(int)) >= 127).mean())
        if saturated > 0.01:
            raise SystemExit(f"{name}: {key} saturates {saturated:.1%} of its values")
    return stripping.strip(result, stripped)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("Workloads"))
    arguments = parser.parse_args()
    for name in arguments.names:
        model = quantise(name)
        model.graph.name = f"{name}-int8"
        (arguments.output / f"{name}-int8.onnx").write_bytes(model.SerializeToString(deterministic=True))
        print(stripping.summary(f"{name}-int8", model), flush=True)


if __name__ == "__main__":
    main()
