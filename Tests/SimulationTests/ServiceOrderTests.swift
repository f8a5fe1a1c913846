import Architecture
import Programs
import Simulation
import Testing

/// Orders of service: what is in them, and what happens to one that does not fit.
@Suite struct ServiceOrderTests {
    /// Three engines and a vector unit with one port between them, and a semaphore that two of them acquire.
    private static func machine(ports: Int = 1, bandwidth: Int = 8, request: Int = 64) throws -> Architecture {
        try Architecture.decode(
            text: """
                architecture: shared
                clock: 1 GHz
                memories:
                  dram: { kind: dram, capacity: 1 MiB, bandwidth: \(bandwidth) GB/s, latency: 10 ns, access: 8 B }
                  spad: { kind: sram, capacity: 64 KiB, width: 16 B, ports: \(ports), latency: 1 }
                engines:
                  vpu: { kind: vector, lanes: 1, reads: spad, writes: spad }
                  one: { kind: dma, width: 16 B, request: \(request) B, outstanding: 2, startup: 3, reads: dram, writes: spad }
                  two: { kind: dma, width: 16 B, request: \(request) B, outstanding: 1, startup: 0, reads: dram, writes: spad }
                """, file: "shared.yaml")
    }

    private static func program(elements: Int = 40) throws -> Program {
        try Program.parse(
            """
            program "shared" on "shared"

            operator 0 "layer" Identity unit vpu

            function 0 scale (0) -> (1)
              node "scale" Identity version 13 (0) -> (1)
              step add

            semaphore free = 1 free
            semaphore loaded = 0 loaded

            stream one
              for i in 0..<5
                acquire free
                copy #0 from: dram@(i * 512) int8[256], to: spad@0 int8[256]
                release loaded

            stream two
              for i in 0..<5
                acquire free
                copy #0 from: dram@(65536 + i * 512) int8[200], to: spad@0 int8[200]
                release loaded

            stream vpu
              for i in 0..<10
                acquire loaded
                apply #0 in0: spad@0 int8[8], out0: spad@512 int8[8], function = 0, elements = \(elements)
                release free
            """, file: "shared")
    }

    private static func run(_ machine: Architecture, _ order: ServiceOrder? = nil, fastForward: Bool = true) throws -> Simulation.Outcome {
        try Simulation.run(
            try program(), on: machine,
            options: SimulationOptions(fastForward: fastForward, trace: true, order: order, recordsOrder: true))
    }

    private static func recorded() throws -> ServiceOrder { try #require(try run(try machine()).order) }

    private static func rejection(_ order: ServiceOrder, on machine: Architecture? = nil, program: Program? = nil) throws -> String {
        let machine = try machine ?? Self.machine(), program = try program ?? Self.program()
        let error = try #require(throws: SimulationError.self) {
            _ = try Simulation.run(program, on: machine, options: SimulationOptions(order: order))
        }
        guard case .order(let text) = error else { return "not an order's fault: \(error)" }
        return text
    }

    @Test("Memories, ports and contested semaphores have an order")
    func everythingShared() throws {
        let order = try Self.recorded()
        #expect(order.queues.map(\.kind) == [.memory, .ports, .semaphore])
        #expect(order.queues.map(\.name) == ["dram", "spad", "free"])
        // Five copies of four requests and five of four; a port for every command; `free` for every copy.
        #expect(order.queues.map(\.services.count) == [40, 20, 10])
        #expect(order.queues[1].ports == 1)
        #expect(order.queues[2].units.sorted() == ["one", "two"])
        #expect(try Self.run(try Self.machine(ports: 4)).order?.queues.map(\.kind) == [.memory, .semaphore])
    }

