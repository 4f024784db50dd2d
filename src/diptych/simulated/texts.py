"""The prose of the simulated models. Each answer says that it is simulated, and teaches one thing about the app."""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType

from diptych.simulated.script import Voice

_MENTIONED_WORDS = 6
_MENTIONED_CHARACTERS = 48

_LEFT = (
    """\
You wrote “{topic}”, and a simulated model answers: this text was written in advance. What surrounds it is real: the \
SDK, the wire format, the events and the measured times.

Below this answer is the list of everything that the server sent, with one event per line. Press Tab until that \
list has the focus, choose a line and press Enter to open the event with its raw data. `[` and `]` show the \
previous and the next one.

The column **Δ** has the time since the line before. An event may carry several tokens, so this is the gap \
between two events, and not the time that a token took.

For a real answer, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` and start `diptych` without `demo`.""",
    """\
“{topic}” is for a real model to answer. I am simulated, so let me explain two figures instead.

**First token** is the time until anything at all came back. **First answer** is the time until the first word \
that you can use. They are the same here, and differ when a model thinks first: begin a prompt with `think` to \
see that.

Both sides stream at the same time, and neither waits for the other. When both have ended, press Tab and then \
`D`: it compares the two answers in their figures, on one time axis, and word by word.

Esc stops the side that has the focus, or both sides from the prompt box. F1 lists all keys.

With a key in `ANTHROPIC_API_KEY` or `OPENAI_API_KEY`, leave out `demo` and ask real models.""",
    """\
Nobody has read “{topic}”, since this model is simulated, and no network was used. The events below are built as the \
real API builds them, so you can learn from them.

Begin your next prompt with one of these words:

- `markdown`, `code` or `table` shows how an answer can look,
- `think`, `tool` or `refuse` shows other kinds of answers,
- `busy`, `error`, `cut` or `stall` shows a server that misbehaves.

Then compare how each of them ends. The reason why an answer stopped is in its last events, in the provider's own \
words: press Tab until the list of events has the focus, then `$`, then Enter.

To ask real models, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY`.""",
)
_RIGHT = (
    """\
About “{topic}” I know nothing, since I am simulated. But you have two answers now, and can compare them:

1. Look at *first token* on both sides. I start later and write more slowly than the left model, on purpose.
2. Look at the tokens per second. They are counted from the first to the last token of the answer, so that the \
time spent thinking does not count.
3. Press Tab and then `D`. It puts both runs on one time axis, and says in one sentence why one of them took longer.

One answer says little: the next one may be faster. `r` in this pane asks me again, and `<` and `>` go from one \
take to the other.

To ask real models, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` and leave out `demo`.""",
    """\
Please do not quote me on “{topic}”: I am simulated, and these words were written in advance. They come with the \
pauses of a real server.

The first lines of the list below are *notes*: the request as it was sent, and the headers of the response. Enter \
opens them, with the rate limits and the id of the request. Then come the numbered *events*, each with the time at \
which it arrived.

The pane follows an answer while it grows. Scroll up to read at your own pace, and press End to follow again. \
Esc stops an answer when you have seen enough.

Every round is kept in a history on this machine. Ctrl+T opens it, and replays any round with its timing.

For real answers, set `OPENAI_API_KEY` and `ANTHROPIC_API_KEY`.""",
    """\
We were both asked “{topic}”, and we are both simulated. Nothing was bought, and therefore the cost is “–”, which \
means unknown. Diptych does not put an estimate in place of a figure that it does not know.

The other figures are measured as they are for a real server:

- **first token**: from sending the request to the first content of any kind;
- **first answer**: from sending the request to the first content that is not thinking;
- **in** and **out**: tokens, as the server itself reported them at the end.

Begin a prompt with `slow` to see that one side never holds up the other, or with `long` to see both of us hurry.

To ask real models, set `OPENAI_API_KEY` or `ANTHROPIC_API_KEY` and leave out `demo`.""",
)
_ANSWERS: Mapping[Voice, tuple[str, ...]] = MappingProxyType({"left": _LEFT, "right": _RIGHT})

