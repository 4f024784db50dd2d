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
        "left": "# On streams\n\nThis essay is simulated: true sentences in random order, and many of them.",
        "right": "# Notes on streams\n\nNo model wrote this simulated text. It is long, and it arrives fast.",
    }
)
_HEADINGS = (
    "On events",
    "On waiting",
    "On the first token",
    "On reading along",
    "On tables of events",
    "On comparing fairly",
    "On stopping early",
    "On numbers and their names",
)
_SENTENCES = (
    "A streamed answer is sent while it is written, so you can stop it as soon as it goes wrong.",
    "An event is what the server sends, and a token is what the model writes; one event may carry several tokens.",
    "Several events may arrive in one packet, and one event may be split over two.",
    "The clock is read when the bytes arrive, not when they are painted.",
    "A screen that paints too often takes time away from what it measures.",
    "A figure may be unknown, and it must not be guessed without saying so.",
    "The time to the first token is how long you looked at an empty pane.",
    "The time to the first answer is how long you waited for a word that you can use.",
    "Between the first token and the first answer a model thinks, if it thinks at all.",
    "Scroll up, and the text stays where it is; press End to follow it again.",
    "A slow side never holds up a fast one, since each has a task of its own.",
    "The reason to stop is shown in the provider's own words: `end_turn` and `stop` mean the same.",
    "An answer that ends without its last event was cut off, however complete it looks.",
    "What arrived before an error is kept, since half an answer can still be read.",
    "A retry that nobody sees is a delay that nobody can explain.",
    "The headers of a response say how many requests are left, and when there will be more.",
    "Two answers to one prompt say more about a model than two looks at the same answer.",
    "This paragraph shows that a long answer need not be a good one.",
    "Tokens are counted by the server, and two models count the same text differently.",
    "A gap in the list of events may be the network, the model, or a gateway that collects tokens.",
    "The raw data of an event often says more than the summary of it.",
    "A ping says nothing except that the server is still there.",
    "Some servers send the usage twice, and the later one counts.",
    "A tool call is an answer that asks you a question.",
    "The arguments of a tool call arrive in pieces, and half a piece of JSON cannot be read yet.",
    "The cost of an answer is known only after its usage is.",
    "A fair comparison asks both models the same words at the same moment.",
    "An average hides the one answer in twenty that took ten times as long.",
    "If nothing moves, look at the status first: it says for how long the server has been silent.",
    "Everything in this app can be done with the keyboard, and F1 lists the keys.",
    "A faster model in one round may be the slower one in the next, so ask more than once.",
    "The end of a long answer costs as much as its beginning, so it may pay to ask for a short one.",
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
