#!/bin/sh
# Runs the ONNX project's backend node tests on the reference executor: `make conformance`.
# Arguments go to the runner: --verbose, parts of case names.
#
# PYTHON names the interpreter that makes the environment, SWIFT the compiler driver.
set -eu
cd "$(dirname "$0")/../.."
: "${PYTHON:=python3}" "${SWIFT:=swift}"
requirement='onnx>=1.19,<1.24'

if ! .venv/bin/python -c 'import onnx, numpy' 2>/dev/null; then
    "$PYTHON" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "$requirement" numpy
fi
version=$(.venv/bin/python -c 'import onnx; print(onnx.__version__)')
# The cases are written once for each version of the package.
if [ "$(cat .conformance/version 2>/dev/null)" != "$version" ]; then
    rm -rf .conformance
    .venv/bin/python Scripts/conformance/write_cases.py .conformance
    echo "$version" >.conformance/version
fi
$SWIFT build --configuration release --product conformance
exec "$($SWIFT build --configuration release --show-bin-path)/conformance" .conformance "$@"
