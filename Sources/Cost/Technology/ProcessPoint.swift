import Quantities

/// The transistors that a circuit is made of: fast ones that leak, or slow ones that do not.
public enum TransistorFlavour: String, Sendable, Hashable, CaseIterable {
    case highPerformance = "high-performance"
    case lowPower = "low-power"
}

/// A technology node and the voltage at which a circuit is used there.
public struct ProcessPoint: Sendable, Hashable, CustomStringConvertible {
    public var node: Length
    /// The node's nominal voltage when `nil`.
    public var voltage: Voltage?
    public var flavour: TransistorFlavour

    public init(node: Length, voltage: Voltage? = nil, flavour: TransistorFlavour = .highPerformance) {
        self.node = node
        self.voltage = voltage
        self.flavour = flavour
    }

    public init(nanometres: Double, volts: Double? = nil, flavour: TransistorFlavour = .highPerformance) {
        self.init(node: Length(nanometres: nanometres), voltage: volts.map { Voltage(volts: $0) }, flavour: flavour)
    }

    public var description: String { "\(node)" + (voltage.map { ", \($0.volts) V" } ?? "") + (flavour == .lowPower ? ", low power" : "") }
}
