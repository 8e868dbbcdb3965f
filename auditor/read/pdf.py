"""PDF with a text layer: ruled tables on their grid, rows and tables joined over pages, lines joined to paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from auditor.model import AuditError, Cell, Paragraph, Piece, Place, Table, Text
from auditor.read.guard import Limits, damaged, too_many_cells
from auditor.read.text import FRESH, FURNITURE, MARKER

_NEAR = 3.0  # points within which two ruled lines are one
_RULES = 6_000  # line ends on a page, and
_CROSSINGS = 4_000  # crossings: more is a drawing, not a table
_STOPS = "。！？.!?"
_FINAL = _STOPS + "；;"
_NOT_FIRST = "，。；：！？、）》】”’%％℃,.;:!?)]}"  # cannot begin a line: goes with the character before it
_LABEL = 12  # characters: a longer text in a merged cell is no label
_DIGITS = re.compile(r"\d+")

Block = Table | Paragraph


@dataclass
class _Line:
    """A line of text: its characters, and where it stands (points from the top left)."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    first: float  # width of what cannot be broken at its beginning


@dataclass
class _Box:
    """A cell of a ruled grid."""

    x0: float
    top: float
    x1: float
    bottom: float
    page: int
    lines: list[_Line] = field(default_factory=list)
    row: int = 0
    down: int = 1
    parts: list[tuple[str, int]] = field(default_factory=list)  # text and page of every part of a stitched cell

    def joined(self) -> str:
        return _join(self.lines, self.x0, self.x1)


_Pair = tuple[_Box | None, _Box]  # a cell on top of a page, and the one above it on the page before


@dataclass
class _Grid:
    """A ruled table, or what of it stands on one page; grows over pages."""

    boxes: list[_Box]
    rows: int

    @property
    def x0(self) -> float:
        return min(box.x0 for box in self.boxes)

    @property
    def x1(self) -> float:
        return max(box.x1 for box in self.boxes)


