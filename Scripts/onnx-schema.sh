#!/bin/sh
# Regenerates Sources/ONNXSchema/onnx.pb.swift from onnx.proto.
# Needs protoc (Debian: apt-get install protobuf-compiler); builds protoc-gen-swift from the
# swift-protobuf release that the package resolves, so that generator and runtime agree.
set -eu
cd "$(dirname "$0")/.."
: "${SWIFT:=swift}"

command -v protoc >/dev/null || {
    echo "onnx-schema: protoc is missing; install it with: apt-get install protobuf-compiler" >&2
    exit 1
}
$SWIFT package resolve
checkout=.build/checkouts/swift-protobuf
$SWIFT build --package-path "$checkout" --scratch-path .build/protoc-gen-swift -c release --product protoc-gen-swift
plugin=$($SWIFT build --package-path "$checkout" --scratch-path .build/protoc-gen-swift -c release --show-bin-path)/protoc-gen-swift
protoc --plugin="protoc-gen-swift=$plugin" \
    --proto_path=Sources/ONNXSchema --swift_opt=Visibility=Public --swift_out=Sources/ONNXSchema onnx.proto
