import MemorySystem
import Testing

@Suite struct AddressMappingTests {
    /// The eight-device DDR4 rank: 7 bits of column, 2 of bank and bank group, 16 of row above 6 bits of the access.
    static let ddr4 = DRAMOrganization(
        bankGroups: 4, banksPerGroup: 4, rows: 65536, columns: 128, dataWidth: 64, burstLength: 8, devices: 8)

    @Test("rochrababgco puts the column lowest, then bank group, bank, channel and row")
    func columnLow() throws {
        let mapping = try AddressMapping("rochrababgco", organization: Self.ddr4, channels: 2)
        #expect(mapping.capacity == 16 << 30)
        // Written by hand: 64-byte accesses, 128 of them, then 4 groups, 4 banks, 2 channels.
        let step = { (units: Int) in mapping.locate(units) }
        #expect(step(64) == DRAMLocation(channel: 0, bank: 0, row: 0, column: 1))
        #expect(step(8192) == DRAMLocation(channel: 0, bank: 4, row: 0, column: 0))
        #expect(step(4 * 8192) == DRAMLocation(channel: 0, bank: 1, row: 0, column: 0))
        #expect(step(16 * 8192) == DRAMLocation(channel: 1, bank: 0, row: 0, column: 0))
        #expect(step(32 * 8192) == DRAMLocation(channel: 0, bank: 0, row: 1, column: 0))
        #expect(mapping.coordinates(of: step(7 * 8192)) == DRAMCoordinates(bankGroup: 3, bank: 1))
    }

    @Test("The pieces of a split column join: HBM-PIM's rank, row, high column, group, bank, channel, low column")
    func split() throws {
        let mapping = try AddressMapping("ra-ro-co-bg-ba-ch-co:2", organization: Self.ddr4, channels: 4)
        #expect(mapping.locate(3 * 64).column == 3)
        #expect(mapping.locate(4 * 64).channel == 1)
        // Above 6 + 2 + 2 + 2 + 2 bits the column goes on with its third.
        #expect(mapping.locate(1 << 14) == DRAMLocation(channel: 0, bank: 0, row: 0, column: 4))
    }

    @Test("Exclusive ors use the values that the fields have without them")
    func exclusiveOr() throws {
        let mapping = try AddressMapping("ro ba bg co ba^ro bg^ro+2 ba.0^ro.15", organization: Self.ddr4)
        let plain = try AddressMapping("ro ba bg co", organization: Self.ddr4)
        for address in stride(from: 0, to: plain.capacity, by: 997 * 4096) {
            let here = plain.locate(address)
            let row = Int(here.row), group = Int(here.bank) / 4, bank = Int(here.bank) % 4
            let expected = (group ^ (row >> 2 & 3)) * 4 + (bank ^ (row & 3) ^ (row >> 15))
            #expect(mapping.locate(address) == DRAMLocation(channel: 0, bank: Int32(expected), row: here.row, column: here.column))
        }
    }

    /// Written from the description of MOP4CLXOR in Ramulator: four lines of column, then channel, pseudo-channel, rank, group,
    /// bank, the rest of the column, the row; then each of them takes the next column bits.
    @Test("MOP4CLXOR is the peer's mapping", arguments: ["DDR4-3200", "DDR5-4800", "HBM2-2000", "HBM3-6400", "GDDR6-14000", "LPDDR5-6400"])
    func minimalistOpenPage(name: String) throws {
        let organization = try DRAMStandard(named: name).organization
        let mapping = try AddressMapping("MOP4CLXOR", organization: organization)
        var random = SplitMix(state: 7)
        for _ in 0..<2000 {
            let address = Int(truncatingIfNeeded: random.next() >> 1) % mapping.capacity
            var rest = address / organization.accessBytes
            func take(_ count: Int) -> Int {
                defer { rest /= count }
                return rest % count
            }
            var column = take(4)
            var pseudoChannel = take(organization.pseudoChannels)
            var rank = take(organization.ranks)
            var group = take(organization.bankGroups)
            var bank = take(organization.banksPerGroup)
            column += 4 * take(organization.columns / 4)
            var row = rest
            var left = column
            func twist(_ value: inout Int, _ count: Int) {
                value ^= left % count
                left /= count
            }
            twist(&pseudoChannel, organization.pseudoChannels)
            twist(&rank, organization.ranks)
            twist(&group, organization.bankGroups)
            twist(&bank, organization.banksPerGroup)
            twist(&row, organization.rows)
            let expected = DRAMCoordinates(
                pseudoChannel: pseudoChannel, rank: rank, bankGroup: group, bank: bank, row: row, column: column)
            #expect(mapping.coordinates(of: mapping.locate(address)) == expected)
        }
    }

