import MappingSearch
import SearchInstances
import Testing

@Suite("Tables of buffers")
struct BufferTableTests {
    @Test func readsAndWrites() throws {
        let text = "id,lower,upper,size\na,0,3,4\nb,2,9,6\r\n\n c , 5 ,9, 4 \n"
        let table = try BufferTable(csv: text, file: "t.csv")
        #expect(table.buffers.map(\.name) == ["a", "b", "c"])
        #expect(table.buffers.map(\.lifetime) == [0..<3, 2..<9, 5..<9])
        #expect(table.buffers.map(\.size) == [4, 6, 4])
        let written = table.csv(with: Placement(offsets: [6, 0, 6]))
        #expect(written == "id,lower,upper,size,offset\na,0,3,4,6\nb,2,9,6,0\nc,5,9,4,6\n")
        // What was written fixes the offsets when it is read again.
        let again = try BufferTable(csv: written, file: "t.csv")
        #expect(again.buffers.map(\.fixedOffset) == [6, 0, 6])
        #expect(again.csv(with: Placement(offsets: [6, 0, 6])) == written)
        #expect(try Placer().place(try again.problem(capacity: 10)).verdict == .placed(Placement(offsets: [6, 0, 6])))
    }

    @Test func readsEveryColumn() throws {
        let head = "\u{FEFF}size,alias,apart,gaps,hint,offset,alignment,upper,lower,id\n"
        let text = head + "8,,\"b, \"\"2\"\"\",3-4 6-8,16,,8,10,0,a\n4,a,,,,4,4,9,1,\"b, \"\"2\"\"\"\n"
        // The quoted id has a space in it, which a list of ids cannot name.
        #expect(throws: BufferTableError.self) { try BufferTable(csv: text, file: "t.csv") }
        let plain = head + "8,,b,3-4 6-8,16,,8,10,0,a\n4,a,,,,4,4,9,1,b\n"
        let table = try BufferTable(csv: plain, file: "t.csv")
        #expect(table.buffers[0] == PlacementBuffer(name: "a", lifetime: 0..<10, size: 8, alignment: 8, hint: 16, gaps: [3..<4, 6..<8]))
        #expect(table.buffers[1] == PlacementBuffer(name: "b", lifetime: 1..<9, size: 4, alignment: 4, fixedOffset: 4))
        #expect(table.aliases == [BufferPair(0, 1)] && table.apart == [BufferPair(0, 1)])
        let quoted = try BufferTable(csv: "id,lower,upper,size\n\"x,\"\"y\",0,1,1\n", file: "t.csv")
        #expect(quoted.buffers[0].name == "x,\"y")
        #expect(quoted.csv(with: Placement(offsets: [0])) == "id,lower,upper,size,offset\n\"x,\"\"y\",0,1,1,0\n")
    }

    @Test(arguments: [
        ("", "t.csv: is empty; the first line names the columns: id,lower,upper,size"),
        ("a,b,c\n", "t.csv:1: \"a\" is not a column; known are id, lower, upper, size, alignment, offset, hint, gaps, alias, apart"),
        ("id,lower,upper\n", "t.csv:1: the column size is missing; a table has id,lower,upper,size"),
        ("id,id,lower,upper,size\n", "t.csv:1: the column id is there twice"),
        ("\nid,lower,upper,size\n\na,0,1\n", "t.csv:4: 3 fields where the header has 4"),
        ("id,lower,upper,size\na,0,x,4\n", "t.csv:2: upper: \"x\" is not an integer within ±4503599627370496"),
        ("id,lower,upper,size\na,0,99999999999999999999,4\n", "t.csv:2: upper: \"99999999999999999999\" is not an integer within ±4503599627370496"),
        ("id,lower,upper,size\na,0,,4\n", "t.csv:2: upper: \"\" is not an integer within ±4503599627370496"),
        ("id,lower,upper,size\na,4,4,4\n", "t.csv:2: lower is 4 and upper 4: a buffer is live from lower up to, and not including, upper"),
        ("id,lower,upper,size\na,0,4,0\n", "t.csv:2: a size of 0; it has to be at least 1"),
        ("id,lower,upper,size,alignment\na,0,4,1,0\n", "t.csv:2: an alignment of 0; it has to be at least 1"),
        ("id,lower,upper,size,offset\na,0,4,1,-1\n", "t.csv:2: an offset of -1; it has to be a multiple of the alignment 1, and not below 0"),
        ("id,lower,upper,size,gaps\na,0,4,1,2\n", "t.csv:2: gaps: \"2\" is not an interval; write 12-18 20-24"),
        ("id,lower,upper,size,gaps\na,0,4,1,3-5\n", "t.csv:2: gaps: 3-5 is not within the lifetime 0-4"),
        ("id,lower,upper,size,alias\na,0,4,1,b\n", "t.csv:2: alias: there is no buffer \"b\""),
        ("id,lower,upper,size,alias\na,0,4,1,a\n", "t.csv:2: alias: a buffer with itself"),
        ("id,lower,upper,size,apart\na,0,4,1,\na,0,4,1,\n", "t.csv:3: the id \"a\" is that of line 2; apart needs ids that differ"),
        ("id,lower,upper,size\n\"a,0,4,1\n", "t.csv:2: a quoted field without an end"),
        ("id,lower,upper,size\n\"a\"b,0,4,1\n", "t.csv:2: text after a quoted field"),
    ])
    func mistakesHaveALine(text: String, message: String) {
        let error = #expect(throws: BufferTableError.self) { try BufferTable(csv: text, file: "t.csv") }
        #expect(error?.description == message)
    }

    /// Damaged tables are read or refused, and never more than that.
    @Test func damagedTables() throws {
        var random = Numbers(seed: 2)
        let good = Array("id,lower,upper,size,alignment,gaps\na,0,30,4,2,3-5\n\"b\",2,9,6,,\nc,5,9,4,1,\n".utf8)
        let pieces: [UInt8] = Array("0123456789,,,\"\n\r -abx\u{0}".utf8) + [0xFF, 0xC3]
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0...random.below(4) {
                let index = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[index] = pieces[random.below(pieces.count)]
                case 1: bytes.insert(pieces[random.below(pieces.count)], at: index)
                default: bytes.remove(at: index)
                }
            }
            do throws(BufferTableError) {
                let table = try BufferTable(csv: String(decoding: bytes, as: UTF8.self), file: "t.csv")
                let offsets = Placement(offsets: table.buffers.map { _ in 0 })
                let again = try BufferTable(csv: table.csv(with: offsets), file: "t.csv")
                #expect(again.buffers.map(\.lifetime) == table.buffers.map(\.lifetime) && again.buffers.map(\.name) == table.buffers.map(\.name))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1000 && refused < 20_000)
    }
}
