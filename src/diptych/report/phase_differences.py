"""The phases of two runs as text: a name for each kind, a table of seconds, and why one run took longer."""

from diptych.core.text.sanitize import clean_line
from diptych.differences.phases import PHASE_KINDS, PhaseKind, RunPhases, compared_phases, why_slower
from diptych.report.columns import aligned
from diptych.report.figure_differences import seconds_delta
from diptych.report.figures import seconds

TOTAL = "total, from t0"
"""The name of the sum of all phases from t0 on."""

_WORTH_TELLING = 0.005


def phase_name(kind: PhaseKind) -> str:
    """Return what users read for a kind of phase."""
    return "until headers" if kind == "headers" else "until first token" if kind == "first token" else kind


def phases_text(run: RunPhases) -> str:
    """Return what the time of a run was spent on, such as `until headers 0.20s, answer 2.17s.`"""
    if not run.knows_end:
        return "times unknown."
    found = ((kind, run.seconds(kind)) for kind in PHASE_KINDS)
    told = ", ".join(f"{phase_name(kind)} {seconds(spent)}" for kind, spent in found if spent)
    return f"{told}." if told else "nothing was sent."


def phase_rows(left: RunPhases, right: RunPhases) -> list[tuple[str, str, str, str]]:
    """Return a row for each kind of phase and for the total: its name, the seconds of both runs, and the difference.

    The difference is unknown unless both runs have ended. There are no rows if nothing was sent in either run.
    """
    phases = compared_phases(left, right)
    if not phases:
        return []
    are_final = left.is_final and right.is_final
    rows = [
        (phase_name(phase.kind), seconds(phase.left), seconds(phase.right), _delta(phase.delta, are_final))
        for phase in phases
    ]
    return [*rows, (TOTAL, seconds(left.total), seconds(right.total), _delta(total_delta(left, right), are_final))]


def total_delta(left: RunPhases, right: RunPhases) -> float | None:
    """Return the right total minus the left one, in seconds; None unless something was sent in both runs."""
    return None if left.total is None or right.total is None else right.total - left.total


def _delta(delta: float | None, are_final: bool) -> str:
    return seconds_delta(delta if are_final else None)


def phase_lines(left: RunPhases, right: RunPhases, left_name: str, right_name: str) -> list[str]:
    """Return the rows of `phase_rows` as a table of text, and the sentence of `why_slower_text` below it."""
    rows = phase_rows(left, right)
    if not rows:
        return []
    why = why_slower_text(left, right, left_name, right_name)
    return [*aligned([("phases", clean_line(left_name), clean_line(right_name), "Δ"), *rows]), *([why] if why else [])]


def why_slower_text(left: RunPhases, right: RunPhases, left_name: str, right_name: str) -> str:
    """Return which phases make one run take longer than the other; "" if they took as long, or while either goes on.

    It reads `right took 2.14s longer: thinking +1.80s, until headers +0.34s.`
    """
    parts = why_slower(left, right)
    delta = right.end - left.end
    if not parts or abs(delta) < _WORTH_TELLING:
        return ""
    slower = clean_line(right_name if delta > 0 else left_name)
    sign = 1 if delta > 0 else -1
    told = ", ".join(f"{phase_name(part.kind)} {seconds_delta(sign * (part.delta or 0.0))}" for part in parts)
    return f"{slower} took {seconds(abs(delta))} longer: {told}."
