import Foundation
import MemorySystem
import Testing

/// Cycles where one rule binds, against the rule's own figure.
///
/// A refresh takes more than tRFC from a pattern: it begins when the last access before it lets the rows be closed, and afterwards
/// rows are opened again. From the last command of the pattern before it to the first after it there are
///
///     row after row of one bank   tRAS + tRPab + tRFC between activates, of which the pattern needs tRC anyway
///     streams                     tRTP + tRPab + tRFC + tRCD between reads, of which the pattern needs one read's distance anyway
///
/// and in every tREFI the rest is left. Streams of 20,000 accesses have half a dozen refreshes, so that one more or less before their
/// end is 0.7 %; here they are long enough for it to be less than 0.1 %. The queue holds enough for the next rows to be opened before
/// their turn: of HBM, 32 accesses are 32 cycles, less than tRCD and the activates of eight banks take.
@Suite struct ControllerClosedFormTests {
    struct Case: Sendable, CustomTestStringConvertible {
        enum Pattern: String, Sendable, CaseIterable {
            case sameBank = "same bank"
            case stream
        }

        var standard: String
        var pattern: Pattern
        var testDescription: String { "\(standard), \(pattern.rawValue)" }
    }

    static let cases = DRAMStandard.shippedNames.flatMap { name in Case.Pattern.allCases.map { Case(standard: name, pattern: $0) } }

    @Test("Where one rule binds, cycles are the closed form's within 1 %", arguments: cases)
    func closedForm(_ item: Case) throws {
        let standard = try DRAMStandard(named: item.standard)
        func cycles(_ names: String...) throws -> Double { Double(try #require(names.compactMap { standard.cycles($0) }.first)) }
        let organization = standard.organization
        let mapping = try AddressMapping(item.pattern == .stream ? "RoRaBaCoBgPcCh" : "RoBaRaCoCh", organization: organization)
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
        }
        let expected = try perAccess * cycles("tREFI") / (cycles("tREFI") - lost)
        var configuration = DRAMControllerConfiguration()
        configuration.readQueueSize = 128
        var controller = try EventController(standard: standard, configuration: configuration)
        controller.drive(stream, mapping: mapping)
        controller.drain()
        let ratio = Double(controller.statistics.lastCompletion) / Double(stream.count) / expected
        if ProcessInfo.processInfo.environment["CONTROLLER_VERBOSE"] != nil { print(item, ratio, controller.statistics.rowHitRate, controller.statistics.stalls.prefix(3)) }
        #expect(ratio > 0.99 && ratio < 1.01, "\(ratio) of \(expected) cycles per access")
    }
}