THOUGHTS: Mapping[Voice, str] = MappingProxyType(
    {
        "left": (
            "The user wants to see a model think. I am simulated, so these thoughts were written in advance, but "
            "they arrive as real ones do: in separate events, before the answer. If I think for a few sentences, "
            "the first token and the first answer are visibly apart. Then I keep the answer short."
        ),
        "right": (
            "**Planning the answer**\n\nI have been asked to think aloud. Nothing here is computed, but it is sent as "
            "a real summary of reasoning is. The words are counted as reasoning tokens, and they end before "
            "the answer begins, so that the two can be told apart."
        ),
    }
)
AFTER_THOUGHT: Mapping[Voice, str] = MappingProxyType(
    {
        "left": (
            "Those thoughts were simulated. Compare **first token** with **first answer**: the first token was a "
            "thought, and the first answer began this sentence. Thinking is part of the output that you pay for, "
            "and the usage at the end says how many tokens it took. Press Tab and then `D` to see both models on "
            "one time axis."
        ),
        "right": (
            "That was simulated thinking. My reasoning tokens are counted separately: they are the number in "
            "brackets after *out*. The tokens per second leave out the time spent thinking, so a model that thinks "
            "for long is called neither fast nor slow for it."
        ),
    }
)
BEFORE_TOOL: Mapping[Voice, str] = MappingProxyType(
    {
        "left": ("Let me look up the weather. (Simulated: no tool is run. Watch how its arguments arrive in pieces.)"),
        "right": "I would ask a tool about that. This is simulated, so nobody answers the call.",
    }
)
BEFORE_OWN_TOOL: Mapping[Voice, str] = MappingProxyType(
    {"left": "Let me look that up.", "right": "I will ask a tool. (Simulated: the arguments follow its schema.)"}
)
_AFTER_RESULTS: Mapping[Voice, str] = MappingProxyType(
    {
        "left": "The tool says: **{result}**. (A simulated model does not read further than that.)",
        "right": "The result begins with “{result}”. A real model would now answer with it; I am simulated.",
    }
)
ARGUMENTS: Mapping[Voice, str] = MappingProxyType(
    {
        "left": '{"city": "Paris", "unit": "celsius", "days": 3}',
        "right": '{"city": "Edinburgh", "country": "Scotland", "unit": "celsius"}',
    }
)
REFUSAL: Mapping[Voice, str] = MappingProxyType(
    {
        "left": (
            "I'm sorry, I can't help with that. (This refusal is simulated, because your prompt asked to see one.)"
        ),
        "right": "I can't assist with that request. This refusal is simulated and means nothing about your prompt.",
    }
)
SLOW: Mapping[Voice, str] = MappingProxyType(
    {
        "left": "This is what a server under load looks like. It is simulated; Esc stops it.",
        "right": "This simulated model is slow on purpose. The other side does not wait for it.",
    }
)
AFTER_BUSY: Mapping[Voice, str] = MappingProxyType(
    {
        "left": (
            "This is the second attempt. The server refused the first one with status 429 and `retry-after: 1`, "
            "all of it simulated. Both attempts are at the top of the list of events. The wait between them is "
            "shown there, and is not part of the time to the first token."
        ),
        "right": (
            "The simulated rate limit is over. Open the note of the first attempt with Enter to see what the server "
            "said. Diptych waited for as long as the server asked, and Esc would have ended the wait."
        ),
    }
)


def answer(prompt: str, voice: Voice, rng: Random) -> str:
    """Choose one of a voice's ordinary answers, which mention the first words of the prompt."""
    return rng.choice(_ANSWERS[voice]).format(topic=_topic(prompt))


def after_results(result: str, voice: Voice) -> str:
    """Return what a voice says after the result of a tool, of which it quotes the first words."""
    return _AFTER_RESULTS[voice].format(result=_topic(result))


def _topic(prompt: str) -> str:
    words = prompt.split()
    start = " ".join(words[:_MENTIONED_WORDS])[:_MENTIONED_CHARACTERS]
    shown = "".join(character for character in start if character.isprintable())
    if not shown:
        return "nothing at all"
    return shown if start == " ".join(words) else f"{shown} …"
