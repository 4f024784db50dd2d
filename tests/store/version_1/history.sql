-- A history as version 1 wrote it (commit 72070b6): its schema, and what was in its tables.

PRAGMA application_id = 1147760756;
PRAGMA user_version = 1;

-- The history of Diptych, version 1. docs/history.md describes it to those who read it with sqlite3.

-- One sitting of one Diptych. `writer` names the lock that it holds for as long as it lives.
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  began REAL NOT NULL,           -- seconds since 1970, UTC
  app TEXT NOT NULL,             -- the version of Diptych; '' while its rounds are being imported or deleted
  writer TEXT NOT NULL
);

CREATE TABLE rounds (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the ID that commands take; none is given twice
  session INTEGER NOT NULL REFERENCES sessions,
  date REAL,                     -- when it began, seconds since 1970, UTC
  prompt TEXT NOT NULL
);

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  round INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE,
  side TEXT NOT NULL,            -- left or right
  endpoint TEXT NOT NULL,
  api TEXT NOT NULL,
  model TEXT NOT NULL,
  simulated INTEGER NOT NULL,
  settings TEXT NOT NULL,        -- JSON: system, max_tokens, params
  -- Known once the run has ended; until then, and for good in one that was broken off, state is NULL.
  state TEXT,                    -- complete, cut, stopped or failed
  stop_reason TEXT,
  first_token REAL,              -- seconds since t0
  total REAL,                    -- seconds since t0
  cost_usd TEXT,                 -- a decimal number, by the prices of that day
  events INTEGER
);
CREATE INDEX runs_of_round ON runs (round);
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

CREATE VIEW events AS
  SELECT runs.round, runs.side, lines.seq, lines.at / 1e6 AS seconds, lines.name, CAST(lines.data AS TEXT) AS data
  FROM lines JOIN runs ON runs.id = lines.run WHERE lines.seq IS NOT NULL;

-- What is searched: the prompt of the round of that rowid, and its answers.
CREATE VIRTUAL TABLE search USING fts5 (prompt, answer_left, answer_right, tokenize = "unicode61 remove_diacritics 2");

