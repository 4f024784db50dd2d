"""A round as the lines of a recording file and back. docs/reference/recordings.md describes the format.

Each line is a JSON object. The header names the round and the runs that it began with; the contents of files follow it.
A run then has a start line after each of its requests, its events and notes as `run --events` writes them, and an end
line. A take that is asked later is announced by a line. Whenever the user writes a note, votes, or chooses which take
counts, a line has all of that as it is from then on.
"""

import base64
import hashlib
import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Any

from diptych import __version__
from diptych.codec.body_members import read_rest
from diptych.codec.checked_fields import date, objects, seconds, text, whole
from diptych.codec.event_lines import line_object, read_base64, read_event, read_note, run_key, seconds_into_round
from diptych.codec.message_object import file_hashes, message_object, read_hash, read_messages
from diptych.codec.objects import end_object, read_cost
from diptych.codec.remark_objects import blind_object, read_blind, read_vote, vote_object
from diptych.codec.settings_object import read_settings, settings_object
from diptych.core.blind import Blind
from diptych.core.body_pieces import NO_REST, BodyRest
from diptych.core.event import Line, RequestSent
from diptych.core.json_text import JsonObject
from diptych.core.message import Message
from diptych.core.recording import RecordedLine, RecordedRun, Recording, holds_end
from diptych.core.remarks import NO_NOTE, RoundNote, Vote
from diptych.core.request import Label
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from diptych.core.settings import Settings

FORMAT = "diptych recording"
FORMAT_VERSION = 4

_VERSION_WITH_BYTES = 4
"""Since this version a recording keeps how events were framed and in which pieces they came."""

_LABELS_OF_VERSION_1 = ("left", "right")
"""The header of version 1 names its runs by these members; its runs have no takes, messages or files."""

# Written


def header_objects(round_: Round, runs: Iterable[Run]) -> Iterator[JsonObject]:
    """Yield the header of a round that began with these runs, and the files they sent, without keys and addresses.

    What is said about the round already follows as a line of changes.
    """
    asked = tuple(runs)
    header: JsonObject = {"format": FORMAT, "version": FORMAT_VERSION, "app": __version__, "date": round_.date}
    if case := round_.experiment_case:
        header["experiment"] = {"id": case.experiment, "case": case.case, "repeat": case.repeat}
    if round_.continues is not None:
        header["continues"] = round_.continues
    if round_.blind:
        header["blind"] = blind_object(round_.blind)
    yield header | {"prompt": round_.prompt, "runs": [_run_object(round_, run) for run in asked]}
    yield from _file_objects(asked, ())
    last = {run.label: run for run in asked}
    counting = {label: run for label, run in round_.runs.items() if run in asked}
    if counting != last or round_.note != NO_NOTE or round_.votes:
        yield change_object(counting.values(), round_.note, round_.votes)


def take_objects(round_: Round, run: Run, earlier: Iterable[Run]) -> Iterator[JsonObject]:
    """Yield the line that announces a take of a round, and the files that no `earlier` run of the file has sent."""
    yield {"note": "take"} | _run_object(round_, run)
    yield from _file_objects((run,), earlier)


def change_object(
    counting: Iterable[Run], note: RoundNote, votes: Iterable[Vote], blind: Blind | None = None
) -> JsonObject:
    """Return the line that says which takes count, what was noted and voted, and what is revealed, from now on."""
    counts = {run.label: run.take for run in counting}
    said = {"starred": note.starred, "text": note.text, "votes": [vote_object(vote) for vote in votes]}
    revealed: JsonObject = {"revealed": True} if blind and blind.revealed else {}
    return {"note": "changed", "counts": counts} | said | revealed


def line_objects(run: Run, line: Line) -> Iterator[JsonObject]:
    """Yield a line of a run; after a request, from which its times count, a start line as well."""
    yield line_object(run, line)
    if isinstance(line, RequestSent):
        yield run_key(run) | {"note": "start", "t0": seconds_into_round(run, line.at)}