def read_pdf(data: bytes, limits: Limits) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Blocks and notes of a .pdf. A table that goes on at the top of the next page between the same outer lines is one
    table, its repeated head is dropped, and its first row is stitched to the row above when every text in it certainly
    continues (see `_cut`): such a text has one piece a page. Page numbers and running heads are left out.
    Line ends inside a cell or paragraph are kept only where the line could have gone on.

    Errors: AuditError.
    """
    from auditor.read.pages import open_pages

    notes: list[str] = []
    pages: list[list[_Line | _Grid]] = []
    cells = 0
    for page in open_pages(data, limits):
        number = page.page_number
        try:
            items = _items(page, notes)
        except AuditError:
            raise
        except Exception as error:  # pdfminer and pdfplumber trip over broken fonts and contents in many ways
            raise damaged(type(error).__name__) from None
        if not items:
            notes.append(f"第 {number} 页没有文字层（扫描页或空白页），未读")
        cells += sum(len(item.boxes) for item in items if isinstance(item, _Grid))
        if cells > limits.cells:
            raise too_many_cells(limits)
        pages.append(items)
    if not any(pages):
        raise AuditError(
            "PDF 没有文字层（扫描件）：请提供可编辑的文件或先做文字识别（OCR）",
            "the PDF has no text layer (a scan): give the editable file, or recognise the text (OCR) first",
        )
    _drop_furniture(pages)
    blocks = tuple(_blocks(pages))
    if not blocks:
        raise AuditError("PDF 里没有内容", "the PDF is empty")
    return blocks, tuple(notes)


# --- one page -----------------------------------------------------------------------------------------------------


def _items(page: Any, notes: list[str]) -> list[_Line | _Grid]:
    """Lines of text outside tables, and grids, from top to bottom."""
    from pdfplumber.utils.text import dedupe_chars

    upright = [c for c in page.chars if c["upright"]]
    if len(upright) < len(page.chars):
        notes.append(f"第 {page.page_number} 页有旋转的文字（水印？），未读")
    if any(c["text"].startswith("(cid:") for c in upright):
        notes.append(f"第 {page.page_number} 页有无法识别的字形")
    chars = dedupe_chars(upright)  # bold is sometimes drawn twice
    loose: list[Any] = []
    grids = _grids(page, notes)
    slots = [(grid, *_slots(grid)) for grid in grids]
    held: dict[int, list[Any]] = {}
    for c in chars:
        x, y = (c["x0"] + c["x1"]) / 2, (c["top"] + c["bottom"]) / 2
        for _, xs, ys, at in slots:
            box = at.get((bisect_right(xs, x) - 1, bisect_right(ys, y) - 1))
            if box is not None:
                held.setdefault(id(box), []).append(c)
                break
        else:
            loose.append(c)
    for grid in grids:
        for box in grid.boxes:
            box.lines = _lines(held.get(id(box), []))
    items: list[_Line | _Grid] = [*_lines(loose), *(g for g in grids if any(b.lines for b in g.boxes))]
    return sorted(items, key=_top)


def _top(item: _Line | _Grid) -> float:
    return item.top if isinstance(item, _Line) else min(box.top for box in item.boxes)


def _grids(page: Any, notes: list[str]) -> list[_Grid]:
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges
    from pdfplumber.utils.geometry import filter_edges, line_to_edge, rect_to_edges

    edges = [line_to_edge(line) for line in page.lines]
    for rect in page.rects:
        if rect["stroke"] or min(rect["width"], rect["height"]) <= _NEAR:  # else a background, not a frame
            edges += rect_to_edges(rect)
    edges += page.curve_edges
    if len(edges) > _RULES:
        notes.append(f"第 {page.page_number} 页线条过多，按无表格读取")
        return []
    edges = filter_edges(merge_edges(edges, _NEAR, _NEAR, _NEAR, _NEAR), min_length=_NEAR)
    crossings = edges_to_intersections(edges, _NEAR, _NEAR)
    if len(crossings) > _CROSSINGS:
        notes.append(f"第 {page.page_number} 页线条过多，按无表格读取")
        return []
    found = []
    for cells in cells_to_tables(intersections_to_cells(crossings)):
        boxes = [_Box(*cell, page=page.page_number) for cell in cells]
        ys = _cuts([b.top for b in boxes] + [b.bottom for b in boxes])
        for box in boxes:
            box.row = _index(ys, box.top)
            box.down = _index(ys, box.bottom) - box.row
        boxes = [box for box in boxes if box.down > 0]
        if boxes:
            found.append(_Grid(sorted(boxes, key=lambda b: (b.row, b.x0)), len(ys) - 1))
    return sorted(found, key=lambda g: (g.x1 - g.x0) * g.rows)  # a table inside another's cell comes first


def _slots(grid: _Grid) -> tuple[list[float], list[float], dict[tuple[int, int], _Box]]:
    xs = sorted({x for b in grid.boxes for x in (b.x0, b.x1)})
    ys = sorted({y for b in grid.boxes for y in (b.top, b.bottom)})
    column, row = {x: i for i, x in enumerate(xs)}, {y: i for i, y in enumerate(ys)}
    return (
        xs,
        ys,
        {
            (i, j): b
            for b in grid.boxes
            for i in range(column[b.x0], column[b.x1])
            for j in range(row[b.top], row[b.bottom])
        },
    )


def _cuts(values: list[float]) -> list[float]:
    """The distinct lines among coordinates, those nearer than `_NEAR` being one."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _NEAR:
            out.append(value)
    return out


def _index(cuts: list[float], value: float) -> int:
    return bisect_right(cuts, value + 0.01) - 1


def _lines(chars: list[Any]) -> list[_Line]:
    rows: list[list[Any]] = []
    for c in sorted(chars, key=lambda c: (c["top"] + c["bottom"], c["x0"])):
        middle = (c["top"] + c["bottom"]) / 2
        if rows and abs(middle - (rows[-1][0]["top"] + rows[-1][0]["bottom"]) / 2) < max(c["size"], 4) * 0.45:
            rows[-1].append(c)
        else:
            rows.append([c])
    found = (_line(sorted(row, key=lambda c: c["x0"])) for row in rows)
    return [line for line in found if line]


def _line(row: list[Any]) -> _Line | None:
    while row and row[0]["text"].isspace():
        row = row[1:]
    while row and row[-1]["text"].isspace():
        row = row[:-1]
    if not row:
        return None
    parts = [row[0]["text"]]
    for a, b in pairwise(row):
        gap, tight = b["x0"] - a["x1"], a["text"].isascii() and b["text"].isascii()
        if gap > max(a["size"], b["size"]) * (0.3 if tight else 0.8) and not parts[-1].isspace():
            parts.append(" ")
        parts.append("\ufffd" if b["text"].startswith("(cid:") else b["text"])
    end = 1
    word = row[0]["text"].isascii()
    while end < len(row) and (
        row[end]["text"] in _NOT_FIRST or (word and row[end]["text"].isascii() and not row[end]["text"].isspace())
    ):
        end += 1
    return _Line(
        "".join(parts), row[0]["x0"], row[-1]["x1"], min(c["top"] for c in row), max(c["bottom"] for c in row),
        max(c["size"] for c in row), row[end - 1]["x1"] - row[0]["x0"],
    )  # fmt: skip


