import MappingSearch
import Testing

@Suite("Layers on accelerators side by side")
struct ChainAssignerTests {
    private func random(_ seed: UInt64, chains: Int, layers: Int, accelerators: Int) -> ChainProblem {
        let tasks = TaskGraphs.random(seed: seed, tasks: chains * layers, processors: accelerators).tasks
        let energies = TaskGraphs.random(seed: seed &+ 1000, tasks: chains * layers, processors: accelerators).tasks
        return ChainProblem(
            accelerators: accelerators,
            chains: (0..<chains).map { chain in
                (0..<layers).map { layer in
                    let index = chain * layers + layer
                    return .init(
                        name: "\(chain).\(layer)",
                        costs: zip(tasks[index].costs, energies[index].costs).map { time, energy in time.map { .init(time: $0, energy: 7 * (energy ?? 11)) } })
                }
            })
    }

    /// The walk and Z3 share nothing but the model.
    @Test func leastEnergyWithinAMakespanIsZ3s() throws {
        for seed in 1...12 as ClosedRange<UInt64> {
            let problem = random(seed, chains: 2, layers: 4, accelerators: 2 + Int(seed % 2))
            let shortest = ChainAssigner(width: 4000).assign(problem, within: nil)
            #expect(shortest.isExact && shortest.schedule.violations(problem.tasks) == [], "seed \(seed)")
            #expect(try ExactTaskScheduler().schedule(problem.tasks).value == shortest.makespan, "seed \(seed)")
            for limit in [shortest.makespan, shortest.makespan * 5 / 4, shortest.makespan * 3] {
                let found = ChainAssigner(width: 4000).assign(problem, within: limit)
                let exact = try #require(try ExactTaskScheduler().leastEnergy(problem.tasks, energies: problem.energies, makespan: limit))
                #expect(found.isExact && found.meetsLimit && exact.isOptimal && found.makespan <= limit, "seed \(seed)")
                #expect(found.energy == exact.value && found.energy == problem.energy(found.schedule), "seed \(seed)")
                #expect(found.schedule.violations(problem.tasks) == [])
            }
        }
    }

    @Test func whatCannotBeIsSaidSo() throws {
        let problem = random(5, chains: 2, layers: 4, accelerators: 2)
        let shortest = ChainAssigner(width: 4000).assign(problem, within: nil).makespan
        let outcome = ChainAssigner(width: 4000).assign(problem, within: shortest - 1)
        #expect(!outcome.meetsLimit && outcome.isExact && outcome.makespan == shortest)
        #expect(try ExactTaskScheduler().leastEnergy(problem.tasks, energies: problem.energies, makespan: shortest - 1) == nil)
    }

    /// With no hurry every layer is where it takes least energy.
    @Test func withoutHurryEachLayerIsWhereItIsCheapest() {
        let problem = random(3, chains: 3, layers: 5, accelerators: 3)
        let least = problem.energies.reduce(0) { $0 + ($1.compactMap { $0 }.min() ?? 0) }
        #expect(ChainAssigner().assign(problem, within: 1_000_000).energy == least)
    }

    @Test func aNarrowWalkIsStillASchedule() {
        for seed in 1...10 as ClosedRange<UInt64> {
            let problem = random(seed, chains: 2, layers: 10, accelerators: 3)
            let narrow = ChainAssigner(width: 4).assign(problem, within: nil), wide = ChainAssigner(width: 1000).assign(problem, within: nil)
            #expect(narrow.schedule.violations(problem.tasks) == [] && narrow.makespan >= wide.makespan || !wide.isExact)
        }
    }
}