    @Test("Turns at semaphores, too, make better machines never slower", arguments: [8, 9, 12, 64], [1, 2, 3])
    func contestedSemaphores(_ bandwidth: Int, _ ports: Int) throws {
        let order = try Self.recorded()
        let before = try Self.run(try Self.machine(), order)
        #expect("\(before.record)" == "\(try Self.run(try Self.machine()).record)")
        let after = try Self.run(try Self.machine(ports: ports, bandwidth: bandwidth), order)
        #expect(after.record.cycles <= before.record.cycles)
        for unit in after.record.units { #expect(unit.activity.total == after.record.cycles) }
        let stepped = try Self.run(try Self.machine(ports: ports, bandwidth: bandwidth), order, fastForward: false)
        #expect("\(stepped.record)" == "\(after.record)")
    }

    @Test("What does not fit is said, and nothing hangs")
    func misfits() throws {
        let order = try Self.recorded()
        #expect(try Self.rejection(order, program: Self.program(elements: 41)).contains("another program"))
        func changed(_ change: (inout ServiceOrder) -> Void) -> ServiceOrder { var other = order; change(&other); return other }

        #expect(try Self.rejection(changed { $0.queues[0].units[0] = "three" }).contains("no unit three"))
        #expect(try Self.rejection(changed { $0.queues[0].units[1] = $0.queues[0].units[0] }).contains("twice"))
        #expect(try Self.rejection(changed { $0.queues[0].name = "hbm" }).contains("no memory hbm off chip"))
        #expect(try Self.rejection(changed { $0.queues[0].kind = .ports }).contains("no memory dram on chip"))
        #expect(try Self.rejection(changed { $0.queues[2].name = "gone" }).contains("no semaphore gone"))
        #expect(try Self.rejection(changed { $0.queues.append($0.queues[0]) }).contains("two orders"))
        #expect(try Self.rejection(changed { $0.queues[0].services[3] = 9 }).contains("more units than it names"))
        for (queue, name) in [(0, "memory dram"), (1, "ports of spad"), (2, "several units acquire")] {
            #expect(try Self.rejection(changed { $0.queues.remove(at: queue) }).contains(name))
        }
        // Cut off, drawn out, and turned around.
        for queue in 0..<3 {
            #expect(try Self.rejection(changed { $0.queues[queue].services.removeLast() }).contains("asks for service"))
            let more = try Self.rejection(changed { $0.queues[queue].services.append(0) })
            #expect(more.contains("and the run used") || more.contains("no unit can go on"), "\(more)")
            let last = order.queues[queue].services.count - 1
            let other = try Self.rejection(changed { $0.queues[queue].services[last] ^= 1 })
            #expect(other.contains("no unit can go on") && other.contains("'s"), "\(other)")
        }
        // Fewer ports than there were, and other requests.
        #expect(try Self.rejection(try #require(try Self.run(try Self.machine(ports: 2)).order)).contains("with 2 ports of spad, which has 1"))
        #expect(try Self.rejection(try #require(try Self.run(try Self.machine(ports: 4)).order)).contains("recorded without"))
        #expect(try Self.rejection(order, on: Self.machine(request: 128)).contains("same requests"))
        #expect(try Self.rejection(order, on: Self.machine(request: 32)).contains("same requests"))
    }

    @Test("Text and back", arguments: 0..<60)
    func textAndBack(_ seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var order = ServiceOrder(program: "a \\ b\nc é", fingerprint: state, queues: [])
        for kind in ServiceOrder.Kind.allCases {
            let units = [1, 2, 3, 27, 256][next(5)]
            // Rounds within rounds, now and then with a slip.
            var services: [UInt8] = []
            func round(_ depth: Int) {
                let body = (0...next(5)).map { _ in UInt8(next(units)) }
                for _ in 0..<(1 + next(6)) {
                    services += body
                    if depth > 0 { round(depth - 1) }
                    if next(20) == 0 { services.append(UInt8(next(units))) }
                }
            }
            round(next(4))
            order.queues.append(
                ServiceOrder.Queue(
                    kind: kind, name: " x\\\(kind) ", ports: kind == .ports ? 3 : 0, units: (0..<units).map { "unit \($0)" }, services: services))
        }
        let text = order.text
        #expect(try ServiceOrder(text: text, file: "order") == order)
        #expect(try ServiceOrder(text: text, file: "order").text == text)
    }

    @Test("Text is short where the order repeats, and bounded where it does not")
    func textIsShort() throws {
        var services: [UInt8] = []
        for _ in 0..<1000 { for _ in 0..<30 { services += [0, 0, 1] }; services += [2, 2, 2, 2] }
        var order = ServiceOrder(program: "p", fingerprint: 7, queues: [.init(kind: .memory, name: "dram", units: ["a", "b", "c"], services: services)])
        #expect(order.text.contains("\n    1000(30(2a b) 4c)\n"))
        var state: UInt64 = 1
        order.queues[0].services = (0..<100_000).map { _ in state = state &* 6_364_136_223_846_793_005 &+ 1; return UInt8(state >> 60) % 3 }
        #expect(order.text.utf8.count < 220_000)
        #expect(try ServiceOrder(text: order.text, file: "order") == order)
    }

    @Test(
        "Mistakes have a line",
        arguments: [
            ("", 1, "begins with"), ("hello\n", 1, "begins with"), ("cyclewright-order 2\n", 1, "begins with"),
            ("cyclewright-order 1\n", 1, "cut off"), ("cyclewright-order 1\nend\n", 2, "fingerprint"),
            ("cyclewright-order 1\nfingerprint 12\n", 2, "16 hexadecimal"), ("cyclewright-order 1\n\n# x\nmemroy dram\n", 4, "memroy"),
            ("cyclewright-order 1\nmemory\n", 2, "needs a name"), ("cyclewright-order 1\nmemory m\n", 2, "no line \"services\""),
            ("cyclewright-order 1\nmemory m\nunit b x\n", 3, "unit a NAME"), ("cyclewright-order 1\nmemory m\nunit a\n", 3, "unit a NAME"),
            ("cyclewright-order 1\nmemory m\ncount 3\n", 3, "none of unit"), ("cyclewright-order 1\nports m\nunit a x\nservices 0\n", 4, "count N"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices x\n", 4, "a number"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 99999999999999999999\n", 4, "the most"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 268435457\n", 4, "the most"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 2\na\n", 5, "these are 1 services"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 2\n3a\n", 5, "more than the 2"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 2\n99999999(99999999(a))\n", 5, "more than the 2"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 2\na b\n", 5, "declares b"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 2\n2(a\n\n", 5, "no \")\""),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 2\na )\n", 5, "no \"(\""),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 2\n()\n", 5, "empty"), ("cyclewright-order 1\nmemory m\nunit a x\nservices 2\n0a\n", 5, "nothing"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 2\n2\n", 5, "end of the line"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 2\n2A\n", 5, "found"),
            ("cyclewright-order 1\nmemory m\nunit a x\nservices 99\n" + String(repeating: "(", count: 65), 5, "64 deep"),
            ("cyclewright-order 1\nfingerprint 0000000000000000\nend\nx\n", 4, "nothing may follow"),
        ])
    func mistakes(_ text: String, _ line: Int, _ part: String) throws {
        let error = try #require(throws: ServiceOrderError.self) { _ = try ServiceOrder(text: text, file: "x.order") }
        #expect(error.file == "x.order")
        #expect(error.line == line, "\(error)")
        #expect(error.problem.contains(part), "\(error)")
    }

    /// Every text with one byte changed, taken out or doubled is read or refused, and what is read is what it says.
    @Test func damagedTexts() throws {
        let text = Array(try Self.recorded().text.utf8)
        for place in text.indices {
            for damage in 0..<4 {
                var other = text
                switch damage {
                case 0: other[place] = UInt8((Int(text[place]) * 7 + place) % 256)
                case 1: other.remove(at: place)
                case 2: other.insert(text[place], at: place)
                default: other.removeLast(other.count - place)
                }
                guard let order = try? ServiceOrder(utf8: other, file: "x") else { continue }
                #expect(damage != 3 || text.count - place <= 1)
                #expect(try ServiceOrder(text: order.text, file: "y") == order)
            }
        }
    }
}
