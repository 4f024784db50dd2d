"""Writes the long answer of a simulated model: about 3,000 words, made of a few dozen sentences."""

from collections.abc import Mapping
from itertools import count
from random import Random
from types import MappingProxyType

from diptych.simulated.script import Voice

_WORDS = 3_000
_SENTENCES_PER_PARAGRAPH = 5

_OPENINGS: Mapping[Voice, str] = MappingProxyType(
    {
        "left": "# A long walk\n\nThis essay is simulated. It says little, at length, so that you can scroll in it.",
        "right": "# Many words\n\nNo model wrote this simulated text. It is here to be long, and arrives fast.",
    }
)
_HEADINGS = (
    "On streams",
    "On waiting",
    "On the first token",
    "On reading along",
    "On tables of events",
    "On comparing fairly",
    "On stopping early",
    "On numbers and their names",
)
_SENTENCES = (
    "A stream is a promise that the rest will come.",
    "If you read along, you see an answer grow, and forgive it much for that.",
    "An event is what the server sent; a token is what the model made, and the two are not the same.",
    "Several tokens may share one event, and several events may share one packet.",
    "The clock is read when the bytes arrive, not when they are painted.",
    "A screen that paints too often steals time from the very thing it shows.",
    "A figure may be unknown, but it must not be guessed without saying so.",
    "The first token tells how long you waited in the dark.",
    "The first answer tells how long you waited for something you can use.",
    "Between the two lies the thinking, if there was any.",
    "Scroll up, and the text stays where you are; press End, and it takes you along again.",
    "The slow side never holds up the fast one, for each has a task of its own.",
    "A stop reason is best left in the words of the provider who gave it.",
    "An answer that ends cleanly without its terminal event has been cut, however complete it looks.",
    "What was received before an error is still worth reading, and so it is kept.",
    "A retry that cannot be seen is a delay that cannot be explained.",
    "Rate limits are kinder when their headers are read.",
    "Two answers side by side say more about a model than one answer looked at twice.",
    "Length is not depth, as this paragraph shows without meaning to.",
    "Tokens are counted by the server, and only the server knows how.",
    "A gap in the list of events may be the network, the model, or a pause for breath.",
    "Open the raw data once, and you stop believing in summaries for a while.",
    "A ping says nothing except that somebody is still there.",
    "Some servers repeat themselves at the end, to be sure that they were understood.",
    "A tool call is an answer that asks a question back.",
    "Its arguments arrive in pieces, and a piece of JSON is not JSON yet.",
    "The cost of an answer is known only when its usage is.",
    "A fair comparison asks both at the same moment and gives both the same words.",
    "The terminal is a modest place, and for that reason a good one for reading.",
    "If nothing moves, look at the state first and at the clock second.",
    "Everything here can be done with the keyboard, and F1 says how.",
    "The end of a long text is reached the same way as that of a short one, only later.",
)


def essay(voice: Voice, rng: Random) -> str:
    """Return an essay of at least 3,000 words, in numbered sections of two paragraphs."""
    blocks = [_OPENINGS[voice]]
    numbers = count(1)
    while sum(len(block.split()) for block in blocks) < _WORDS:
        blocks += [f"## {next(numbers)}. {rng.choice(_HEADINGS)}", _paragraph(rng), _paragraph(rng)]
    return "\n\n".join(blocks)


def _paragraph(rng: Random) -> str:
    return " ".join(rng.sample(_SENTENCES, _SENTENCES_PER_PARAGRAPH))
