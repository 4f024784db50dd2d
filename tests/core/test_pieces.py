"""A secret in pieces: whatever the pieces are, it never stands in the text that they come to."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from diptych.core.failure import Failure
from diptych.core.meaning import Error, Meaning, Ping, Refusal, Text, Thinking, ToolArguments
from diptych.core.pieces import SplitSecrets
from diptych.core.secret import Secret, Secrets

KEY = "sk-ant-api03-Zx81kQw0dLm7RtY2uVb5nHs4"
OTHER = "sk-ant-api03-Zx81kQw-another-key"
SECRETS = Secrets([("K", Secret(KEY)), ("L", Secret(OTHER)), ("SHORT", Secret("EMPTY"))])

AROUND = st.text(st.sampled_from("ask-Z\né "), max_size=6)
WHOLES = st.lists(st.one_of(AROUND, st.sampled_from([KEY, OTHER, KEY[:25], KEY[:19], "EMPTY"])), max_size=5).map(
    "".join
)


@st.composite
def texts_in_pieces(draw: st.DrawFn) -> list[str]:
    whole = draw(WHOLES)
    cuts = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=12)))
    return [whole[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


def sent(pieces: list[str], secrets: Secrets = SECRETS) -> str:
    """What the pieces of a text come to."""
    split = SplitSecrets(secrets)
    scrubbed = [split.scrub(b"{}", [Text(piece)])[1][0] for piece in pieces]
    return "".join(each.text for each in scrubbed if isinstance(each, Text))


@given(texts_in_pieces())
@example(list(KEY))
@example([f"a{KEY}b{OTHER}", KEY[:30], KEY[30:] + KEY])
def test_however_it_comes_it_never_stands_in_the_text(pieces: list[str]) -> None:
    scrubbed = sent(pieces)

    assert KEY not in scrubbed
    assert OTHER not in scrubbed
    assert KEY[:30] not in scrubbed or KEY not in "".join(pieces)


@given(st.lists(st.text(max_size=8), max_size=20))
@example([KEY[:15], " is how they begin"])
@example([KEY[:20] + " is how they begin"])
@example([KEY[:15], KEY[:15]])
def test_other_text_stays_as_it_is(pieces: list[str]) -> None:
    assert sent(pieces) == "".join(pieces)


@pytest.mark.parametrize("size", [1, 3, 5, 16, 100])
def test_what_it_begins_with_and_what_follows_stands(size: int) -> None:
    whole = f"Your key is {KEY}, I think."

    scrubbed = sent([whole[start : start + size] for start in range(0, len(whole), size)])

    before, _, after = scrubbed.partition("[redacted]")
    assert whole.startswith(before)
    assert len(before) < len("Your key is ") + 20
    assert after == ", I think."


def test_each_text_of_a_run_has_its_own_pieces() -> None:
    split = SplitSecrets(SECRETS)
    one, two = KEY[:22], KEY[22:]
    meanings: list[Meaning] = [Text(one), Thinking(one), Refusal(one), ToolArguments(0, one), ToolArguments(1, "x")]

    first = split.scrub(b"{}", meanings)[1]
    second = split.scrub(b"{}", [Text(two), Thinking(two), Refusal(two), ToolArguments(0, two), ToolArguments(1, two)])

    assert first == (
        *(each("[redacted]") for each in (Text, Thinking, Refusal)),
        ToolArguments(0, "[redacted]"),
        meanings[4],
    )
    assert second[1] == (Text(""), Thinking(""), Refusal(""), ToolArguments(0, ""), ToolArguments(1, two))


def test_the_data_says_what_the_text_says_and_everything_else_as_before() -> None:
    split = SplitSecrets(SECRETS)
    data = {"delta": {"text": f"{KEY[:22]}", "n": 1}, "list": [KEY[:22], "more"], "pad": "x"}

    scrubbed, meanings = split.scrub(json.dumps(data).encode(), [Text(KEY[:22]), Ping()])

    assert json.loads(scrubbed) == {"delta": {"text": "[redacted]", "n": 1}, "list": ["[redacted]", "more"], "pad": "x"}
    assert meanings == (Text("[redacted]"), Ping())


def test_data_without_a_secret_stays_byte_for_byte() -> None:
    data = b'{ "text" :  "Hello" }'

    assert SplitSecrets(SECRETS).scrub(data, (Text("Hello"),)) == (data, (Text("Hello"),))
    assert SplitSecrets(Secrets()).scrub(data, (Text("Hello"),)) == (data, (Text("Hello"),))


def test_an_escaped_secret_is_one_too() -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in KEY)
    data = f'{{"text": "{escaped}"}}'.encode()

    scrubbed, meanings = SplitSecrets(SECRETS).scrub(data, (Text(KEY), Error(Failure("event", f"{KEY} is wrong."))))

    assert json.loads(scrubbed) == {"text": "[redacted]"}
    assert meanings == (Text("[redacted]"), Error(Failure("event", "[redacted] is wrong.")))


def test_data_that_cannot_be_written_again_is_left_out() -> None:
    data = b'{"text": "%s", "n": %s}' % (KEY.encode(), b"9" * 5_000)

    assert SplitSecrets(SECRETS).scrub(data, (Text(KEY),))[0] == b'"[redacted]"'
