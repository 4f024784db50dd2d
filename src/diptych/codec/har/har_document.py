"""Rounds as a HAR: each round a page, and each request an entry."""

from collections.abc import Iterable, Iterator

from diptych import __version__
from diptych.codec.har.har_entry import round_entries
from diptych.codec.har.har_times import date_text
from diptych.core.json_text import JsonObject, to_json
from diptych.core.naming import refuse_hidden
from diptych.core.round import Round
from diptych.core.text.excerpt import excerpt

_LONGEST_TITLE = 200


def har_pieces(rounds: Iterable[Round]) -> Iterator[str]:
    """Yield the text of a HAR piece by piece, with a line per entry. Only one round is in memory at a time.

    Raises `HiddenRoundError` when it comes to a round whose sides are hidden.
    """
    creator = {"name": "Diptych", "version": __version__}
    yield f'{{"log": {{"version": "1.2", "creator": {to_json(creator)}, "entries": ['
    pages: list[str] = []
    separator = "\n"
    for number, round_ in enumerate(rounds, 1):
        refuse_hidden(round_)
        page = f"round_{number}"
        pages.append(to_json(_page_object(round_, page)))
        for entry in round_entries(round_, page):
            yield f"{separator}{to_json(entry)}"
            separator = ",\n"
    yield '\n], "pages": [\n'
    yield ",\n".join(pages)
    yield "\n]}}\n"


def _page_object(round_: Round, page: str) -> JsonObject:
    """Return a round as a page. Its comment says if the date is not known, since a HAR has to have one."""
    whole: JsonObject = {
        "startedDateTime": date_text(round_.date or 0.0),
        "id": page,
        "title": excerpt(round_.prompt, _LONGEST_TITLE),
        "pageTimings": {},
    }
    if round_.date is None:
        whole["comment"] = "It is not known when this round was asked. Its dates count from 1970."
    own: JsonObject = {} if round_.number is None else {"round": round_.number}
    if case := round_.experiment_case:
        own |= {"experiment": case.experiment, "case": case.case, "repeat": case.repeat}
    return whole | {"_diptych": own} if own else whole
