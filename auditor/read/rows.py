"""Rows of a table in a text: cells between tabs or pipes, rows that a page break cut, merged cells told by repetition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from auditor.model import Cell, Piece, Place, Table, Text

BAR = re.compile(r"[|｜│]")
MARKER = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,3}(?:[、．)）]|\.(?!\d))|[①-⑳★●◆■]")
FRESH = re.compile(f"(?:{MARKER.pattern})|其中")  # how a cell of its own may begin
_TAB = re.compile("\t")
_LONGEST = 5_000  # characters of a cell that may still be stitched: keeps a hostile file linear
_LONG = 12  # characters of a cell that may have been wrapped
_ENDS_OPEN = ("，", "、", ",")
_ENDS = "。；;！!？?：:）)”》"
_PAIRS = (("（", "）"), ("(", ")"), ("《", "》"), ("“", "”"), ("【", "】"), ("〔", "〕"))
_STRONG = re.compile(r"\*\*(?!\s)([^*]+)(?<!\s)\*\*")
_HAN = re.compile("[\u4e00-\u9fff]")
_DIGIT = re.compile(r"\d")
_LABEL = 12  # characters of a text that may be a label
_REPEATED = 3  # columns in a row that say the same: no row of figures or names does

Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Line:
    """A line that is a row. number: 1-based; start: its offset; broken: blank lines or a page number stand above it."""

    text: str
    number: int
    start: int
    broken: bool


def table_of(lines: Sequence[Line], kind: str, table: int) -> Table:
    """The table of lines that stand below each other. kind: "tab" or "bar"."""
    framed = kind == "bar" and _framed([line.text for line in lines])
    kept = any(line.text.rstrip(" \r").endswith("\t") for line in lines)
    rows: list[Row] = []
    for line in lines:
        row = tuple(
            Cell(field_text(at, raw, quoted, Place(line.number, table=table, row=len(rows), column=i)), len(rows), i)
            for i, (at, raw, quoted) in enumerate(_cells(line, kind, framed))
        )
        if line.broken and rows and _continues(rows[-1], row):
            rows[-1] = tuple(_stitched(a, b) for a, b in zip(rows[-1], row, strict=True))
        elif line.broken and kept and _goes_on(rows, row):
            rows[-1] = (*rows[-1][:-1], _stitched(rows[-1][-1], row[0]), *_shifted(row[1:], len(rows[-1])))
        else:
            rows.append(row)
    merged = merged_of(rows)
    return Table(tuple(merged or rows), spans_known=merged is not None)


# --- cells --------------------------------------------------------------------------------------------------------


def _framed(lines: Sequence[str]) -> bool:
    """Is a pipe that begins a line a frame, | a | b |, or does a blank cell stand before it? Blank only where other lines
    begin without one and every line is then as wide as one of them, or where one of these does not end with a pipe."""
    leading = [line for line in lines if BAR.match(line.lstrip())]
    widths = {n for line in lines if not BAR.match(line.lstrip()) for n in _bars(line)}
    if widths and not all(BAR.match(line.rstrip()[-1:]) for line in leading):
        return False
    return not leading or not all(_bars(line) & widths for line in leading)


def _bars(line: str) -> set[int]:
    """Pipes of a line; one at its end may be its frame, or stand before a blank cell."""
    count = len(BAR.findall(line))
    return {count, count - bool(BAR.match(line.rstrip()[-1:]))}


def _cells(line: Line, kind: str, framed: bool) -> Iterator[tuple[int, str, bool]]:
    """(offset, text, in quotes) of every cell of the line, white space around it left outside, and the stars of **bold**.
    A program that copies cells puts those with line ends in quotes."""
    text = line.text
    edges = [-1]
    edges += [m.start() for m in (_TAB if kind == "tab" else BAR).finditer(text)]
    edges.append(len(text))
    if framed and len(edges) > 2 and not text[: edges[1]].strip():
        del edges[0]
        if len(edges) > 2 and not text[edges[-2] + 1 :].strip():
            del edges[-1]
    for left, right in pairwise(edges):
        piece = text[left + 1 : right]
        raw = piece.strip()
        at = line.start + left + 1 + (len(piece) - len(piece.lstrip()) if raw else 0)
        if kind == "bar" and (bold := _STRONG.fullmatch(raw)):
            raw, at = bold[1], at + 2
        quoted = "\n" in raw and raw.startswith('"')
        yield (at + 1, raw[1:-1], True) if quoted else (at, raw, False)


def field_text(start: int, printed: str, quoted: bool, place: Place) -> Text:
    """The field without white space around it; of two quotes in quotes the second is left out."""
    raw = printed.strip()
    start += printed.index(raw) if raw else 0
    if not quoted or '""' not in raw:
        return Text(raw, (Piece(0, start, place),))
    pieces: list[Piece] = []
    made, at = "", 0
    for m in re.finditer('""|$', raw):
        pieces.append(Piece(len(made), start + at, place))
        made += raw[at : m.end() - (m[0] != "")]
        at = m.end()
    return Text(made, tuple(pieces))


# --- rows cut by a page break -------------------------------------------------------------------------------------


def _continues(above: Row, below: Row) -> bool:
    """Is `below` the rest of the row above it? Only when the two have the same cells, the first is blank, and every
    text of `below` completes a bracket left open above it or follows a comma, and does not look like a beginning."""
    if len(above) != len(below) or below[0].text:
        return False
    parts = [(a.text.raw, b.text.raw) for a, b in zip(above, below, strict=True) if b.text]
    return bool(parts) and all(_unfinished(a, b) for a, b in parts)


def _unfinished(above: str, below: str) -> bool:
    if not above or len(above) > _LONGEST or FRESH.match(below):
        return False
    if above.endswith(_ENDS_OPEN):
        return True
    return any(above.count(o) == above.count(c) + 1 and below.count(c) == below.count(o) + 1 for o, c in _PAIRS)


def _goes_on(rows: Sequence[Row], below: Row) -> bool:
    """Was the last row cut within its last cell, whose rest begins `below`? Only when the two make up one row as wide
    as the one above them, neither does alone, and the text above is long and ends no sentence. (The file keeps blank
    cells at line ends: a short line is a cut one.)"""
    if len(rows) < 2 or len(rows[-1]) < 2 or len(below) < 2:
        return False
    width, above = len(rows[-2]), rows[-1]
    if len(above) + len(below) - 1 != width:
        return False
    cut, rest = above[-1].text.raw, below[0].text.raw
    whole = _LONG <= len(cut) <= _LONGEST and rest and cut[-1] not in _ENDS and not FRESH.match(rest)
    return bool(whole) and bool(above[0].text or above[1].text)


def _stitched(above: Cell, below: Cell) -> Cell:
    if not below.text:
        return above
    at, piece = len(above.text.raw), below.text.pieces[0]
    text = Text(above.text.raw + below.text.raw, (*above.text.pieces, Piece(at, piece.start, piece.place)))
    return above._replace(text=text)


def _shifted(cells: Sequence[Cell], column: int) -> Iterator[Cell]:
    """The rest of a cut row; places stay those of the file."""
    for i, cell in enumerate(cells, column):
        yield cell._replace(row=cell.row - 1, column=i)


# --- merged cells told by repetition ------------------------------------------------------------------------------


def merged_of(rows: Sequence[Row]) -> list[Row] | None:
    """The rows with merged cells as one, where a program wrote the text of a merged cell into all it covers; None where
    no table tells so. Two neighbours that say the same may be a target and its result: they are one cell only where
    the labels above them are, or nothing else stands in their row."""
    told = {row[a].text.raw for row in rows for a, b in _runs(row) if b - a >= _REPEATED and len(row[a].text.raw) > 3}
    if len(told) < 2:
        return None
    out: list[Row] = []
    joined: dict[int, bool] = {}  # by column: is the label above one with its right neighbour?
    for row in rows:
        runs = _runs(row)
        alone = all(b - a > 1 or a == 0 for a, b in runs)
        cells: list[Cell] = []
        for a, b in runs:
            if b - a == 1 or b - a >= _REPEATED or a == 0 or alone or joined.get(a, True):
                cells.append(row[a]._replace(colspan=b - a))
            else:
                cells += row[a:b]
        for cell, right in pairwise(row):
            if _is_label(cell.text.raw) and _is_label(right.text.raw):
                joined[cell.column] = cell.text.raw == right.text.raw
        out.append(tuple(cells))
    return list(_hung(out))


def _hung(rows: Sequence[Row]) -> Iterator[Row]:
    """Rows without the leading labels that the row above says already: those hang down from there."""
    above: Row = ()
    for row in rows:
        fresh = 0
        for cell, before in zip(row[:-1], above, strict=False):
            if not _same(before, cell):
                break
            fresh += 1
        yield row[fresh:]
        above = row


def _runs(row: Row) -> list[tuple[int, int]]:
    """[begin, stop) of neighbours that say the same in words; all others alone."""
    runs: list[tuple[int, int]] = []
    for i, cell in enumerate(row):
        raw = cell.text.raw
        if runs and raw and raw == row[i - 1].text.raw and _HAN.search(raw):
            runs[-1] = (runs[-1][0], i + 1)
        else:
            runs.append((i, i + 1))
    return runs


def _is_label(text: str) -> bool:
    return 0 < len(text) <= _LABEL and not _DIGIT.search(text)


def _same(above: Cell, cell: Cell) -> bool:
    return above.text.raw == cell.text.raw and above.column == cell.column and bool(_HAN.search(cell.text.raw))
