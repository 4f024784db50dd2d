-- From version 3 to version 4.

CREATE TABLE answers (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  case_id TEXT NOT NULL,
  repeat INTEGER NOT NULL,
  label TEXT NOT NULL,
  round INTEGER REFERENCES rounds ON DELETE SET NULL,
  state TEXT NOT NULL,
  cost_usd TEXT,
  row TEXT NOT NULL,
  PRIMARY KEY (experiment, case_id, repeat, label)
);
CREATE INDEX answers_by_state ON answers (experiment, state, cost_usd);
CREATE INDEX answers_of_round ON answers (round) WHERE round IS NOT NULL;

CREATE TABLE judgements (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  case_id TEXT NOT NULL,
  repeat INTEGER NOT NULL,
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  judge TEXT NOT NULL,
  rubric TEXT NOT NULL,
  judgement TEXT NOT NULL,
  PRIMARY KEY (experiment, case_id, repeat, first, second, judge, rubric)
) WITHOUT ROWID;

-- The primary key of a table cannot be changed: the votes move to a new one.
CREATE TABLE votes_on_pairs (
  round INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE,
  voter TEXT NOT NULL,
  pair TEXT NOT NULL DEFAULT '',
  date REAL NOT NULL,
  verdict TEXT NOT NULL,
  label TEXT,
  blind INTEGER NOT NULL DEFAULT 0,
  takes TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (round, voter, pair)
) WITHOUT ROWID;
INSERT INTO votes_on_pairs (round, voter, date, verdict, label, blind, takes)
  SELECT round, voter, date, verdict, label, blind, takes FROM votes;
DROP TABLE votes;
ALTER TABLE votes_on_pairs RENAME TO votes;