def recording_objects(round_: Round) -> Iterator[JsonObject]:
    """Yield every line of a round's file, in the order of arrival; a run that has not ended has no end line."""
    runs = tuple(round_.all_takes())
    yield from header_objects(round_, runs)
    sides = (zip(repeat(run), run.lines, strict=False) for run in runs)
    for run, line in heapq.merge(*sides, key=lambda pair: pair[1].at):  # each is in the order of arrival already
        yield from line_objects(run, line)
    for run in runs:
        if run.ended:
            yield end_object(run)


def _run_object(round_: Round, run: Run) -> JsonObject:
    """Return how a run was asked; its messages only where they are more than the round's prompt."""
    fields: JsonObject = {"label": run.label, "take": run.take} | settings_object(run.request.settings)
    messages = run.request.messages
    if messages != (Message.of_text("user", round_.prompt),):
        fields["messages"] = [message_object(message) for message in messages]
    if not run.keeps_bytes:
        fields["keeps_bytes"] = False
    return fields


def _file_objects(runs: Iterable[Run], earlier: Iterable[Run]) -> Iterator[JsonObject]:
    """Yield each file that these runs sent, once, unless an earlier run sent it."""
    known = {sha256 for run in earlier for sha256 in file_hashes(run.request.messages)}
    for run in runs:
        for sha256 in file_hashes(run.request.messages):
            if sha256 not in known and sha256 in run.request.files:
                known.add(sha256)
                data = base64.b64encode(run.request.files[sha256]).decode("ascii")
                yield {"file": sha256, "data_base64": data}


# Read


@dataclass(slots=True)
class _ReadRun:
    """A run as far as its lines were read; `t0` is None before its first request."""

    settings: Settings
    messages: tuple[Message, ...] = ()
    lines: list[RecordedLine] = field(default_factory=list)
    t0: float | None = None
    ended: bool = False
    state: Any = None
    cost: str | None = None
    keeps_bytes: bool = False
    rest: BodyRest = NO_REST


