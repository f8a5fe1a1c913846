import Mapping

/// How one operand's tiles travel between off-chip memory and the chip: plain numbers of a DMA engine and its requests.
struct TransferPace {
    /// Index of the engine, equal for operands that share one.
    var engine = 0
    /// Cycles of the machine until the first request leaves, from request to request, and those of the on-chip end.
    var startup = 0.0
    var interval = 1.0
    var latency = 0.0
    /// Requests under way at once.
    var outstanding = 1.0
    /// Cycles that a byte over the pins takes on the engine's link, and the bytes over the pins of a request: of whole tiles.
    var link = 1.0
    var request = 64.0

    init(_ transfer: ProductTiming.Transfer?, engine: Int, _ requests: TransferRequests?, busBytes: Double) {
        guard let transfer else { return }
        self.engine = engine
        startup = Double(transfer.startup) * transfer.period
        interval = transfer.period
        latency = transfer.latency
        outstanding = Double(transfer.outstanding)
        guard let requests, requests.requests > 0, busBytes > 0 else { return }
        link = Double(requests.linkCycles) * transfer.period / busBytes
        request = busBytes / Double(requests.requests)
    }

    /// Of a block that comes once, in one run.
    init(_ transfer: ProductTiming.Transfer, engine: Int, runOf bytes: Int) {
        self.init(transfer, engine: engine, nil, busBytes: 0)
        link = transfer.period / Double(transfer.width)
        request = Double(min(transfer.request, bytes))
    }
}

/// A DMA engine on the way through a product.
struct EngineState {
    /// When it takes its next command, and when its link is free.
    var free = 0.0
    var link = 0.0
    /// Bytes of its last transfer that may wait at the memory together.
    var inFlight = 0.0
}
