import Foundation
import Synchronization

/// A line on the error stream that shows how far a run is: only on a terminal, and only when it lasts more than a second.
package final class ProgressBar: Sendable {
    private struct State {
        var label = ""
        /// 0…1, `nil` while nobody knows.
        var share: Double?
        var isShown = false
        var isFinished = false
    }

    private let state = Mutex(State())
    private static let delay: Duration = .seconds(1)
    private static let interval: TimeInterval = 0.1

    /// Shows on a terminal, where a command does not write about itself there anyway.
    convenience init(_ common: CommonOptions, isQuiet: Bool = false) {
        self.init(isEnabled: Terminal.errors.isInteractive && !isQuiet && !common.verbose)
    }

    /// - Parameter isEnabled: false for a bar that never shows.
    init(isEnabled: Bool) {
        guard isEnabled else { return }
        let start = ContinuousClock.now
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isFinished }) {
                Thread.sleep(forTimeInterval: ProgressBar.interval)
                if ContinuousClock.now - start >= ProgressBar.delay { draw() }
            }
        }
    }

    /// Begins a part of the run whose share is not known yet.
    func begin(_ label: String) {
        state.withLock {
            $0.label = label
            $0.share = nil
        }
    }

    func update(_ share: Double) { state.withLock { $0.share = share } }

    /// Removes the line for good.
    func finish() {
        state.withLock {
            $0.isFinished = true
            if $0.isShown { Console.noteRaw("\r\u{1B}[K") }
            $0.isShown = false
        }
    }

    private func draw() {
        state.withLock {
            guard !$0.isFinished else { return }
            $0.isShown = true
            Console.noteRaw("\r\u{1B}[K" + ProgressBar.line($0.label, $0.share, columns: Terminal.errors.width - 1))
        }
    }

    /// "simulating  ██████░░░░  60 %", at most `columns` wide.
    package static func line(_ label: String, _ share: Double?, columns: Int) -> String {
        guard let share, share.isFinite else { return String("\(label) …".prefix(max(0, columns))) }
        let clamped = min(1, max(0, share))
        let percent = String(Int(clamped * 100))
        let cells = min(40, columns - label.count - 8)
        guard cells >= 5 else { return String("\(label) \(percent) %".prefix(max(0, columns))) }
        let filled = Int((clamped * Double(cells)).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
        return "\(label) \(bar) \(String(repeating: " ", count: 3 - percent.count))\(percent) %"
    }
}
