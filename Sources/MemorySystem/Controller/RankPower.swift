/// Whether a rank of a pseudo-channel takes commands.
enum RankPower: UInt8, Sendable {
    case awake
    case poweredDown
    case selfRefreshing
}
