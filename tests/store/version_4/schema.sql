-- The history of Diptych, version 4. docs/history.md describes it to those who read it with sqlite3.

-- One sitting of one Diptych. `writer` names the lock that it holds for as long as it lives.
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  began REAL NOT NULL,           -- seconds since 1970, UTC
  app TEXT NOT NULL,             -- the version of Diptych; '' while its rounds are being imported or deleted
  writer TEXT NOT NULL
);

-- A set of prompts that is asked of several models, each several times.
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the number of x1, x2 and so on; none is given twice
  date REAL,                     -- when it began, seconds since 1970, UTC
  plan TEXT NOT NULL             -- JSON: what is to be asked of whom; an empty BLOB while it is being deleted
);

CREATE TABLE rounds (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the ID that commands take; none is given twice
  session INTEGER NOT NULL REFERENCES sessions,
  date REAL,                     -- when it began, seconds since 1970, UTC
  prompt TEXT NOT NULL,
  experiment INTEGER REFERENCES experiments ON DELETE SET NULL,  -- NULL for a round that belongs to none
  case_id TEXT,                  -- the case of the experiment
  repeat INTEGER,                -- which repeat of the case, from 1
  follows INTEGER REFERENCES rounds ON DELETE SET NULL,  -- the round before in its conversation; NULL for the first
  continues TEXT,                -- the label whose conversation every label went on with; NULL if each had its own
  blind TEXT                     -- JSON: how a blind round hides its sides (seed, order, pace, revealed); NULL in the open
);
CREATE INDEX rounds_that_follow ON rounds (follows) WHERE follows IS NOT NULL;
CREATE INDEX rounds_of_experiment ON rounds (experiment, case_id, repeat) WHERE experiment IS NOT NULL;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  round INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE,
  label TEXT NOT NULL,           -- left or right on the screen
  take INTEGER NOT NULL DEFAULT 1,    -- which of the runs of this label, from 1
  counts INTEGER NOT NULL DEFAULT 1,  -- 1 for the take that counts for its label
  endpoint TEXT NOT NULL,
  api TEXT NOT NULL,
  model TEXT NOT NULL,
  simulated INTEGER NOT NULL,
  settings TEXT NOT NULL,        -- JSON: system, max_tokens, params; tools, response_schema, preset and prices where they are set
  -- Known once the run has ended; until then, and for good in one that was broken off, state is NULL.
  state TEXT,                    -- complete, cut, stopped or failed
  stop_reason TEXT,
  first_token REAL,              -- seconds since t0
  total REAL,                    -- seconds since t0
  cost_usd TEXT,                 -- a decimal number, by the prices of that day
  events INTEGER
);
CREATE INDEX runs_of_round ON runs (round);
CREATE INDEX later_takes ON runs (round, label, take) WHERE take > 1;
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

-- Messages and files that were sent, each once, however many runs sent it; gone with the last of these.
CREATE TABLE contents (
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,
  data BLOB NOT NULL             -- the bytes of a file, or a message as JSON: role and content
);

-- The conversation that a run sent, the prompt last.
CREATE TABLE run_messages (
  run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  place INTEGER NOT NULL,
  content INTEGER REFERENCES contents,  -- NULL for the prompt of the round, where that is all the message holds
  PRIMARY KEY (run, place)
) WITHOUT ROWID;
CREATE INDEX runs_of_message ON run_messages (content) WHERE content IS NOT NULL;

-- The files that the messages of a run refer to.
CREATE TABLE run_files (
  run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  content INTEGER NOT NULL REFERENCES contents,
  PRIMARY KEY (run, content)
) WITHOUT ROWID;
CREATE INDEX runs_of_file ON run_files (content);

-- What the user wrote about a round.
CREATE TABLE notes (
  round INTEGER PRIMARY KEY REFERENCES rounds ON DELETE CASCADE,
  starred INTEGER NOT NULL,
  text TEXT NOT NULL
);

-- Who found which answer better.
CREATE TABLE votes (
  round INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE,
  voter TEXT NOT NULL,           -- '' for the user, ENDPOINT:MODEL for a judge
  pair TEXT NOT NULL DEFAULT '',  -- JSON: the two labels that it is about; '' for all answers of the round
  date REAL NOT NULL,            -- seconds since 1970, UTC
  verdict TEXT NOT NULL,         -- better, tie or neither
  label TEXT,                    -- the label whose run is better; NULL for a tie and for neither
  blind INTEGER NOT NULL DEFAULT 0,  -- 1 if the voter did not know which model had written which answer
  takes TEXT NOT NULL DEFAULT '{}',  -- JSON: the take of each label that the vote is about
  PRIMARY KEY (round, voter, pair)
) WITHOUT ROWID;

-- What is kept of each answer of an experiment that has ended.
CREATE TABLE answers (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  case_id TEXT NOT NULL,
  repeat INTEGER NOT NULL,       -- from 1
  label TEXT NOT NULL,
  round INTEGER REFERENCES rounds ON DELETE SET NULL,  -- NULL once the round was deleted, or where only rows were merged
  state TEXT NOT NULL,           -- complete, cut, stopped or failed
  cost_usd TEXT,                 -- a decimal number; NULL where it is not known
  row TEXT NOT NULL,             -- JSON: the line of `run --rows`
  PRIMARY KEY (experiment, case_id, repeat, label)
);
CREATE INDEX answers_by_state ON answers (experiment, state, cost_usd);
CREATE INDEX answers_of_round ON answers (round) WHERE round IS NOT NULL;

-- What a judge said of two answers to the same case and repeat of an experiment.
CREATE TABLE judgements (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  case_id TEXT NOT NULL,
  repeat INTEGER NOT NULL,
  first TEXT NOT NULL,           -- the two labels in alphabetical order
  second TEXT NOT NULL,
  judge TEXT NOT NULL,           -- ENDPOINT:MODEL
  rubric TEXT NOT NULL,          -- a digest of the rubric's text; '' for the built-in one
  judgement TEXT NOT NULL,       -- JSON: what it said in both orders, and what that cost
  PRIMARY KEY (experiment, case_id, repeat, first, second, judge, rubric)
) WITHOUT ROWID;

CREATE VIEW events AS
  SELECT runs.round, runs.label AS side, lines.seq, lines.at / 1e6 AS seconds, lines.name,
    CAST(lines.data AS TEXT) AS data, runs.take
  FROM lines JOIN runs ON runs.id = lines.run WHERE lines.seq IS NOT NULL;

-- What is searched: the prompt of the round of that rowid, and the answer of the run of that rowid.
CREATE VIRTUAL TABLE prompt_words USING fts5 (prompt, tokenize = "unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE answer_words USING fts5 (answer, tokenize = "unicode61 remove_diacritics 2");
