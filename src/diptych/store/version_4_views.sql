-- Shows a history of version 4 as one of version 5 to a connection that can only read it. What is temporary hides what
-- has the same name in the database.

CREATE TEMP VIEW runs AS SELECT *, NULL AS keeps_bytes, NULL AS rest FROM main.runs;
CREATE TEMP VIEW lines AS SELECT *, NULL AS frame, NULL AS pieces FROM main.lines;
