/// A run of bits in a packed place.
struct AddressField: Sendable {
    let shift: Int
    let width: Int

    @inline(__always)
    func extract(_ packed: UInt64) -> Int32 {
        Int32(truncatingIfNeeded: (packed &>> UInt64(truncatingIfNeeded: shift)) & ((1 &<< UInt64(truncatingIfNeeded: width)) &- 1))
    }

    @inline(__always)
    func insert(_ value: Int32) -> UInt64 {
        (UInt64(truncatingIfNeeded: value) & ((1 &<< UInt64(truncatingIfNeeded: width)) &- 1)) &<< UInt64(truncatingIfNeeded: shift)
    }
}

/// The fields of a packed place, from the lowest bits up: column, bank, bank group, rank, pseudo-channel, channel, row.
///
/// Bank to pseudo-channel lie together, so that the counted-through bank index is one field.
struct AddressFields: Sendable {
    /// A field as mappings name it.
    enum Name: String, CaseIterable, Sendable {
        case column = "co"
        case bank = "ba"
        case bankGroup = "bg"
        case rank = "ra"
        case pseudoChannel = "pc"
        case channel = "ch"
        case row = "ro"

        var description: String {
            switch self {
            case .column: "accesses of a row"
            case .bank: "banks of a group"
            case .bankGroup: "bank groups"
            case .rank: "ranks"
            case .pseudoChannel: "pseudo-channels"
            case .channel: "channels"
            case .row: "rows"
            }
        }
    }

    private let fields: [AddressField]
    /// Bits of a place, which are the bits of an address above the access.
    let width: Int
    let bankIndex: AddressField
    let column: AddressField
    let channel: AddressField
    let row: AddressField

    subscript(name: Name) -> AddressField { fields[Self.position(name)] }

    private static func position(_ name: Name) -> Int {
        switch name {
        case .column: 0
        case .bank: 1
        case .bankGroup: 2
        case .rank: 3
        case .pseudoChannel: 4
        case .channel: 5
        case .row: 6
        }
    }

    init(organization: DRAMOrganization, channels: Int, scheme: String) throws(AddressMappingError) {
        var fields: [AddressField] = []
        var shift = 0
        for name in Name.allCases {
            let count =
                switch name {
                case .column: organization.columns
                case .bank: organization.banksPerGroup
                case .bankGroup: organization.bankGroups
                case .rank: organization.ranks
                case .pseudoChannel: organization.pseudoChannels
                case .channel: channels
                case .row: organization.rows
                }
            guard count > 0, count.nonzeroBitCount == 1 else {
                throw AddressMappingError(scheme, "\(count) \(name.description) are not a power of two, so that they are no bits of an address")
            }
            fields.append(AddressField(shift: shift, width: count.trailingZeroBitCount))
            shift += count.trailingZeroBitCount
        }
        guard organization.accessBytes > 0, organization.accessBytes.nonzeroBitCount == 1 else {
            throw AddressMappingError(scheme, "an access of \(organization.accessBytes) bytes is not a power of two")
        }
        guard shift + organization.accessBytes.trailingZeroBitCount <= 56 else {
            throw AddressMappingError(scheme, "the memory is larger than 64 PiB")
        }
        self.fields = fields
        width = shift
        column = fields[0]
        bankIndex = AddressField(shift: fields[1].shift, width: fields[1...4].reduce(0) { $0 + $1.width })
        channel = fields[5]
        row = fields[6]
    }
}
