/// For every byte of a memory what was last done to it.
struct ShadowMemory {
    struct Cell {
        /// Number of the command that wrote it last; -1 for none.
        var writer: Int32 = -1
        /// Steps of depth that its sum holds.
        var depth: Int32 = 0
    }

    private static let pageBytes = 4096
    private var pages: [Int: [Cell]] = [:]
    /// By unit: the last command that read a byte.
    private var readers: [[Int: [Int32]]]

    init(units: Int) { readers = Array(repeating: [:], count: units) }

    /// Calls `body` with the cells of some bytes, page by page.
    mutating func update(_ bytes: Range<Int>, _ body: (inout Cell, Int) -> Bool) -> Bool {
        var address = bytes.lowerBound
        while address < bytes.upperBound {
            let page = floorPage(address)
            let end = min(bytes.upperBound, (page + 1) * Self.pageBytes)
            var cells = pages.removeValue(forKey: page) ?? Array(repeating: Cell(), count: Self.pageBytes)
            var goesOn = true
            while address < end, goesOn {
                goesOn = body(&cells[address - page * Self.pageBytes], address)
                address += 1
            }
            pages[page] = cells
            if !goesOn { return false }
        }
        return true
    }

    mutating func noteRead(_ bytes: Range<Int>, by unit: Int, _ command: Int32) {
        var address = bytes.lowerBound
        while address < bytes.upperBound {
            let page = floorPage(address)
            let end = min(bytes.upperBound, (page + 1) * Self.pageBytes)
            var list = readers[unit].removeValue(forKey: page) ?? Array(repeating: -1, count: Self.pageBytes)
            for byte in address..<end { list[byte - page * Self.pageBytes] = command }
            readers[unit][page] = list
            address = end
        }
    }

    /// The last commands of a unit that read some of the bytes.
    func lastReads(_ bytes: Range<Int>, by unit: Int, _ body: (Int32, Int) -> Bool) -> Bool {
        var address = bytes.lowerBound
        var previous: Int32 = -1
        while address < bytes.upperBound {
            let page = floorPage(address)
            let end = min(bytes.upperBound, (page + 1) * Self.pageBytes)
            if let list = readers[unit][page] {
                for byte in address..<end {
                    let command = list[byte - page * Self.pageBytes]
                    if command >= 0, command != previous, !body(command, byte) { return false }
                    previous = command
                }
            }
            address = end
        }
        return true
    }

    private func floorPage(_ address: Int) -> Int { address >= 0 ? address / Self.pageBytes : (address + 1) / Self.pageBytes - 1 }
}
