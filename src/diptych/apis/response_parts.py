"""Where content belongs in a Responses stream: its output item, and the part of that item."""

from typing import NamedTuple

from diptych.apis.lenient_json import whole
from diptych.core.content import GrowingKind
from diptych.core.json_text import JsonObject


class Place(NamedTuple):
    """A kind of content, the index of its output item, and the index of its part. None if the server gives none.

    The parts of a reasoning summary are counted separately.
    """

    kind: GrowingKind
    item: int | None
    part: int | None
    is_summary: bool = False

    def may_be(self, other: "Place") -> bool:
        """Whether both may be the same place. A missing index may be any index."""
        return self.kind == other.kind and _may_be(self.item, other.item) and _may_be(self.part, other.part)


def place_of(kind: GrowingKind, data: JsonObject) -> Place:
    """Return where the content of an event belongs."""
    item, summary = whole(data, "output_index"), whole(data, "summary_index")
    if summary is not None:
        return Place(kind, item, summary, is_summary=True)
    return Place(kind, item, whole(data, "content_index"))


class PartBoundaries:
    """Detects where another part of a text begins.

    Another output item is another part, and so is another part of a summary. Some servers increase the index of the
    content with each piece, so it counts only if a part was announced.
    """

    def __init__(self) -> None:
        self._latest: dict[GrowingKind, Place] = {}
        self._is_part_announced = False
        self._is_message_announced = False

    def announce_part(self) -> None:
        """Note that the server has announced a part."""
        self._is_part_announced = True

    def announce_message(self) -> None:
        """Note that the server has announced a message."""
        self._is_message_announced = True

    def starts_part(self, place: Place) -> bool:
        """Take the place of the next content. Return whether another part of the text of its kind begins there."""
        before = self._latest.get(place.kind, place)
        if not _may_be(place.item, before.item):
            starts = True
        elif place.is_summary or place.item is None:
            starts = not _may_be(place.part, before.part) or (place.item is None and self._is_message_announced)
        else:
            starts = self._is_part_announced and not _may_be(place.part, before.part)
        self._latest[place.kind] = place
        self._is_part_announced = self._is_message_announced = False
        return starts


def _may_be(here: int | None, there: int | None) -> bool:
    return here is None or there is None or here == there