INSERT INTO sessions (id, began, app, writer) VALUES (1, 1795584841.0, '0.1.0', '00000000000000000000000000000001');
INSERT INTO sessions (id, began, app, writer) VALUES (2, 1795584842.0, '0.1.0', '00000000000000000000000000000001');
INSERT INTO sessions (id, began, app, writer) VALUES (3, 1795584843.0, '0.1.0', '00000000000000000000000000000002');
INSERT INTO sessions (id, began, app, writer) VALUES (4, 1795584844.0, '', '00000000000000000000000000000000');
INSERT INTO rounds (id, session, date, prompt) VALUES (1, 1, 1795584840.25, 'Why is the café closed?');
INSERT INTO rounds (id, session, date, prompt) VALUES (2, 1, NULL, 'half a ? character');
INSERT INTO rounds (id, session, date, prompt) VALUES (3, 1, 1795584840.25, CAST(X'74776f0a6c696e65732000' AS TEXT));
INSERT INTO rounds (id, session, date, prompt) VALUES (4, 1, 1795584840.25, 'hi');
INSERT INTO rounds (id, session, date, prompt) VALUES (6, 2, 1795584840.25, 'two answers');
INSERT INTO rounds (id, session, date, prompt) VALUES (7, 2, 1795584840.25, 'streams');
INSERT INTO rounds (id, session, date, prompt) VALUES (8, 2, 1795584840.25, 'broken off');
INSERT INTO rounds (id, session, date, prompt) VALUES (9, 4, 1795584840.25, 'half deleted');
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (1, 1, 'left', 'here', 'openai-chat', 'some-model', 0, '{"system": "", "max_tokens": 8192, "params": {}}', 'complete', 'stop', 0.16, 0.19, NULL, 5);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (2, 2, 'left', 'here', 'openai-chat', 'some-model', 0, '{"system": "Be brief.", "max_tokens": 99, "params": {"temperature": 0.5, "stop": ["a", null]}}', 'cut', NULL, 0.15, 0.25, NULL, 2);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (3, 2, 'right', 'here', 'openai-chat', 'some-model', 0, '{"system": "", "max_tokens": 8192, "params": {}}', 'failed', NULL, NULL, 0.15, NULL, 0);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (4, 3, 'left', 'here', 'openai-chat', 'some-model', 0, '{"system": "", "max_tokens": 8192, "params": {}}', 'stopped', NULL, 0.16, 1.65, NULL, 2);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (5, 3, 'right', 'here', 'openai-chat', 'some-model', 0, '{"system": "", "max_tokens": 8192, "params": {}}', 'failed', NULL, NULL, 3.4, NULL, 0);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (6, 4, 'right', 'here', 'openai-chat', 'some-model', 0, '{"system": "", "max_tokens": 8192, "params": {}}', 'failed', NULL, NULL, 0.15, NULL, 0);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (8, 6, 'left', 'here', 'openai-chat', 'some-model', 1, '{"system": "", "max_tokens": 8192, "params": {}}', 'complete', 'stop', 0.16, 0.19, NULL, 5);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (9, 6, 'right', 'here', 'anthropic-messages', 'gpt-Ä half ?', 0, '{"system": "half \ud83d", "max_tokens": 8192, "params": {}}', 'complete', 'end_turn', 0.18, 0.21, NULL, 7);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (10, 7, 'left', 'here', 'openai-chat', 'some-model', 0, '{"system": "", "max_tokens": 8192, "params": {}}', 'complete', 'stop', 0.17, 0.22, NULL, 8);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (11, 7, 'right', 'here', 'openai-responses', 'some-model', 0, '{"system": "", "max_tokens": 8192, "params": {}}', 'failed', 'failed', NULL, 0.18, NULL, 4);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (12, 8, 'left', 'here', 'openai-chat', 'some-model', 0, '{"system": "", "max_tokens": 8192, "params": {}}', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (13, 8, 'right', 'here', 'openai-chat', 'some-model', 0, '{"system": "", "max_tokens": 8192, "params": {}}', 'complete', 'stop', 0.16, 0.19, NULL, 5);
INSERT INTO runs (id, round, side, endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events) VALUES (14, 9, 'left', 'here', 'openai-chat', 'some-model', 0, '{"system": "", "max_tokens": 8192, "params": {}}', 'complete', 'stop', 0.16, 0.19, NULL, 5);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (1, 1, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (2, 1, 200000, NULL, 'response', CAST('{"status": 200, "headers": [["x-request-id", "req_1"]]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (3, 1, 250000, 1, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (4, 1, 260000, 2, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"content": "Because of the weather."}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (5, 1, 270000, 3, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (6, 1, 280000, 4, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [], "usage": {"prompt_tokens": 8, "completion_tokens": 3}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (7, 1, 290000, 5, '[DONE]', CAST('[DONE]' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (8, 2, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (9, 2, 200000, NULL, 'attempt', CAST('{"attempt": 1, "status": null, "wait": 0.5, "reason": "The connection was lost."}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (10, 2, 700000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.0}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (11, 2, 800000, NULL, 'response', CAST('{"status": 503, "headers": [["x-request-id", "req_1"]], "body": {"error": {"message": "busy \ud800"}}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (12, 2, 800000, NULL, 'attempt', CAST('{"attempt": 2, "status": 503, "wait": 1.25, "reason": "The server is busy."}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (13, 2, 2050000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (14, 2, 2100000, NULL, 'response', CAST('{"status": 200, "headers": [["x-request-id", "req_1"]]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (15, 2, 2200000, 1, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"content": "half a \ud83d"}, "finish_reason": null}]}' AS BLOB), NULL, 4000);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (16, 2, 2300000, 2, CAST(X'6f6464e280a8' AS TEXT), X'ff00fe7b', 12, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (17, 2, 90500000, NULL, 'cut', CAST('{}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (18, 3, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (19, 3, 200000, NULL, 'response', CAST('{"status": 400, "headers": [["x-request-id", "req_1"]], "body": "<h1>\ufffdno</h1>"}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (20, 3, 250000, NULL, 'error', CAST('{"error": {"kind": "http", "status": 400, "message": "The server refused.", "request_id": "req_1"}, "body": "<h1>\ufffdno</h1>"}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (21, 4, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (22, 4, 200000, NULL, 'response', CAST('{"status": 200, "headers": [["x-request-id", "req_1"]]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (23, 4, 250000, 1, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (24, 4, 260000, 2, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"content": "Hel"}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (25, 4, 1750000, NULL, 'stopped', CAST('{}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (26, 5, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (27, 5, 3500000, NULL, 'error', CAST('{"error": {"kind": "connection", "status": null, "message": "There is no such server.", "request_id": null}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (28, 6, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (29, 6, 200000, NULL, 'response', CAST('{"status": 400, "headers": [["x-request-id", "req_1"]], "body": "[1e999, NaN]"}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (30, 6, 250000, NULL, 'error', CAST('{"error": {"kind": "http", "status": 400, "message": "The server refused.", "request_id": "req_1"}, "body": "[1e999, NaN]"}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (38, 8, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (39, 8, 200000, NULL, 'response', CAST('{"status": 200, "headers": [["x-request-id", "req_1"]]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (40, 8, 250000, 1, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (41, 8, 260000, 2, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"content": "Dictionaries merge with |."}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (42, 8, 270000, 3, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (43, 8, 280000, 4, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [], "usage": {"prompt_tokens": 8, "completion_tokens": 3}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (44, 8, 290000, 5, '[DONE]', CAST('[DONE]' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (45, 9, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (46, 9, 200000, NULL, 'response', CAST('{"status": 200, "headers": [["x-request-id", "req_1"]]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (47, 9, 250000, 1, 'message_start', CAST('{"type": "message_start", "message": {"id": "msg_1", "model": "claude-reported", "usage": {"input_tokens": 8, "output_tokens": 1}}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (48, 9, 260000, 2, 'content_block_start', CAST('{"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (49, 9, 270000, 3, 'ping', CAST('{"type": "ping"}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (50, 9, 280000, 4, 'content_block_delta', CAST('{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Say \"a AND b\" (twice)."}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (51, 9, 290000, 5, 'content_block_stop', CAST('{"type": "content_block_stop", "index": 0}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (52, 9, 300000, 6, 'message_delta', CAST('{"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (53, 9, 310000, 7, 'message_stop', CAST('{"type": "message_stop"}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (54, 10, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (55, 10, 200000, NULL, 'response', CAST('{"status": 200, "headers": [["x-request-id", "req_1"]]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (56, 10, 250000, 1, 'chunk', CAST('{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (57, 10, 260000, 2, 'chunk', CAST('{"id":"chatcmpl-7","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5.6-terra","service_tier":"default","system_fingerprint":null,"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (58, 10, 270000, 3, 'chunk', CAST('{"id":"chatcmpl-7","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5.6-terra","service_tier":"default","system_fingerprint":null,"choices":[{"index":0,"delta":{"reasoning_content":"Brief "},"logprobs":null,"finish_reason":null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (59, 10, 280000, 4, 'chunk', CAST('{"id":"chatcmpl-7","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5.6-terra","service_tier":"default","system_fingerprint":null,"choices":[{"index":0,"delta":{"reasoning_content":"it is."},"logprobs":null,"finish_reason":null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (60, 10, 290000, 5, 'chunk', CAST('{"id":"chatcmpl-7","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5.6-terra","service_tier":"default","system_fingerprint":null,"choices":[{"index":0,"delta":{"content":"Copenhagen."},"logprobs":null,"finish_reason":null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (61, 10, 300000, 6, 'chunk', CAST('{"id":"chatcmpl-7","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5.6-terra","service_tier":"default","system_fingerprint":null,"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (62, 10, 310000, 7, 'chunk', CAST('{"id":"chatcmpl-7","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5.6-terra","service_tier":"default","system_fingerprint":null,"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":12,"total_tokens":42,"prompt_tokens_details":{"cached_tokens":16,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":4,"audio_tokens":0}}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (63, 10, 320000, 8, '[DONE]', CAST('[DONE]' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (64, 11, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (65, 11, 200000, NULL, 'response', CAST('{"status": 200, "headers": [["x-request-id", "req_1"]]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (66, 11, 250000, 1, 'response.created', CAST('{"type": "response.created", "sequence_number": 0, "response": {"id": "resp_01", "object": "response", "created_at": 1790000000, "status": "in_progress", "error": null, "incomplete_details": null, "model": "gpt-5.6-terra-2026-09-01", "output": [], "usage": null}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (67, 11, 260000, 2, 'response.in_progress', CAST('{"type": "response.in_progress", "sequence_number": 1, "response": {"id": "resp_01", "object": "response", "created_at": 1790000000, "status": "in_progress", "error": null, "incomplete_details": null, "model": "gpt-5.6-terra-2026-09-01", "output": [], "usage": null}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (68, 11, 270000, 3, 'error', CAST('{"type": "error", "sequence_number": 2, "error": {"type": "insufficient_quota", "code": "insufficient_quota", "message": "You have used up your quota.", "param": null}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (69, 11, 280000, 4, 'response.failed', CAST('{"type": "response.failed", "sequence_number": 3, "response": {"id": "resp_01", "object": "response", "created_at": 1790000000, "status": "failed", "error": {"code": "insufficient_quota", "message": "You have used up your quota."}, "incomplete_details": null, "model": "gpt-5.6-terra-2026-09-01", "output": [], "usage": null}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (70, 12, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (71, 12, 200000, NULL, 'response', CAST('{"status": 200, "headers": [["x-request-id", "req_1"]]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (72, 12, 250000, 1, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (73, 12, 260000, 2, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"content": "unfinishedword"}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (74, 13, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (75, 13, 200000, NULL, 'response', CAST('{"status": 200, "headers": [["x-request-id", "req_1"]]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (76, 13, 250000, 1, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (77, 13, 260000, 2, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"content": "Hello there"}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (78, 13, 270000, 3, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (79, 13, 280000, 4, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [], "usage": {"prompt_tokens": 8, "completion_tokens": 3}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (80, 13, 290000, 5, '[DONE]', CAST('[DONE]' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (81, 14, 100000, NULL, 'request', CAST('{"method": "POST", "url": "https://models.test/v1", "headers": [["content-type", "application/json"], ["x-odd", "caf\u00e9\udcff"]], "body": {"stream": true}, "connect": 0.02}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (82, 14, 200000, NULL, 'response', CAST('{"status": 200, "headers": [["x-request-id", "req_1"]]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (83, 14, 250000, 1, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (84, 14, 260000, 2, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {"content": "halfdeletedword"}, "finish_reason": null}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (85, 14, 270000, 3, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (86, 14, 280000, 4, 'chunk', CAST('{"id": "chatcmpl-1", "model": "gpt-reported", "choices": [], "usage": {"prompt_tokens": 8, "completion_tokens": 3}}' AS BLOB), NULL, NULL);
INSERT INTO lines (id, run, at, seq, name, data, dropped, late) VALUES (87, 14, 290000, 5, '[DONE]', CAST('[DONE]' AS BLOB), NULL, NULL);
INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (1, 'Why is the café closed?', 'Because of the weather.', '');
INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (2, 'half a ? character', 'half a ?', '');
INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (3, CAST(X'74776f0a6c696e65732000' AS TEXT), 'Hel', '');
INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (4, 'hi', '', '');
INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (6, 'two answers', 'Dictionaries merge with |.', 'Say "a AND b" (twice).');
INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (7, 'streams', 'Copenhagen.', '');
INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (8, 'broken off', 'unfinishedword', 'Hello there');
INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (9, 'half deleted', 'halfdeletedword', '');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence (name, seq) VALUES ('rounds', 9);
