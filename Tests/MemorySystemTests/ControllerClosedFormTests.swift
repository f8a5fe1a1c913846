import MemorySystem
import Testing

/// Cycles where one rule binds, against the rule's own figure.
///
/// A refresh takes more than tRFC from a pattern: it begins when the last access before it lets the rows be closed, and afterwards
/// rows are opened again. From the last command of the pattern before it to the first after it there are
///
///     row after row of one bank   tRAS + tRPab + tRFC between activates, of which the pattern needs tRC anyway
///     streams                     tRTP + tRPab + tRFC + tRCD between reads, of which the pattern needs one read's distance anyway
///     a new row of bank after bank  as the first, of which the pattern needs one activate's distance anyway
///
/// and in every tREFI the rest is left. Streams of 20,000 accesses have half a dozen refreshes, so that one more or less before their
/// end is 0.7 %; here they are long enough for it to be less than 0.1 %. The queue holds enough for the next rows to be opened before
/// their turn: of HBM, 32 accesses are 32 cycles, less than tRCD and the activates of eight banks take.
@Suite struct ControllerClosedFormTests {
    struct Case: Sendable, CustomTestStringConvertible {
        enum Pattern: String, Sendable, CaseIterable {
            case sameBank = "same bank"
            case stream
            /// A new row each, activates before all other commands.
            case activates
            /// A new row each, read as soon as it is open.
            case readsFirst = "activates behind reads"
        }

        var standard: String
        var pattern: Pattern
        var testDescription: String { "\(standard), \(pattern.rawValue)" }
    }

    static let cases = DRAMStandard.shippedNames.flatMap { name in Case.Pattern.allCases.map { Case(standard: name, pattern: $0) } }

    /// Where one rule alone is not the figure, but the command bus has its part: activates wait for the slots of reads, or, where they go
    /// first, for the end of a command of several cycles that had begun.
    static let bindingTogether: [Case.Pattern: [String]] = [
        .readsFirst: ["DDR4-3200", "DDR5-4800", "DDR5-4800-ramulator", "LPDDR4-3200", "LPDDR5-6400"], .activates: ["DDR5-4800", "LPDDR4-3200"],
    ]

