"""Strategies for hostile texts, and for streams that have them wherever a server can put a text."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import strategies as st

from diptych.apis.registry import DIALECTS
from diptych.apis.sse import Decoder
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.event import AttemptFailed, Event, RequestSent, ResponseBegan
from diptych.core.failure import Failure
from diptych.core.message import Message
from diptych.core.request import Label, Request
from diptych.core.run import Run
from diptych.core.settings import Settings
from tests.fuzz.corpus import HOSTILE
from tests.streams.folding import APIS, STREAMS

_CHARACTERS = st.sampled_from("ab 1\n\r\t\x1b\x9b\x07[]/@=\u202e\u200b\u200d\ufe0f\u0301\ud83d👩\U0001f3fdक्日|*_`#-<&;")

TEXTS = st.lists(
    st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=12) | st.text(_CHARACTERS, max_size=20), max_size=4
).map("".join)
"""Texts that a server may send."""

_BODIES: dict[ApiName, list[bytes]] = {
    api: [path.read_bytes() for path in STREAMS if path.parent.name == api] for api in APIS
}


@st.composite
def bodies(draw: st.DrawFn, api: ApiName) -> bytes:
    """A hand-written stream with some texts replaced and perhaps some bytes damaged, or random bytes."""
    if draw(st.integers(0, 15)) == 0:
        return draw(st.binary(max_size=300))
    texts = draw(st.lists(TEXTS, min_size=1, max_size=4))
    random = Random(draw(st.integers(0, 2**32)))
    share = draw(st.sampled_from((0.05, 0.3, 0.9)))
    body = b"\n\n".join(_events(draw(st.sampled_from(_BODIES[api])), texts, random, share)) + b"\n\n"
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 5)))):
        at = random.randrange(len(body))
        damage = random.choice(
            (b"", b"\x1b[31m", b"\x9b2J", b"\xff\xfe", b"\r", b"\n\n", b"\x00", b"\xf0\x9f", b'"', b"{")
        )
        body = body[:at] + damage + body[at + random.choice((0, 1, 30)) :]
    return body


@st.composite
def runs(draw: st.DrawFn, side: Label = "left") -> Run:
    """A run with a hostile server, whole or ended early."""
    api = draw(st.sampled_from(APIS))
    name, header, model = draw(TEXTS), draw(TEXTS), draw(TEXTS)
    endpoint = Endpoint(name, api, f"http://{header}", "HERE_API_KEY")
    run = Run(side, Request(Settings(endpoint, model), (Message.of_text("user", header),)), began=0.0)
    _begin(run, name, header)
    decoder, dialect = Decoder(), DIALECTS[api]()
    body = draw(bodies(api))
    size = draw(st.sampled_from((1, 7, 64, 100_000)))
    framed = [event for at in range(0, len(body), size) for event in decoder.feed(body[at : at + size])]
    for number, event in enumerate([*framed, *decoder.end()], 1):
        wire_name, contents = dialect.decode(event)
        run.add(Event(number / 7, number, wire_name, event.data, contents, event.dropped))
    end = float(run.events)
    match draw(st.sampled_from(("end", "fail", "stop"))):
        case "fail":
            run.fail(Failure("http", f"It said {name}", 500, header), end, body)
        case "stop":
            run.stop(end)
        case _ if run.end.saw_terminal_event or run.failure:
            run.complete()
        case _:
            run.cut(end)
    return run


def _begin(run: Run, name: str, header: str) -> None:
    headers = ((name, header), ("request-id", header), ("request-id", name))
    run.begin_attempt(0.0)
    run.note(RequestSent(0.0, "POST", f"http://{name}", headers, json.dumps({"messages": [name]}).encode()))
    run.note(ResponseBegan(0.01, 503, headers, header.encode("utf-8", "surrogatepass")))
    run.note(AttemptFailed(0.02, 1, 503, 0.5, name))
    run.note(RequestSent(0.03, "POST", f"http://{header}", headers, name.encode("utf-8", "surrogatepass")))
    run.note(ResponseBegan(0.04, 200, headers))


def _events(body: bytes, texts: list[str], random: Random, share: float) -> Iterator[bytes]:
    for event in body.split(b"\n\n"):
        lead, mark, data = event.partition(b"data: ")
        try:
            value = json.loads(data)
        except ValueError:
            yield event
            continue
        value = _replaced(value, texts, random, share)
        as_escapes = random.random() < 0.5
        yield lead + mark + json.dumps(value, ensure_ascii=as_escapes).encode("utf-8", "surrogatepass")


def _replaced(value: Any, texts: list[str], random: Random, share: float) -> Any:
    match value:
        case dict():
            new = {
                key: _replaced(child, texts, random, share / 8 if key == "type" else share)
                for key, child in value.items()
            }
            return new | {random.choice(texts): random.choice(texts)} if random.random() < share / 8 else new
        case list():
            return [_replaced(child, texts, random, share) for child in value]
        case str() if random.random() < share:
            return random.choice((random.choice(texts), value + random.choice(texts)))
        case _ if random.random() < share / 16:
            return random.choice((None, random.choice(texts), -1, 1e308, [], {}, True, 10**30))
        case _:
            return value
