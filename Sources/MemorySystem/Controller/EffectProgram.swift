/// The effects of ``CompiledTiming`` as flat numbers, and their application when a command issues.
final class EffectProgram {
    /// One level that a command reaches.
    struct Step {
        /// Row of the level's first instance.
        var firstRow: Int32
        var level: Int32
        var isSibling: Bool
        /// 0 for plain effects; else the window's size.
        var window: Int32
        var rings: Int32
        var effects: Range<Int32>
    }

    let geometry: DRAMChannelGeometry
    let steps: UnsafeMutablePointer<Step>
    let effects: UnsafeMutablePointer<CompiledTiming.Effect>
    /// By command: its steps.
    let first: UnsafeMutablePointer<Int32>
    /// By command: cycles on its bus.
    let busCycles: UnsafeMutablePointer<Int>
    /// All rings of windows: where they start, how many cycles they hold, and the longest delay behind one.
    let rings: [(start: Int, size: Int, reach: Int)]
    /// No effect reaches beyond the unit of its command.
    let isWithinUnits: Bool
    /// By level: banks in one instance.
    let banksPerInstance: UnsafeMutablePointer<Int>
    /// By level, then bank: the instance, looked up because divisions take long.
    let instances: UnsafeMutablePointer<Int32>
    let banks: Int

    init(_ timing: CompiledTiming, geometry: DRAMChannelGeometry, standard: DRAMStandard, hasOneCycleCommands: Bool) {
        self.geometry = geometry
        let levels = TimingConstraint.Level.allCases
        var steps: [Step] = []
        var effects: [CompiledTiming.Effect] = []
        var first: [Int32] = []
        func append(_ level: TimingConstraint.Level, _ list: [CompiledTiming.Effect], sibling: Bool, window: Int, rings: Int) {
            let start = Int32(effects.count)
            effects += list
            steps.append(
                Step(
                    firstRow: Int32(timing.firstRow[level] ?? 0), level: Int32(levels.firstIndex(of: level) ?? 0), isSibling: sibling,
                    window: Int32(window), rings: Int32(rings), effects: start..<Int32(effects.count)))
        }
        for command in DRAMCommand.allCases {
            first.append(Int32(steps.count))
            for reach in timing.reaches[Int(command.rawValue)] {
                append(reach.level, reach.effects, sibling: reach.sibling, window: 0, rings: 0)
            }
            for window in timing.windows[Int(command.rawValue)] {
                append(window.level, window.effects, sibling: false, window: window.size, rings: window.rings)
            }
        }
        first.append(Int32(steps.count))
        var rings: [Int: (start: Int, size: Int, reach: Int)] = [:]
        for window in timing.windows.joined() {
            let reach = window.effects.map { $0.delay >> 8 }.max() ?? 0
            for instance in 0..<geometry.instances(of: window.level) {
                let start = window.rings + instance * (window.size + 1)
                rings[start] = (start: start, size: window.size, reach: reach)
            }
        }
        self.rings = rings.values.sorted { $0.start < $1.start }
        func keep<Word>(_ words: [Word]) -> UnsafeMutablePointer<Word> {
            let memory = UnsafeMutablePointer<Word>.allocate(capacity: max(1, words.count))
            memory.initialize(from: words, count: words.count)
            return memory
        }
        isWithinUnits = steps.allSatisfy { step in
            !step.isSibling && geometry.banks / geometry.instances(of: levels[Int(step.level)]) <= geometry.banksPerUnit
        }
        self.steps = keep(steps)
        self.effects = keep(effects)
        self.first = keep(first)
        busCycles = keep(DRAMCommand.allCases.map { hasOneCycleCommands ? 1 : standard.organization.commandCycles[$0] ?? 1 })
        banks = geometry.banks
        instances = keep(
            levels.flatMap { level in (0..<geometry.banks).map { Int32(geometry.instance(of: level, ofBank: $0)) } })
        banksPerInstance = keep(levels.map { geometry.banks / geometry.instances(of: $0) })
    }

    deinit {
        steps.deallocate()
        effects.deallocate()
        first.deallocate()
        busCycles.deallocate()
        banksPerInstance.deallocate()
        instances.deallocate()
    }

