"""Excel (.xlsx, .xls): a table a sheet, numbers as the sheet shows them, with its merged ranges."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from io import BytesIO
from itertools import product
from typing import Any
from zipfile import ZipFile

from auditor.model import AuditError, Cell, Paragraph, Piece, Place, Table, Text
from auditor.read.biff import OldFormats
from auditor.read.formats import Formats, Show, column_letters, plain
from auditor.read.guard import Limits, damaged, encrypted, too_many_cells

Block = Table | Paragraph
_ONE = (1, 1)
_FIGURE = re.compile(r"[≥≤=><]?\s*-?\d[\d,]*(?:\.\d+)?\s*\D{0,6}")


def read_sheets(data: bytes, package: ZipFile | None, limits: Limits) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Blocks and notes of a workbook: every visible sheet with something in it is a table; lines above it that stand
    alone in their row (title, year, unit) are paragraphs. `Place` has the sheet's own rows and columns. Numbers and days
    are shown as their format shows them (0.996 in 0.0% is "99.6%"), other dates as 2021-12-31. `package`: the .xlsx.

    Errors: AuditError.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    formats = Formats(package, limits) if package else OldFormats(data, limits)
    blocks: list[Block] = []
    notes: list[str] = []
    tables = 0
    try:
        with _quiet():
            book = CalamineWorkbook.from_filelike(BytesIO(data))
            for meta in book.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                if meta.visible != SheetVisibleEnum.Visible:
                    notes.append(f"隐藏的工作表“{meta.name}”未读")
                    continue
                look = formats.of(meta.name)
                sheet = book.get_sheet_by_name(meta.name)
                if sheet.height * sheet.width > limits.cells:
                    raise too_many_cells(limits)
                rows, start = sheet.to_python(), sheet.start or (0, 0)
                merged = sheet.merged_cell_ranges or []
                if look.hidden and (unread := _put_out(rows, start[1], look.hidden)):
                    notes.append(f"工作表“{meta.name}”隐藏的 {'、'.join(unread)} 列没有数值，未读")
                if found := list(_sheet(meta.name, tables, rows, start, merged, look.shows)):
                    blocks += found
                    tables += 1
    except PasswordError:
        raise encrypted() from None
    except (CalamineError, ValueError, OSError, OverflowError) as error:
        raise damaged(str(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what Rust raises past `except Exception`
            raise
        raise damaged() from None
    if not blocks:
        raise AuditError("工作簿里没有内容", "the workbook is empty")
    return tuple(blocks), tuple(notes)


@contextmanager
def _quiet() -> Iterator[None]:
    """calamine's panics over broken files write to the process's stderr, where only our own line belongs."""
    try:
        saved, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # no stderr at all
        yield
        return
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)


def _put_out(rows: list[list[Any]], left: int, hidden: frozenset[int]) -> list[str]:
    """Blank the hidden columns without a figure (codes, keys of a system), and tell their letters. One with figures may
    be part of a sum, and one with a merged title is part of the page."""
    found = []
    for c in sorted(hidden):
        some = [row for row in rows if left <= c < left + len(row) and row[c - left] != ""]
        if some and not any(_is_figure(row[c - left]) for row in some):
            found.append(column_letters(c))
            for row in some:
                row[c - left] = ""
    return found


def _is_figure(value: Any) -> bool:
    if isinstance(value, str):
        return _FIGURE.fullmatch(value.strip()) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _sheet(
    name: str,
    table: int,
    rows: list[list[Any]],
    start: tuple[int, int],
    merged: list[tuple[tuple[int, int], tuple[int, int]]],
    shows: dict[tuple[int, int], Show],
) -> Iterator[Block]:
    top, left = start
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    width = max(map(len, rows), default=0)
    free = len(rows) * width
    for (r0, c0), (r1, c1) in merged:
        r1, c1 = min(r1, top + len(rows) - 1), min(c1, left + width - 1)
        if r0 < top or c0 < left or r1 < r0 or c1 < c0 or (r0, c0) in covered:
            continue
        down, across = r1 - r0 + 1, c1 - c0 + 1
        free -= down * across
        if free < 0:
            break  # overlapping ranges: no program writes them
        spans[r0, c0] = down, across
        covered.update(product(range(r0, r1 + 1), range(c0, c1 + 1)))
        covered.discard((r0, c0))
    built: list[tuple[Cell, ...]] = []
    new, new_text = tuple.__new__, object.__new__
    for r, values in enumerate(rows, top):
        line, row = list[Cell](), len(built)
        for c, value in enumerate(values, left):
            if covered and (r, c) in covered:
                continue
            raw = value if value.__class__ is str else _shown(value, shows.get((r, c)))
            text = raw.strip()
            begin = raw.index(text) if text and len(text) < len(raw) else 0
            # as Cell(Text(text, (Piece(0, begin, Place(…)),)), …), in half the time: a sheet has a hundred thousand
            placed = new_text(Text)
            placed.__dict__["raw"] = text
            placed.__dict__["pieces"] = (new(Piece, (0, begin, new(Place, (None, None, name, table, r, c, None)))),)
            down, across = spans.get((r, c), _ONE) if spans else _ONE
            line.append(new(Cell, (placed, row, c - left, down, across)))
        if not built and sum(1 for cell in line if cell.text.raw) < 2:
            yield from (Paragraph(cell.text) for cell in line if cell.text.raw)
        else:
            built.append(tuple(line))
    if built:
        yield Table(tuple(built), spans_known=True)


def _shown(value: Any, show: Show | None) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return show(value) if show else plain(value)
    if isinstance(value, date) and show:
        return show(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else str(value)
