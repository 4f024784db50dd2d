"""The rows of an experiment as a Parquet file, by pyarrow, which the extra `diptych[parquet]` installs."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import islice
from typing import IO, Any

import msgspec

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.text.sanitize import sendable

BATCH = 20_000
"""Rows that are in memory at the same time, and make a row group of the file."""

_DOLLAR_DECIMALS = 18
_DOLLAR_DIGITS = 38
_LARGEST = 2**63 - 1


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
            columns: dict[str, list[Any]] = {name: [] for name in schema.names}
            for row in some:
                for name, value in _values(row).items():
                    columns[name].append(value)
            arrays = [pyarrow.array(columns[field.name], field.type) for field in schema]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))


@cache
def _schema() -> Any:
    """Return the columns with their types, in the order of the members of a row."""
    import pyarrow as pa

    text, word, number, seconds = pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.int64(), pa.float64()
    check = pa.struct([("check", text), ("passed", pa.bool_()), ("detail", text)])
    error = pa.struct([("kind", text), ("status", number), ("message", text), ("request_id", text)])
    types = {
        **dict.fromkeys(("experiment", "round", "repeat", "characters", "unread"), number),
        **dict.fromkeys(("label", "endpoint", "model", "state", "stop_reason", "clock", "host", "region"), word),
        **dict.fromkeys(("plan", "shard"), word),
        **dict.fromkeys(("connect", "headers", "first_event", "first_token", "first_answer"), seconds),
        **dict.fromkeys(("last_token", "end", "tokens_per_second", "waited"), seconds),
        **dict.fromkeys(("input_tokens", "cache_read_tokens", "cache_write_tokens"), number),
        **dict.fromkeys(("output_tokens", "reasoning_tokens"), number),
        "cost_usd": pa.decimal128(_DOLLAR_DIGITS, _DOLLAR_DECIMALS),
        "checks": pa.list_(check),
        "error": error,
        "began": pa.timestamp("ms", tz="UTC"),
        "versions": pa.map_(text, text),
    }
    return pa.schema([(name, types.get(name, text)) for name in AnswerRow.__struct_fields__])


def _values(row: AnswerRow) -> dict[str, Any]:
    """Return the members of a row as values of their columns."""
    values = {name: _sendable(value) for name, value in msgspec.to_builtins(row).items()}
    values["checks"] = [{"detail": "", **check} for check in values["checks"]]
    values["versions"] = [(str(name), str(version)) for name, version in values["versions"].items()]
    values["cost_usd"] = _dollars(row.cost_usd)
    values["began"] = _moment(row.began)
    values["error"] = _error(row.error)
    return values


def _sendable(value: Any) -> Any:
    match value:
        case str():
            return sendable(value)
        case int() if abs(value) > _LARGEST:
            return None
        case dict():
            return {sendable(str(name)): _sendable(each) for name, each in value.items()}
        case list() | tuple():
            return [_sendable(each) for each in value]
        case _:
            return value


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
