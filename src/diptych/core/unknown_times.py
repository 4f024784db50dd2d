"""Which times of an exchange are not known, because the program that captured it did not keep them."""

from typing import Literal, get_args

UnknownTime = Literal["headers", "events", "end"]
"""A time that a capture does not say: when the headers of the response arrived, when its events did, or when the
exchange ended. What happened then is stamped with the next later time that is known, or else with the last known one.
"""

UNKNOWN_TIMES: tuple[UnknownTime, ...] = get_args(UnknownTime)
