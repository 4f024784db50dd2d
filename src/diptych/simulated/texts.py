"""The answers of the simulated models in prose. They say that they are simulated, and explain how to use the app."""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType

from diptych.simulated.script import Voice

_MENTIONED_WORDS = 6
_MENTIONED_CHARACTERS = 48

_LEFT = (
    """\
You asked about **{topic}** – and nobody is home: this is a simulated model, so what you read was written \
beforehand. Everything around it is real, though, and worth a look.

Under this answer stands the list of what the server sent, one line an event. Press Tab until the list has the \
focus, choose a line and press Enter: the event opens with its raw data. `[` and `]` walk to the one before and \
the one after, without closing it.

The column **Δ** is the time since the line before. It is a gap between events, and an event may carry several \
tokens, so do not read it as the time of a token.

For a real answer set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` and start `diptych` without `--demo`.""",
    """\
On “{topic}” a real model would now have an opinion. I am a simulated one and have none, but I can show you \
around.

Both sides stream at once and neither waits for the other. **First token** says how long it took until anything \
came back; **first answer** until something you can read as an answer. They differ when a model thinks first: \
start a prompt with `think` to see it.

Esc stops the side that has the focus, or both from the prompt box; what has arrived stays. F1 lists the keys, \
Ctrl+P finds every action by name.

With a key in `ANTHROPIC_API_KEY` or `OPENAI_API_KEY`, leave out `--demo` and ask the real thing.""",
    """\
“{topic}” – a good beginning. This text is simulated: no model has read your prompt, and no network was used. \
The events below are built as the real API builds them, so they are a fair place to learn from.

Try these as the first word of a prompt:

- `markdown`, `code` or `table` for the ways an answer can look,
- `tool` or `refuse` for answers that end differently,
- `busy`, `error`, `cut` or `stall` for a bad day on the network.

Then go to the events with Tab and open one with Enter; `[` and `]` move through the others. The reason why an \
answer stopped is in its last events, in the provider's own words.

To ask real models, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY`.""",
)
_RIGHT = (
    """\
A word first: I am simulated. There is no model behind this side either, and my thoughts on **{topic}** are \
therefore short. What I can offer is a comparison.

1. Look at *first token* on both sides. I start later and speak more slowly than my neighbour, on purpose.
2. Look at the tokens per second. They are counted from the first answer token to the last, without the thinking.
3. Look at the last event of each side. It has the stop reason as the provider spells it.

Now press Tab to reach my events and Enter to open one. With `[` and `]` you go from event to event; Esc brings \
you back.

Real models answer once `OPENAI_API_KEY` or `ANTHROPIC_API_KEY` is set and `--demo` is gone.""",
    """\
So, “{topic}”. Please do not quote me on it: I am simulated, and these words, written in advance, are only played \
to you with the pauses of a real server.

What is worth your attention is below. The first lines of the list are *notes*: the request as it was sent and \
the response's headers. Enter opens these as well, and shows the rate limits and the request's id. Then \
come the numbered *events*, each with the time it arrived and, under **Δ**, the time since the line before.

The view follows an answer while it grows. Scroll up to read in peace, press End to follow again. F1 lists all \
keys, and Esc stops an answer you have seen enough of.

Your own keys go into `OPENAI_API_KEY` and `ANTHROPIC_API_KEY`.""",
    """\
My neighbour and I were both asked about **{topic}**, and both of us are simulated. That is why the cost stays \
“–”: nothing was bought, so there is no price to show.

The other figures are measured as they would be for a real server:

- **first token**: from sending the request to the first content of any kind;
- **first answer**: the same, up to the first content that is not thinking;
- **in** and **out**: tokens, as the server's own usage report gives them at the end.

Ask something beginning with `slow` and watch that one side never holds up the other, or with `long` to see both \
of us hurry. Esc ends it early.

For real answers: `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, and no `--demo`.""",
)
_ANSWERS: Mapping[Voice, tuple[str, ...]] = MappingProxyType({"left": _LEFT, "right": _RIGHT})

THOUGHTS: Mapping[Voice, str] = MappingProxyType(
    {
        "left": (
            "The user wants to see a model think. I am simulated, so these are stage thoughts, but they travel the "
            "way real ones do: in events of their own, before the answer. I should let a few sentences pass, so "
            "that first token and first answer come apart visibly, and then keep the answer short."
        ),
        "right": (
            "**Setting the stage**\n\nI have been asked to think aloud. Nothing here is computed, yet the wire does "
            "not know that. Let me fill a moment, count my words as reasoning tokens, and leave a clear line "
            "between these thoughts and what I say in the end."
        ),
    }
)
AFTER_THOUGHT: Mapping[Voice, str] = MappingProxyType(
    {
        "left": (
            "Those were simulated thoughts. Compare **first token** with **first answer**: the first was a thought, "
            "the second began this sentence. The thinking's tokens are part of the output, and the usage at the "
            "end says how many they were. Open an event of each kind with Enter to see how they differ."
        ),
        "right": (
            "Done thinking, in a simulated way. My reasoning was counted apart: look for the number in brackets "
            "after *out*. The tokens a second leave it out, so that a model that thinks long is not called fast "
            "or slow for it."
        ),
    }
)
BEFORE_TOOL: Mapping[Voice, str] = MappingProxyType(
    {
        "left": (
            "Let me look at the weather. (Simulated: nobody runs this tool. Watch its arguments arrive in pieces.)"
        ),
        "right": "I would ask a tool about that. This is simulated, so the call stays unanswered.",
    }
)
BEFORE_OWN_TOOL: Mapping[Voice, str] = MappingProxyType(
    {"left": "Let me look that up.", "right": "I ask a tool about that. (Simulated: the arguments fit its schema.)"}
)
_AFTER_RESULTS: Mapping[Voice, str] = MappingProxyType(
    {
        "left": "The tool says: **{result}**. (A simulated model reads no more than that from a result.)",
        "right": "Thank you. From the result I learn that “{result}”, and being simulated, I leave it at that.",
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
            "I'm sorry, I can't help with that. (A simulated refusal: your prompt asked to see one, and there was "
            "nothing wrong with it.)"
        ),
        "right": "I can't assist with that request. This refusal is simulated and means nothing about your prompt.",
    }
)
SLOW: Mapping[Voice, str] = MappingProxyType(
    {
        "left": "Slowly, on purpose. A simulated server under load sounds like this; Esc stops it.",
        "right": "This simulated model takes its time. The other side does not have to wait for it.",
    }
)
AFTER_BUSY: Mapping[Voice, str] = MappingProxyType(
    {
        "left": (
            "Here we are, at the second attempt. The first one was turned away with status 429 and `retry-after: 1`, "
            "all of it simulated. Both attempts stand at the top of the events; the time of the wait is shown, but "
            "not counted in first token."
        ),
        "right": (
            "The simulated rate limit has let us through. Open the note of the first attempt with Enter to see what "
            "the server said. Diptych waited as long as it was told to, and you could have stopped it with Esc."
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
