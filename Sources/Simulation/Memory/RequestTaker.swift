import MemorySystem

/// Takes requests, now or later to be answered.
protocol RequestTaker {
    /// Returns the bytes that move over the memory's pins.
    mutating func submit(_ request: DRAMRequest, at time: Int) -> Int
}

extension AccountedMemory: RequestTaker {}
extension MemoryFabric: RequestTaker {}

extension Optional: RequestTaker where Wrapped: RequestTaker {
    mutating func submit(_ request: DRAMRequest, at time: Int) -> Int { self?.submit(request, at: time) ?? 0 }
}
