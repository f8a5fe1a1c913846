import MemorySystem
import Testing

@Suite("Traffic patterns")
struct TrafficGeneratorTests {
    private func accesses(_ pattern: TrafficPattern, _ count: Int, bytes: Int = 64, capacity: Int = 8 << 30) throws -> [MemoryAccess] {
        Array(try TrafficGenerator(pattern, count: count, accessBytes: bytes, capacity: capacity))
    }

    /// Numbers from a Python program that follows the definition:
    /// `s^=s>>12; s^=s<<25 & M; s^=s>>27; s*0x2545F4914F6CDD1D & M` from 0x9E3779B97F4A7C15.
    @Test func randomNumbersAreThoseOfTheDefinition() {
        var random = Xorshift64Star()
        #expect((0..<4).map { _ in random.next() } == [973819730272012410, 6108091081255984487, 12125365036566318712, 9038174178950858617])
    }

    @Test func sequential() throws {
        #expect(try accesses(.sequential, 4, capacity: 192).map(\.address) == [0, 64, 128, 0])
    }

    @Test func random() throws {
        let found = try accesses(.random, 4)
        #expect(found.map(\.address) == [4644211264, 7777285312, 268685376, 1012124160])
        #expect(found.allSatisfy { !$0.isWrite })
        let mixed = try accesses(.randomMixed, 7)
        #expect(mixed.prefix(4).map(\.address) == found.map(\.address))
        #expect(mixed.map(\.isWrite) == [false, false, true, false, false, true, false])
    }

    @Test func streamAdd() throws {
        let found = try accesses(.streamAdd, 7)
        let quarter = 2 << 30
        #expect(found.map(\.address) == [0, quarter, 2 * quarter, 64, quarter + 64, 2 * quarter + 64, 128])
        #expect(found.map(\.isWrite) == [false, false, true, false, false, true, false])
    }

    @Test func stridesBeginAgainOneAccessFurther() throws {
        #expect(try accesses(.stride(bytes: 512), 5, capacity: 1024).map(\.address) == [0, 512, 64, 576, 128])
    }

    @Test(arguments: ["seq", "rand", "randmix", "seqmix", "stride512", "stride131072"])
    func namesReadBack(_ name: String) throws {
        #expect(try #require(TrafficPattern(name: name)).name == name)
    }

    @Test(arguments: ["", "stride", "stride0", "stride-1", "strideX", "Seq", "rand2", "stride99999999999999999999"])
    func otherNamesAreRefused(_ name: String) { #expect(TrafficPattern(name: name) == nil) }

    @Test func alternativeNames() {
        #expect(TrafficPattern(name: "sequential") == .sequential)
        #expect(TrafficPattern(name: "random") == .random)
    }

    @Test func argumentsThatMakeNoSenseAreRefused() {
        let wrong: [(TrafficPattern, Int, Int, Int)] = [
            (.sequential, -1, 64, 1024), (.sequential, 1, 0, 1024), (.random, 1, 64, 63), (.stride(bytes: 0), 1, 64, 1024),
            (.stride(bytes: Int.max), 3, 64, 1024), (.sequential, Int.max, 64, 1024),
        ]
        for (pattern, count, bytes, capacity) in wrong {
            #expect(throws: TrafficError.self) { _ = try TrafficGenerator(pattern, count: count, accessBytes: bytes, capacity: capacity) }
        }
    }

    /// Every address is a whole access within the capacity, also where the capacity is no multiple of anything.
    @Test(arguments: TrafficPattern.names)
    func addressesStayInside(_ name: String) throws {
        let pattern = try #require(TrafficPattern(name: name))
        for capacity in [64, 1000, 4096, 1 << 20] {
            for access in try accesses(pattern, 3000, capacity: capacity) {
                #expect(access.address >= 0 && access.address < capacity)
            }
        }
    }

    /// A terabyte of stream is no more than a few words: only the accesses that are asked for are made.
    @Test func longStreamsAreLazy() throws {
        var generator = try TrafficGenerator(.sequential, count: 1 << 34, accessBytes: 64, capacity: 1 << 40)
        #expect(generator.next()?.address == 0)
        #expect(generator.next()?.address == 64)
        #expect(generator.underestimatedCount == 1 << 34 - 2)
    }
}
