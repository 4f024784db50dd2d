"""The plan of an experiment as a JSON object and back: in the history and beside the rows of a shard.

What is read is not trusted: `read_plan` raises `ValueError` with words that follow "it ".
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from diptych.codec.checked_fields import objects, text, whole
from diptych.codec.message_object import message_object, read_messages
from diptych.codec.settings_object import read_settings, settings_object
from diptych.core.experiment.case import Case
from diptych.core.experiment.checks.check import Check, CheckedPart, CheckKind
from diptych.core.experiment.checks.check_reading import is_usable
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.json_text import JsonObject, to_json

MOST_ANSWERS = 100_000_000
"""Answers that a plan may ask for: which of them are there takes a byte each."""


def plan_object(plan: Plan) -> JsonObject:
    """Return a plan as an object. The bytes of attached files are not part of it, only their hashes and paths."""
    return {
        "models": {label: settings_object(settings) for label, settings in plan.models.items()},
        "repeats": plan.repeats,
        "sequential": plan.sequential,
        "warm_up": plan.warm_up,
        "seed": plan.seed,
        "cases": list(map(_case_object, plan.cases)),
    }


def plan_digest(plan: Plan) -> str:
    """Return 16 hexadecimal digits that name a plan: runs of the same plan share them, on whatever machine.

    Where its files and commands are found does not count, since that differs between machines.
    """
    digest = hashlib.sha256(to_json(plan_object(replace(plan, cases=()))).encode())
    for case in plan.cases:
        digest.update(to_json(_case_object(case, with_places=False)).encode())
    return digest.hexdigest()[:16]


def limits_object(limits: Limits) -> JsonObject:
    """Return limits as an object."""
    return {
        "concurrency": limits.concurrency,
        "budget": None if limits.budget is None else f"{limits.budget:f}",
        "stop_after_failures": limits.stop_after_failures,
    }


def read_plan(value: Mapping[str, Any]) -> Plan:
    """Return the plan that an object holds."""
    models = value.get("models")
    if not isinstance(models, dict) or not models:
        raise ValueError("has a plan without models")
    plan = Plan(
        tuple(map(_read_case, objects(value, "cases"))),
        {label: read_settings(settings) for label, settings in models.items()},
        whole(value, "repeats", 1),
        value.get("sequential") is True,
        whole(value, "warm_up"),
        whole(value, "seed"),
    )
    if not plan.cases or not plan.repeats:
        raise ValueError("has a plan that asks nothing")
    if plan.answers > MOST_ANSWERS:
        raise ValueError("has a plan that asks for too many answers")
    if len({case.id for case in plan.cases}) < len(plan.cases):
        raise ValueError("has a plan with two cases of one name")
    return plan


def read_limits(value: Mapping[str, Any]) -> Limits:
    """Return the limits that an object holds."""
    budget, failures = value.get("budget"), value.get("stop_after_failures")
    try:
        amount = None if budget is None else Decimal(text(value, "budget"))
    except InvalidOperation:
        raise ValueError("has a budget that is not an amount") from None
    concurrency = max(1, whole(value, "concurrency", 1))
    return Limits(concurrency, amount, None if failures is None else whole(value, "stop_after_failures"))


def _case_object(case: Case, *, with_places: bool = True) -> JsonObject:
    whole: JsonObject = {"id": case.id, "messages": list(map(message_object, case.messages))}
    if case.checks:
        whole["checks"] = [_check_object(check, with_places=with_places) for check in case.checks]
    if case.system is not None:
        whole["system"] = case.system
    return whole | {"attach": list(case.attach)} if case.attach and with_places else whole


def _check_object(check: Check, *, with_places: bool) -> JsonObject:
    value = check.value["command"] if check.kind == "command" and not with_places else check.value
    return {"kind": check.kind, "value": value, "in": check.part}


def _read_case(value: Mapping[str, Any]) -> Case:
    messages = read_messages(value)
    if not messages:
        raise ValueError("has a case without a prompt")
    attach = value.get("attach", [])
    if not isinstance(attach, list) or not all(isinstance(path, str) for path in attach):
        raise ValueError("has attached files that are not a list of paths")
    checks = tuple(map(_read_check, objects(value, "checks")))
    system = None if value.get("system") is None else text(value, "system")
    return Case(text(value, "id"), messages, checks, tuple(attach), system)


def _read_check(value: Mapping[str, Any]) -> Check:
    kind, part, compared = text(value, "kind"), value.get("in", "answer"), value.get("value")
    if kind not in get_args(CheckKind) or part not in get_args(CheckedPart):
        raise ValueError(f"has a check that this version does not know, {kind[:40]!r}")
    check = Check(kind, compared, part)  # type: ignore[arg-type]  # checked above
    if not is_usable(check):
        raise ValueError(f"has a check that cannot be used, {kind}")
    return check
