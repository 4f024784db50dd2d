"""All rows of the fault matrix, in the order of the documentation."""

from collections.abc import Sequence

from tests.faults.bodies import COMPRESSION, NO_STREAM
from tests.faults.connections import BEFORE_THE_ANSWER, CONNECTING
from tests.faults.events import BYTES, EVENTS, USAGE
from tests.faults.fault import Fault, Group
from tests.faults.statuses import OTHER_STATUSES, STATUSES, WAITS
from tests.faults.streams import BROKEN_OFF, ENDINGS, ERRORS, STOPPING

GROUPS: Sequence[Group] = (
    CONNECTING,
    BEFORE_THE_ANSWER,
    STATUSES,
    WAITS,
    OTHER_STATUSES,
    NO_STREAM,
    BROKEN_OFF,
    ERRORS,
    ENDINGS,
    USAGE,
    EVENTS,
    BYTES,
    COMPRESSION,
    STOPPING,
)

FAULTS: Sequence[Fault] = tuple(fault for group in GROUPS for fault in group.faults)
