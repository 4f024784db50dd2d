"""A secret in pieces: whatever the pieces are, it never stands in the text that they come to."""

import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from diptych.core.content import Content, Error, HeldBack, Ping, Refusal, Text, Thinking, ToolArguments
from diptych.core.failure import Failure
from diptych.core.secrets.streaming import SplitSecrets
from diptych.core.secrets.values import REDACTED, Secret, Secrets

_SECONDS = 5.0
"""More than enough for what takes time in proportion to its length, and far too little for anything else."""

KEY = "sk-ant-api03-Zx81kQw0dLm7RtY2uVb5nHs4"
OTHER = "sk-ant-api03-Zx81kQw-another-key"
SECRETS = Secrets(
    [("K", Secret(KEY)), ("L", Secret(OTHER)), ("M", Secret("gsk_quite-another-form")), ("SHORT", Secret("EMPTY"))]
)

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
    contents: list[Content] = [Text(one), Thinking(one), Refusal(one), ToolArguments(0, one), ToolArguments(1, "x")]

    first = split.scrub(b"{}", contents)[1]
    second = split.scrub(b"{}", [Text(two), Thinking(two), Refusal(two), ToolArguments(0, two), ToolArguments(1, two)])

    assert first == (
        *(each("[redacted]") for each in (Text, Thinking, Refusal)),
        ToolArguments(0, "[redacted]"),
        contents[4],
    )
    assert second[1] == (Text(""), Thinking(""), Refusal(""), ToolArguments(0, ""), ToolArguments(1, two))


def test_what_is_held_back_comes_again_and_is_scrubbed_each_time() -> None:
    split = SplitSecrets(SECRETS)
    texts: list[Content] = [
        HeldBack("text", KEY[:22]),
        HeldBack("thinking", KEY),
        HeldBack("text", ""),
        Text(KEY),
        Text(KEY[:22]),
    ]

    scrubbed = [split.scrub(b"{}", [text])[1][0] for text in texts]

    assert scrubbed == [
        HeldBack("text", REDACTED),
        HeldBack("thinking", REDACTED),
        HeldBack("text", ""),
        Text(REDACTED),
        Text(REDACTED),
    ]


def test_the_data_says_what_the_text_says_and_everything_else_as_before() -> None:
    split = SplitSecrets(SECRETS)
    data = {"delta": {"text": f"{KEY[:22]}", "n": 1}, "list": [KEY[:22], "more"], "pad": "x"}

    scrubbed, contents = split.scrub(json.dumps(data).encode(), [Text(KEY[:22]), Ping()])

    assert json.loads(scrubbed) == {"delta": {"text": "[redacted]", "n": 1}, "list": ["[redacted]", "more"], "pad": "x"}
    assert contents == (Text("[redacted]"), Ping())


def test_data_without_a_secret_stays_byte_for_byte() -> None:
    data = b'{ "text" :  "Hello" }'

    assert SplitSecrets(SECRETS).scrub(data, (Text("Hello"),)) == (data, (Text("Hello"),))
    assert SplitSecrets(Secrets()).scrub(data, (Text("Hello"),)) == (data, (Text("Hello"),))


def test_an_escaped_secret_is_one_too() -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in KEY)
    data = f'{{"text": "{escaped}"}}'.encode()

    scrubbed, contents = SplitSecrets(SECRETS).scrub(data, (Text(KEY), Error(Failure("event", f"{KEY} is wrong."))))

    assert json.loads(scrubbed) == {"text": "[redacted]"}
    assert contents == (Text("[redacted]"), Error(Failure("event", "[redacted] is wrong.")))


def test_data_that_cannot_be_written_again_is_left_out() -> None:
    data = b'{"text": "%s", "n": %s}' % (KEY.encode(), b"9" * 5_000)

    assert SplitSecrets(SECRETS).scrub(data, (Text(KEY),))[0] == b'"[redacted]"'


def test_a_text_that_is_part_of_a_string_is_taken_out_of_it() -> None:
    data = json.dumps({"content": f"<think>{KEY[:22]}</think>"}).encode()

    scrubbed, _ = SplitSecrets(SECRETS).scrub(data, (Thinking(KEY[:22]),))

    assert json.loads(scrubbed) == {"content": "<think>[redacted]</think>"}


def test_data_in_which_the_text_is_not_found_is_left_out() -> None:
    data = json.dumps({"arguments": {"key": KEY}}).encode()

    scrubbed, _ = SplitSecrets(SECRETS).scrub(data, (ToolArguments(0, f"{{'key': '{KEY}'}}"),))

    assert json.loads(scrubbed) == REDACTED


@pytest.mark.parametrize(("text", "keys"), [(KEY, 1), (f"{KEY}{OTHER} ", 2), (f"{KEY[:20]}!", 0), (KEY[:16] * 2, 0)])
def test_a_server_that_echoes_keys_without_end_takes_time_in_proportion(text: str, keys: int) -> None:
    split = SplitSecrets(SECRETS)
    many = f"{text * 20_000}."
    began = time.process_time()

    data, contents = split.scrub(json.dumps({"text": many}).encode(), (Text(many),))

    assert time.process_time() - began < _SECONDS
    shown = json.loads(data)["text"]
    assert contents == (Text(shown),)
    assert shown.count(REDACTED) == 20_000 * keys
    assert KEY not in shown
    assert OTHER not in shown


def test_a_key_in_each_of_many_events_is_taken_out_of_each() -> None:
    split = SplitSecrets(SECRETS)
    data = json.dumps({"text": KEY}).encode()

    assert {split.scrub(data, (Text(KEY),)) for _ in range(10_000)} == {(b'{"text": "[redacted]"}', (Text(REDACTED),))}


def test_data_of_any_depth_is_scrubbed_or_left_out() -> None:
    for levels, is_kept in ((50, True), (900, False), (100_000, False)):
        data = b'{"deep": %s, "text": "%s"}' % (b"[" * levels + b"]" * levels, KEY[:22].encode())

        scrubbed, _ = SplitSecrets(SECRETS).scrub(data, (Text(KEY[:22]),))

        assert KEY[:22].encode() not in scrubbed
        assert (json.loads(scrubbed) != REDACTED) is is_kept


def test_a_key_that_another_one_begins_with_leaves_nothing_of_the_longer_one() -> None:
    longer = f"{KEY}-and-more-of-it"
    secrets = Secrets([("K", Secret(KEY)), ("L", Secret(longer))])

    assert sent([longer], secrets) == REDACTED
    assert sent([KEY, longer[len(KEY) :], "."], secrets) == f"{REDACTED}."
    assert sent([KEY, "."], secrets) == f"{REDACTED}."


def test_a_key_that_begins_inside_of_what_seemed_to_be_one_is_found() -> None:
    assert KEY[20:] not in sent([KEY[:20] + KEY[20:25], KEY])
    assert sent([KEY[:17], KEY[17:22] + KEY, "."]).endswith(f"{REDACTED}.")
