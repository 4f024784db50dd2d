"""A table of the settings of each side of a round, or of each model of an experiment, that marks what differs."""

from collections.abc import Mapping

from diptych.core.naming import side_name
from diptych.core.request import Label
from diptych.core.settings import Settings
from diptych.report.html.html_tables import EMPTY_HEAD, TABLE_END, head_cell, table_row, table_start
from diptych.report.settings_rows import DIFFERS, settings_rows


def settings_table(settings: Mapping[Label, Settings], accents: Mapping[Label, str]) -> str:
    """Return the table, with a column per label, and a line that explains its mark if it has one."""
    heads = "".join(head_cell(side_name(label), accents[label]) for label in settings)
    rows = list(settings_rows(list(settings.values())))
    body = "".join(table_row(row.marked_name, row.cells, "differs" if row.differs else "") for row in rows)
    marked = f'<p class="note">{DIFFERS} is not the same for all.</p>\n' if any(row.differs for row in rows) else ""
    return f"{table_start('Settings', EMPTY_HEAD + heads, 'figures settings-table')}{body}{TABLE_END}{marked}"
