-- Shows a history of version 3 as one of version 4 to a connection that can only read it.

CREATE TEMP TABLE answers (experiment, case_id, repeat, label, round, state, cost_usd, row);
CREATE TEMP VIEW votes AS SELECT *, '' AS pair FROM main.votes;
CREATE TEMP TABLE judgements (experiment, case_id, repeat, first, second, judge, rubric, judgement);
