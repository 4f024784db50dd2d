"""Durations in sentences. `report.figures` and `report.experiment.figure_values` have those that stand in tables."""

import math


def measured_time(seconds: float) -> str:
    """Return a duration that was measured, with three digits, in milliseconds below a second.

    >>> measured_time(0.0123)
    '12.3 ms'
    """
    return f"{seconds:.3g} s" if seconds >= 0.9995 else f"{seconds * 1000:.3g} ms"


def waiting_time(seconds: float) -> str:
    """Return for how long to wait: rounded up to seconds, from an hour on to minutes, and from two days on to days.

    >>> waiting_time(0.1), waiting_time(12), waiting_time(185), waiting_time(7_800), waiting_time(172_800)
    ('0.1 s', '12 s', '3 min 05 s', '2 h 10 min', '2 days')
    """
    if 0 < seconds < 1:
        return f"{math.ceil(seconds * 10) / 10:g} s"
    whole = math.ceil(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60:02} s"
    minutes = math.ceil(whole / 60)
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02} min"
    days = math.ceil(minutes / 60 / 24)
    return f"{days} days" if days <= 366 else "more than a year"
