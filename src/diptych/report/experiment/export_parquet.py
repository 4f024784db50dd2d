"""The rows of an experiment as a Parquet file, by pyarrow, which the extra `diptych[parquet]` installs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import islice
from typing import IO, Any, get_args, get_type_hints

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.text.sanitize import sendable

BATCH = 20_000
"""Rows that are in memory at the same time, and make a row group of the file."""

_DOLLAR_DECIMALS = 18
_DOLLAR_DIGITS = 38
_LARGEST = 2**63 - 1

_FEW_DIFFERENT = (
    *("label", "endpoint", "model", "state", "stop_reason", "clock"),
    *("host", "region", "plan", "shard"),
)
"""Texts of which there are few different ones, so that a dictionary of them takes less room."""


class NoParquetError(Exception):
    """pyarrow is not installed; the message says how to install it."""


def write_parquet(rows: Iterable[AnswerRow], file: IO[bytes]) -> None:
    """Write rows to a file, which need not be seekable, batch by batch.

    Times are doubles, counts are 64-bit integers, `cost_usd` is a decimal with 18 places, and `began` is a timestamp in
    UTC. `checks`, `error` and `versions` are a list, a struct and a map. Raises `NoParquetError`.
    """
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError:
        raise NoParquetError(
            "Parquet files are written by pyarrow, which is not installed: install diptych[parquet]."
        ) from None
    schema = _schema()
    waiting = iter(rows)
    with ParquetWriter(file, schema, compression="zstd") as writer:
        while some := list(islice(waiting, BATCH)):
            columns = [pyarrow.array(_column(some, field.name), field.type) for field in schema]
            writer.write_table(pyarrow.Table.from_arrays(columns, schema=schema))


@cache
def _schema() -> Any:
    """Return the columns with their types, in the order of the members of a row."""
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    check = pa.struct([("check", text), ("passed", pa.bool_()), ("detail", text)])
    error = pa.struct([("kind", text), ("status", number), ("message", text), ("request_id", text)])
    types = {
        **dict.fromkeys(_FEW_DIFFERENT, pa.dictionary(pa.int32(), text)),
        "cost_usd": pa.decimal128(_DOLLAR_DIGITS, _DOLLAR_DECIMALS),
        "checks": pa.list_(check),
        "error": error,
        "began": pa.timestamp("ms", tz="UTC"),
        "versions": pa.map_(text, text),
    }
    plain = {bool: pa.bool_(), int: number, float: pa.float64()}
    for name, hint in get_type_hints(AnswerRow).items():
        members = {hint, *get_args(hint)}
        types.setdefault(name, next((kind for known, kind in plain.items() if known in members), text))
    return pa.schema([(name, types[name]) for name in AnswerRow.__struct_fields__])


def _column(rows: Sequence[AnswerRow], name: str) -> list[Any]:
    """Return a member of every row as a value of its column."""
    match name:
        case "cost_usd":
            return [_dollars(row.cost_usd) for row in rows]
        case "began":
            return [_moment(row.began) for row in rows]
        case "error":
            return [_error(row.error) for row in rows]
        case "checks":
            return [
                [
                    {"check": sendable(each.check), "passed": each.passed, "detail": sendable(each.detail)}
                    for each in row.checks
                ]
                for row in rows
            ]
        case "versions":
            return [[(sendable(key), sendable(version)) for key, version in row.versions.items()] for row in rows]
        case _:
            return [_plain(getattr(row, name)) for row in rows]


def _plain(value: Any) -> Any:
    """Return a value as its column can hold it; None for a number that is too large."""
    if isinstance(value, str):
        return sendable(value)
    return None if isinstance(value, int) and abs(value) > _LARGEST else value


def _error(error: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return an error as a struct; what is of another type in the row of another machine is left out."""
    if error is None:
        return None
    status = error.get("status")
    texts = {name: error.get(name) for name in ("kind", "message", "request_id")}
    return {
        "status": status if isinstance(status, int) and abs(status) <= _LARGEST else None,
        **{name: sendable(text) if isinstance(text, str) else None for name, text in texts.items()},
    }


def _dollars(amount: str | None) -> Decimal | None:
    """Return dollars as the column holds them; None for what is not an amount."""
    try:
        known = Decimal(amount or "")
        return known.quantize(Decimal(1).scaleb(-_DOLLAR_DECIMALS)) if known.is_finite() else None
    except InvalidOperation:
        return None


def _moment(date: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(date or "")
    except ValueError:
        return None
