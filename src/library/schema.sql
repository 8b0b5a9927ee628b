-- Version 1 of a library. One row of `calls` and everything that hangs on it is written in one
-- transaction; spans are half-open UTF-8 bytes of the stored text; lines count from 1.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE calls (
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
    source_sha256 TEXT NOT NULL UNIQUE,
    encoding      TEXT NOT NULL,
    span_of       TEXT NOT NULL,
    text_sha256   TEXT NOT NULL,
    given         TEXT NOT NULL,    -- what the user said of the call, as JSON; it wins over the content
    facts_sha256  TEXT NOT NULL     -- over the facts above and the turns: attribution is as trusted as text
) STRICT;
CREATE INDEX calls_by_path ON calls (source_path);

CREATE TABLE texts (
    call INTEGER PRIMARY KEY REFERENCES calls (row) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE participants (
    call        INTEGER NOT NULL REFERENCES calls (row) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    name        TEXT NOT NULL,
    role        TEXT,
    affiliation TEXT,
    kind        TEXT NOT NULL,
    PRIMARY KEY (call, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE turns (
    call          INTEGER NOT NULL REFERENCES calls (row) ON DELETE CASCADE,
    turn          INTEGER NOT NULL,
    speaker       TEXT,
    role          TEXT,
    affiliation   TEXT,
    kind          TEXT NOT NULL,
    section       TEXT NOT NULL,
    span_start    INTEGER NOT NULL,
    span_end      INTEGER NOT NULL,
    first_line    INTEGER NOT NULL,
    last_line     INTEGER NOT NULL,
    time_ms       INTEGER,
    question_turn INTEGER,          -- the turn that this one answers
    PRIMARY KEY (call, turn)
) STRICT, WITHOUT ROWID;
CREATE INDEX turns_by_speaker ON turns (speaker);

CREATE TABLE problems (
    call     INTEGER NOT NULL REFERENCES calls (row) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (call, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE passages (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    call       INTEGER NOT NULL REFERENCES calls (row) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    section    TEXT NOT NULL,
    first_turn INTEGER NOT NULL,
    last_turn  INTEGER NOT NULL
) STRICT;
CREATE INDEX passages_by_call ON passages (call);

CREATE TABLE sentences (
    passage    INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    turn       INTEGER NOT NULL,
    span_start INTEGER NOT NULL,
    span_end   INTEGER NOT NULL,
    PRIMARY KEY (passage, position)
) STRICT, WITHOUT ROWID;

-- Little-endian f32, one unit vector a passage. Apart from `passages`, so that a scan over all
-- vectors reads nothing else.
CREATE TABLE passage_vectors (
    passage INTEGER PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE,
    vector  BLOB NOT NULL
) STRICT;

-- One quantised vector a sentence, in their order: a scale (f32, little-endian) and a byte a number.
CREATE TABLE sentence_vectors (
    passage INTEGER PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE,
    vectors BLOB NOT NULL
) STRICT;

-- The words of each passage, by its id: what it says, and who says it where.
CREATE VIRTUAL TABLE words USING fts5 (body, header, tokenize = 'porter unicode61 remove_diacritics 2');
-- A removed word leaves the file at once, not at some later merge.
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
