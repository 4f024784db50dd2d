"""The names of span attributes and events.

Those of OpenTelemetry follow its conventions for generative AI, which are in development:
https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ and
https://github.com/open-telemetry/semantic-conventions-genai. They are constants here, since the published package
`opentelemetry-semantic-conventions` marks these names as deprecated, since they moved to that repository.
`docs/reference/telemetry.md` explains to users what each one holds.
"""

# Of every span that asks a model.
OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
CONVERSATION = "gen_ai.conversation.id"
OUTPUT_TYPE = "gen_ai.output.type"

# What was sent.
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens"
REQUEST_TEMPERATURE = "gen_ai.request.temperature"
REQUEST_TOP_P = "gen_ai.request.top_p"
REQUEST_TOP_K = "gen_ai.request.top_k"
REQUEST_FREQUENCY_PENALTY = "gen_ai.request.frequency_penalty"
REQUEST_PRESENCE_PENALTY = "gen_ai.request.presence_penalty"
REQUEST_STOP_SEQUENCES = "gen_ai.request.stop_sequences"
REQUEST_SEED = "gen_ai.request.seed"
REQUEST_CHOICES = "gen_ai.request.choice.count"
REQUEST_STREAM = "gen_ai.request.stream"

# What came back.
RESPONSE_ID = "gen_ai.response.id"
RESPONSE_MODEL = "gen_ai.response.model"
RESPONSE_FINISH_REASONS = "gen_ai.response.finish_reasons"
RESPONSE_TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens"
CACHE_WRITE_TOKENS = "gen_ai.usage.cache_write.input_tokens"
REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens"

# What was said: only if the user asks for it.
SYSTEM_INSTRUCTIONS = "gen_ai.system_instructions"
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"

# Of all kinds of spans: https://opentelemetry.io/docs/specs/semconv/registry/attributes/
SERVER_ADDRESS = "server.address"
SERVER_PORT = "server.port"
ERROR_TYPE = "error.type"

# Diptych's own, of the run and of its round.
ROUND = "diptych.round"
EXPERIMENT = "diptych.experiment"
CASE = "diptych.case"
REPEAT = "diptych.repeat"
LABEL = "diptych.label"
TAKE = "diptych.take"
ENDPOINT = "diptych.endpoint"
API = "diptych.api"
SIMULATED = "diptych.simulated"
STATE = "diptych.state"
ATTEMPTS = "diptych.attempts"
EVENTS = "diptych.events"
UNREAD_EVENTS = "diptych.unread_events"
UNKNOWN_TIMES = "diptych.unknown_times"
REQUEST_ID = "diptych.request_id"
CLOCK = "diptych.clock"
CONNECT = "diptych.connect"
HEADERS = "diptych.headers"
FIRST_TOKEN = "diptych.first_token"  # noqa: S105 - the name of an attribute
FIRST_ANSWER = "diptych.first_answer"
LAST_TOKEN = "diptych.last_token"  # noqa: S105 - the name of an attribute
TOTAL = "diptych.total"
TOKENS_PER_SECOND = "diptych.tokens_per_second"
COST = "diptych.cost_usd"
COST_SOURCE = "diptych.cost_source"

# Span events, and what they tell. The first two have the names of the attributes above.
SILENCE = "diptych.silence"
SILENCE_SECONDS = "diptych.silence.seconds"
ATTEMPT_FAILED = "diptych.attempt_failed"
ATTEMPT = "diptych.attempt"
ATTEMPT_STATUS = "diptych.attempt.status"
ATTEMPT_WAIT = "diptych.attempt.wait"
ATTEMPT_REASON = "diptych.attempt.reason"
