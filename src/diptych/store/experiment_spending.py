"""What an experiment has cost so far, which its budget counts when it is resumed.

All runs in the history count: also those that only warmed up, or whose answer was asked for again.
"""

import sqlite3
from collections.abc import Callable
from decimal import Decimal

from diptych.codec.objects import read_cost
from diptych.core.request import Label

MostOfAnswer = Callable[[str, Label], Decimal]
"""Returns the most US dollars that a request for a case, of the model with a label, may cost."""

_IS_KNOWN = "(runs.cost_usd IS NOT NULL AND runs.state IN ('complete', 'failed'))"

_IS_REFUSED = """(runs.state IS NOT NULL AND runs.events = 0 AND (
    SELECT count(*) FILTER (WHERE name = 'request') <= count(*) FILTER (
        WHERE name = 'response' AND json_extract(CAST(data AS TEXT), '$.status') >= 400
    ) FROM lines WHERE lines.run = runs.id AND lines.seq IS NULL
))"""
"""Every request of the run was refused by the server, or none was sent."""

_KNOWN = f"""
SELECT runs.cost_usd FROM rounds JOIN runs ON runs.round = rounds.id WHERE rounds.experiment = ?1 AND {_IS_KNOWN}
UNION ALL SELECT cost_usd FROM answers WHERE experiment = ?1 AND round IS NULL AND cost_usd IS NOT NULL
"""  # noqa: S608 - put together from constants

_UNKNOWN = f"""
SELECT rounds.case_id, runs.label, count(*) FROM rounds JOIN runs ON runs.round = rounds.id
WHERE rounds.experiment = ?1 AND NOT {_IS_KNOWN} AND NOT {_IS_REFUSED} GROUP BY 1, 2
UNION ALL SELECT case_id, label, count(*) FROM answers WHERE experiment = ?1 AND round IS NULL AND cost_usd IS NULL
AND coalesce(json_extract(row, '$.error.status'), 0) < 400 GROUP BY 1, 2
"""  # noqa: S608 - put together from constants


def read_spent(connection: sqlite3.Connection, number: int, most: MostOfAnswer) -> Decimal:
    """Return what an experiment has cost at most, in US dollars.

    A request that broke off, also since the program was killed, may be charged: it counts as the most it may have cost.
    """
    spent = Decimal()
    for (amount,) in connection.execute(_KNOWN, (number,)):
        spent += Decimal(read_cost({"cost_usd": amount}) or 0)
    for case, label, count in connection.execute(_UNKNOWN, (number,)):
        spent += count * most(case, label)
    return spent
