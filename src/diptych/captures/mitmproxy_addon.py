"""An addon of mitmproxy that writes flows as lines of JSON.

`mitmdump` runs this file in its own Python. Therefore it imports nothing of Diptych. Unlike mitmproxy's export to HAR,
it keeps the bytes of bodies as they are; there, UTF-8 without a charset in the headers becomes Latin-1.
"""

import base64
import json
import os
from typing import Any


def response(flow: Any) -> None:
    """Write an exchange, which mitmproxy has read with its response. If that broke off, `error` is called as well."""
    if not flow.error:
        _write(flow)


def error(flow: Any) -> None:
    """Write an exchange, which mitmproxy has read with an error."""
    _write(flow)


def _write(flow: Any) -> None:
    request, answer, server = flow.request, flow.response, flow.server_conn
    written = {
        "method": request.method,
        "url": request.pretty_url,
        "headers": list(request.headers.items(multi=True)),
        "body": _body(request),
        "began": request.timestamp_start,
        "sent": request.timestamp_end,
        "connecting": server.timestamp_start,
        "connected": server.timestamp_tls_setup or server.timestamp_tcp_setup,
        "error": flow.error.msg if flow.error else "",
        "response": answer
        and {
            "status": answer.status_code,
            "headers": list(answer.headers.items(multi=True)),
            "body": _body(answer),
            "began": answer.timestamp_start,
            "ended": answer.timestamp_end,
        },
    }
    with open(os.environ["DIPTYCH_EXCHANGES"], "a", encoding="ascii") as file:
        file.write(json.dumps(written) + "\n")


def _body(message: Any) -> str | None:
    """Return a body without its content encoding in Base64, None if mitmproxy streamed it and did not keep it."""
    content = message.get_content(strict=False)
    return None if content is None else base64.b64encode(content).decode("ascii")
