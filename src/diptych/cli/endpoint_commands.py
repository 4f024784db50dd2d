"""The commands about servers: `models` and `endpoints`."""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from diptych.cli.chosen_configuration import warn_of_configuration
from diptych.cli.command_error import CommandError
from diptych.cli.known_secrets import know_secrets
from diptych.cli.shared_options import config_option
from diptych.config.configuration import Configuration, load_configuration
from diptych.core.endpoint import Endpoint
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.core.wording.did_you_mean import did_you_mean

if TYPE_CHECKING:
    from diptych.catalog.model_catalog import ModelCatalog
    from diptych.core.offered_models import ModelListAnswer

_insecure_option = click.option(
    "--insecure", is_flag=True, help="Allow keys to be sent over plain http to other machines."
)


def _complete_endpoint(ctx: click.Context, argument: click.Parameter, incomplete: str) -> list[CompletionItem]:
    del argument
    endpoints = load_configuration(os.environ, ctx.params.get("config")).endpoints
    return [CompletionItem(name) for name in endpoints if name.startswith(incomplete)]


@click.command()
@click.argument("endpoint", required=False, shell_complete=_complete_endpoint)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list with one object per model.")
@click.option("--refresh", is_flag=True, help="Ask the server even if it was asked in the last ten minutes.")
@config_option
@_insecure_option
def models(endpoint: str | None, as_json: bool, refresh: bool, config: Path | None, insecure: bool) -> None:
    """List the models that a server offers.

    Each line has a model's id and, where the server or the price list tells them, its context window, the prices of
    input and output in US dollars per million tokens, and the day on which it was made. Without ENDPOINT, the models
    of all endpoints that can be asked are listed as ENDPOINT:MODEL.

    \b
    Exit codes:
        0  every server that was asked has listed its models
        1  a server has no list, cannot be reached or refuses the key
        2  wrong usage
    """
    from diptych.catalog.model_catalog import ModelCatalog
    from diptych.core.json_text import to_json
    from diptych.core.offered_models import ModelList
    from diptych.report.model_figures import model_lines, model_object

    configuration = _configuration(config, insecure)
    chosen = _askable(configuration) if endpoint is None else [_named(endpoint, configuration)]
    with closing(ModelCatalog()) as catalog:
        said = _ask(chosen, catalog, refresh=refresh)
    answers = [_completed(answer, each) for each, answer in zip(chosen, said, strict=True)]
    lists = [(each, answer) for each, answer in zip(chosen, answers, strict=True) if isinstance(answer, ModelList)]
    if as_json:
        click.echo(to_json([model_object(model, each, found.asked) for each, found in lists for model in found.models]))
    else:
        for each, found in lists:
            for line in model_lines(found, f"{each.name}:" if endpoint is None else ""):
                click.echo(line)
    remarks = [_remark(each, answer) for each, answer in zip(chosen, answers, strict=True)]
    for remark in dict.fromkeys(remarks):  # a config file that cannot be parsed is the same problem for all of them
        click.echo(remark, err=True)
    if len(lists) < len(chosen):
        sys.exit(1)


@click.command(short_help="List the endpoints, and where their keys come from.")
@click.option("--test", is_flag=True, help="Ask each endpoint for its models, which costs nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list with one object per endpoint.")
@config_option
@_insecure_option
def endpoints(test: bool, as_json: bool, config: Path | None, insecure: bool) -> None:
    """List the endpoints: their API, base URL, where the key comes from, and what else is configured.

    \b
    Exit codes:
        0  the endpoints are listed; with --test, every one that has a key or needs none has listed its models
        1  with --test, one of them has no list, cannot be reached or refuses the key
        2  wrong usage
    """
    from diptych.catalog.model_catalog import ModelCatalog
    from diptych.core.json_text import to_json
    from diptych.core.offered_models import ModelList
    from diptych.report.endpoint_list import endpoint_lines, endpoint_object

    configured = list(_configuration(config, insecure).endpoints.values())
    answers: Sequence[ModelListAnswer] | None = None
    if test:
        with closing(ModelCatalog()) as catalog:
            answers = _ask(configured, catalog, refresh=True)
    if as_json:
        results = dict(zip((each.name for each in configured), answers or (), strict=False))
        click.echo(to_json([endpoint_object(each, results.get(each.name)) for each in configured]))
    else:
        for line in endpoint_lines(configured, answers):
            click.echo(line)
    if answers is not None:
        asked = [answer for each, answer in zip(configured, answers, strict=True) if not each.lacks_key]
        if not all(isinstance(answer, ModelList) for answer in asked):
            sys.exit(1)


def _configuration(path: Path | None, insecure: bool) -> Configuration:
    configuration = load_configuration(os.environ, path, insecure=insecure)
    know_secrets(configuration.secrets)
    warn_of_configuration(configuration)
    return configuration


def _named(name: str, configuration: Configuration) -> Endpoint:
    """Return the endpoint of that name. Raises `CommandError` if there is none."""
    endpoints = configuration.endpoints
    if name in endpoints:
        return endpoints[name]
    hint = did_you_mean(name, endpoints)
    raise CommandError(f"There is no endpoint {name!r}.{hint} The endpoints are {', '.join(endpoints)}.")


def _askable(configuration: Configuration) -> list[Endpoint]:
    """Return the endpoints whose keys are set, or that need none. Raises `CommandError` if there are none."""
    askable = [each for each in configuration.endpoints.values() if not each.lacks_key]
    if not askable:
        missing = " or ".join(dict.fromkeys(each.key_source for each in configuration.endpoints.values()))
        raise CommandError(f"No endpoint can be asked: set {missing}, or name a server in {configuration.path}.")
    return askable


def _ask(chosen: Sequence[Endpoint], catalog: "ModelCatalog", *, refresh: bool) -> "list[ModelListAnswer]":
    """Return what each server answers, or listed in the last minutes. All are asked at the same time."""
    from diptych.core.offered_models import ModelList

    waiting = [(None if refresh else catalog.fresh(each)) or catalog.ask(each) for each in chosen]
    return [each if isinstance(each, ModelList) else each.result() for each in waiting]


def _completed(answer: "ModelListAnswer", endpoint: Endpoint) -> "ModelListAnswer":
    """Return an answer with what is known of its models from elsewhere."""
    from diptych.catalog.price_list import completed
    from diptych.core.offered_models import ModelList

    if not isinstance(answer, ModelList):
        return answer
    return replace(answer, models=tuple(completed(model, endpoint) for model in answer.models))


def _remark(endpoint: Endpoint, answer: "ModelListAnswer") -> str:
    """Return the line about an answer that standard error gets."""
    from diptych.core.offered_models import ModelList
    from diptych.core.wording.age import age

    if not isinstance(answer, ModelList):
        return clean_line(answer.sentence)
    return f"{endpoint.name}: {counted(len(answer.models), 'model')}, asked {age(time.time() - answer.asked)}."
