-- From version 1 to version 2: what can be changed at once. The words of version 1 stay in `search_1` until
-- diptych.store.moved_words has put them into `prompt_words` and `answer_words`, piece by piece.

DROP VIEW events;
ALTER TABLE search RENAME TO search_1;

CREATE TABLE experiments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  date REAL,
  plan TEXT NOT NULL
);

ALTER TABLE rounds ADD COLUMN experiment INTEGER REFERENCES experiments ON DELETE SET NULL;
ALTER TABLE rounds ADD COLUMN case_id TEXT;
ALTER TABLE rounds ADD COLUMN repeat INTEGER;
CREATE INDEX rounds_of_experiment ON rounds (experiment, case_id, repeat) WHERE experiment IS NOT NULL;

ALTER TABLE runs RENAME COLUMN side TO label;
ALTER TABLE runs ADD COLUMN take INTEGER NOT NULL DEFAULT 1;
ALTER TABLE runs ADD COLUMN counts INTEGER NOT NULL DEFAULT 1;

CREATE TABLE contents (
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,
  data BLOB NOT NULL
);

CREATE TABLE run_messages (
  run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  place INTEGER NOT NULL,
  content INTEGER REFERENCES contents,
  PRIMARY KEY (run, place)
) WITHOUT ROWID;
CREATE INDEX runs_of_message ON run_messages (content) WHERE content IS NOT NULL;

CREATE TABLE run_files (
  run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  content INTEGER NOT NULL REFERENCES contents,
  PRIMARY KEY (run, content)
) WITHOUT ROWID;
CREATE INDEX runs_of_file ON run_files (content);

CREATE TABLE notes (
  round INTEGER PRIMARY KEY REFERENCES rounds ON DELETE CASCADE,
  starred INTEGER NOT NULL,
  text TEXT NOT NULL
);

CREATE TABLE votes (
  round INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE,
  voter TEXT NOT NULL,
  date REAL NOT NULL,
  verdict TEXT NOT NULL,
  label TEXT,
  PRIMARY KEY (round, voter)
) WITHOUT ROWID;

CREATE VIEW events AS
  SELECT runs.round, runs.label AS side, lines.seq, lines.at / 1e6 AS seconds, lines.name,
    CAST(lines.data AS TEXT) AS data, runs.take
  FROM lines JOIN runs ON runs.id = lines.run WHERE lines.seq IS NOT NULL;

CREATE VIRTUAL TABLE prompt_words USING fts5 (prompt, tokenize = "unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE answer_words USING fts5 (answer, tokenize = "unicode61 remove_diacritics 2");
