"""Finds the request field that a server refuses, from its error response.

Servers name such a field in many ways: OpenAI in `error.param`, FastAPI in `detail[].loc`, others in a sentence or in
plain text. A field whose value is wrong does not count, nor does one that the error only lists as known, or echoes.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from diptych.apis.lenient_json import array, string
from diptych.core.json_text import JsonObject, parse_lenient_json

_STATUSES = frozenset({400, 405, 406, 415, 422, 500, 501})
"""Statuses that a refused field may have. Other statuses are about keys, models, sizes and rates."""

_TEXTS = ("message", "msg", "detail", "details", "error", "error_message", "description", "reason", "title", "raw")

_ECHOES = frozenset({"input", "body", "request", "ctx"})
"""Members in which errors repeat the request, with the names of all its fields."""

_LISTS_KNOWN_FIELDS = re.compile(
    r"\b(?:expected|did you mean|use|available|known|(?:valid|supported|allowed|permitted|accepted)"
    r" (?:\w+ )?(?:are|is|include)|must be one of)\b",
    re.IGNORECASE,
)
"""Words after which a sentence lists fields that the server knows."""

_UNKNOWN = re.compile(
    r"un(?:known|supported|recogni[sz]ed|expected|permitted)"
    r"|extraneous|forbidden|additional propert|extra (?:input|field)"
    r"|not (?:be |been |a |an |yet |currently )*(?:supported|permitted|allowed|recogni[sz]ed|known|accepted|implemented"
    r"|available|valid (?:field|param|argument|option|property))"
    r"|(?:does(?: not|n't)|do(?: not|n't)|cannot|can't) (?:support|accept|recogni[sz]e|know|exist|find)"
    r"|only (?:allowed|supported|available)|no longer|deprecated|instead"
    r"|invalid (?:\w+ )?(?:param|argument|field|key|property|option)",
    re.IGNORECASE,
)
_ABOUT_THE_VALUE = re.compile(
    r"\b(?:max(?:imum)? (?:value|allowed|of|number|is)|minimum|at most|at least"
    r"|too (?:large|small|big|high|low|many|long)"
    r"|greater|less than|larger|exceeds?|range|between|must be|value|reduce|shorten)\b|[<>≤≥]",
    re.IGNORECASE,
)


def refused_field(status: int, body: bytes, optional: Collection[str], limits: Collection[str]) -> str | None:
    """Return the field that an error response complains about, None if it is not one of these.

    Diptych sets the `optional` fields to values that cannot be wrong, so any complaint about one means that it is not
    known. The value of one of the `limits` may be wrong, so the complaint has to say that the field is unknown.
    """
    if status not in _STATUSES:
        return None
    is_sure = status < 500  # a server that failed has to call the field unknown
    for complaint, text in _complaints(body):
        for name in (*optional, *limits):
            is_named = complaint == name or complaint.startswith((f"{name}.", f"{name}["))
            if not is_named and complaint:
                continue
            if not is_named and name != _first_named(text, (*optional, *limits)):
                continue
            if is_sure and name in optional:
                return name
            if _UNKNOWN.search(text) and not (name in limits and _ABOUT_THE_VALUE.search(text)):
                return name
    return None


def named_field(body: bytes, names: Collection[str]) -> str | None:
    """Return the first of these fields that an error response names, None if it names none of them.

    A member of a field is named with a dot, as `reasoning.effort`, and stands before the field in `names`.
    """
    for complaint, text in _complaints(body):
        found = (name for name in names if complaint == name or complaint.startswith((f"{name}.", f"{name}[")))
        if field := next(found, None) if complaint else _first_named(text, names):
            return field
    return None


def _complaints(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield each complaint of an error: the path of the field that it names, "" if it names none, and its text."""
    text = body.decode("utf-8-sig", "replace").strip()
    try:
        waiting: list[Any] = [parse_lenient_json(text)]
    except ValueError:
        yield "", text
        return
    while waiting:  # a loop instead of recursion, since foreign data may be nested deeply
        match waiting.pop(0):
            case dict() as found:
                yield from _complaints_in(found)
                waiting += [value for key, value in found.items() if key not in _ECHOES and not isinstance(value, str)]
            case list() as several:
                waiting += several
            case str() as said:
                yield "", said
            case _:
                pass


def _complaints_in(data: JsonObject) -> Iterator[tuple[str, str]]:
    words = [string(data, key) for key in ("code", "type") if string(data, key)]
    texts = [string(data, key) for key in _TEXTS if string(data, key)]
    places = [part for part in array(data, "loc") if isinstance(part, str)]
    path = string(data, "param") or string(data, "field") or next((part for part in places if part != "body"), "")
    if path:
        yield path.removeprefix("body."), " ".join([*texts, *words])
    else:
        yield from (("", " ".join([text, *words])) for text in texts)
    for key in data:  # Django lists complaints under the name of the field
        several = array(data, key)
        if several and key not in ("loc", *_ECHOES) and all(isinstance(each, str) for each in several):
            yield key, " ".join(several)


def _first_named(text: str, names: Collection[str]) -> str | None:
    """Return the field that a sentence names first, leaving out those that it lists as known."""
    if "instead of" in text:
        text = text.partition("instead of")[2]
    elif known := _LISTS_KNOWN_FIELDS.search(text):
        text = text[: known.start()]
    places = {name: found.start() for name in names if (found := _field_pattern(name).search(text))}
    return min(places, key=places.__getitem__, default=None)


def _field_pattern(name: str) -> re.Pattern[str]:
    """Return a pattern for a field's name in a sentence.

    A name that is an ordinary word has to be quoted, be called a field, or introduce the sentence.
    """
    is_word = name.isalpha()
    name = re.escape(name)
    if not is_word:
        return re.compile(rf"(?<!\w){name}(?!\w)")
    called = r"(?:fields?|param(?:eter)?s?|arguments?|keys?|name|property|properties|options?|supplied|body)\W{1,4}"
    return re.compile(rf"[\"'`\[]{name}[\"'`\]]|{called}{name}(?!\w)|(?<![\w ]){name}\s?:|^{name}\b", re.IGNORECASE)
