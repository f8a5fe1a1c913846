import Testing
import cyclewright

@Suite("--set")
struct SettingsTests {
    @Test func settingsGoToTheSideThatHasThem() throws {
        let settings = try Settings(["engines.mxu.rows=64", "clock=1 GHz", "batch=2", "batch=4", "links.0.width=8 B", "name=a=b"])
        #expect(settings.architecture == ["engines.mxu.rows": "64", "clock": "1 GHz", "links.0.width": "8 B"])
        #expect(settings.workload == ["batch": "4", "name": "a=b"])
    }

    @Test(arguments: ["batch", "=4", "batch=", ""])
    func malformedSettingsAreRefused(_ text: String) {
        #expect(throws: CommandFailure.self) { try Settings([text]) }
    }

    @Test func unknownNamesListBothSides() throws {
        expectFailure(
            try Tool.run("simulate tpu-v1 llama-3.2-1b --set frobnication=1"), status: 64, mentions: "engines.mxu.*", "phase", "context")
        expectFailure(try Tool.run("simulate tpu-v1 resnet18 --set frobnication=1"), status: 64, mentions: "resnet18 has no settings")
        expectFailure(try Tool.run("simulate tpu-v1 resnet18 --set engine.mxu.rows=1"), status: 64, mentions: "did you mean \"engines.mxu.rows\"?")
        expectFailure(try Tool.run("simulate tpu-v1 llama-3.2-1b --set contxt=1"), status: 64, mentions: "did you mean \"context\"?")
        expectFailure(try Tool.run("describe tpu-v1 --set engins.mxu.rows=1"), status: 64, mentions: "did you mean \"engines.mxu.rows\"?")
        expectFailure(try Tool.run("describe resnet18 --set engines.mxu.rows=1"), status: 64, mentions: "is a workload")
    }

    @Test func wrongValuesAreRefused() throws {
        expectFailure(try Tool.run("simulate tpu-v1 resnet18 --set engines.mxu.rows=0"), status: 64, mentions: "engines.mxu.rows")
        expectFailure(try Tool.run("simulate tpu-v1 resnet18 --set engines.mxu.rows=NaN"), status: 64, mentions: "engines.mxu.rows")
        expectFailure(try Tool.run("simulate tpu-v1 resnet18 --set engines.nothing.rows=1"), status: 64, mentions: "mxu")
        expectFailure(try Tool.run("describe llama-3.2-1b --set phase=sideways"), status: 64, mentions: "prefill or decode")
    }

    @Test func valuesThatAreLeftOutAreMarked() {
        let rewritten = ArgumentRewriting.rewritten(["a", "--emit-program", "b", "--", "--emit-program"])
        #expect(rewritten == ["a", "--emit-program=\u{0}", "b", "--", "--emit-program"])
        #expect(ArgumentRewriting.rewritten(["--emit-program=x"]) == ["--emit-program=x"])
    }
}
