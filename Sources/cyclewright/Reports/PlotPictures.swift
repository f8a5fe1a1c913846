import Foundation

/// Plots as PNG, by a program that the system has: librsvg's converter, or a browser.
enum PlotPictures {
    private enum Tool {
        case converter(String)
        case browser(String)
    }

    /// Pixels of the picture for one of the drawing: enough for print at column width.
    private static let scale = 2
    /// No picture takes a tool longer, in seconds.
    private static let patience = 60.0

    /// What to install when no tool is there.
    static let advice = "no PNG was written: neither rsvg-convert nor Chromium was found; install librsvg2-bin or chromium (apt-get install librsvg2-bin)"

    /// Writes a picture beside each of `files`.
    ///
    /// - Returns: what went wrong, for people; `nil` when every picture is there.
    static func write(_ files: [String], progress: (Double) -> Void) -> String? {
        guard let tool = find() else { return advice }
        for (index, file) in files.enumerated() {
            let picture = String(file.dropLast(4)) + ".png"
            unlink(picture)
            guard convert(file, to: picture, with: tool) else { return "\(picture): could not be made; the SVG files are complete" }
            progress(Double(index + 1) / Double(files.count))
        }
        return nil
    }

    private static func find() -> Tool? {
        if let path = program("rsvg-convert") { return .converter(path) }
        return ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].lazy.compactMap(program).first.map { Tool.browser($0) }
    }

    /// The file of a program, by the search path.
    private static func program(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { String($0) + "/" + name }.first(where: FileManager.default.isExecutableFile)
    }

    private static func convert(_ file: String, to picture: String, with tool: Tool) -> Bool {
        switch tool {
        case .converter(let path):
            return run(path, ["--zoom", String(scale), "--output", picture, file]) && FileManager.default.fileExists(atPath: picture)
        case .browser(let path):
            guard let size = size(of: file) else { return false }
            let profile = NSTemporaryDirectory() + "/cyclewright-plots-\(getpid())"
            defer { try? FileManager.default.removeItem(atPath: profile) }
            let current = FileManager.default.currentDirectoryPath
            let page = URL(fileURLWithPath: file.hasPrefix("/") ? file : current + "/" + file)
            // In a kiosk the page has the whole window; otherwise a bar that no one sees takes its upper part.
            let arguments = [
                "--headless", "--kiosk", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage", "--user-data-dir=" + profile,
                "--force-device-scale-factor=\(scale)", "--window-size=\(size.width),\(size.height)",
                "--screenshot=" + (picture.hasPrefix("/") ? picture : current + "/" + picture),
            ] + (getuid() == 0 ? ["--no-sandbox"] : []) + [page.absoluteString]
            return run(path, arguments) && FileManager.default.fileExists(atPath: picture)
        }
    }

    /// Width and height in the head of the file, in whole pixels.
    private static func size(of file: String) -> (width: Int, height: Int)? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        func number(_ name: String) -> Int? {
            guard let start = text.range(of: " \(name)=\"") else { return nil }
            return Double(text[start.upperBound...].prefix { $0 != "\"" }).map { Int($0.rounded(.up)) }
        }
        return number("width").flatMap { width in number("height").map { (width, $0) } }
    }

    private static func run(_ path: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        let deadline = Date(timeIntervalSinceNow: patience)
        while process.isRunning, Date() < deadline { usleep(20_000) }
        if process.isRunning {
            process.terminate()
            return false
        }
        return process.terminationStatus == 0
    }
}
