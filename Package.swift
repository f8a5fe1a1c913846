// swift-tools-version: 6.2
import PackageDescription

/// The modules in the order in which data flows through them; nothing imports anything further down.
let package = Package(
    name: "cyclewright",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "cyclewright", targets: ["cyclewright"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "Quantities"),
        .target(name: "NumberFormats"),
        .target(name: "OperatorGraph", dependencies: ["NumberFormats"]),
        .target(
            name: "ONNXSchema",
            dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["onnx.proto"]),
        .target(
            name: "GraphImport",
            dependencies: [
                "OperatorGraph", "ONNXSchema",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .target(
            name: "Architecture",
            dependencies: ["Quantities", "NumberFormats", .product(name: "Yams", package: "Yams")]),
        .target(
            name: "Programs",
            dependencies: ["Architecture", "OperatorGraph"]),
        .target(name: "Mapping", dependencies: ["Architecture", "OperatorGraph"]),
        .systemLibrary(name: "CZ3", pkgConfig: "z3", providers: [.apt(["libz3-dev"]), .brew(["z3"])]),
        .target(name: "SMT", dependencies: ["CZ3"]),
        .target(name: "MappingSearch", dependencies: ["Architecture", "Mapping", "SMT"]),
        .target(name: "Verification", dependencies: ["Architecture", "OperatorGraph", "Programs", "SMT"]),
        .target(name: "Lowering", dependencies: ["Programs", "Mapping"]),
        .target(
            name: "MemorySystem",
            dependencies: ["Architecture", "Quantities", .product(name: "HeapModule", package: "swift-collections")],
            resources: [.embedInCode("Standards/Data")]),
        .target(
            name: "Simulation",
            dependencies: [
                "Programs", "MemorySystem", .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ]),
        .target(
            name: "Cost",
            dependencies: ["Architecture", "MemorySystem", "NumberFormats", "Programs", "Quantities", "Simulation"],
            resources: [.embedInCode("Data")]),
        .target(name: "TimeloopFiles", dependencies: ["MappingSearch", "Architecture", "Cost"]),
        .target(
            name: "Exploration",
            dependencies: ["Architecture", "Cost", "Quantities", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(
            name: "Reporting",
            dependencies: ["Cost", "Exploration", "MemorySystem", "Simulation", .product(name: "Mustache", package: "swift-mustache")],
            resources: [.embedInCode("Templates")]),
        .executableTarget(name: "conformance", dependencies: ["GraphImport", "OperatorGraph", "ONNXSchema"]),
        .executableTarget(
            name: "register-fidelity", dependencies: ["Simulation"], path: "Benchmarks/register-fidelity",
            exclude: ["loop.c", "run.sh"], sources: ["main.swift"]),
        .executableTarget(
            name: "scalesim-rows",
            dependencies: ["Architecture", "Lowering", "NumberFormats", "OperatorGraph", "Quantities", "Simulation"],
            path: "Benchmarks/scalesim-rows", exclude: ["run.sh"], sources: ["main.swift"]),
        .target(name: "SearchInstances", dependencies: ["MappingSearch"], path: "Tests/SearchInstances"),
        .executableTarget(
            name: "compose-benchmark", dependencies: ["MappingSearch", "SearchInstances", "SMT"], path: "Benchmarks/compose",
            exclude: ["residency.sh", "run.sh"], sources: ["main.swift"]),
        .executableTarget(
            name: "timeloop-rows", dependencies: ["Architecture", "MappingSearch", "TimeloopFiles"], path: "Benchmarks/timeloop",
            exclude: ["run.sh"]),
        .executableTarget(
            name: "dram-benchmark", dependencies: ["MemorySystem"], path: "Benchmarks/dram", exclude: ["run.sh"],
            sources: ["main.swift"]),
        .executableTarget(
            name: "cyclewright",
            dependencies: [
                "Quantities", "NumberFormats", "OperatorGraph", "GraphImport", "Architecture", "Programs", "Mapping", "MappingSearch",
                "TimeloopFiles", "Verification", "Lowering", "MemorySystem", "Simulation", "Cost", "Exploration", "Reporting", "SMT",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "OperatorGraphTests", dependencies: ["OperatorGraph", "NumberFormats"]),
        .testTarget(
            name: "GraphImportTests",
            dependencies: [
                "GraphImport", "ONNXSchema", "OperatorGraph", "NumberFormats",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .testTarget(name: "ArchitectureTests", dependencies: ["Architecture", "NumberFormats", "OperatorGraph", "Quantities"]),
        .testTarget(name: "ProgramsTests", dependencies: ["Programs", "Architecture", "NumberFormats", "OperatorGraph"]),
        .testTarget(
            name: "LoweringTests",
            dependencies: ["Architecture", "Lowering", "Mapping", "GraphImport", "MemorySystem", "NumberFormats", "OperatorGraph", "Programs", "Quantities", "Simulation"]),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation", "MemorySystem", "Programs", "Architecture", "OperatorGraph", "NumberFormats", "Quantities"], exclude: ["Fixtures"]),
        .testTarget(name: "MemorySystemTests", dependencies: ["MemorySystem", "Architecture", "Quantities"]),
        .testTarget(
            name: "ReportingTests",
            dependencies: [
                "Reporting", "Architecture", "Cost", "Exploration", "GraphImport", "Lowering", "MemorySystem", "Quantities", "Simulation",
            ]),
        .testTarget(
            name: "CostTests",
            dependencies: [
                "Architecture", "Cost", "GraphImport", "Lowering", "MemorySystem", "NumberFormats", "OperatorGraph", "Programs", "Quantities",
                "Simulation",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ExplorationTests",
            dependencies: ["Architecture", "Exploration", "Quantities", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(name: "SMTTests", dependencies: ["SMT", "CZ3"]),
        .testTarget(
            name: "MappingSearchTests",
            dependencies: [
                "Architecture", "GraphImport", "Lowering", "Mapping", "MappingSearch", "OperatorGraph", "SearchInstances", "SMT",
                "Simulation", "TimeloopFiles",
            ]),
        .testTarget(
            name: "VerificationTests",
            dependencies: ["Architecture", "GraphImport", "Lowering", "Mapping", "Programs", "Quantities", "SMT", "Simulation", "Verification"]),
        .testTarget(
            name: "CommandLineTests", dependencies: ["cyclewright", "Exploration", .product(name: "GRDB", package: "GRDB.swift")]),
    ],
    swiftLanguageModes: [.v6]
)
