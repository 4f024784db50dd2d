-- Shows a history of version 3 as one of version 5 to a connection that can only read it.

CREATE TEMP TABLE answers (experiment, case_id, repeat, label, round, state, cost_usd, row);
CREATE TEMP VIEW votes AS SELECT *, '' AS pair FROM main.votes;
CREATE TEMP TABLE judgements (experiment, case_id, repeat, first, second, judge, rubric, judgement);

CREATE TEMP VIEW runs AS SELECT *, NULL AS keeps_bytes, NULL AS rest FROM main.runs;
CREATE TEMP VIEW lines AS SELECT *, NULL AS frame, NULL AS pieces FROM main.lines;
