"""Errors in streams, whatever servers call them."""

from typing import Any

import pytest

from diptych.apis.stream_errors import ReportedError, described_error, names_abort, names_error, reported_error
from diptych.core.endpoint import ApiName
from tests.streams.folding import APIS, fold, folded, untyped
from tests.support.streams import STREAMS

FOREIGN: list[tuple[dict[str, Any], ReportedError]] = [
    ({"error": {"message": "Broken", "code": 502}}, ReportedError("502", "Broken")),
    ({"error": {"msg": "Broken", "errcode": "E1"}}, ReportedError("E1", "Broken")),
    ({"error": {"error": {"message": "Broken", "type": "server_error"}}}, ReportedError("server_error", "Broken")),
    ({"error": "Broken"}, ReportedError("", "Broken")),
    ({"error": "Broken", "code": 7}, ReportedError("7", "Broken")),
    ({"error": "overloaded", "message": "Try later"}, ReportedError("", "overloaded")),
    ({"error": {"message": "Broken", "type": "None", "code": "None"}}, ReportedError("", "Broken")),
    (
        {"error": {"message": "Provider returned error", "code": 429, "metadata": {"raw": "Broken"}}},
        ReportedError("429", "Provider returned error: Broken"),
    ),
    ({"error": {"message": '{"error": {"message": "Broken"}}'}}, ReportedError("", "Broken")),
    ({"error": True, "message": "Broken"}, ReportedError("", "Broken")),
    ({"error": 500, "message": "Broken"}, ReportedError("500", "Broken")),
    ({"errors": [{}, {"message": "Broken"}]}, ReportedError("", "Broken")),
    ({"error_type": "overloaded", "error_message": "Broken"}, ReportedError("overloaded", "Broken")),
    ({"error_code": 336100, "error_msg": "Broken"}, ReportedError("336100", "Broken")),
    (
        {"code": "DataInspectionFailed", "message": "Broken", "request_id": "r-1"},
        ReportedError("DataInspectionFailed", "Broken", certain=False),
    ),
    ({"code": 1302, "msg": "Broken"}, ReportedError("1302", "Broken", certain=False)),
    ({"detail": "Broken"}, ReportedError("", "Broken", certain=False)),
    (
        {"detail": [{"loc": ["body"], "msg": "Broken"}, {"msg": "twice"}]},
        ReportedError("", "Broken; twice", certain=False),
    ),
    ({"base_resp": {"status_code": 1008, "status_msg": "Broken"}}, ReportedError("1008", "Broken")),
    ({"status": 503, "message": "Broken"}, ReportedError("503", "Broken")),
    ({"status": "failed", "message": "Broken"}, ReportedError("failed", "Broken")),
    ({"type": "internal_error", "message": "Broken"}, ReportedError("internal_error", "Broken")),
    ({"message": "Broken"}, ReportedError("", "Broken", certain=False)),
    ({"message": "Broken", "requestId": "r-1"}, ReportedError("", "Broken", certain=False)),
    ({"x_groq": {"id": "req_1", "error": "Broken"}}, ReportedError("", "Broken")),
    ({"success": False, "msg": "Broken"}, ReportedError("", "Broken")),
    ({"throttlingException": {"message": "Broken"}}, ReportedError("throttlingException", "Broken")),
    ({"__type": "ThrottlingException", "message": "Broken"}, ReportedError("ThrottlingException", "Broken")),
    ({"vendor": {"error": {"message": "Broken"}}}, ReportedError("", "Broken")),
]
HARMLESS: list[dict[str, Any]] = [
    {},
    {"error": None},
    {"error": {}},
    {"error": ""},
    {"error": "none"},
    {"error": False},
    {"error": {"code": 0, "message": "success"}},
    {"error": {"code": 200, "message": "no error"}},
    {"error": {"code": "none", "message": ""}},
    {"errors": []},
    {"error_msg": "", "error_code": 0},
    {"error_message": "Success"},
    {"code": 0, "message": "Success", "sid": "cha1"},
    {"code": 200, "msg": "ok"},
    {"code": "E1", "message": ""},
    {"base_resp": {"status_code": 0, "status_msg": ""}},
    {"status": "queued", "message": "You are third"},
    {"status": "9" * 5_000, "message": "no status"},
    {"object": "queue", "status": "queued", "code": 202, "detail": "position 3"},
    {"type": "progress", "message": "Loading the model"},
    {"message": "Loading the model", "percent": 12},
    {"x_groq": {"id": "req_1", "usage": {}}},
    {"message": {"content": "no text"}},
]


