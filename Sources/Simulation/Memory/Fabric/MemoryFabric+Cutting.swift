import MemorySystem

extension MemoryFabric {
    /// Cuts a request into parts by node, in `open` of the memory for the nodes in `touched`, in the order of its bytes.
    ///
    /// - Returns: bytes of the accesses that it touches.
    mutating func cut(_ request: DRAMRequest, memory: Int, unit: Int, transaction: Int) -> Int {
        let granule = memories[memory].granule
        let step = memories[memory].homeGranule
        var accesses = 0
        for run in 0..<request.runs {
            let first = request.address + run * request.stride
            accesses += (first + request.runBytes - 1) / granule - first / granule + 1
        }
        if memories[memory].nodes.count == 1 {
            let part = newPart(memory: memory, node: 0, unit: unit, isWrite: request.isWrite, transaction: transaction)
            parts[part].bytes = request.runBytes * request.runs
            parts[part].piece = store(Piece(request: request))
            return accesses * granule
        }
        for run in 0..<request.runs {
            let begin = request.address + run * request.stride
            let end = begin + request.runBytes
            var address = begin
            while address < end {
                let next = min(end, (address / step + 1) * step)
                let node = memories[memory].node(of: address)
                var part = memories[memory].open[node]
                if part < 0 { part = newPart(memory: memory, node: node, unit: unit, isWrite: request.isWrite, transaction: transaction) }
                add(address, next - address, to: part, joins: address > begin)
                address = next
            }
        }
        return accesses * granule
    }

    private mutating func newPart(memory: Int, node: Int, unit: Int, isWrite: Bool, transaction: Int) -> Int {
        let part = Part(transaction: transaction, memory: memory, node: node, unit: unit, isWrite: isWrite)
        let index: Int
        if let free = freeParts.popLast() {
            index = free
            parts[free] = part
        } else {
            index = parts.count
            parts.append(part)
        }
        memories[memory].open[node] = index
        memories[memory].touched.append(node)
        return index
    }

    /// Adds bytes to a part, to its latest piece where they go on as its runs do.
    ///
    /// - Parameter joins: they belong to the same run of the request as the bytes before them. Bytes of two runs are never joined: each
    ///   run moves whole accesses of its own.
    private mutating func add(_ address: Int, _ bytes: Int, to part: Int, joins: Bool) {
        let isWrite = parts[part].isWrite
        parts[part].bytes += bytes
        let latest = memories[parts[part].memory].latest[parts[part].node]
        if parts[part].piece >= 0 {
            let request = pieces[latest].request
            let beginning = request.address + (request.runs - 1) * request.stride
            if joins, address == beginning + request.runBytes, request.runs == 1 {
                pieces[latest].request.runBytes += bytes
                return
            }
            if bytes == request.runBytes, address > beginning, address != beginning + request.runBytes || !joins,
                request.runs == 1 || address - beginning == request.stride
            {
                pieces[latest].request.stride = address - beginning
                pieces[latest].request.runs += 1
                return
            }
        }
        let piece = store(Piece(request: DRAMRequest(address: address, runBytes: bytes, isWrite: isWrite)))
        if parts[part].piece < 0 { parts[part].piece = piece } else { pieces[latest].next = piece }
        memories[parts[part].memory].latest[parts[part].node] = piece
    }

    private mutating func store(_ piece: Piece) -> Int {
        if let index = freePieces.popLast() {
            pieces[index] = piece
            return index
        }
        pieces.append(piece)
        return pieces.count - 1
    }
}
