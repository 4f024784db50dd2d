"""Checks everything that an experiment would send, before any of it is sent."""

from types import MappingProxyType
from typing import TYPE_CHECKING

from diptych.apis.file_limits import check_files
from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Plan
from diptych.core.request import Request
from diptych.core.secrets.guard import MustNotBeSentError, check_requests
from diptych.core.text.excerpt import in_sentence
from diptych.engine.experiment.case_files import read_case_files

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_plan(plan: Plan) -> str:
    """Return what in the requests of a plan looks like a key, as the beginning of a sentence; "" if nothing does.

    Raises `MustNotBeSentError` if a request must not be sent, or a file is gone or has changed. Its message names the
    case if there are several.
    """
    caution = ""
    for case in plan.cases:
        try:
            found = _check_case(case, plan)
        except ValueError as error:
            if len(plan.cases) == 1:
                raise MustNotBeSentError(str(error)) from None
            raise MustNotBeSentError(f"Case {in_sentence(case.id)}: {error}") from None
        if found and not caution:
            caution = found if len(plan.cases) == 1 else f"{found} in case {in_sentence(case.id)}"
    return caution


def _check_case(case: Case, plan: Plan) -> str:
    files: Mapping[str, bytes] = read_case_files(case) if case.attach else MappingProxyType({})
    requests = {
        label: Request(case.settings(settings), case.messages, files) for label, settings in plan.models.items()
    }
    check_files(requests)
    return check_requests(requests.values())
