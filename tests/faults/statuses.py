"""Answers whose HTTP status is not a success."""

import re
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from diptych.core.event import AttemptFailed, ResponseBegan
from diptych.core.run import Run
from tests.faults.fault import Fault, Group, hello
from tests.support.answers import Answer, Repeat, Step, json_answer

MIB = 1024 * 1024
_HOST = r"127\.0\.0\.1:\d+"
_RETRIED = (408, 409, 429, 500, 502, 503, 529)

_SENTENCES = {
    400: rf"^{_HOST} refused the request \(400\)",
    401: rf"^{_HOST} refused the key \(401\)",
    403: rf"^{_HOST} refused the key \(403\)",
    404: rf"^{_HOST} does not know the model 'faulty', or does not offer the API at [/a-z]+ \(404\)",
    408: rf"^{_HOST} did not process the request \(408\)",
    409: rf"^{_HOST} did not process the request \(409\)",
    413: rf"^The request is too large for {_HOST} \(413\)",
    422: rf"^{_HOST} refused the request \(422\)",
    429: rf"^{_HOST} limits the rate of requests \(429\)",
    500: rf"^{_HOST} is overloaded or has failed \(500\)",
    502: rf"^{_HOST} is overloaded or has failed \(502\)",
    503: rf"^{_HOST} is overloaded or has failed \(503\)",
    529: rf"^{_HOST} is overloaded or has failed \(529\)",
    599: rf"^{_HOST} is overloaded or has failed \(599\)",
    999: rf"^{_HOST} is overloaded or has failed \(999\)",
}
_ADVICE = {
    401: "asks to check the key",
    403: "asks to check the key",
    404: "asks to check the model's name and the base URL",
    413: "asks to shorten the prompt",
}

_BODIES: dict[str, tuple[list[Step], str, str]] = {
    "JSON": ([b'{"error": {"message": "No such luck."}}'], "application/json", r": No such luck\. "),
    "HTML": ([b"<html><h1>Nothing here</h1></html>"], "text/html", r"\. "),
    "no body": ([], "text/plain", r"\. "),
    "a body of 10 MB": (
        [b'{"error": {"message": "', Repeat(b"No. ", 2_500_000), b'"}}'],
        "application/json",
        r": .*No\. .*",
    ),
}


def _is_bounded(run: Run) -> bool:
    bodies = [line.body for line in run.lines if isinstance(line, ResponseBegan)]
    assert run.failure is not None
    return run.failure.request_id == "req_7" and len(run.failure.message) < 700 and max(map(len, bodies)) <= MIB


def _status(status: int, form: str) -> Fault:
    steps, content_type, said = _BODIES[form]
    headers = {"content-type": content_type, "request-id": "req_7", "retry-after": "0"}
    tries = 3 if status in _RETRIED or status > 529 else 1
    again = "tries twice more, then fails" if tries > 1 else "fails at once"
    return Fault(
        f"{status} with {form}",
        f"answers {status}",
        f"{again}; {_ADVICE.get(status, 'says what to try')}",
        lambda api: [Answer(steps, status, headers, framing="length")] * tries,
        "failed",
        _SENTENCES[status] + said + r".*\(request req_7\)$",
        attempts=(status,) * tries,
        family=str(status),
        holds=_is_bounded,
    )


STATUSES = Group(
    "An HTTP status that is not a success", [_status(status, form) for status in _SENTENCES for form in _BODIES]
)


def _waits(run: Run) -> list[float]:
    return [round(line.wait or 0.0, 1) for line in run.lines if isinstance(line, AttemptFailed)]


def _limited(name: str, server: str, outcome: str, retry_after: str, says: str = "", **more: object) -> Fault:
    given_up = bool(says)
    return Fault(
        name,
        server,
        outcome,
        lambda api: [json_answer(429, "", retry_after=retry_after), Answer(hello(api))],
        "failed" if given_up else "complete",
        says,
        "" if given_up else "Hello",
        (429,) if given_up else (429, 200),
        **more,  # type: ignore[arg-type]
    )


def _in_three_hours() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True)


