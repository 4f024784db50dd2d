"""Servers that cannot be reached, and connections that are not answered."""

from collections.abc import Sequence

from diptych.core.endpoint import ApiName
from tests.faults.fault import Fault, Group, hello
from tests.support.answers import Answer, lost, raw


def _nothing(api: ApiName) -> Sequence[Answer]:
    return ()


_PROXY = r"^The proxy 127\.0\.0\.1:\d+ set in HTTPS_PROXY"

CONNECTING = Group(
    "No connection",
    [
        Fault(
            "refused connection",
            "no program listens at the port",
            "fails at once; asks whether the server is running",
            _nothing,
            "failed",
            r"^127\.0\.0\.1:\d+ refused the connection\. Is the server running\? Check \w+_BASE_URL\.$",
            attempts=(None,),
            place="nobody",
        ),
        Fault(
            "unknown host",
            "its name cannot be resolved",
            "fails at once; says which name",
            _nothing,
            "failed",
            r"^The host name models\.invalid cannot be resolved\. Check the network and \w+_BASE_URL\.$",
            attempts=(None,),
            place="unknown",
        ),
        Fault(
            "TLS failure",
            "speaks plain HTTP where https is expected",
            "fails at once; gives the reason that TLS reports",
            _nothing,
            "failed",
            r"^No secure connection to 127\.0\.0\.1:\d+: .+\. Check \w+_BASE_URL\.$",
            attempts=(None,),
            place="no TLS",
        ),
        Fault(
            "TLS handshake never answered",
            "accepts the connection and sends nothing",
            "fails after 10 s, or after `--timeout` if that is shorter",
            _nothing,
            "failed",
            r"^Connecting to 127\.0\.0\.1:\d+ timed out\. Check \w+_BASE_URL\.$",
            attempts=(None,),
            place="silent TLS",
            timeout=0.5,
        ),
        Fault(
            "connect time-out",
            "does not accept the connection",
            "fails after 10 s, or after `--timeout` if that is shorter",
            _nothing,
            "failed",
            r"^Connecting to 127\.0\.0\.1:\d+ timed out\. Check \w+_BASE_URL\.$",
            attempts=(None,),
            place="full",
            timeout=0.5,
        ),
        Fault(
            "dead proxy",
            "no program listens at the port of the proxy",
            "fails at once; says that the proxy could not be reached, and which variable names it",
            _nothing,
            "failed",
            _PROXY + r" could not be reached: .+\. Check HTTPS_PROXY, or add the server to NO_PROXY\.$",
            attempts=(None,),
            place="behind a dead proxy",
        ),
        Fault(
            "proxy that demands a password",
            "the proxy answers 407",
            "fails at once; names the proxy's answer and its variable",
            lambda api: [raw(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")],
            "failed",
            _PROXY + r" did not connect to models\.invalid \(407 .*\)\. Check HTTPS_PROXY\.$",
            attempts=(None,),
            place="behind a proxy",
        ),
        Fault(
            "proxy that cannot reach the host",
            "the proxy answers 502",
            "fails at once; names the proxy's answer and its variable",
            lambda api: [raw(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")],
            "failed",
            _PROXY + r" did not connect to models\.invalid \(502 .*\)\. Check HTTPS_PROXY\.$",
            attempts=(None,),
            place="behind a proxy",
        ),
    ],
)

_LOST = (
    r"^The connection to 127\.0\.0\.1:\d+ was lost before any answer \(.+\)\. Send the prompt again, or check \w+\.$"
)

BEFORE_THE_ANSWER = Group(
    "A connection, but no answer",
    [
        Fault(
            "accepted but silent",
            "takes the request and sends nothing",
            "fails after 600 s, or after `--timeout`; does not try again",
            lambda api: [raw(end="hang")],
            "failed",
            r"^The server did not answer for 1\.5 s\. Send the prompt again, or allow more with --timeout\.$",
            attempts=(None,),
            timeout=1.5,
        ),
        Fault(
            "lost before the answer",
            "closes the connection without an answer, each time",
            "tries twice more, with a line in the event list per attempt; then fails",
            lambda api: [lost()] * 3,
            "failed",
            _LOST,
            attempts=(None, None, None),
        ),
        Fault(
            "reset before the answer",
            "resets the connection, each time",
            "tries twice more; then fails",
            lambda api: [raw(end="reset")] * 3,
            "failed",
            _LOST,
            attempts=(None, None, None),
        ),
        Fault(
            "reset while connecting",
            "resets every connection as soon as it is established",
            "tries twice more; then fails",
            _nothing,
            "failed",
            _LOST,
            attempts=(None, None, None),
            place="resetting",
        ),
        Fault(
            "reset in the TLS handshake",
            "resets every connection during the TLS handshake",
            "tries twice more; then fails",
            _nothing,
            "failed",
            _LOST,
            attempts=(None, None, None),
            place="resetting TLS",
        ),
        Fault(
            "lost once",
            "closes the connection without an answer once, then answers",
            "tries again, and gets the whole answer",
            lambda api: [lost(), Answer(hello(api))],
            "complete",
            text="Hello",
            attempts=(None, 200),
        ),
        Fault(
            "not HTTP",
            "answers with the banner of another protocol (SSH)",
            "tries twice more; then fails",
            lambda api: [raw(b"SSH-2.0-OpenSSH_9.6\r\nInvalid SSH identification string.\r\n")] * 3,
            "failed",
            _LOST,
            attempts=(None, None, None),
        ),
        Fault(
            "a body without headers",
            "answers as in HTTP/0.9, with the stream only",
            "tries twice more; then fails",
            lambda api: [raw(*hello(api))] * 3,
            "failed",
            _LOST,
            attempts=(None, None, None),
        ),
        Fault(
            "endless headers",
            "sends a megabyte of headers",
            "reads 100 KB of them, tries twice more, then fails",
            lambda api: [raw(b"HTTP/1.1 200 OK\r\n", b"x-filler: " + b"x" * 1_000_000, b"\r\n\r\n")] * 3,
            "failed",
            _LOST,
            attempts=(None, None, None),
        ),
        Fault(
            "an invalid header",
            "puts a NUL into a header's value",
            "tries twice more; then fails",
            lambda api: [raw(b"HTTP/1.1 200 OK\r\nx-odd: a\0b\r\n\r\n")] * 3,
            "failed",
            _LOST,
            attempts=(None, None, None),
        ),
        Fault(
            "an invalid status",
            "answers `HTTP/1.1 000`",
            "tries twice more; then fails",
            lambda api: [raw(b"HTTP/1.1 000 Nothing\r\ncontent-length: 0\r\n\r\n")] * 3,
            "failed",
            _LOST,
            attempts=(None, None, None),
        ),
        Fault(
            "another protocol",
            "answers 101 and switches to a protocol that was not requested",
            "tries twice more; then fails",
            lambda api: [raw(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: chat\r\nconnection: upgrade\r\n\r\n")] * 3,
            "failed",
            _LOST,
            attempts=(None, None, None),
        ),
        Fault(
            "headers but no body",
            "answers 200 and sends no body",
            "fails after 600 s, or after `--timeout`",
            lambda api: [Answer(end="hang")],
            "failed",
            r"^The server sent nothing for 1\.5 s, before the first event\. Send the prompt again, or allow more with",
            timeout=1.5,
        ),
        Fault(
            "early hints",
            "sends `100 Continue` and `103 Early Hints` first",
            "skips them and reads the whole answer",
            lambda api: [
                Answer(
                    hello(api), before=[b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"]
                )
            ],
            "complete",
            text="Hello",
        ),
        Fault(
            "HTTP/1.0",
            "answers in HTTP/1.0, in which a body ends when the connection is closed",
            "reads the whole answer",
            lambda api: [raw(b"HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n", *hello(api))],
            "complete",
            text="Hello",
        ),
        Fault(
            "headers in Latin-1, folded",
            "sends headers in obsolete forms",
            "reads the whole answer",
            lambda api: [raw(b"HTTP/1.1 200 OK\r\nx-name: caf\xe9\r\nx-long: a\r\n b\r\n\r\n", *hello(api))],
            "complete",
            text="Hello",
        ),
    ],
)
