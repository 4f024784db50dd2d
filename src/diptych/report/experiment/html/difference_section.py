"""How the models of an experiment differ, on its page: every figure of every two models, in words."""

from collections.abc import Iterator
from itertools import groupby

from diptych.report.experiment.difference_words import difference_words
from diptych.report.experiment.exported import ExportedExperiment
from diptych.report.html.escape import words
from diptych.report.html.html_tables import table


def difference_section(exported: ExportedExperiment) -> Iterator[str]:
    """Yield a table for every two models that have answered the same rounds."""
    found = [each for each in exported.summary.differences if each.difference]
    if not found:
        return
    yield "<section>\n<h2>Differences</h2>\n"
    for (first, second), pair in groupby(found, lambda each: (each.first, each.second)):
        heading = f"{second} compared with {first}"
        rows = [(each.figure.title, difference_words(each)) for each in pair]
        yield f"<h3>{words(heading)}</h3>\n{table(heading, ('figure', 'difference'), rows)}"
    yield "</section>\n"
