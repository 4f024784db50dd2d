"""Checks everything that an experiment would send, before any of it is sent."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from diptych.apis.file_limits import check_files
from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.secrets.guard import MustNotBeSentError, check_requests, refuse_own_keys
from diptych.core.settings import Settings
from diptych.core.text.excerpt import in_sentence
from diptych.engine.experiment.case_files import read_case_files

_NOTHING = (Message.of_text("user", ""),)


def check_plan(plan: Plan) -> str:
    """Return what in the requests of a plan looks like a key, as the beginning of a sentence; "" if nothing does.

    Raises `MustNotBeSentError` if a request must not be sent, or a file is gone or has changed. Its message names the
    case if there are several. The settings of the models are looked at once, and not with each case.
    """
    caution = check_requests(Request(settings, _NOTHING) for settings in plan.models.values())
    endpoints = {settings.endpoint.name: settings.endpoint for settings in plan.models.values()}
    bare = [Settings(endpoint, "", simulated=True) for endpoint in endpoints.values()]
    for case in plan.cases:
        try:
            found = _check_case(case, plan, bare)
        except ValueError as error:
            if len(plan.cases) == 1:
                raise MustNotBeSentError(str(error)) from None
            raise MustNotBeSentError(f"Case {in_sentence(case.id)}: {error}") from None
        if found and not caution:
            caution = found if len(plan.cases) == 1 else f"{found} in case {in_sentence(case.id)}"
    return caution


def _check_case(case: Case, plan: Plan, bare: Sequence[Settings]) -> str:
    """Check what a case sends; `bare` are settings of each endpoint that send nothing besides."""
    files: Mapping[str, bytes] = MappingProxyType({})
    if case.attach:
        files = read_case_files(case)
        check_files({label: Request(settings, case.messages, files) for label, settings in plan.models.items()})
    first, *others = (Request(case.settings(settings), case.messages, files) for settings in bare)
    for request in others:
        refuse_own_keys(request)
    return check_requests([first])
