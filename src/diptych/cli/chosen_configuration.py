"""The configuration that the options of a command choose, and the warnings about it."""

import os

import click

from diptych.cli.ask_options import AskOptions
from diptych.cli.known_secrets import know_secrets, safe_message
from diptych.config.configuration import Configuration, load_configuration
from diptych.config.simulation import Simulation

_MOST_WARNINGS = 3
"""Warnings of the configuration that a command prints."""


def configuration_of(options: AskOptions, simulation: Simulation) -> Configuration:
    """Return what the config file and the environment configure; with `--demo` all models are simulated."""
    configuration = load_configuration(
        os.environ, options.config, insecure=options.insecure, simulation="all" if options.demo else simulation
    )
    know_secrets(configuration.secrets)
    return configuration


def warn_of_configuration(configuration: Configuration) -> None:
    """Print what is wrong with the config file, where that does not keep these models from being asked."""
    remarks = (*configuration.problems, *configuration.warnings)
    for remark in remarks[:_MOST_WARNINGS]:
        click.echo(f"Warning: {safe_message(remark)}", err=True)
    if len(remarks) > _MOST_WARNINGS:
        click.echo(f"Warning: {len(remarks) - _MOST_WARNINGS} more: `diptych config check` lists them all.", err=True)
