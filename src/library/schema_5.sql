-- Version 5: a file may hold several calls. SQLite drops no constraint, so the table of calls is made anew; foreign keys are
-- off meanwhile, and what hangs on its rows stays.
CREATE TABLE new_calls (
    row           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    document      TEXT NOT NULL,
    layout        TEXT NOT NULL,
    title         TEXT,
    company       TEXT,
    ticker        TEXT,
    period        TEXT,
    date          TEXT,
    source_path   TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    encoding      TEXT NOT NULL,
    span_of       TEXT NOT NULL,
    text_sha256   TEXT NOT NULL,
    given         TEXT NOT NULL,
    facts_sha256  TEXT NOT NULL,
    calendar      TEXT,
    hour          TEXT,
    part          INTEGER NOT NULL DEFAULT 0,    -- its number among the calls of the file, 0 for the only one
    start         INTEGER NOT NULL DEFAULT 0,    -- bytes of the file's text before it
    lines_before  INTEGER NOT NULL DEFAULT 0,    -- lines of the file's text before it
    UNIQUE (source_sha256, part)
) STRICT;
INSERT INTO new_calls (row, id, document, layout, title, company, ticker, period, date, source_path, source_sha256,
                       encoding, span_of, text_sha256, given, facts_sha256, calendar, hour)
    SELECT row, id, document, layout, title, company, ticker, period, date, source_path, source_sha256,
           encoding, span_of, text_sha256, given, facts_sha256, calendar, hour FROM calls;
-- No row is given out twice, also where the last ones were removed.
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'new_calls', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'new_calls');
UPDATE sqlite_sequence SET seq = coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'calls'), 0)
    WHERE name = 'new_calls';
DROP TABLE calls;
ALTER TABLE new_calls RENAME TO calls;
CREATE INDEX calls_by_path ON calls (source_path);
