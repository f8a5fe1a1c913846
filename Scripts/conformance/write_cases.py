"""Writes the ONNX project's backend node tests as files that Swift can read.

    python write_cases.py FOLDER

Each case becomes a folder with model.onnx, the tensors of its data sets (TensorProto files) and case.json:
tolerances, and for each data set the names of the tensor files, null for what is not a tensor.
"""

import json
import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")

import numpy
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases


def write_tensor(folder, name, value):
    """The file name, or None where the value is no tensor."""
    if isinstance(value, onnx.TensorProto):
        tensor = value
    elif isinstance(value, (numpy.ndarray, numpy.generic)):
        tensor = numpy_helper.from_array(numpy.asarray(value))
    else:
        return None
    (folder / name).write_bytes(tensor.SerializeToString())
    return name


def write_case(root, case):
    folder = root / case.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    data_sets = []
    for number, (inputs, outputs) in enumerate(case.data_sets):
        data_sets.append({
            "inputs": [write_tensor(folder, f"input_{number}_{k}.pb", v) for k, v in enumerate(inputs)],
            "outputs": [write_tensor(folder, f"output_{number}_{k}.pb", v) for k, v in enumerate(outputs)],
        })
    description = {
        "relativeTolerance": case.rtol,
        "absoluteTolerance": case.atol,
        "dataSets": data_sets,
    }
    (folder / "case.json").write_text(json.dumps(description, indent=1) + "\n")


def main():
    root = pathlib.Path(sys.argv[1])
    cases = collect_testcases(None)
    names = set()
    for case in cases:
        if case.model is None or case.data_sets is None:
            sys.exit(f"write_cases: {case.name} has no model or data")
        if case.name in names:
            sys.exit(f"write_cases: two cases are called {case.name}")
        names.add(case.name)
        write_case(root, case)
    print(f"onnx {onnx.__version__}: wrote {len(cases)} cases to {root}")


main()