@pytest.mark.parametrize(("data", "error"), FOREIGN)
def test_an_error_is_one_whatever_it_is_called(data: dict[str, Any], error: ReportedError) -> None:
    assert reported_error(data, is_foreign=True) == error


@pytest.mark.parametrize("data", HARMLESS)
def test_what_servers_send_beside_an_answer_is_no_error(data: dict[str, Any]) -> None:
    assert reported_error(data, is_foreign=True) is None


def test_in_an_event_of_the_api_only_what_leaves_no_doubt_is_an_error() -> None:
    assert reported_error({"detail": "high", "message": "hello"}, is_foreign=False) is None
    assert reported_error({"code": 10013, "message": "Broken"}, is_foreign=False) == ReportedError(
        "10013", "Broken", certain=False
    )


def test_an_error_that_says_nothing_is_described_by_its_holder() -> None:
    assert described_error(None, {"type": "error", "message": "Broken"}) == ReportedError("error", "Broken")


@pytest.mark.parametrize(
    "reason",
    [
        "error",
        "engine_error",
        "ERROR",
        "network_error",
        "failed",
        "insufficient_system_resource",
        "MALFORMED_FUNCTION_CALL",
    ],
)
def test_a_stop_reason_may_name_an_error(reason: str) -> None:
    assert names_error(reason)


@pytest.mark.parametrize("reason", ["stop", "length", "tool_calls", "content_filter", "refusal", "safety", "abort", ""])
def test_other_stop_reasons_do_not(reason: str) -> None:
    assert not names_error(reason)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    "data",
    [
        {"code": "DataInspectionFailed", "message": "Broken"},
        {"detail": "Broken"},
        {"error_type": "overloaded", "error_message": "Broken"},
        {"base_resp": {"status_code": 1008, "status_msg": "Broken"}},
        {"x_extension": {"error": {"message": "Broken"}}},
    ],
    ids=lambda data: "+".join(data),
)
def test_a_foreign_error_fails_the_run_in_every_api(api: ApiName, data: dict[str, Any]) -> None:
    told = folded(fold(api, untyped(data)))

    assert told["state"] == "failed"
    assert "Broken" in told["error"]


def test_a_stop_reason_may_say_that_the_server_gave_up() -> None:
    assert [names_abort(reason) for reason in ("abort", "Cancelled", "stop")] == [True, True, False]


@pytest.mark.parametrize("api", APIS)
def test_what_only_looks_like_an_error_is_none_once_the_answer_goes_on(api: ApiName) -> None:
    notice = untyped({"message": "Searching the web"})

    assert fold(api, notice).state == "failed"
    told = fold(api, notice + b"".join(STREAMS[api]("Hel", "lo")))
    assert (told.state, str(told.text), told.failure) == ("complete", "Hello", None)


def test_a_certain_error_takes_the_place_of_one_that_only_looks_like_one() -> None:
    run = fold("openai-chat", untyped({"message": "Searching"}, {"error": "Broken"}, {"error": "Twice"}))

    assert "Broken" in folded(run)["error"]


def test_an_error_that_sending_again_does_not_help_is_not_advised_to() -> None:
    again, in_vain = (fold("openai-chat", untyped({"error": said})) for said in ("Broken", "Insufficient balance"))

    assert folded(again)["error"].endswith("Broken. Send the prompt again.")
    assert folded(in_vain)["error"].endswith("Insufficient balance.")
