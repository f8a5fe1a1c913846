import ArgumentParser

/// Prints what Cyclewright ships and knows.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List shipped architectures, workloads, networks and memory tiers, and what is supported.",
        discussion: """
            EXAMPLES
              cyclewright list
              cyclewright list workloads
              cyclewright list operators
            """)

    enum Subject: String, CaseIterable, ExpressibleByArgument { case architectures, workloads, networks, tiers, operators, engines, formats }

    @Argument(help: "What to list; everything when left out.")
    var subject: Subject?

    @OptionGroup var common: CommonOptions

    func run() throws {
        let inventory = Inventory(shipped: .standard(), style: Terminal.output.style)
        let subjects = subject.map { [$0] } ?? Subject.allCases
        let sections = subjects.map { subject in
            let title = subjects.count > 1 ? [Terminal.output.style.paint(subject.rawValue, .heading)] : []
            return (title + lines(subject, inventory)).map { $0 + "\n" }.joined()
        }
        try Console.write(sections.joined(separator: "\n"))
    }

    private func lines(_ subject: Subject, _ inventory: Inventory) -> [String] {
        switch subject {
        case .architectures: inventory.architectures
        case .workloads: inventory.workloads
        case .networks: inventory.networks
        case .tiers: inventory.tiers
        case .operators: inventory.operators
        case .engines: inventory.engines
        case .formats: inventory.formats
        }
    }
}
