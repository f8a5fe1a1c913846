import MemorySystem
import Testing

@Suite struct OrganizationTests {
    @Test("A DDR4 x8 rank of 8 Gb devices holds 8 GiB in accesses of 64 bytes")
    func capacity() {
        let organization = DRAMOrganization(
            bankGroups: 4, banksPerGroup: 4, rows: 65536, columns: 128, dataWidth: 64, burstLength: 8, devices: 8)
        #expect(organization.accessBytes == 64)
        #expect(organization.channelBytes == 8 << 30)
    }
}
