/// An array in an arena: the hot state of a simulation, without bounds checks in release builds and without a check on each write
/// whether it is shared; that is checked once for the whole arena before a run.
struct Plane<Element>: RandomAccessCollection, @unchecked Sendable {
    private(set) var base: UnsafeMutablePointer<Element>
    let count: Int

    init(base: UnsafeMutablePointer<Element>, count: Int) {
        self.base = base
        self.count = count
    }

    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(position: Int) -> Element {
        @inline(__always) get {
            assert(position >= 0 && position < count)
            return base[position]
        }
        @inline(__always) nonmutating set {
            assert(position >= 0 && position < count)
            base[position] = newValue
        }
    }

    /// The same place in a copy of the arena.
    mutating func move(from old: PlaneArena, to new: PlaneArena) {
        let offset = UnsafeRawPointer(base) - UnsafeRawPointer(old.base)
        base = (new.base + offset).assumingMemoryBound(to: Element.self)
    }
}

/// Memory that planes are cut out of, one behind the other. Elements are trivial types of at most 8 bytes.
final class PlaneArena: @unchecked Sendable {
    // Safe to share: whoever writes has made sure before that no one else holds the arena, and made a copy if so.
    let base: UnsafeMutableRawPointer
    private let bytes: Int
    private var used = 0

    init(words: Int) {
        bytes = max(1, words) * 8
        base = .allocate(byteCount: bytes, alignment: 64)
    }

    deinit { base.deallocate() }

    /// The next part of the arena, filled with a value.
    func plane<Element: BitwiseCopyable>(_ count: Int, filled value: Element) -> Plane<Element> {
        precondition(MemoryLayout<Element>.stride == 8 && used + count * 8 <= bytes, "the arena was measured for its planes")
        let start = (base + used).bindMemory(to: Element.self, capacity: count)
        start.initialize(repeating: value, count: count)
        used += count * 8
        return Plane(base: start, count: count)
    }

    func plane<Element: BitwiseCopyable>(_ elements: [Element]) -> Plane<Element> {
        guard let first = elements.first else { return Plane(base: base.assumingMemoryBound(to: Element.self), count: 0) }
        let plane = plane(elements.count, filled: first)
        for index in elements.indices { plane[index] = elements[index] }
        return plane
    }

    func copy() -> PlaneArena {
        let copy = PlaneArena(words: bytes / 8)
        copy.base.copyMemory(from: base, byteCount: used)
        copy.used = used
        return copy
    }
}
