import Exploration
import Foundation
import Testing

@Suite("Samples and models")
struct SamplingTests {
    /// Every parameter visits each stratum once: with as many values as points each value, with more one of each stratum, with fewer each alike.
    @Test(arguments: [1, 2, 3, 4, 5])
    func latinHypercube(seed: UInt64) throws {
        let space = try StrategyDriver.space([40, 400, 8, 40], points: 40, names: [3])
        var strategy = try Strategies.make(name: "latin-hypercube", options: [], space: space, seed: seed)
        let points = try strategy.ask(40)
        #expect(points.count == 40)
        #expect(points.map { $0.choices[0] }.sorted() == Array(0..<40))
        #expect(points.map { $0.choices[1] / 10 }.sorted() == Array(0..<40))
        #expect(points.map { $0.choices[2] }.sorted() == (0..<8).flatMap { Array(repeating: $0, count: 5) })
        #expect(points.map { $0.choices[3] }.sorted() == Array(0..<40))
        // Not a diagonal.
        #expect(points.map { $0.choices[0] } != points.map { $0.choices[3] })
    }

    /// The first outputs of xoshiro256** for the state that SplitMix64 makes of a seed: as the published C code gives them.
    static let published: [(seed: UInt64, first: [UInt64])] = [
        (0, [0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0]),
        (42, [0x1578_0B2E_0C2E_C716, 0x6104_D986_6D11_3A7E, 0xAE17_5332_39E4_99A1]),
    ]

    @Test(arguments: published.indices)
    func generatorIsThePublishedOne(index: Int) {
        var generator = RandomGenerator(seed: Self.published[index].seed)
        let drawn = (0..<3).map { _ in generator.next() }
        #expect(drawn == Self.published[index].first)
    }

    @Test func drawsAreUniform() {
        var generator = RandomGenerator(seed: 9)
        var counts = Array(repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[generator.next(below: 7)] += 1 }
        // 10,000 each with a standard deviation of 93.
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
        var (sum, squares) = (0.0, 0.0)
        for _ in 0..<40_000 { let x = generator.normal(); sum += x; squares += x * x }
        #expect(abs(sum / 40_000) < 0.03 && abs(squares / 40_000 - 1) < 0.04)
    }

    // MARK: Gaussian processes

    static func matern(_ distance: Double) -> Double { GaussianProcess.kernel(distance: distance) }

    /// Matérn 5/2 at distance 1 with length 1: (1 + √5 + 5/3)·e^−√5 = 0.523994.
    @Test func kernelValues() {
        #expect(Self.matern(0) == 1)
        #expect(abs(Self.matern(1) - 0.5239941088318203) < 1e-12)
    }

    /// One observation: mean k·y/(1 + σ²), variance 1 − k²/(1 + σ²).
    @Test func posteriorOfOnePoint() {
        var process = GaussianProcess(lengthScales: [2], noise: 0.1)
        process.add([1])
        let weights = process.weights(of: [3])
        let k = Self.matern(0.75)
        #expect(abs(process.mean(at: [2.5], weights: weights) - k * 3 / 1.1) < 1e-12)
        #expect(abs(process.variance(at: [2.5]) - (1 - k * k / 1.1)) < 1e-12)
    }

    /// Two observations: with the inverse of a 2×2 matrix.
    @Test func posteriorOfTwoPoints() {
        let noise = 0.05
        var process = GaussianProcess(lengthScales: [1, 0.5], noise: noise)
        process.add([0, 0])
        process.add([1, 0.5])
        let point = [0.25, 0.5]
        let a = 1 + noise
        let b = Self.matern(2.0.squareRoot())
        let k = [Self.matern((0.0625 + 1.0).squareRoot()), Self.matern(0.75)]
        let determinant = a * a - b * b
        func inverse(_ v: [Double]) -> [Double] { [(a * v[0] - b * v[1]) / determinant, (a * v[1] - b * v[0]) / determinant] }
        let y = [2.0, -1.0]
        let expected = inverse(y)
        let weights = process.weights(of: y)
        #expect(abs(weights[0] - expected[0]) < 1e-12 && abs(weights[1] - expected[1]) < 1e-12)
        #expect(abs(process.mean(at: point, weights: weights) - (k[0] * expected[0] + k[1] * expected[1])) < 1e-12)
        let solved = inverse(k)
        #expect(abs(process.variance(at: point) - (1 - k[0] * solved[0] - k[1] * solved[1])) < 1e-12)
        // With the kernel's variance s = y·K⁻¹·y / 2: −½ (2 ln s + ln det K).
        let s = (y[0] * expected[0] + y[1] * expected[1]) / 2
        #expect(abs(process.logLikelihood(y) - -0.5 * (2 * log(s) + log(determinant))) < 1e-12)
    }

    /// At the best value itself with deviation 1 it is the density at 0, 1/√2π; without deviation it is what is sure.
    @Test func expectedImprovement() {
        #expect(abs(GaussianProcess.expectedImprovement(mean: 2, deviation: 1, best: 2) - 0.3989422804014327) < 1e-12)
        #expect(abs(GaussianProcess.expectedImprovement(mean: 1, deviation: 1, best: 2) - 1.0833154705876863) < 1e-9)
        #expect(GaussianProcess.expectedImprovement(mean: 1, deviation: 0, best: 2) == 1)
        #expect(GaussianProcess.expectedImprovement(mean: 3, deviation: 0, best: 2) == 0)
    }
}
