-- Shows a history of version 2 as one of version 5 to a connection that can only read it. What is temporary hides what
-- has the same name in the database.

CREATE TEMP VIEW rounds AS SELECT *, NULL AS follows, NULL AS continues, NULL AS blind FROM main.rounds;

CREATE TEMP VIEW votes AS SELECT *, 0 AS blind, '{}' AS takes, '' AS pair FROM main.votes;

CREATE TEMP TABLE answers (experiment, case_id, repeat, label, round, state, cost_usd, row);
CREATE TEMP TABLE judgements (experiment, case_id, repeat, first, second, judge, rubric, judgement);

CREATE TEMP VIEW runs AS SELECT *, NULL AS keeps_bytes, NULL AS rest FROM main.runs;
CREATE TEMP VIEW lines AS SELECT *, NULL AS frame, NULL AS pieces FROM main.lines;
