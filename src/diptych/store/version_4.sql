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
