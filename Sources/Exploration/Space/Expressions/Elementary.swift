#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// The standard library has no transcendental functions: these are the C library's, in one place.

func binaryLogarithm(_ x: Double) -> Double { log2(x) }
func naturalLogarithm(_ x: Double) -> Double { log(x) }
func exponential(_ x: Double) -> Double { exp(x) }
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
func errorFunction(_ x: Double) -> Double { erf(x) }
func cosine(_ x: Double) -> Double { cos(x) }
