import NumberFormats
import Testing

@Suite struct NumberFormatTests {
    static let miniFormats: [ElementType] = [.fp16, .bf16, .fp8E4M3, .fp8E5M2, .fp4E2M1]

    @Test(arguments: miniFormats) func everyPatternSurvivesDecodingAndEncoding(_ element: ElementType) throws {
        for pattern in 0..<(UInt32(1) << UInt32(element.bits)) {
            let number = try #require(element.number(ofPattern: UInt16(pattern)))
            let back = try #require(element.pattern(of: number))
            if number.isNaN {
                #expect(try #require(element.number(ofPattern: back)).isNaN)
            } else if back != UInt16(pattern) {
                Issue.record("\(element) pattern \(pattern) became \(back)")
            }
        }
    }

    /// Between two neighbouring numbers: nearer to one, nearer to the other, and the tie to the even pattern.
    @Test(arguments: miniFormats) func roundingGoesToTheNearestAndTiesToEven(_ element: ElementType) throws {
        let largest = try #require(element.pattern(of: .greatestFiniteMagnitude, saturating: true))
        for pattern in 0..<largest {
            let low = Double(try #require(element.number(ofPattern: pattern)))
            let high = Double(try #require(element.number(ofPattern: pattern + 1)))
            let middle = Float((low + high) / 2)
            let even = Float(pattern & 1 == 0 ? low : high)
            if Double(middle) == (low + high) / 2, element.rounded(middle) != even {
                Issue.record("\(element): tie between \(low) and \(high)")
            }
            if element.rounded(middle.nextDown) != Float(low) || element.rounded(-middle.nextUp) != -Float(high) {
                // bf16 subnormals at the bottom of binary32 have no room for a number between tie and neighbour.
                if middle.nextDown != Float(low) && middle.nextUp != Float(high) { Issue.record("\(element): near \(middle)") }
            }
        }
    }

    @Test func overflowFollowsTheFormat() {
        #expect(ElementType.fp16.rounded(65_519) == 65_504)
        #expect(ElementType.fp16.rounded(65_520) == .infinity)
        #expect(ElementType.fp8E5M2.rounded(61_440) == .infinity)
        #expect(ElementType.fp8E5M2.rounded(61_439) == 57_344)
        #expect(ElementType.fp8E4M3.rounded(464) == 448)
        #expect(ElementType.fp8E4M3.rounded(465).isNaN)
        #expect(ElementType.fp8E4M3.rounded(.infinity, saturating: true) == 448)
        #expect(ElementType.fp4E2M1.rounded(-100) == -6)
        #expect(ElementType.bf16.rounded(.greatestFiniteMagnitude) == .infinity)
        #expect(ElementType.bf16.rounded(.greatestFiniteMagnitude, saturating: true) == 0x1.FEp127)
    }

    @Test func fp4HoldsItsEightMagnitudes() {
        let magnitudes = (UInt16(0)..<8).compactMap { ElementType.fp4E2M1.number(ofPattern: $0) }
        #expect(magnitudes == [0, 0.5, 1, 1.5, 2, 3, 4, 6])
    }

    @Test(arguments: [
        (ElementType.int8, 200, -56, 127), (.int8, -129, 127, -128), (.uint8, -1, 255, 0), (.int4, 9, -7, 7),
        (.uint4, 17, 1, 15), (.int2, 2, -2, 1), (.uint2, 5, 1, 3), (.int16, 40_000, -25_536, 32_767), (.ternary, 7, 1, 1),
    ]) func integersWrapAndSaturate(_ element: ElementType, _ value: Int64, _ wrapped: Int64, _ saturated: Int64) {
        #expect(element.wrapped(value) == wrapped)
        #expect(element.saturated(value) == saturated)
    }

    @Test func quantisationRoundsHalfToEven() {
        #expect([0.5, 1.5, 2.5, -0.5, -1.5, 1e300, -1e300, .nan].map { ElementType.int8.quantized($0) } == [0, 2, 2, 0, -2, 127, -128, 0])
    }
}
