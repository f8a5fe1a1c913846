import ArgumentParser

/// The command line: the only place that knows all of the modules.
@main
struct Cyclewright: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cyclewright",
        abstract: "Simulates hardware accelerators cycle by cycle.",
        discussion: """
            EXAMPLES
              cyclewright simulate tpu-v1 resnet50-int8
              cyclewright simulate tpu-v1 resnet50-int8 --set engines.mxu.rows=128
              cyclewright simulate my-chip.yaml my-model.onnx --set batch=4 --output runs/first
              cyclewright map tpu-v1 resnet50-int8 --output mapping.yaml
              cyclewright cost tpu-v1
              cyclewright describe tpu-v1
              cyclewright describe Workloads/bert-base.onnx
              cyclewright memory DDR4-3200 --pattern random
              cyclewright network mesh-8x8 --pattern transpose
              cyclewright collective all-reduce --chips 8 --topology ring --bytes 1GiB --link-bandwidth 50GB/s --link-latency 1us
              cyclewright tiers Tiers/layers-from-flash.yaml
              cyclewright allocate buffers.csv --capacity 1MiB
              cyclewright timeloop parsed-processed-input.yaml
              cyclewright verify tpu-v1 alexnet
              cyclewright schedule tpu-v1 googlenet --capacity 1MiB
              cyclewright tasks Examples/task-graphs/canonical.yaml --scheduler exact
              cyclewright sweep my-space.yaml --jobs 2
              cyclewright report my-space.sqlite
              cyclewright compare runs/first runs/second
              cyclewright list workloads

            Architectures, workloads and networks are files, or names that `cyclewright list` prints. Names are looked for in \
            Architectures/, Workloads/ and Networks/ of the current folder, of $CYCLEWRIGHT_HOME, and of the checkout that the \
            program was built in.

            EXIT CODES
              0 done, 1 values differ from the reference, 64 wrong usage, 65 bad data, 66 no such input, \
            70 a fault of Cyclewright, 73 output cannot be made, 74 input or output failed, 130 interrupted
            """,
        version: CyclewrightVersion.text,
        subcommands: [
            SimulateCommand.self,
            MapCommand.self,
            VerifyCommand.self,
            ScheduleCommand.self,
            SweepCommand.self,
            TimeloopCommand.self,
            AllocateCommand.self,
            CostCommand.self,
            DescribeCommand.self,
            MemoryCommand.self,
            NetworkCommand.self,
            ReportCommand.self,
            CompareCommand.self,
            CollectiveCommand.self,
            TiersCommand.self,
            TasksCommand.self,
            ListCommand.self,
        ])

    static let _errorPrefix = CommandFailure.prefix

    static func main() {
        let arguments = ArgumentRewriting.rewritten(Array(CommandLine.arguments.dropFirst()))
        Interruption.shared.install()
        CommandRunner.exit(CommandRunner.run(arguments))
    }
}

/// The version that `--version` prints.
package enum CyclewrightVersion {
    package static let text = "0.1.0"
}
