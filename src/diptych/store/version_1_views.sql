-- Shows a history of version 1 as one of version 5 to a connection that can only read it. What is temporary hides what
-- has the same name in the database. `search` is not shown otherwise: diptych.store.word_search knows it.

CREATE TEMP VIEW rounds AS
  SELECT id, session, date, prompt, NULL AS experiment, NULL AS case_id, NULL AS repeat, NULL AS follows,
    NULL AS continues, NULL AS blind
  FROM main.rounds;

CREATE TEMP VIEW runs AS
  SELECT id, round, side AS label, 1 AS take, 1 AS counts, endpoint, api, model, simulated, settings, state, stop_reason,
    first_token, total, cost_usd, events, NULL AS keeps_bytes, NULL AS rest
  FROM main.runs;

CREATE TEMP VIEW lines AS SELECT *, NULL AS frame, NULL AS pieces FROM main.lines;

CREATE TEMP TABLE contents (id, sha256, data);
CREATE TEMP TABLE run_messages (run, place, content);
CREATE TEMP TABLE run_files (run, content);
CREATE TEMP TABLE notes (round, starred, text);
CREATE TEMP TABLE votes (round, voter, date, verdict, label, blind, takes, pair);
CREATE TEMP TABLE experiments (id, date, plan);
CREATE TEMP TABLE answers (experiment, case_id, repeat, label, round, state, cost_usd, row);
CREATE TEMP TABLE judgements (experiment, case_id, repeat, first, second, judge, rubric, judgement);