    /// Books that a command issued: `bank` is -1 for a command to a rank.
    @inline(__always)
    func apply(
        _ command: DRAMCommand, unit: Int, bank: Int, at cycle: Int, ready: UnsafeMutablePointer<Int>, rings: UnsafeMutablePointer<Int>
    ) {
        let start = cycle &<< 8
        let raw = Int(command.rawValue)
        var place = Int(first[raw])
        let end = Int(first[raw &+ 1])
        if bank < 0 {
            while place < end {
                applyToUnit(steps[place], unit: unit, start: start, ready: ready, rings: rings)
                place &+= 1
            }
            return
        }
        while place < end {
            let step = steps + place
            let instance = Int(instances[Int(step.pointee.level) &* banks &+ bank])
            apply(step.pointee, instance: instance, start: start, ready: ready, rings: rings)
            place &+= 1
        }
    }

    /// The rest of a command to one bank of each group, which was applied as one to `bank`: the banks of its number in the other
    /// groups, and those groups. Levels above them have had it, and windows are not counted twice.
    @inline(never)
    func applyToOtherGroups(_ command: DRAMCommand, bank: Int, at cycle: Int, ready: UnsafeMutablePointer<Int>) {
        let raw = Int(command.rawValue)
        for place in Int(first[raw])..<Int(first[raw + 1]) where banksPerInstance[Int(steps[place].level)] <= geometry.banksPerGroup {
            precondition(!steps[place].isSibling && steps[place].window == 0, "refused by the decoder for commands to several banks")
            for other in geometry.sameBanks(bank % geometry.banksPerGroup, inUnit: geometry.unit(ofBank: bank)) where other != bank {
                let row = ready + (Int(steps[place].firstRow) + Int(instances[Int(steps[place].level) * banks + other])) * CompiledTiming.stride
                for index in Int(steps[place].effects.lowerBound)..<Int(steps[place].effects.upperBound) {
                    row[effects[index].following] = max(row[effects[index].following], cycle << 8 + effects[index].delay)
                }
            }
        }
    }

    /// A command to a rank goes to the instance that holds the rank, or to all parts of the rank.
    @inline(never)
    private func applyToUnit(
        _ step: Step, unit: Int, start: Int, ready: UnsafeMutablePointer<Int>, rings: UnsafeMutablePointer<Int>
    ) {
        let perInstance = banksPerInstance[Int(step.level)]
        let instance = unit * geometry.banksPerUnit / perInstance
        let parts = max(1, geometry.banksPerUnit / perInstance)
        for part in instance..<instance + parts { apply(step, instance: part, start: start, ready: ready, rings: rings) }
    }

    @inline(__always)
    private func apply(
        _ step: Step, instance: Int, start: Int, ready: UnsafeMutablePointer<Int>, rings: UnsafeMutablePointer<Int>
    ) {
        if step.isSibling {
            applyToSiblings(step, instance: instance, start: start, ready: ready)
            return
        }
        var from = start
        if step.window > 0 {
            let size = Int(step.window)
            let ring = rings + (Int(step.rings) &+ instance &* (size &+ 1))
            let position = ring[0]
            ring[1 &+ position] = start
            let next = position &+ 1 == size ? 0 : position &+ 1
            ring[0] = next
            from = ring[1 &+ next]
            if from == Int.min { return }
        }
        let row = ready + (Int(step.firstRow) &+ instance) &* CompiledTiming.stride
        var index = Int(step.effects.lowerBound)
        let end = Int(step.effects.upperBound)
        while index < end {
            let effect = effects[index]
            let cycle = from &+ effect.delay
            if cycle > row[effect.following] { row[effect.following] = cycle }
            index &+= 1
        }
    }

    @inline(never)
    private func applyToSiblings(_ step: Step, instance: Int, start: Int, ready: UnsafeMutablePointer<Int>) {
        let level = TimingConstraint.Level.allCases[Int(step.level)]
        for sibling in geometry.siblings(of: level, instance: instance) where sibling != instance {
            let row = ready + (Int(step.firstRow) + sibling) * CompiledTiming.stride
            for index in Int(step.effects.lowerBound)..<Int(step.effects.upperBound) {
                row[effects[index].following] = max(row[effects[index].following], start + effects[index].delay)
            }
        }
    }
}