WAITS = Group(
    "A server that asks to wait",
    [
        _limited(
            "retry-after in seconds",
            "answers 429 with `retry-after: 0.2`",
            "waits that long, counting down, and asks again",
            "0.2",
            holds=lambda run: _waits(run) == [0.2],
        ),
        _limited(
            "retry-after as a date",
            "answers 429 with a date that has passed",
            "asks again at once",
            "Wed, 21 Oct 2015 07:28:00 GMT",
            holds=lambda run: _waits(run) == [0.0],
        ),
        _limited(
            "retry-after too long",
            "answers 429 with `retry-after: 61`",
            "fails at once, since it waits for at most 60 s; says how long the server asks to wait",
            "61",
            r"It asks you to wait 1 min 01 s\.$",
        ),
        _limited(
            "retry-after as a distant date",
            "answers 429 with a date in three hours",
            "fails at once; says how long the server asks to wait",
            _in_three_hours(),
            r"It asks you to wait (3 h 00|2 h \d\d) min\.$",
        ),
        _limited(
            "retry-after absurdly long",
            "answers 429 with `retry-after: 99999999999999999`",
            "fails at once; says how long the server asks to wait",
            "99999999999999999",
            r"It asks you to wait more than a year\.$",
        ),
        *(
            _limited(
                f"retry-after of `{absurd}`",
                f"answers 429 with `retry-after: {absurd}`",
                "ignores the value: waits about half a second, and asks again",
                absurd,
            )
            for absurd in ("-1", "nan", "1e308", "soon")
        ),
    ],
)

_PACKER = zlib.compressobj(9, wbits=-15)
_MEBIBYTE = _PACKER.compress(b"\n" * MIB) + _PACKER.flush(zlib.Z_FULL_FLUSH)
_NEXT_MEBIBYTE = _PACKER.compress(b"\n" * MIB) + _PACKER.flush(zlib.Z_FULL_FLUSH)
BOMB = (_MEBIBYTE, Repeat(_NEXT_MEBIBYTE, 2000))
"""Two gigabytes of line feeds, in two megabytes of deflate."""

OTHER_STATUSES = Group(
    "Other statuses",
    [
        Fault(
            "redirect",
            "answers 307 with an address on another host",
            "fails, since the prompt and the key are not sent elsewhere; says where the redirect leads",
            lambda api: [Answer((), 307, {"location": "https://elsewhere.invalid/v1"}, framing="length")],
            "failed",
            r"redirects to https://elsewhere\.invalid/v1 \(307\)\. Redirects are not followed\. Check \w+_BASE_URL\.$",
            attempts=(307,),
        ),
        Fault(
            "redirect to nowhere",
            "answers 302 with an invalid address of 50 KB",
            "fails; quotes the beginning of the address",
            lambda api: [Answer((), 302, {"location": "http://[" + "x" * 50_000}, framing="length")],
            "failed",
            r"redirects to http://\[x{392}… \(302\)\. Redirects are not followed\.",
            attempts=(302,),
        ),
        Fault(
            "204",
            "answers 204, which has no body",
            "is cut, and names the status",
            lambda api: [Answer((), 204, {}, framing="length")],
            "cut",
            r"^The server answered 204 without any event that could be read\. Check the base URL and whether",
            attempts=(204,),
        ),
        Fault(
            "error that hides a bomb",
            "answers 400 with two megabytes of deflate that expand to two gigabytes",
            "fails with the status; reads 1 MiB of the body, counted after decompression",
            lambda api: [Answer(BOMB, 400, {"content-encoding": "deflate"})],
            "failed",
            r"refused the request \(400\)",
            attempts=(400,),
            holds=lambda run: [len(line.body) for line in run.lines if isinstance(line, ResponseBegan)] == [MIB],
        ),
        Fault(
            "error in an unknown compression",
            "answers 400 with a body in a compression that was not requested",
            "fails with the status; quotes nothing",
            lambda api: [Answer([b"\x1b\x07gibberish"], 400, {"content-encoding": "br"})],
            "failed",
            r"refused the request \(400\)\. Check",
            attempts=(400,),
        ),
        Fault(
            "error with a body that stalls",
            "answers 401 and never ends the body",
            "fails with the status within 5 s; quotes the part that came",
            lambda api: [Answer([b"Wrong key"], 401, end="hang")],
            "failed",
            r"refused the key \(401\): Wrong key\. Check \w+_API_KEY\.$",
            attempts=(401,),
        ),
        Fault(
            "error that tries to draw",
            "answers 400 with escape sequences and bidi controls in its message",
            "fails; shows them as harmless characters",
            lambda api: [json_answer(400, r'{"message": "\u001b]0;pwned\u0007 \u202egnp.exe"}')],
            "failed",
            re.escape("(400): ␛]0;pwned␇ ⟨U+202E⟩gnp.exe."),
            attempts=(400,),
        ),
    ],
)
