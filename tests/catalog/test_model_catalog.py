"""The background requests for lists of models."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path

import pytest

from diptych.catalog.model_catalog import FRESH_SECONDS, ModelCatalog, is_fresh
from diptych.config.environment import configured_endpoints
from diptych.core.endpoint import Endpoint
from diptych.core.offered_models import ModelList, NoModelList
from tests.support.answers import Answer, Gate, json_answer
from tests.support.loopback import LoopbackServer


def the_endpoint(server: LoopbackServer, name: str = "local") -> Endpoint:
    return Endpoint(name, "openai-chat", f"{server.url}/{name}/v1", "KEY")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[ModelCatalog]:
    with closing(ModelCatalog(folder=tmp_path)) as opened:
        yield opened


def test_what_a_server_lists_is_kept(server: LoopbackServer, catalog: ModelCatalog) -> None:
    server.plan(json_answer(200, '["a"]'))
    endpoint = the_endpoint(server)
    assert catalog.cached(endpoint) is None

    answer = catalog.ask(endpoint).result(120)

    assert isinstance(answer, ModelList)
    assert catalog.cached(endpoint) == answer
    assert catalog.fresh(endpoint) == answer


def test_a_server_that_fails_loses_nothing_of_what_was_kept(server: LoopbackServer, catalog: ModelCatalog) -> None:
    server.plan(json_answer(200, '["a"]'), json_answer(500, "{}"))
    endpoint = the_endpoint(server)
    kept = catalog.ask(endpoint).result(120)

    assert isinstance(catalog.ask(endpoint).result(120), NoModelList)
    assert catalog.cached(endpoint) == kept


def test_the_sdk_names_models_of_its_own_provider(catalog: ModelCatalog, server: LoopbackServer) -> None:
    own = configured_endpoints({"OPENAI_BASE_URL": server.url})

    assert "gpt-5" in catalog.sdk_models(own["openai"])
    assert catalog.sdk_models(the_endpoint(server)) == ()


def test_a_list_gets_old(monkeypatch: pytest.MonkeyPatch) -> None:
    models = ModelList((), 1_000_000.0)
    now = models.asked
    monkeypatch.setattr("time.time", lambda: now)
    assert is_fresh(models)
    now += FRESH_SECONDS
    assert not is_fresh(models)
    now = models.asked - 1  # somebody has changed the clock
    assert not is_fresh(models)


def test_many_servers_are_asked_at_once(server: LoopbackServer, catalog: ModelCatalog) -> None:
    endpoints = [the_endpoint(server, f"e{number}") for number in range(10)]
    for endpoint in endpoints:
        answer = Answer([Gate("all"), json.dumps([endpoint.name]).encode()])
        server.plan(answer, key=f"/{endpoint.name}/v1/models")
    asked = [catalog.ask(endpoint) for endpoint in endpoints]
    server.arrived(10)
    server.open("all")

    answers = [future.result(120) for future in asked]

    assert [each.models[0].id for each in answers if isinstance(each, ModelList)] == [e.name for e in endpoints]


def test_a_request_can_be_cancelled(server: LoopbackServer, catalog: ModelCatalog) -> None:
    server.plan(Answer([Gate("never")]))
    asked = catalog.ask(the_endpoint(server))
    server.arrived(1)

    assert asked.cancel()
    server.gone()


def test_closing_ends_every_request_and_the_thread(server: LoopbackServer, tmp_path: Path) -> None:
    catalog = ModelCatalog(folder=tmp_path)
    server.plan(Answer([Gate("never")]))
    asked = catalog.ask(the_endpoint(server))
    server.arrived(1)
    before = threading.active_count()

    catalog.close()

    with pytest.raises(CancelledError):
        asked.result(120)
    server.gone()
    assert threading.active_count() < before
    catalog.close()  # nothing is left to close


def test_offline_nobody_is_asked(server: LoopbackServer, catalog: ModelCatalog, tmp_path: Path) -> None:
    server.plan(json_answer(200, '["a"]'))
    endpoint = the_endpoint(server)
    catalog.ask(endpoint).result(120)
    with closing(ModelCatalog(offline=True, folder=tmp_path)) as offline:
        answer = offline.ask(endpoint).result(120)

        assert isinstance(answer, NoModelList)
        assert answer.problem == "not asked"
        assert offline.is_offline
        assert offline.cached(endpoint) is None
        assert offline.fresh(endpoint) is None
    assert len(server.received) == 1
