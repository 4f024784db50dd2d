"""A receiver of OpenTelemetry spans over HTTP. It is run as a script, and `collector` reads what it prints.

The first line that it prints is its port; then each request is one line of JSON: its headers, and its body decoded with
OpenTelemetry's own definition of the format. It serves until standard input ends. The argument is the status that it
answers with, or `hang`.
"""

import gzip
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

_HOW = sys.argv[1]
_printing = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        request = ExportTraceServiceRequest.FromString(body)
        headers = {name.lower(): value for name, value in self.headers.items()}
        with _printing:
            print(json.dumps({"path": self.path, "headers": headers, "body": MessageToDict(request)}), flush=True)
        if _HOW == "hang":
            threading.Event().wait()
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(int(_HOW))
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments: object) -> None:
        """Print nothing else."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
