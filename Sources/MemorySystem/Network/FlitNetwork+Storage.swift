extension FlitNetwork {
    /// Flits sent by output port: those of routers in the order of routers, each with its channels, terminals and combining unit; then
    /// those of terminals. For utilisation and energy.
    public var flitsSent: [Int] { Array(sent) }

    /// Flits that have crossed each channel of the topology.
    public var channelFlits: [Int] { ports.channelOutput.map { sent[$0] } }

    /// Before a change: makes the planes this network's own if a copy of it shares them.
    mutating func detach() {
        guard !isKnownUniquelyReferenced(&arena) else { return }
        let old = arena
        let new = old.copy()
        waitingPorts.move(from: old, to: new)
        activePorts.move(from: old, to: new)
        inputBase.move(from: old, to: new)
        outputBase.move(from: old, to: new)
        inputRouter.move(from: old, to: new)
        buffer.move(from: old, to: new)
        head.move(from: old, to: new)
        count.move(from: old, to: new)
        lastArrival.move(from: old, to: new)
        readyAt.move(from: old, to: new)
        route.move(from: old, to: new)
        routeOutput.move(from: old, to: new)
        branches.move(from: old, to: new)
        inputPointer.move(from: old, to: new)
        acceptPointer.move(from: old, to: new)
        credits.move(from: old, to: new)
        owner.move(from: old, to: new)
        channelPointer.move(from: old, to: new)
        grantPointer.move(from: old, to: new)
        allocationPointer.move(from: old, to: new)
        queueHead.move(from: old, to: new)
        queueTail.move(from: old, to: new)
        flitsInjected.move(from: old, to: new)
        injectionRoute.move(from: old, to: new)
        requestVC.move(from: old, to: new)
        waiting.move(from: old, to: new)
        active.move(from: old, to: new)
        free.move(from: old, to: new)
        busyRouters.move(from: old, to: new)
        busyTerminals.move(from: old, to: new)
        requests.move(from: old, to: new)
        grants.move(from: old, to: new)
        sent.move(from: old, to: new)
        outputLatency.move(from: old, to: new)
        behind.move(from: old, to: new)
        inFront.move(from: old, to: new)
        arena = new
    }
}
