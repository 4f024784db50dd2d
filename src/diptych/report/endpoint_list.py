"""The endpoints as lines of text or as JSON objects, without any secret."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from diptych.core.endpoint import Endpoint
from diptych.core.json_text import JsonObject
from diptych.core.offered_models import ListProblem, ModelList, ModelListAnswer, NoModelList
from diptych.core.text.sanitize import clean, clean_line
from diptych.core.wording.counted import counted
from diptych.report.columns import aligned
from diptych.report.model_figures import price, prices_object

_WORDS: dict[ListProblem, str] = {
    "unsupported": "no list",
    "unreachable": "unreachable",
    "refused": "key refused",
    "not asked": "not asked",
    "failed": "failed",
}

_NO_URL = "no base URL"


def endpoint_object(endpoint: Endpoint, answer: ModelListAnswer | None) -> JsonObject:
    """Return an endpoint as a JSON object; `answer` is what it answered to a test, None if it was not tested."""
    connection = endpoint.connection
    whole: JsonObject = {
        "name": endpoint.name,
        "api": endpoint.api,
        "base_url": endpoint.base_url,
        "provider": endpoint.provider,
        "key_source": endpoint.key_source,
        "has_key": _has_key(endpoint),
        "credential": endpoint.credential,
        "headers": [name for name, _ in connection.headers],
        "query": [name for name, _ in connection.query],
        "timeout": connection.timeout,
        "concurrency": connection.concurrency,
        "ca_file": connection.ca_file or None,
        "proxy": _proxy(endpoint) or None,
        "prices": endpoint.prices and prices_object(endpoint.prices),
        "fields": dict(endpoint.fields),
        "problem": endpoint.problem or None,
    }
    return whole if answer is None else whole | {"test": _test_object(answer)}


def endpoint_lines(endpoints: Sequence[Endpoint], answers: Sequence[ModelListAnswer] | None) -> Iterator[str]:
    """Yield one line per endpoint, and after it what it answered to a test, or what is wrong with it."""
    rows = [
        tuple(map(clean_line, (each.name, each.api, each.base_url or _NO_URL, _key(each), ", ".join(_more(each)))))
        for each in endpoints
    ]
    for index, line in enumerate(aligned(rows)):
        yield line
        remark = endpoints[index].problem if answers is None else tested(answers[index])
        yield from (f"    {clean_line(sentence)}" for sentence in remark.splitlines())


def tested(answer: ModelListAnswer) -> str:
    """Return what a test found, in a line, or in one line per mistake of the config file."""
    match answer:
        case ModelList(models, took=took):
            return f"ok: {counted(len(models), 'model')} in {took * 1000:.0f} ms"
        case NoModelList("not asked" as problem, sentence):
            return f"{_WORDS[problem]}: {clean(sentence)}"
        case NoModelList(problem, sentence):
            return f"{_WORDS[problem]}: {clean_line(sentence)}"
        case _:
            assert_never(answer)


def _test_object(answer: ModelListAnswer) -> JsonObject:
    match answer:
        case ModelList(models, took=took):
            return {"result": "ok", "models": len(models), "ms": round(took * 1000), "message": None}
        case NoModelList(problem, sentence):
            return {"result": problem, "models": None, "ms": None, "message": sentence}
        case _:
            assert_never(answer)


def _has_key(endpoint: Endpoint) -> bool:
    return endpoint.key is not None or bool(endpoint.key_command)


def _key(endpoint: Endpoint) -> str:
    """Return where the key comes from."""
    if endpoint.key_command:
        return "key from its command"
    if endpoint.key is not None:
        return f"key in {endpoint.key_source}"
    return f"{endpoint.key_source} not set" if endpoint.lacks_key else "no key"


def _more(endpoint: Endpoint) -> Iterator[str]:
    """Yield what is configured beside the address and the key."""
    connection = endpoint.connection
    if connection.headers:
        yield f"headers {' '.join(name for name, _ in connection.headers)}"
    if connection.query:
        yield f"query {' '.join(name for name, _ in connection.query)}"
    if connection.timeout is not None:
        yield f"timeout {connection.timeout:g} s"
    if connection.concurrency is not None:
        yield f"concurrency {connection.concurrency}"
    if connection.ca_file:
        yield f"certificates {connection.ca_file}"
    if proxy := _proxy(endpoint):
        yield f"proxy {proxy}"
    if endpoint.prices:
        yield price(endpoint.prices)
    if endpoint.fields:
        yield f"fields {' '.join(name for name, _ in endpoint.fields)}"


def _proxy(endpoint: Endpoint) -> str:
    """Return the proxy without its login."""
    proxy = endpoint.connection.proxy
    if proxy is None:
        return ""
    scheme, separator, rest = proxy.reveal().rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
