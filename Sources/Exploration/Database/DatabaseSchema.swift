import GRDB

/// The tables, and how those of earlier versions become the ones of today. Described in `Documentation/sweeps.md`.
enum DatabaseSchema {
    /// Each step leads from the version of its index to the next one; a database says in `user_version` how many it has seen.
    private static let steps: [@Sendable (Database) throws -> Void] = [first]
    static var version: Int { steps.count }

    /// - Throws: `SweepDatabaseError` of kind `.newer` when the database has seen more steps than there are here.
    static func migrate(_ database: Database, path: String = "") throws {
        let seen = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard seen <= steps.count else {
            throw SweepDatabaseError(
                .newer, path: path,
                "was written by a later version of Cyclewright (its tables have version \(seen), this program knows them up to \(steps.count)); it was left as it is: use that version, or write to another file with --output")
        }
        guard seen < steps.count else { return }
        // All or nothing: a process that is killed here leaves the version that was there.
        try database.inTransaction {
            for step in steps[seen...] { try step(database) }
            try database.execute(sql: "PRAGMA user_version = \(steps.count)")
            return .commit
        }
    }

    @Sendable private static func first(_ database: Database) throws {
        try database.execute(sql: """
            CREATE TABLE sweep (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                name TEXT NOT NULL,
                architecture TEXT NOT NULL,
                strategy TEXT NOT NULL,
                seed TEXT NOT NULL,
                version TEXT NOT NULL,
                space_text TEXT NOT NULL,
                space_hash TEXT NOT NULL,
                header TEXT NOT NULL
            );
            CREATE TABLE points (
                number INTEGER PRIMARY KEY,
                choices TEXT NOT NULL UNIQUE,
                parameters TEXT NOT NULL,
                status TEXT,
                reason TEXT NOT NULL DEFAULT '',
                objectives TEXT NOT NULL DEFAULT '[]',
                figures TEXT NOT NULL DEFAULT '{}'
            );
            CREATE TABLE batches (
                number INTEGER PRIMARY KEY,
                requested INTEGER NOT NULL
            );
            CREATE TABLE asked (
                batch INTEGER NOT NULL REFERENCES batches (number),
                position INTEGER NOT NULL,
                point INTEGER NOT NULL REFERENCES points (number),
                PRIMARY KEY (batch, position)
            ) WITHOUT ROWID;
            """)
    }

    /// The row of the sweep, and a view with a column for every parameter and objective, for people who read the file with SQL.
    static func describe(_ header: SweepHeader, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO sweep VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                header.name, header.architecture, header.strategy, String(header.seed), header.version, header.spaceText, header.hash,
                header.document,
            ])
        var columns = ["number", "status", "reason"]
        var used = Set(columns)
        func add(_ expression: String, _ name: String) {
            // SQLite takes columns that differ in case alone for the same.
            guard used.insert(name.lowercased()).inserted else { return }
            columns.append("\(expression) AS \(quoted(name, "\""))")
        }
        // SQLite allows a view 2,000 columns.
        for parameter in header.parameters.prefix(1_000) where !parameter.name.contains("\"") {
            add("json_extract(parameters, \(quoted("$.\"\(parameter.name)\"", "'")))", parameter.name)
        }
        for (index, objective) in header.objectives.prefix(500).enumerated() {
            add("json_extract(objectives, '$[\(index)]')", objective.name)
        }
        try database.execute(sql: "CREATE VIEW results AS SELECT \(columns.joined(separator: ", ")) FROM points WHERE status IS NOT NULL")
    }

    private static func quoted(_ text: String, _ mark: String) -> String {
        var result = mark
        for character in text { result += String(character) == mark ? mark + mark : String(character) }
        return result + mark
    }
}
