import Foundation
import MemorySystem
import Testing

/// Reads return what was written: the value of the last write to their address that was taken before them.
@Suite struct ControllerDataOrderTests {
    /// The memory and the write queue as they are from outside: values by place, moved when the controller says that it serves.
    private struct Model {
        var served: [DRAMCoordinates: Int] = [:]
        /// Writes that wait: the tag of the access that went into the queue, and the value that it holds by now.
        var waiting: [DRAMCoordinates: [(tag: Int, value: Int)]] = [:]
        /// By tag of a read that waits: what it has to return.
        var expected: [Int: Int] = [:]
        var taken: [DRAMCoordinates: Int] = [:]
    }

    /// Random traffic on few addresses; returns how many reads were compared.
    private static func run<Controller: DRAMController>(
        _: Controller.Type, _ standard: DRAMStandard, _ configuration: DRAMControllerConfiguration, seed: UInt64, accesses: Int
    ) throws -> Int {
        var controller = try Controller(standard: standard, configuration: configuration, recording: DRAMRecording(completions: true))
        var random = Xorshift(seed)
        var model = Model()
        var placed: [DRAMAccess] = []
        var compared = 0
        var mistakes = 0
        func serve(_ completion: DRAMCompletion) {
            let access = placed[completion.tag]
            if access.isWrite {
                let place = model.waiting[access.coordinates]?.firstIndex { $0.tag == completion.tag }
                guard let place, let write = model.waiting[access.coordinates]?.remove(at: place) else { return mistakes += 1 }
                model.served[access.coordinates] = write.value
            } else {
                compared += 1
                if model.served[access.coordinates, default: -1] != model.expected[completion.tag] { mistakes += 1 }
            }
        }
        let banks = random.pick([1, 2, 4])
        let rows = random.pick([1, 2, 5])
        let columns = random.pick([1, 2, 8])
        let writes = random.pick([20, 50, 80])
        let pause = random.pick([0, 0, 5, 200])
        for tag in 0..<accesses {
            let at = DRAMCoordinates(
                bankGroup: random.below(min(banks, standard.organization.bankGroups)), bank: random.below(min(banks, standard.organization.banksPerGroup)),
                row: random.below(rows), column: random.below(min(columns, standard.organization.columns)))
            let access = DRAMAccess(coordinates: at, isWrite: random.chance(writes), tag: tag)
            placed.append(access)
            if pause > 0, random.chance(20) { controller.advance(to: controller.cycle + random.below(pause)) }
            while true {
                for completion in controller.takeCompletions() { serve(completion) }
                if controller.offer(access) { break }
                controller.advanceAfterRefusal(isWrite: access.isWrite)
            }
            // Served at once means from or into the write queue, and only that.
            let atOnce = controller.takeCompletions()
            #expect(atOnce.count <= 1 && atOnce.allSatisfy { $0.tag == tag })
            if access.isWrite {
                model.taken[at] = tag
                if atOnce.isEmpty {
                    model.waiting[at, default: []].append((tag: tag, value: tag))
                } else if let last = model.waiting[at]?.indices.last {
                    model.waiting[at]?[last].value = tag
                } else {
                    mistakes += 1
                }
            } else if atOnce.isEmpty {
                model.expected[tag] = model.taken[at, default: -1]
            } else {
                compared += 1
                if model.waiting[at]?.last?.value != model.taken[at] { mistakes += 1 }
            }
        }
        controller.drain()
        for completion in controller.takeCompletions() { serve(completion) }
        #expect(mistakes == 0, "\(Controller.self) \(standard.name) seed \(seed): \(mistakes) of \(compared) reads \(configuration)")
        #expect(model.waiting.values.allSatisfy { $0.isEmpty })
        // What is left in the memory is what was written last.
        #expect(model.served == model.taken)
        return compared
    }

    @Test("Every scheduling and page policy, with and without forwarding and coalescing: each read returns the last write before it", arguments: [
        "DDR4-3200", "DDR5-4800", "LPDDR4X-4266", "HBM3-6400",
    ])
    func order(_ name: String) throws {
        let standard = try DRAMStandard(named: name)
        var random = Xorshift(41)
        var compared = 0
        for scheduling in DRAMControllerConfiguration.Scheduling.allCases {
            for pages in DRAMControllerConfiguration.PagePolicy.allCases {
                for options in 0..<8 {
                    var configuration = DRAMControllerConfiguration.random(&random, for: standard)
                    configuration.scheduling = scheduling
                    configuration.pagePolicy = pages
                    configuration.forwardsWrites = options & 1 == 0
                    configuration.coalescesWrites = options & 2 == 0
                    configuration.ordersWritesAfterReads = true
                    configuration.activeRequestsFirst = options & 4 == 0
                    let seed = random.next()
                    compared += try Self.run(EventController.self, standard, configuration, seed: seed, accesses: 600)
                    if options < 4 { compared += try Self.run(TickingController.self, standard, configuration, seed: seed, accesses: 150) }
                }
            }
        }
        #expect(compared > 20_000)
    }

    @Test("A write waits for an older read of its address; a read that is not forwarded for an older write")
    func hazards() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        var configuration = DRAMControllerConfiguration()
        configuration.forwardsWrites = false
        var controller = try EventController(standard: standard, configuration: configuration)
        let place = DRAMCoordinates(row: 7, column: 3)
        func offer(_ isWrite: Bool) -> Bool { controller.offer(DRAMAccess(coordinates: place, isWrite: isWrite)) }
        #expect(offer(false))
        #expect(!offer(true))
        // ACT, then RD after tRCD = 22: from the next cycle on the write is taken.
        controller.advance(to: 22)
        #expect(!offer(true))
        controller.advance(to: 23)
        #expect(offer(true))
        #expect(!offer(false))
        // Another address does not wait.
        let isTaken = controller.offer(DRAMAccess(coordinates: DRAMCoordinates(row: 7, column: 4), isWrite: false))
        #expect(isTaken)
    }
}
