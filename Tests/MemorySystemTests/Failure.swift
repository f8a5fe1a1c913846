/// The text of the error that something throws, or "accepted".
func failure(_ make: () throws -> Void) -> String {
    do {
        try make()
        return "accepted"
    } catch {
        return "\(error)"
    }
}