    @Test("Where one rule binds, cycles are the closed form's within 1 %", arguments: cases)
    func closedForm(_ item: Case) throws {
        let standard = try DRAMStandard(named: item.standard)
        func cycles(_ names: String...) throws -> Double { Double(try #require(names.compactMap { standard.cycles($0) }.first)) }
        let organization = standard.organization
        let scheme =
            switch item.pattern {
            case .sameBank: "RoBaRaCoCh"
            case .stream: "RoRaBaCoBgPcCh"
            case .activates, .readsFirst: "CoRoRaBaBgPcCh"
            }
        let mapping = try AddressMapping(scheme, organization: organization)
        let tRCD = try cycles("tRCD", "tRCDRD"), tRTP = try cycles("tRTP"), tRP = try cycles("tRP")
        let stream: ChannelStream
        let perAccess: Double, lost: Double
        switch item.pattern {
        case .sameBank:
            let stride = mapping.capacity / organization.rows
            stream = ChannelStream(
                address: 0, stride: stride, run: organization.rows, runStride: organization.accessBytes, count: 100_000, isWrite: false)
            perAccess = max(try cycles("tRC"), tRCD + tRTP + tRP)
            lost = try max(cycles("tRAS"), tRCD + tRTP) + cycles("tRPab") + cycles("tRFC") - perAccess
        case .stream:
            stream = ChannelStream(address: 0, stride: organization.accessBytes, count: 1_000_000, isWrite: false)
            let distance = max(try cycles("tCCD_S", "tCCD"), Double(standard.burstCycles))
            perAccess = distance / Double(organization.pseudoChannels)
            lost = try tRTP + cycles("tRPab") + cycles("tRFC") + tRCD - distance
        case .activates, .readsFirst:
            stream = ChannelStream(address: 0, stride: organization.accessBytes, count: 300_000, isWrite: false)
            let pseudoChannels = Double(organization.pseudoChannels)
            func bus(_ command: DRAMCommand) -> Double { Double(organization.commandCycles[command] ?? 1) }
            let rowBus = bus(.activate) + bus(.precharge)
            let rowCycle = max(try cycles("tRC"), tRCD + tRTP + tRP)
            let figures = [
                try cycles("tFAW") / 4 / pseudoChannels, try cycles("tRRD_S", "tRRD") / pseudoChannels,
                rowCycle / Double(organization.banks) / pseudoChannels, try cycles("tCCD_S", "tCCD") / pseudoChannels,
                organization.separateRowAndColumnCommands ? max(rowBus, bus(.read)) : rowBus + bus(.read),
            ]
            let strictest = figures.max() ?? 0
            // With slots of the command bus that commands wait for; never less than the strictest rule alone.
            perAccess = DenseActivates(standard, activatesFirst: item.pattern == .activates).cycles
            #expect(perAccess > strictest * 0.999)
            let alone = perAccess < strictest * 1.01
            #expect(alone || Self.bindingTogether[item.pattern]?.contains(item.standard) == true, "\(perAccess) and \(strictest)")
            lost = try max(cycles("tRAS"), tRCD + tRTP) + cycles("tRPab") + cycles("tRFC") - perAccess
        }
        let expected = try perAccess * cycles("tREFI") / (cycles("tREFI") - lost)
        var configuration = DRAMControllerConfiguration()
        configuration.readQueueSize = 128
        configuration.activatesFirst = item.pattern == .activates
        var controller = try EventController(standard: standard, configuration: configuration)
        controller.drive(stream, mapping: mapping)
        controller.drain()
        let ratio = Double(controller.statistics.lastCompletion) / Double(stream.count) / expected
        #expect(ratio > 0.99 && ratio < 1.01, "\(ratio) of \(expected) cycles per access")
    }

    /// By hand: the read of activate k is due tRCD after it, and takes the slot of a later one. DDR4-3200: read 3 at 12 + 22 = 34, where
    /// tFAW has activate 4. DDR5-4800: read 0 takes 39 and 40, where tRRD has activate 5. LPDDR5-6400: read 0 at 16, where tFAW has activate 4.
    /// With activates first only a read of two cycles that has begun is in the way (DDR5).
    static let slotCases: [(name: String, readsFirst: Double, activatesFirst: Double)] = [
        ("DDR4-3200", 8.75, 8.5), ("DDR5-4800", 8.2, 8.2), ("LPDDR5-6400", 4.25, 4), ("DDR3-1600", 6, 6),
    ]

    @Test("Windows of activates that wait for a read's slot are as much longer as worked out by hand", arguments: slotCases.indices)
    func slots(_ index: Int) throws {
        let item = Self.slotCases[index]
        let standard = try DRAMStandard(named: item.name)
        let found = DenseActivates(standard, activatesFirst: false).cycles
        #expect(abs(found / item.readsFirst - 1) < 0.002, "\(item.name): \(found)")
        let hurried = DenseActivates(standard, activatesFirst: true).cycles
        #expect(abs(hurried / item.activatesFirst - 1) < 0.002, "\(item.name): \(hurried)")
    }

    @Test("DDR4-3200: a stride of 512 bytes takes tCCD_S, rows opened anew after refresh included")
    func stride() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        let found = try ControllerPeerTests.run(
            standard, mapping: "RoBaRaCoCh", pattern: "stride512", capacity: 1 << 30, requests: 200_000, configuration: .init())
        // 4 cycles, less 12 + 22 + 560 + 22 - 4 of each 12480.
        let expected = 4.0 * 12_480 / (12_480 - 612)
        let ratio = Double(found.lastCompletion) / 200_000 / expected
        #expect(ratio > 0.99 && ratio < 1.01, "\(ratio)")
    }
}
