import Foundation

/// Rotary position embedding (Su et al., "RoFormer", arXiv:2104.09864): which part of a head is rotated and how fast.
///
/// The two halves of the rotated part form the pairs (`interleaved = 0` of ONNX's `RotaryEmbedding`).
package struct RotaryScheme: Sendable {
    package enum Scaling: Sendable {
        case none
        /// Positions divided by a factor.
        case linear(factor: Double)
        /// Llama 3.1: low frequencies divided by the factor, high ones kept, a ramp between.
        case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalLength: Double)
        /// Phi-3 long context: a divisor per frequency, and a factor on cosine and sine.
        case perFrequency(divisors: [Double], magnitude: Double)
    }

    /// Rotated extents of a head, an even number; the others pass.
    package var dimensions: Int
    package var base: Double
    package var scaling: Scaling

    /// Radians per position for each of the `dimensions / 2` pairs.
    package var frequencies: [Double] {
        (0..<dimensions / 2).map { pair in
            let frequency = pow(base, -2 * Double(pair) / Double(dimensions))
            switch scaling {
            case .none: return frequency
            case .linear(let factor): return frequency / factor
            case .perFrequency(let divisors, _): return frequency / divisors[pair]
            case .llama3(let factor, let low, let high, let originalLength):
                let wavelength = 2 * Double.pi / frequency
                if wavelength < originalLength / high { return frequency }
                if wavelength > originalLength / low { return frequency / factor }
                let ramp = (originalLength / wavelength - low) / (high - low)
                return (1 - ramp) * frequency / factor + ramp * frequency
            }
        }
    }

    /// Cosines and sines `[positions.count, dimensions / 2]`, row-major.
    package func tables(positions: Range<Int>) -> (cosines: [Float], sines: [Float]) {
        var magnitude = 1.0
        if case .perFrequency(_, let factor) = scaling { magnitude = factor }
        let frequencies = self.frequencies
        var cosines: [Float] = []
        var sines: [Float] = []
        cosines.reserveCapacity(positions.count * frequencies.count)
        sines.reserveCapacity(positions.count * frequencies.count)
        for position in positions {
            for frequency in frequencies {
                let angle = Double(position) * frequency
                cosines.append(Float(magnitude * cos(angle)))
                sines.append(Float(magnitude * sin(angle)))
            }
        }
        return (cosines, sines)
    }

    /// Reads `rope_theta` and `rope_scaling`, or `rope_parameters` of newer files.
    package init(_ fields: ConfigurationFields, dimensions: Int, defaultBase: Double, longestSequence: Int) throws(ImportError) {
        self.dimensions = dimensions
        let parameters = try fields.object("rope_parameters")
        let scaling = try fields.object(fields.has("rope_parameters") ? "rope_parameters" : "rope_scaling")
        if let parameters, parameters.has("rope_theta") {
            base = try parameters.positive("rope_theta")
        } else {
            base = try fields.positive("rope_theta", default: defaultBase)
        }
        guard base > 1 else { throw fields.error("rope_theta", "\(base) is not above 1") }
        guard let scaling else {
            self.scaling = .none
            return
        }
        let kind = try scaling.text(scaling.has("rope_type") ? "rope_type" : "type") ?? "default"
        switch kind {
        case "default": self.scaling = .none
        case "linear": self.scaling = .linear(factor: try scaling.positive("factor"))
        case "llama3":
            let low = try scaling.positive("low_freq_factor")
            let high = try scaling.positive("high_freq_factor")
            guard high > low else { throw scaling.error("high_freq_factor", "is not above low_freq_factor") }
            self.scaling = .llama3(
                factor: try scaling.positive("factor"), lowFrequencyFactor: low, highFrequencyFactor: high,
                originalLength: try scaling.positive("original_max_position_embeddings"))
        case "longrope", "su":
            let original = try fields.positive(
                "original_max_position_embeddings", default: Double(longestSequence))
            let factor = max(1, Double(longestSequence) / original)
            let isLong = factor > 1
            let magnitude = factor > 1 && original > 1 ? (1 + log(factor) / log(original)).squareRoot() : 1
            self.scaling = .perFrequency(
                divisors: try scaling.positives(isLong ? "long_factor" : "short_factor", count: dimensions / 2),
                magnitude: magnitude)
        default:
            throw scaling.error(
                "rope_type", "\"\(kind.prefix(40))\" is not known",
                suggestion: "known are default, linear, llama3 and longrope; the kind does not change the timing")
        }
    }
}
