"""The request of a run as a `curl` command that can be pasted into bash, zsh or dash.

It sends the same URL, headers and body as Diptych did. No secret is in it: a key is the shell variable or the command
that holds it, and so is every header and query parameter that is not known to be harmless. Sentences to the user are
arguments of `:`, which does nothing, because zsh takes no comments where commands are typed.
"""

import re
from collections.abc import Iterator
from shlex import join
from urllib.parse import quote, unquote, urlsplit

from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.event import RequestSent
from diptych.core.run import Run
from diptych.core.secrets.patterns import find_keys
from diptych.core.secrets.values import REDACTED, names_a_secret
from diptych.report.curl.body import shell_body
from diptych.report.curl.shell import Expansion, is_variable, variable, word

_KEYS_OF_BUILT_IN: dict[tuple[str, ApiName], str] = {
    ("anthropic", "anthropic-messages"): "ANTHROPIC_API_KEY",
    ("openai", "openai-chat"): "OPENAI_API_KEY",
    ("openai-responses", "openai-responses"): "OPENAI_API_KEY",
}
"""The variables that hold the keys of endpoints by their name, for recordings, which do not say what held the key."""


def sent_request(run: Run, index: int | None = None) -> RequestSent | None:
    """Return the request to which the line with that index belongs, or the last one; None before the first."""
    last = len(run.lines) - 1 if index is None else index
    return next((line for at in range(last, -1, -1) if isinstance(line := run.lines[at], RequestSent)), None)


def curl_command(run: Run, sent: RequestSent, configured: Endpoint | None = None) -> str:
    """Return the command that sends a request of a run again.

    A recorded run does not know how its endpoint was configured: `configured` is the endpoint that has its name now.
    """
    settings = run.request.settings
    command = _Command(configured or settings.endpoint)
    body = shell_body(sent, run.request)
    arguments = " \\\n  ".join((*command.arguments(sent), *body.arguments))
    remarks = [*command.remarks, *body.remarks]
    if settings.simulated:
        remarks.insert(0, "This answer was simulated. The command asks the real server.")
    lines = "".join(f": {word(remark)}\n" for remark in remarks)
    return f"{lines}{body.before}curl -N {arguments}{body.after}\n"


class _Command:
    """Makes the arguments of a command, and gathers what the user has to do before it works."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.remarks: dict[str, None] = {}
        self._endpoint = endpoint
        self._variables = dict(endpoint.connection.variables)

    def arguments(self, sent: RequestSent) -> Iterator[str]:
        """Yield the arguments for the connection, the URL and the headers."""
        connection = self._endpoint.connection
        yield "--http1.1" if sent.method == "POST" else f"--http1.1 -X {word(sent.method)}"
        if re.search(r"[][{}]", sent.url):
            yield "--globoff"  # brackets and braces do not stand for several URLs
        if connection.ca_file:
            yield f"--cacert {word(connection.ca_file)}"
        if connection.proxy:
            yield f"--proxy {self._proxy(connection.proxy.reveal().strip())}"
        yield self._url(sent.url)
        host = urlsplit(sent.url).netloc
        for name, value in sent.headers:
            if name.lower() != "content-length" and (name.lower(), value) != ("host", host):  # curl sets them
                yield self._header(name, value)

    def _url(self, url: str) -> str:
        before, _, query = url.partition("?")
        parts: list[str | Expansion] = [*self._address(before)]
        values = dict(self._endpoint.connection.query)
        for index, parameter in enumerate(query.split("&") if query else ()):
            written = parameter.partition("=")[0]
            name = unquote(written)
            parts.append(f"{'&' if index else '?'}{written}=")
            value = values[name].reveal() if name in values else None
            if value is not None and self._is_harmless(name, value):
                parts.append(quote(value, safe=""))
            else:
                parts.append(self._value_of(name, "query parameter"))
        return word(*parts)

    def _address(self, url: str) -> Iterator[str | Expansion]:
        """Yield the URL without its query, which may have held a secret."""
        first, *others = url.split(REDACTED)
        yield first
        for other in others:
            yield self._to_be_set("URL_SECRET", "the secret that belongs into the URL")
            yield other

    def _proxy(self, url: str) -> str:
        is_secret = "@" in url or any(find_keys(url))
        return word(self._to_be_set("PROXY", "the URL of the proxy, which holds a login") if is_secret else url)

    def _header(self, name: str, value: str) -> str:
        if REDACTED not in value:
            return f"-H {word(f'{name}: {value}' if value else f'{name};')}"
        known = {configured.lower(): secret for configured, secret in self._endpoint.connection.headers}
        if name.lower() in known:
            value = known[name.lower()].reveal()
            if self._is_harmless(name, value):
                return f"-H {word(f'{name}: {value}' if value else f'{name};')}"
        elif name.lower() == "authorization":
            if self._endpoint.login:
                return f"-u {word(self._to_be_set('LOGIN', f'NAME:PASSWORD of {self._endpoint.url_source}'))}"
            return f"-H {word(f'{name}: Bearer ', self._key())}"
        elif name.lower() in ("x-api-key", "api-key"):
            return f"-H {word(f'{name}: ', self._key())}"
        return f"-H {word(f'{name}: ', self._value_of(name, 'header'))}"

    def _key(self) -> Expansion:
        """Return what the shell replaces by the key of the endpoint."""
        endpoint = self._endpoint
        command = join(endpoint.key_command)
        if command and endpoint.secrets.scrub(command) == command and not any(find_keys(command)):
            return Expansion(f"$({command})")
        if is_variable(endpoint.key_source):
            return variable(endpoint.key_source)
        if not endpoint.key_source and (known := _KEYS_OF_BUILT_IN.get((endpoint.name, endpoint.api))):
            return variable(known)
        return self._to_be_set("API_KEY", f"the key of the endpoint {endpoint.name}")

    def _value_of(self, name: str, what: str) -> Expansion:
        """Return the variable that holds the value of a header or a query parameter, or one that the user is to set."""
        holder = next((held for known, held in self._variables.items() if known.lower() == name.lower()), "")
        return variable(holder) if is_variable(holder) else self._to_be_set(name, f"the value of the {what} {name}")

    def _is_harmless(self, name: str, value: str) -> bool:
        """Whether a configured value may be shown: it stands in the config file itself and does not look secret."""
        if any(known.lower() == name.lower() for known in self._variables) or names_a_secret(name):
            return False
        return not any(find_keys(value)) and self._endpoint.secrets.scrub(value) == value

    def _to_be_set(self, name: str, value: str) -> Expansion:
        """Return a variable that the user is to set to a value that is not known, or not shown."""
        words = re.sub(r"[^A-Z0-9]+", "_", f"{self._endpoint.name}_{name}".upper()).strip("_")
        name = words if is_variable(words) else f"_{words}"
        self.remarks[f"Set the variable {name} to {value}."] = None
        return variable(name)
