/// What writes carry in a controller, so that it can be told which were served: reads carry numbers from 0 on.
enum WriteTag {
    static func ofWaiting(_ place: Int) -> Int { -2 - place }
    static func ofAccess(_ number: Int) -> Int { -1 - (1 << 20) - number }
    /// The place among the waiting writes when a stretch began.
    static func waiting(_ tag: Int) -> Int? { tag <= -2 && tag > -1 - (1 << 20) ? -2 - tag : nil }
    /// The number of the access of the run.
    static func access(_ tag: Int) -> Int? { tag <= -1 - (1 << 20) ? -1 - (1 << 20) - tag : nil }
}
