-- From version 2 to version 3.

ALTER TABLE rounds ADD COLUMN follows INTEGER REFERENCES rounds ON DELETE SET NULL;
ALTER TABLE rounds ADD COLUMN continues TEXT;
ALTER TABLE rounds ADD COLUMN blind TEXT;
CREATE INDEX rounds_that_follow ON rounds (follows) WHERE follows IS NOT NULL;

CREATE INDEX later_takes ON runs (round, label, take) WHERE take > 1;

ALTER TABLE votes ADD COLUMN blind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE votes ADD COLUMN takes TEXT NOT NULL DEFAULT '{}';
