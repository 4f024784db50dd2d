-- The history of Diptych, version 1. docs/history.md describes it to those who read it with sqlite3.

-- One sitting of one Diptych. `writer` names the lock that it holds for as long as it lives.
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  began REAL NOT NULL,           -- seconds since 1970, UTC
  app TEXT NOT NULL,             -- the version of Diptych; '' while its rounds are being imported or deleted
  writer TEXT NOT NULL
);

CREATE TABLE rounds (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the ID that commands take; none is given twice
  session INTEGER NOT NULL REFERENCES sessions,
  date REAL,                     -- when it began, seconds since 1970, UTC
  prompt TEXT NOT NULL
);

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  round INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE,
  side TEXT NOT NULL,            -- left or right
  endpoint TEXT NOT NULL,
  api TEXT NOT NULL,
  model TEXT NOT NULL,
  simulated INTEGER NOT NULL,
  settings TEXT NOT NULL,        -- JSON: system, max_tokens, params
  -- Known once the run has ended; until then, and for good in one that was broken off, state is NULL.
  state TEXT,                    -- complete, cut, stopped or failed
  stop_reason TEXT,
  first_token REAL,              -- seconds since t0
  total REAL,                    -- seconds since t0
  cost_usd TEXT,                 -- a decimal number, by the prices of that day
  events INTEGER
);
CREATE INDEX runs_of_round ON runs (round);
CREATE INDEX runs_without_end ON runs (id) WHERE state IS NULL;

-- What a server sent and what Diptych noted, in the order of arrival.
CREATE TABLE lines (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  at INTEGER NOT NULL,           -- microseconds since the round began
  seq INTEGER,                   -- an event's number in its run; NULL for a note
  name TEXT NOT NULL,            -- an event's wire name, a note's kind
  data BLOB NOT NULL,            -- an event's raw data; a note's fields as JSON
  dropped INTEGER,               -- bytes over the size limit that are missing from data
  late INTEGER                   -- microseconds by which `at` may be too late
);
CREATE INDEX lines_of_run ON lines (run);

CREATE VIEW events AS
  SELECT runs.round, runs.side, lines.seq, lines.at / 1e6 AS seconds, lines.name, CAST(lines.data AS TEXT) AS data
  FROM lines JOIN runs ON runs.id = lines.run WHERE lines.seq IS NOT NULL;

-- What is searched: the prompt of the round of that rowid, and its answers.
CREATE VIRTUAL TABLE search USING fts5 (prompt, answer_left, answer_right, tokenize = "unicode61 remove_diacritics 2");
