"""Comma-separated values: a file that is one table, its fields between commas, some in quotes. Offsets are the file's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from auditor.model import Cell, Place, Table
from auditor.read.guard import Limits, too_many_cells
from auditor.read.rows import field_text, merged_of

_FIELD = re.compile(r'"((?:[^"]++|"")*+)"(?=[,\r\n]|\Z)|([^,\r\n]*+)')
_FEWEST = 3  # records of a table, and fields of most of them
_STOPS = ("。", "；", "！", "？", "，", "、")

Record = list[tuple[int, str, bool]]  # offset, text as printed, in quotes


def comma_table(source: str, limits: Limits) -> Table | None:
    """The file as a table; None where it is none: most lines have the same number of commas, and no sentence ends one.

    Errors: AuditError for more cells than the limit.
    """
    if source.count(",") < _FEWEST * _FEWEST or "\t" in source or not _looks(source):
        return None
    records: list[tuple[int, Record]] = []
    cells = 0
    for line, record in _records(source):
        cells += len(record)
        if cells > limits.cells:
            raise too_many_cells(limits)
        if any(text.strip() for _, text, _ in record):
            records.append((line, record))
    if not _is_table([record for _, record in records]):
        return None
    rows = [
        tuple(Cell(field_text(*field, Place(line, table=0, row=r, column=c)), r, c) for c, field in enumerate(record))
        for r, (line, record) in enumerate(records)
    ]
    merged = merged_of(rows)
    return Table(tuple(merged or rows), spans_known=merged is not None)


def _looks(source: str) -> bool:
    """Before any field is cut: commas in many of the first lines."""
    lines = [line for line in source[:20_000].split("\n") if line.strip()][:40]
    return sum(line.count(",") >= _FEWEST - 1 for line in lines) * 4 >= len(lines)


def _records(source: str) -> Iterator[tuple[int, Record]]:
    """The records with the lines they begin on; a field in quotes may go over lines."""
    at, line = 0, 1
    record: Record = []
    begun = line
    while True:
        field = _FIELD.match(source, at)
        assert field is not None  # an empty one always is
        quoted = field[1] is not None
        begin, stop = field.span(1) if quoted else field.span(2)
        record.append((begin, source[begin:stop], quoted))
        at = field.end()
        line += source.count("\n", begin, stop)
        if source.startswith(",", at):
            at += 1
            continue
        yield begun, record
        if at >= len(source):
            return
        at += 2 if source.startswith("\r\n", at) else 1
        line += 1
        record, begun = [], line


def _is_table(records: list[Record]) -> bool:
    if len(records) < _FEWEST:
        return False
    counts = Counter(len(record) for record in records)
    width, alike = counts.most_common(1)[0]
    wide = sum(n for count, n in counts.items() if count >= _FEWEST)
    told = sum(record[-1][1].rstrip().endswith(_STOPS) and not record[-1][2] for record in records)
    spaced = sum(text.startswith(" ") for record in records for _, text, quoted in record[1:] if not quoted)
    quotes = any(quoted for record in records for _, _, quoted in record)
    blanks = sum(any(not text for _, text, _ in record[:-1]) for record in records)  # no sentence has two commas in a row
    enough = alike * 2 > len(records) or ((quotes or blanks > 1) and wide * 3 > len(records) * 2)
    return width >= _FEWEST and enough and told * 5 <= len(records) and spaced <= len(records)