class RecordingReader:
    """Puts a recording together from its lines, of this version or an older one, as far as they go.

    `read` raises `ValueError` with words that follow "it ".
    """

    def __init__(self) -> None:
        self._prompt: str | None = None
        self._version = FORMAT_VERSION
        self._date: float | None = None
        self._case: ExperimentCase | None = None
        self._runs: dict[tuple[Label, int], _ReadRun] = {}
        self._counting: dict[Label, int] = {}
        self._files: dict[str, bytes] = {}
        self._continues: Label | None = None
        self._blind: Any = None
        self._is_revealed = False
        self._note = NO_NOTE
        self._votes: tuple[Vote, ...] = ()

    def read(self, line: Mapping[str, Any]) -> None:
        """Take in the next line, the first of which is the header."""
        if self._prompt is None:
            self._prompt = self._read_header(line)
        elif "file" in line:
            self._read_file(line)
        elif line.get("note") == "take":
            self._add_run(line)
        elif line.get("note") == "changed":
            self._read_change(line)
        else:
            self._read_line(line)

    def recording(self) -> Recording:
        """Return what was read so far. Raises `ValueError` where no run was named."""
        if not self._runs:
            raise ValueError("names no run")
        runs = [
            RecordedRun(
                *(label, run.settings, run.lines, run.ended and holds_end(run.state, run.lines)),
                *(False, run.cost, take, run.messages),
                counts=self._counting.get(label, take) == take,
                keeps_bytes=run.keeps_bytes,
                rest=run.rest,
            )
            for (label, take), run in self._runs.items()
        ]
        labels = {run.label for run in runs}
        blind = None if self._blind is None else read_blind(self._blind, labels)
        if blind and self._is_revealed:
            blind = replace(blind, revealed=True)
        said = (self._continues, blind, self._note, self._votes)
        return Recording(self._prompt or "", self._date, runs, self._case, self._files, *said)

    def _read_header(self, header: Mapping[str, Any]) -> str:
        if header.get("format") != FORMAT:
            raise ValueError("is not the header of one")
        version = header.get("version")
        if type(version) is not int or version not in range(1, FORMAT_VERSION + 1):
            raise ValueError(
                f"is of a version that this Diptych does not read: it reads up to version {FORMAT_VERSION}"
            )
        self._version = version
        prompt = header.get("prompt")
        if not isinstance(prompt, str):
            raise ValueError("has no prompt")
        self._date = None if header.get("date") is None else date(header, "date")
        if version == 1:
            for label in _LABELS_OF_VERSION_1:
                if label in header:
                    self._runs[label, 1] = _ReadRun(read_settings(header[label]))
            if not self._runs:
                raise ValueError("names no side")
            return prompt
        if header.get("experiment") is not None:
            self._case = _read_case(header["experiment"])
        self._continues = None if header.get("continues") is None else text(header, "continues")
        self._blind = header.get("blind")
        for run in objects(header, "runs"):
            self._add_run(run)
        return prompt

    def _add_run(self, fields: Mapping[str, Any]) -> None:
        label, take = text(fields, "label"), whole(fields, "take", 1)
        expected = 1 + sum(known == label for known, _ in self._runs)
        if take != expected:
            raise ValueError(f"names take {take} of {label} where take {expected} comes next")
        keeps_bytes = self._version >= _VERSION_WITH_BYTES and fields.get("keeps_bytes") is not False
        self._runs[label, take] = _ReadRun(read_settings(fields), read_messages(fields), keeps_bytes=keeps_bytes)
        self._counting.pop(label, None)

    def _read_change(self, line: Mapping[str, Any]) -> None:
        counts = line.get("counts")
        if not isinstance(counts, dict):
            raise ValueError("does not say which takes count")
        for label in counts:
            take = whole(counts, label)
            if (label, take) not in self._runs:
                raise ValueError(f"counts take {take} of {label}, which was not announced")
            self._counting[label] = take
        self._note = RoundNote(text(line, "text"), line.get("starred") is True)
        self._is_revealed = self._is_revealed or line.get("revealed") is True
        self._votes = tuple(map(read_vote, objects(line, "votes")))
        known = {label for label, _ in self._runs}
        if unknown := next(
            (vote.label for vote in self._votes if vote.label not in {None, *known, *(vote.pair or ())}), None
        ):
            raise ValueError(f"has a vote for {unknown}, which was not announced")

    def _read_file(self, line: Mapping[str, Any]) -> None:
        sha256, data = read_hash(line, "file"), read_base64(line, "data_base64")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError("holds a file that is not the one it names")
        self._files[sha256] = data

    def _read_line(self, line: Mapping[str, Any]) -> None:
        label, take = _read_key(line)
        run = self._runs.get((label, take))
        name = f"the {label} side" if take == 1 else f"take {take} of the {label} side"
        if run is None:
            raise ValueError(f"belongs to {name}, which was not announced")
        if line.get("note") == "counts":  # of version 2
            self._counting[label] = take
            return
        if run.ended:
            raise ValueError(f"comes after the end of {name}")
        match line.get("note"):
            case "start":
                run.t0 = seconds(line, "t0")
            case "end":
                run.ended, run.cost, run.state = True, read_cost(line.get("run")), _read_state(line)
                run.rest = NO_REST if run.t0 is None else read_rest(line, run.t0)
            case None:
                if run.t0 is None:
                    raise ValueError(f"comes before the start of {name}")
                run.lines.append(read_event(line, run.t0))
            case _:
                run.lines.append(read_note(line, seconds(line, "clock")))


def _read_state(line: Mapping[str, Any]) -> Any:
    """Return the state in which a run ended, None if its end does not say it."""
    ended = line.get("run")
    return ended.get("state") if isinstance(ended, dict) else None


def _read_key(line: Mapping[str, Any]) -> tuple[Label, int]:
    """Return the label and take that a line belongs to."""
    label, take = line.get("side"), whole(line, "take", 1)
    if not isinstance(label, str) or not take:
        raise ValueError("does not say to which side it belongs")
    return label, take


def _read_case(value: Any) -> ExperimentCase:
    if not isinstance(value, dict):
        raise ValueError("has an experiment that is not an object")
    number = None if value.get("id") is None else whole(value, "id")
    return ExperimentCase(number, text(value, "case"), whole(value, "repeat", 1))