def _join(lines: list[_Line], x0: float, x1: float) -> str:
    """The text of lines in a box from x0 to x1."""
    out = ""
    for i, line in enumerate(lines):
        if i:
            out += _glue(out, line.text) if _full(lines[i - 1], line, lines, x0, x1) else "\n"
        out += line.text
    return out


def _full(line: _Line, after: _Line, lines: list[_Line], x0: float, x1: float) -> bool:
    """Could what begins the next line not have stood on this one?"""
    padding = min(max(min(other.x0 for other in lines) - x0, 0.0), line.size * 0.7)
    return after.first > x1 - padding - line.x1 - line.size * 0.3


def _glue(before: str, after: str) -> str:
    """Between two parts of a line that was wrapped: words of Latin letters had a blank there, Chinese had none."""
    a, b = before[-1:], after[:1]
    return " " if a.isascii() and b.isascii() and b.isalpha() and (a.isalpha() or a in ",.;:") else ""


# --- over pages ---------------------------------------------------------------------------------------------------


def _drop_furniture(pages: list[list[_Line | _Grid]]) -> None:
    """Page numbers, and lines that stand first or last on most pages."""
    edges: Counter[str] = Counter()
    for items in pages:
        edges.update({_DIGITS.sub("0", i.text) for i in (items[:1] + items[-1:]) if isinstance(i, _Line)})
    running = {text for text, n in edges.items() if n >= 3 and n * 2 > len(pages)}
    for items in pages:
        for end in (0, -1):
            while items and isinstance(item := items[end], _Line):
                bare = item.text.strip()
                number = bool(FURNITURE.fullmatch(bare)) or (len(bare) <= 3 and bare.isdigit())
                if not number and _DIGITS.sub("0", item.text) not in running:
                    break
                del items[end]


def _blocks(pages: list[list[_Line | _Grid]]) -> Iterator[Block]:
    every = [item for items in pages for item in items]
    left, right = min((item.x0 for item in every), default=0.0), max((item.x1 for item in every), default=0.0)
    runs: list[_Grid | list[tuple[_Line, int]]] = []
    for number, items in enumerate(pages, 1):
        for place, item in enumerate(items):
            last = runs[-1] if runs else None
            if isinstance(item, _Line):
                if not isinstance(last, list):
                    runs.append(last := [])
                last.append((item, number))
            elif place == 0 and isinstance(last, _Grid) and abs(last.x0 - item.x0) + abs(last.x1 - item.x1) < 2 * _NEAR:
                _append(last, item)
            else:
                runs.append(item)
    tables = paragraphs = 0
    for run in runs:
        if isinstance(run, _Grid):
            yield _table(run, tables)
            tables += 1
        else:
            for text in _paragraphs(run, left, right, paragraphs):
                paragraphs += 1
                yield Paragraph(text)


def _append(grid: _Grid, below: _Grid) -> None:
    """Let `grid` go on with `below`, the same table on the next page."""
    head = _repeated(grid, below)
    boxes = [box for box in below.boxes if box.row >= head]
    first = [box for box in boxes if box.row == head]
    last = {round(box.x0 / _NEAR): box for box in grid.boxes if box.row + box.down == grid.rows}
    pairs = [(_over(last, box), box) for box in first]
    stitch = _cut(pairs)
    lead = len(pairs) if stitch else _leading(pairs)
    shift = grid.rows - head - stitch
    for above, box in pairs[:lead]:
        if above is not None:
            if box.lines:
                above.parts.append((box.joined(), box.page))
            above.down += box.down - stitch
            boxes.remove(box)
    for box in boxes:
        box.row += shift
    grid.boxes += boxes
    grid.rows += below.rows - head - stitch


def _over(last: dict[int, _Box], box: _Box) -> _Box | None:
    key = round(box.x0 / _NEAR)
    for near in (key, key - 1, key + 1):
        above = last.get(near)
        if above and abs(above.x0 - box.x0) < _NEAR and abs(above.x1 - box.x1) < _NEAR:
            return above
    return None


def _repeated(grid: _Grid, below: _Grid) -> int:
    """How many head rows of the table stand again on top of the next page."""
    for head in (3, 2, 1):
        mine, again = ([b for b in g.boxes if b.row < head] for g in (grid, below))
        if below.rows > head and len(mine) == len(again) > 1 and all(b.row + b.down <= head for b in again):
            texts = [(a.joined(), b.joined()) for a, b in zip(mine, again, strict=True)]
            if all(a == b for a, b in texts) and sum(1 for a, _ in texts if a) > 1:
                return head
    return 0


