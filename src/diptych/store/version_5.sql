-- From version 4 to version 5.

ALTER TABLE runs ADD COLUMN keeps_bytes INTEGER;
ALTER TABLE runs ADD COLUMN rest TEXT;

ALTER TABLE lines ADD COLUMN frame TEXT;
ALTER TABLE lines ADD COLUMN pieces TEXT;
