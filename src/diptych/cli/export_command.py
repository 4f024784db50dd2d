"""The command `export`: writes a recorded round, or an experiment, in other formats."""

import sys
from pathlib import Path

import click

from diptych.cli.command_error import CommandError
from diptych.cli.export_form import export_form
from diptych.cli.history_completion import complete_shown
from diptych.cli.round_references import ROUND_HELP, find_round
from diptych.cli.shared_options import history_option, open_history, reveal_option
from diptych.cli.written_file import write_or_print
from diptych.core.text.sanitize import clean_line


@click.command(epilog=f"{ROUND_HELP} xN is an experiment.")
@click.argument("reference", metavar="[ID|xN|FILE]", default="last", shell_complete=complete_shown)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "md", "json", "jsonl", "csv", "parquet", "eval", "har", "otlp"]),
    help="A web page, Markdown, JSON with every event, a recording, a HAR for the developer tools of a browser, or "
    "OpenTelemetry spans. Of an experiment, jsonl, csv and parquet are its rows, and eval are Inspect logs. [default: "
    "by the extension of FILE; html in a folder, else jsonl]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="Write to this file, or into this folder as diptych-ID.FORMAT; - prints it, also on a terminal.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@reveal_option
@history_option
def export(
    reference: str, form: str | None, output: str | None, force: bool, reveal: bool, history: Path | None
) -> None:
    """Export a round as a web page, Markdown, JSON, a recording or a HAR; or an experiment such as x3, also as rows.

    It is written to FILE, or to standard output if that is redirected.

    \b
    Examples:
      diptych export last -o round.html           a web page to pass on
      diptych export 12 -o round.jsonl            a recording to serve
      diptych export last -o round.har            for browser tools
      diptych export x3 --format csv -o rows.csv  the rows of an experiment
    """
    from diptych.report.formats import FORMS, export_name, render
    from diptych.store.experiments import is_experiment

    if output is None and form != "eval" and sys.stdout.isatty():
        raise CommandError(
            "An export would fill the terminal: write it to a file with -o FILE, or print it anyway with -o -."
        )
    target = None if output is None else _target(output, may_be_made=form == "eval")
    if is_experiment(reference):
        from diptych.cli.experiment.experiment_export import export_experiment

        export_experiment(open_history(history), reference, form, target, force=force)
        return
    if form in ("csv", "parquet", "eval"):
        raise CommandError(f"Only an experiment, such as x3, can be exported as {form}.")
    if form == "otlp":
        from diptych.cli.span_export import export_spans

        round_ = find_round(reference, history, reveal=reveal)
        export_spans([round_], export_name(round_, "otlp.jsonl"), target, force=force)
        return
    chosen = export_form(form, target, FORMS)
    round_ = find_round(reference, history, reveal=reveal)
    write_or_print(render(round_, chosen), target, force=force, name=export_name(round_, chosen))


def _target(output: str, *, may_be_made: bool) -> Path:
    """Return where to write. Raises `CommandError` for a folder that is not there, unless it `may_be_made`."""
    target = Path(output)
    if output.endswith("/") and not may_be_made and not target.is_dir():
        raise CommandError(f"There is no folder {clean_line(output)} yet. Without the slash, a file has that name.")
    return target
