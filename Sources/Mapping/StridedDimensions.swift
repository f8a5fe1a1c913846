/// The dimensions of a region with more than one element, from the smallest stride up, in one array: regions are taken apart for
/// every mapping that a search looks at.
struct StridedDimensions {
    private(set) var list: [(extent: Int, stride: Int)] = []
    /// A dimension has no elements.
    private(set) var isEmpty = false

    /// - Parameter count: dimensions that will be added.
    init(count: Int) { list.reserveCapacity(count) }

    /// - Parameter stride: elements; of two equal ones the first added comes first.
    mutating func add(_ extent: Int, stride: Int) {
        if extent <= 0 { isEmpty = true }
        guard extent > 1 else { return }
        var place = list.count
        while place > 0, abs(list[place - 1].stride) > abs(stride) { place -= 1 }
        list.insert((extent, stride), at: place)
    }

    /// Elements that follow each other in memory, and the dimensions that this takes.
    var run: (elements: Int, dimensions: Int) {
        var elements = 1, count = 0
        while count < list.count, list[count].stride == elements {
            elements *= list[count].extent
            count += 1
        }
        return (elements, count)
    }
}