def _cut(pairs: list[_Pair]) -> bool:
    """Is the first row of a page the rest of the last row above? Only when every cell stands under one of the same
    width and every text in it continues one. Beside a text of the same row that surely continues, and a cell that is
    complete, another may follow a full stop."""
    texts = [(above, box) for above, box in pairs if box.lines]
    whole = sum(1 for above, _ in pairs if above is not None and above.lines)
    sure = [above.down == box.down == 1 for above, box in texts if above is not None and _continues(above, box)]
    if not sure or any(above is None for above, _ in pairs):
        return False
    if len(sure) == len(texts):
        return len(sure) > 1 or len(sure) < whole
    return any(sure) and len(texts) < whole and all(_continues(above, box, _FINAL) for above, box in texts)


def _leading(pairs: list[_Pair]) -> int:
    """How many cells on the left go on though the row is a new one: those of merged cells that span the page break.

    They are blank under a text, or long texts that continue; the first text of the new row ends them.
    """
    if not pairs or any(above is None for above, _ in pairs):
        return 0
    first, below = pairs[0]
    started = first is not None and bool(first.lines) and not below.lines
    for i, (above, box) in enumerate(pairs):
        if above is None or not above.lines:
            return i
        tall = above.down > 1 or box.down > 1
        rest = [(a, b, _continues(a, b)) for a, b in pairs[i:] if b.lines]
        again = any(a is not None and a.lines and not on for a, b, on in rest)
        if box.lines:
            long = tall and len(above.joined()) > _LABEL
            if not (rest[0][2] and (long or (started and not again))):
                return i
        elif not tall and (again or not any(on for _, _, on in rest)):
            return i
    return len(pairs)


def _continues(above: _Box | None, box: _Box, stops: str = "") -> bool:
    """Does the text of `box`, on top of a page, go on with that of the cell above? Only when that one has several
    lines (a single one may be full by chance), fills the last and its cell to the bottom and ends in no full stop, and
    this one does not look like a beginning. A text that ends in one of `stops` may break off anywhere in its line."""
    if above is None or len(above.lines) < 2 or not box.lines:
        return False
    last, first = above.lines[-1], box.lines[0]
    if above.bottom - last.bottom > 2 * last.size or first.top - box.top > 2 * first.size:
        return False
    return last.text[-1] in stops or (
        last.text[-1] not in _STOPS
        and not FRESH.match(first.text)
        and _full(last, first, above.lines, above.x0, above.x1)
    )


def _table(grid: _Grid, table: int) -> Table:
    xs = _cuts([b.x0 for b in grid.boxes] + [b.x1 for b in grid.boxes])
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    for box in grid.boxes:
        column = _index(xs, box.x0)
        raw, pieces = "", list[Piece]()
        for part, page in [(box.joined(), box.page), *box.parts]:
            raw += _glue(raw, part) if pieces else ""
            pieces.append(Piece(len(raw), 0, Place(page=page, table=table, row=box.row, column=column)))
            raw += part
        across = max(_index(xs, box.x1) - column, 1)
        rows[box.row].append(Cell(Text(raw, tuple(pieces)), box.row, column, box.down, across))
    return Table(tuple(tuple(sorted(row, key=lambda cell: cell.column)) for row in rows), spans_known=True)


def _paragraphs(run: list[tuple[_Line, int]], left: float, right: float, first: int) -> Iterator[Text]:
    """Lines joined where one is full and the next begins at the margin. Where first lines are not indented, a full
    line that ends a sentence may end the paragraph too: then it does."""
    indented = any(1.5 < (line.x0 - left) / line.size < 2.5 for line, _ in run)
    raw, pieces, before = "", list[Piece](), None
    for line, page in run:
        wrapped = (
            before is not None
            and line.first > right - before.x1 - before.size * 0.3
            and line.x0 - left < line.size
            and abs(line.size - before.size) < 1
            and not (before.text[-1] in _FINAL and (MARKER.match(line.text) or not indented))
        )
        if wrapped:
            raw += _glue(raw, line.text)
            if page != pieces[-1].place.page:
                pieces.append(Piece(len(raw), 0, Place(page=page, paragraph=first)))
        else:
            if raw:
                yield Text(raw, tuple(pieces))
                first += 1
            raw, pieces = "", [Piece(0, 0, Place(page=page, paragraph=first))]
        raw += line.text
        before = line
    if raw:
        yield Text(raw, tuple(pieces))
