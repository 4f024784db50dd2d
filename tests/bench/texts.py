"""Markdown as models write it, in pieces the size of tokens: realistic answers, and blocks that never end."""

import random
import re
from collections.abc import Callable, Iterator

from tests.bench.plan import Kind

_TOKEN = re.compile(r" ?[^\W\d_]{1,9}| ?\d{1,3}|\n+(?:  )?| {2,8}| ?[^\w\s]{1,4}\n*|.")

_WORDS = re.findall(
    r"\w+",
    """
    the a window segment sender receiver queue loss timer packet of and to is in that it for with when as by until
    after before congestion threshold bandwidth latency network connection estimate probe growth acknowledgement
    round trip doubles halves grows waits keeps sends measures therefore however because each every slowly quickly
    conservative capacity available buffer router path rate limit value sample average variance
    """,
)

_CODE = {
    "python": """\
async def probe(window: int, losses: list[float], *, limit: int = 64) -> int:
    \"\"\"Grow the window until something is lost.\"\"\"
    while window < limit:
        acked = await send(segments=window, timeout=1.5)  # one round trip
        if acked < window:
            losses.append(time.monotonic())
            return max(1, window // 2)
        window *= 2
    return window
""",
    "rust": """\
fn on_ack(state: &mut State, acked: u32) -> Result<(), Error> {
    if state.cwnd < state.ssthresh {
        state.cwnd += acked; // slow start
    } else {
        state.cwnd += MSS * MSS / state.cwnd;
    }
    state.timer.restart(Duration::from_millis(200))?;
    Ok(())
}
""",
    "bash": """\
for i in $(seq 1 10); do
  ss -tin dst 192.0.2.7 | grep -o 'cwnd:[0-9]*' >> "window-$i.log"
  sleep 0.5
done
""",
    "json": """\
{
  "congestion_control": "cubic",
  "initial_window": 10,
  "samples": [1, 2, 4, 8, 16, null, true],
  "note": "values in segments, \\u00b5s where times"
}
""",
}


def pieces(kind: Kind, count: int, seed: int) -> list[str]:
    """A text of that kind in exactly so many pieces, four to five characters each; the same for the same seed."""
    found: list[str] = []
    for part in _PARTS[kind](random.Random(seed)):
        found += _TOKEN.findall(part)
        if len(found) >= count:
            break
    return found[:count]


def _words(rng: random.Random, least: int, most: int) -> str:
    return " ".join(rng.choices(_WORDS, k=rng.randint(least, most)))


def _sentence(rng: random.Random) -> str:
    text = _words(rng, 6, 16).capitalize()
    extra = rng.choice(
        [
            "",
            "",
            "",
            f", **{_words(rng, 1, 3)}**",
            f", *{_words(rng, 1, 2)}*",
            f" (`{rng.choice(_WORDS)}_{rng.choice(_WORDS)}`)",
            f", see [{_words(rng, 1, 3)}](https://example.org/rfc/{rng.randint(1000, 9999)})",
            f" – {rng.randint(2, 900)} ms, “{_words(rng, 1, 2)}” – {_words(rng, 2, 4)}",
            f": **`{rng.choice(_WORDS)}`** {_words(rng, 2, 4)}",
        ]
    )
    return f"{text}{extra}."


def _paragraph(rng: random.Random) -> str:
    return " ".join(_sentence(rng) for _ in range(rng.randint(2, 5))) + "\n\n"


def _heading(rng: random.Random) -> str:
    return f"{'#' * rng.choice([2, 2, 3, 3, 4])} {_words(rng, 2, 6).capitalize()}\n\n"


def _bullets(rng: random.Random) -> str:
    lines = []
    for _ in range(rng.randint(3, 6)):
        lines.append(f"- **{_words(rng, 1, 2)}**: {_sentence(rng)}")
        if rng.random() < 0.4:
            lines += [f"  - {_sentence(rng)}" for _ in range(rng.randint(1, 3))]
    return "\n".join(lines) + "\n\n"


def _numbered(rng: random.Random) -> str:
    return "".join(f"{number}. {_sentence(rng)}\n" for number in range(1, rng.randint(4, 8))) + "\n"


def _row(rng: random.Random) -> str:
    return f"| {_words(rng, 1, 2)} | {rng.randint(1, 9999)} | `{rng.choice(_WORDS)}` | {_words(rng, 2, 5)} |\n"


def _table_head(rng: random.Random) -> str:
    return f"| {rng.choice(_WORDS)} | value | name | what it does |\n| :--- | ---: | :---: | --- |\n"


def _table(rng: random.Random) -> str:
    return _table_head(rng) + "".join(_row(rng) for _ in range(rng.randint(3, 8))) + "\n"


def _fence(rng: random.Random) -> str:
    language = rng.choice(list(_CODE))
    return f"```{language}\n{_CODE[language]}```\n\n"


def _quote(rng: random.Random) -> str:
    return f"> {_sentence(rng)}\n> {_sentence(rng)}\n\n"


_BLOCKS: tuple[Callable[[random.Random], str], ...] = (_bullets, _numbered, _table, _fence, _quote)


def _answer(rng: random.Random) -> Iterator[str]:
    """Headings with a paragraph or two under each, and every kind of block in turn."""
    yield f"# {_words(rng, 3, 5).capitalize()}\n\n"
    while True:
        for block in rng.sample(_BLOCKS, len(_BLOCKS)):
            yield _heading(rng)
            yield _paragraph(rng)
            yield block(rng)
            if rng.random() < 0.5:
                yield _paragraph(rng)
        if rng.random() < 0.3:
            yield "---\n\n"


def _prose(rng: random.Random) -> Iterator[str]:
    while True:
        yield _paragraph(rng)


def _long_list(rng: random.Random) -> Iterator[str]:
    while True:
        yield f"- {_sentence(rng)}\n"


def _long_table(rng: random.Random) -> Iterator[str]:
    yield _table_head(rng)
    while True:
        yield _row(rng)


def _long_code(rng: random.Random) -> Iterator[str]:
    yield "```python\n"
    while True:
        name, value = rng.sample(_WORDS, 2)
        yield f"    {name}_{rng.randint(1, 999)} = {value}(window, limit={rng.randint(1, 64)})  # {_words(rng, 2, 5)}\n"


def _endless_line(rng: random.Random) -> Iterator[str]:
    while True:
        yield "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=5))


_PARTS: dict[Kind, Callable[[random.Random], Iterator[str]]] = {
    "markdown": _answer,
    "prose": _prose,
    "list": _long_list,
    "table": _long_table,
    "code": _long_code,
    "endless": _endless_line,
}
