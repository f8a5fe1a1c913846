import Foundation
import Testing

@Suite("Placing buffers")
struct AllocateTests {
    private let table = "id,lower,upper,size\na,0,3,4\nb,2,9,6\nc,5,9,4\n"

    private func with(_ text: String, _ body: (String) throws -> Void) throws {
        try TemporaryFolder.with { folder in
            try text.write(toFile: folder + "/t.csv", atomically: true, encoding: .utf8)
            try body(folder)
        }
    }

    @Test func writesOffsetsAndSaysHowGoodTheyAre() throws {
        try with(table) { folder in
            let result = try Tool.run("allocate t.csv --capacity 10 -o out.csv", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            for part in ["t.csv: 3 buffers in 10 bytes", "10 bytes, 100.0 % of the capacity", "no placement is lower", "first-fit"] {
                #expect(result.output.contains(part), "\(part)\n\(result.output)")
            }
            let written = try String(contentsOfFile: folder + "/out.csv", encoding: .utf8)
            #expect(written.hasPrefix("id,lower,upper,size,offset\na,0,3,4,") && written.split(separator: "\n").count == 4)
            // On the output where no file is named; then the summary goes beside it.
            let piped = try Tool.run("allocate t.csv --capacity 1KiB", in: folder)
            #expect(piped.output.hasPrefix("id,lower,upper,size,offset\n") && piped.errors.contains("3 buffers in 1,024 bytes"))
            #expect(try Tool.run("allocate t.csv --capacity 1KiB --quiet", in: folder).errors.isEmpty)
        }
    }

    @Test func findsTheLeastCapacity() throws {
        try with(table) { folder in
            let result = try Tool.run("allocate t.csv -o out.csv", in: folder)
            #expect(result.status == 0 && result.output.contains("10 bytes, the least possible"), "\(result.output)\(result.errors)")
        }
    }

    @Test func saysWhyThereIsNoPlacement() throws {
        try with(table) { folder in
            expectFailure(
                try Tool.run("allocate t.csv --capacity 9", in: folder), status: 65,
                mentions: "t.csv: cannot be placed in 9 bytes: 10 bytes at time 2, in 2 buffers")
        }
        try with("id,lower,upper,size,offset\na,0,3,4,0\nb,2,9,6,2\nc,5,9,4,\n") { folder in
            let result = try Tool.run("allocate t.csv --capacity 20", in: folder)
            #expect(result.status == 65)
            for part in ["these requirements cannot hold together", "buffer \"a\" is fixed at offset 0", "buffer \"b\" is fixed at offset 2"] {
                #expect(result.errors.contains(part), "\(part)\n\(result.errors)")
            }
        }
    }

    @Test func mistakesAreExplained() throws {
        try with("id,lower,upper,size\na,0,x,4\n") { folder in
            expectFailure(try Tool.run("allocate t.csv --capacity 9", in: folder), status: 65, mentions: "t.csv:2: upper: \"x\" is not an integer")
            expectFailure(try Tool.run("allocate nowhere.csv --capacity 9", in: folder), status: 66, mentions: "nowhere.csv: there is no such file")
            for line in ["allocate t.csv --capacity 0", "allocate t.csv --capacity lots", "allocate t.csv --banks 2", "allocate t.csv --capacity 8 --banks 0"] {
                #expect(try Tool.run(line, in: folder).status == 64, "\(line)")
            }
        }
        try with(table) { folder in
            expectFailure(try Tool.run("allocate t.csv --capacity 20 --banks 3", in: folder), status: 65, mentions: "divide the capacity evenly")
        }
    }
}