    @Test("Every mapping is one-to-one on every standard: a million addresses go there and back", arguments: DRAMStandard.shippedNames)
    func bijection(name: String) throws {
        let organization = try DRAMStandard(named: name).organization
        let schemes = AddressMapping.namedSchemes.map(\.name) + [
            "rorababgchpcco", "ro-co-bg-ba-ra-pc-ch-co:3 ba^ro bg^ro+3 pc^ro+5 ch^ro+1", "co ro ba bg ra pc ch ro.3^co.1 ba^ro+7 bg^co",
        ]
        var random = SplitMix(state: 1)
        for scheme in schemes {
            let mapping = try AddressMapping(scheme, organization: organization, channels: 4)
            #expect(mapping.capacity == 4 * organization.channelBytes)
            var wrong = 0
            for _ in 0..<8_000 {
                let address = Int(truncatingIfNeeded: random.next() >> 1) % mapping.capacity / organization.accessBytes * organization.accessBytes
                let place = mapping.locate(address)
                let inside = place.channel < 4 && place.bank < organization.pseudoChannels * organization.ranks * organization.banks
                    && place.row < organization.rows && place.column < organization.columns
                if !inside || mapping.address(of: place) != address || mapping.locate(address + organization.accessBytes - 1) != place { wrong += 1 }
            }
            #expect(wrong == 0, "\(scheme)")
        }
    }

    @Test("A small memory is covered without a gap: every place is met once", arguments: AddressMapping.namedSchemes.map(\.name))
    func exhaustive(scheme: String) throws {
        let small = DRAMOrganization(
            pseudoChannels: 2, ranks: 2, bankGroups: 2, banksPerGroup: 4, rows: 64, columns: 16, dataWidth: 64, burstLength: 4, devices: 1)
        let mapping = try AddressMapping(scheme, organization: small, channels: 2)
        var seen: Set<DRAMLocation> = []
        for address in stride(from: 0, to: mapping.capacity, by: small.accessBytes) { seen.insert(mapping.locate(address)) }
        #expect(seen.count == 2 * 2 * 2 * 2 * 4 * 64 * 16)
    }

    @Test("Mappings that do not cover the address are refused with the reason", arguments: [
        ("rorababg", "does not cover the address: there are 128 accesses of a row, and \"co\" (7 bits) is not in it"),
        ("roraba co", "does not cover the address: there are 4 bank groups, and \"bg\" (2 bits) is not in it"),
        ("rorababgco:3", "its pieces of \"co\" have 3 bits where the 128 accesses of a row take 7"),
        ("rorababgco:5co:5", "its pieces of \"co\" have 10 bits where the 128 accesses of a row take 7"),
        ("rorababgcoco", "\"co\" stands 2 times; give all of its pieces but one a width: \"co:2\""),
        ("rorababgco:", "\"co:\" needs a number of bits behind it, such as \"co:2\""),
        ("rorababgco ba^ba", "is not one-to-one: addresses 0 and 0x8000 would share a place; leave an exclusive or out"),
        ("rorababgco ba^bg bg^ba", "is not one-to-one: addresses 0 and 0xa000 would share a place; leave an exclusive or out"),
        ("rorababgco ba^^ro", "\"ba^^ro\" is not an exclusive or; write \"ba^ro\", \"bg^ro+2\" or \"ba.0^ro.5\""),
        ("rorababgco ba.2^ro.1", "\"ba.2^ro.1\": \"ba\" has 2 bits and \"ro\" 16, counted from 0"),
    ])
    func refused(scheme: String, problem: String) {
        #expect { try AddressMapping(scheme, organization: Self.ddr4) } throws: {
            ($0 as? AddressMappingError)?.problem == problem
        }
    }

    @Test("Channels and banks that no bits can tell apart are refused")
    func refusedCounts() {
        #expect(throws: AddressMappingError.self) { try AddressMapping("rorababgchco", organization: Self.ddr4, channels: 0) }
        #expect(throws: AddressMappingError.self) { try AddressMapping("rorababgchco", organization: Self.ddr4, channels: 3) }
        var three = Self.ddr4
        three.ranks = 3
        #expect(throws: AddressMappingError.self) { try AddressMapping("rorababgco", organization: three) }
        #expect { try AddressMapping("rorababxco", organization: Self.ddr4) } throws: { "\($0)".contains("\"bx\" is not a field; write \"co\"") }
    }
}

struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
