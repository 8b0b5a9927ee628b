-- Version 4: who speaks is listed from the index alone, each with what is said of them.
DROP INDEX turns_by_speaker;
CREATE INDEX turns_by_speaker ON turns (speaker, role, affiliation, kind);
