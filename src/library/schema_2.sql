-- Version 2: the words of passages are searched in index segments, beside their vectors; they are made
-- from the stored texts, so they are not kept twice.
DROP TABLE words;

-- The live files of the index, each over a range of passage ids; no two overlap. What is not listed is
-- not read, and a file is whole before it is listed.
CREATE TABLE segments (
    first INTEGER PRIMARY KEY,
    end   INTEGER NOT NULL,
    file  TEXT NOT NULL UNIQUE,
    seal  TEXT NOT NULL           -- over all of the file's checksums
) STRICT;

-- Ranges of passage ids that were removed and may still stand in a segment.
CREATE TABLE removed (
    first INTEGER PRIMARY KEY,
    end   INTEGER NOT NULL
) STRICT;
